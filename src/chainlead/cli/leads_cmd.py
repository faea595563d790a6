"""`chainlead leads`: the stops at services, with what a request needs and what is missing."""

import typer

from chainlead.cli._output import CaseFolder, Json, print_json

app = typer.Typer(help="List the leads: where the money reached somebody who knows a name.")


@app.command()
def leads(case: CaseFolder, *, as_json: Json = False) -> None:
    """List the leads: where the money reached somebody who knows a name."""
    from chainlead.attribution import lead_document
    from chainlead.workflow.case import Case
    from chainlead.workflow.leads import list_leads

    with Case.open_to_read(case) as opened:
        found = list_leads(opened)
    if as_json:
        print_json({"leads": [lead_document(lead) for lead in found]})
        return
    if not found:
        print("No lead yet: no trace of this case reached a service.")
        print(f"Next: chainlead tags import {case} FILE, then chainlead trace {case} ORIGIN")
        return
    for lead in found:
        _print_lead(lead)
    print(f"Next: chainlead request draft {case} {found[0].lead_id}")


def _print_lead(lead: object) -> None:
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
    for deposit in lead.deposits:
        print(f"  {deposit.txid}:{deposit.output_index}")
        print(f"    to {deposit.address}, {Amount(asset, deposit.amount_units)}", end="")
        print(f", block {deposit.height}, {deposit.mined_at or 'time unknown'}")
        for rule, units in deposit.traced_units.items():
            print(f"    traced under {rule}: {Amount(asset, units)}")
        if deposit.inference:
            print(f"    {deposit.inference}")
    for sentence in lead.missing:
        print(f"  missing: {sentence}")
    print()
