"""`chainlead leads`: the stops at services, with what a request needs and what is missing."""

from typing import Any

import typer

from chainlead.cli._output import CaseFolder, Json, print_json

app = typer.Typer(help="List the leads: where the money reached somebody who knows a name.")


@app.command()
def leads(case: CaseFolder, *, as_json: Json = False) -> None:
    """List the leads: where the money reached somebody who knows a name."""
    from chainlead.attribution import lead_document
    from chainlead.workflow.case import Case
    from chainlead.workflow.leads import list_leads
    from chainlead.workflow.rates import lead_values

    with Case.open_to_read(case) as opened:
        found = list_leads(opened)
        values = [lead_values(opened, lead) for lead in found]
    if as_json:
        documents = [lead_document(lead) for lead in found]
        for document, known in zip(documents, values, strict=True):
            for deposit, value in zip(document["deposits"], known, strict=True):
                deposit["value"] = value.to_document() if value else None
        print_json({"leads": documents})
        return
    if not found:
        print("No lead yet: no trace of this case reached a service.")
        print(f"Next: chainlead tags import {case} FILE, then chainlead trace {case} ORIGIN")
        return
    for lead, known in zip(found, values, strict=True):
        _print_lead(lead, known)
    print(f"Next: chainlead request draft {case} {found[0].lead_id}")


def _print_lead(lead: object, values: tuple[Any, ...]) -> None:
    from chainlead.attribution import Lead
    from chainlead.model import NATIVE, Amount, Chain

    assert isinstance(lead, Lead)
    asset = NATIVE[Chain(lead.chain)]
    first = lead.claims[0]
    print(f"Lead {lead.lead_id}: {lead.service} ({lead.category or 'category unknown'})")
    print(f"  seat: {', '.join(lead.jurisdictions) or 'unknown'}; web: {lead.uri or 'unknown'}")
    print(f"  why: {first.strength.value}, confidence {first.confidence}, source {first.source}")
    for claim in lead.conflicts:
        print(f"  conflict: {claim.source} says {claim.service}")
    for deposit, value in zip(lead.deposits, values, strict=True):
        print(f"  {deposit.txid}:{deposit.output_index}")
        print(f"    to {deposit.address}, {Amount(asset, deposit.amount_units)}", end="")
        print(f", block {deposit.height}, {deposit.mined_at or 'time unknown'}")
        if value:
            print(f"    {value} at that time: {value.rate_words}")
        for rule, units in deposit.traced_units.items():
            print(f"    traced under {rule}: {Amount(asset, units)}")
        if deposit.inference:
            print(f"    {deposit.inference}")
    for sentence in lead.missing:
        print(f"  missing: {sentence}")
    print()
