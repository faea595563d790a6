"""The commands of `chainlead tags` for what a person says: per case, per unit, and from one to the other."""

from typing import Annotated, Any

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json, print_table
from chainlead.model import Chain

Address = Annotated[str, typer.Argument(help="The address.")]
Service = Annotated[str, typer.Option("--service", help="Who is said to hold the address.")]
Source = Annotated[
    str, typer.Option("--source", help="How you know: a document, an answer, a link.")
]
OfChain = Annotated[Chain, typer.Option("--chain", help="The address's ledger.")]
Actor = Annotated[str, typer.Option("--actor", help="The party's id in an actor pack.")]
Category = Annotated[
    str, typer.Option("--category", help="What it is, for example exchange: a trace stops there.")
]
Confidence = Annotated[
    str, typer.Option("--confidence", help="GraphSense's class, for example service_data.")
]
Day = Annotated[
    str, typer.Option("--date", help="When it was true: 2026-11-22. Today if left out.")
]
Note = Annotated[str, typer.Option("--note", help="What a reader should know.")]


def add(
    case: CaseFolder,
    address: Address,
    *,
    service: Service,
    source: Source,
    chain: OfChain = Chain.BITCOIN,
    actor: Actor = "",
    category: Category = "",
    confidence: Confidence = "",
    date: Day = "",
    note: Note = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Say who holds an address, in this case only: asserted, with your source and date."""
    from chainlead.attribution import OwnTag
    from chainlead.workflow.case import Case
    from chainlead.workflow.own_tags import add_case_tag

    with Case.open_to_write(case) as opened:
        day = date or opened.now().date().isoformat()
        tag = OwnTag(address, chain, service, source, day, actor, category, confidence, note)
        done = add_case_tag(opened, tag, why=why)
    if as_json:
        print_json(done)
        return
    known = " (the case knew this already)" if done.state == "known" else ""
    print(f"{address}: {service}, asserted, as of {day}{known}.")
    print("Traces made before do not know it: trace again to stop there.")


def unit_add(
    address: Address,
    *,
    service: Service,
    source: Source,
    chain: OfChain = Chain.BITCOIN,
    actor: Actor = "",
    category: Category = "",
    confidence: Confidence = "",
    date: Day = "",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Keep who holds an address in the unit's private folder: shown in every case, used in none."""
    from chainlead.attribution import OwnTag
    from chainlead.custody import SystemClock
    from chainlead.workflow.own_tags import add_unit_tag

    day = date or SystemClock().now().date().isoformat()
    tag = OwnTag(
        address, chain, service, source, day, actor, category, confidence, note, kept_by="unit"
    )
    file = add_unit_tag(tag)
    if as_json:
        print_json({"file": str(file), "tag": tag})
        return
    print(f"{address}: {service}. Kept in {file}; it is in no case and no export.")


def unit_list(*, as_json: Json = False) -> None:
    """List the unit's private tags."""
    from chainlead.workflow.own_tags import list_unit_tags

    tags = list_unit_tags()
    if as_json:
        print_json({"tags": tags})
        return
    headings = ("address", "ledger", "says", "category", "confidence", "as of", "source")
    print_table(headings, [_row(tag) for tag in tags])


def adopt(
    case: CaseFolder,
    address: Address,
    *,
    chain: OfChain = Chain.BITCOIN,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Take the unit's private tags on one address into this case: from then on they are the case's."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.own_tags import adopt_unit_tags

    with Case.open_to_write(case) as opened:
        done = adopt_unit_tags(opened, chain, address, why=why)
    if as_json:
        print_json({"tags": done})
        return
    print(f"{len(done)} of the unit's tags on {address} are now the case's, and go where it goes.")


def _row(tag: Any) -> list[Any]:
    return [
        tag.address, tag.chain or tag.currency, tag.label, tag.category or "",
        tag.confidence or "", tag.lastmod or "", tag.source,
    ]  # fmt: skip
