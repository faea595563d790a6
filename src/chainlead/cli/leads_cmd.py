"""`chainlead leads`: where somebody knows a name or money still lies, and what is missing."""

from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json

if TYPE_CHECKING:
    from chainlead.attribution import LeadTrack

app = typer.Typer(help="List the leads: where somebody knows a name, or money still lies.")


@app.command()
def leads(
    case: CaseFolder,
    *,
    track: Annotated[
        list[str] | None,
        typer.Option("--track", help="Only service, unspent, issuer or provider; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the leads: services that were reached, money that lies still, issuers, providers."""
    from chainlead.attribution import lead_document
    from chainlead.cli._consultation import consult
    from chainlead.cli._lead_output import next_steps, print_lead
    from chainlead.workflow.leads import find_silent_ends, list_leads
    from chainlead.workflow.rates import holding_values, lead_values

    tracks = _tracks(track)
    with consult(case, "leads") as opened:
        found = list_leads(opened, tracks)
        silent = find_silent_ends(opened.store, opened.blobs)
        values = [(lead_values(opened, lead), holding_values(opened, lead)) for lead in found]
    if as_json:
        documents = [lead_document(lead) for lead in found]
        for document, known in zip(documents, values, strict=True):
            for part, worth in zip(("deposits", "holdings"), known, strict=True):
                for told, value in zip(document[part], worth, strict=True):
                    told["value"] = value.to_document() if value else None
        print_json({"leads": documents, "silent_ends": silent})
        return
    for end in silent:
        print(f"No lead: trace {end.trace_id} stops at {end.address}, {end.service}: {end.reason}.")
    if not found and track:
        print(f"No lead on the track {' or '.join(track)}.")
        return
    if not found:
        print("No lead yet: no trace of this case reached a service, and none ends in money.")
        print(f"Next: chainlead tags import {case} FILE, then chainlead trace {case} ORIGIN")
        return
    for lead, (paid, held) in zip(found, values, strict=True):
        print_lead(lead, paid, held)
    for line in next_steps(str(case), found):
        print(line)


def _tracks(asked: list[str] | None) -> frozenset["LeadTrack"]:
    from chainlead.attribution import LeadTrack

    known = [track.value for track in LeadTrack]
    for name in asked or ():
        if name not in known:
            raise typer.BadParameter(f"one of {', '.join(known)}", param_hint="--track")
    return frozenset(LeadTrack(name) for name in asked or known)
