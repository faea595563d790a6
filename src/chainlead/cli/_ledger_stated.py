"""`ledger add --mapping`, `ledger stated`, `ledger mappings`: rows of exports, as their source states them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, print_json, print_table

if TYPE_CHECKING:
    from chainlead.ledger import StatedCheck
    from chainlead.model import Chain

_SKIPPED_SHOWN = 10


def add_rows(
    case: Path,
    sources: list[Path],
    mapping: str,
    chain: "Chain",
    zone: str,
    *,
    why: str,
    as_json: bool,
) -> None:
    """Read exports by a mapping, and print what became of them."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.stated import add_stated

    if any(path.is_dir() for path in sources):
        raise typer.BadParameter("exports are named one by one, not as folders")
    with Case.open_to_write(case) as opened:
        reports = add_stated(opened, sources, mapping=mapping, chain=chain, zone=zone, why=why)
    document = [
        {
            "name": one.name,
            "sha256": one.sha256,
            "known": one.is_known,
            "payments": one.payments,
            "skipped": [{"row": part.start, "reason": part.reason} for part in one.skipped],
            "reason": one.reason,
        }
        for one in reports
    ]
    if as_json:
        print_json({"sources": document})
    else:
        for one in reports:
            if one.is_known:
                print(f"{one.name}: this case has it already.")
            elif one.reason:
                print(f"{one.name}: {one.reason}")
            else:
                print(
                    f"{one.name}: {one.payments} payments stated, {len(one.skipped)} rows left out."
                )
            for part in one.skipped[:_SKIPPED_SHOWN]:
                print(f"  {part.reason}.")
            if len(one.skipped) > _SKIPPED_SHOWN:
                print(f"  and {len(one.skipped) - _SKIPPED_SHOWN} more; --json lists all.")
        print(f"Next: chainlead ledger stated {case} --chain {chain.value}")
    if any(one.reason or one.skipped for one in reports):
        raise typer.Exit(WARNINGS)


def stated(
    case: CaseFolder,
    *,
    chain: Annotated[str, typer.Option("--chain", help="Whose payments.")] = "bitcoin",
    as_json: Json = False,
) -> None:
    """Print what exports state, and whether the case's own ledger agrees.

    A row is its source's word. It agrees where the ledger's transaction pays the same receiver the
    same amount. Ends with 1 where one differs.
    """
    from chainlead.ledger import compare_stated
    from chainlead.model import Chain
    from chainlead.workflow.case import Case

    try:
        chosen = Chain(chain)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with Case.open_to_read(case) as opened:
        checks = compare_stated(opened.store, chosen)
    if as_json:
        print_json({"chain": chain, "payments": [_document(one) for one in checks]})
    elif not checks:
        print("No export states anything of this chain here.")
        print(f"Next: chainlead ledger add {case} FILE --mapping NAME")
    else:
        print_table(
            ("time (UTC)", "way", "base units", "receiver", "transaction", "ledger", "file"),
            [_cells(one) for one in checks],
        )
        for one in checks:
            if one.words:
                print(f"{one.source}, row {one.payment.row_number}: {one.words}.")
    if any(one.outcome == "differs" for one in checks):
        raise typer.Exit(WARNINGS)


def mappings(*, as_json: Json = False) -> None:
    """Print the shipped mappings: for which exports, from where, how sure."""
    from chainlead.ledger import shipped_mappings

    known = [mapping for mapping, _ in shipped_mappings().values()]
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "about": one.about,
                    "certainty": one.certainty,
                    "source": one.source,
                    "chains": one.chains,
                    "zone": one.time.zone,
                }
                for one in known
            ]
        )
        return
    print_table(
        ("name", "export of", "certainty"),
        [(one.name, one.about, one.certainty) for one in known],
    )


def _document(check: "StatedCheck") -> dict[str, Any]:
    from chainlead.model import moment_from_unix, moment_to_text

    payment = check.payment
    return {
        "source": check.source,
        "row": payment.row_number,
        "txid": payment.txid,
        "at": moment_to_text(moment_from_unix(payment.moment_unix)),
        "direction": payment.direction,
        "sender": payment.sender,
        "receiver": payment.receiver,
        "amount_units": str(payment.amount_units),
        "fee_units": None if payment.fee_units is None else str(payment.fee_units),
        "note": payment.note,
        "strength": "asserted",
        "verified": check.level.value,
        "outcome": check.outcome,
        "words": check.words,
    }


def _cells(check: "StatedCheck") -> tuple[object, ...]:
    from chainlead.model import moment_from_unix

    payment = check.payment
    return (
        moment_from_unix(payment.moment_unix).strftime("%Y-%m-%d %H:%M:%S"),
        payment.direction or "?",
        payment.amount_units,
        payment.receiver or "",
        payment.txid or "",
        check.outcome,
        check.source,
    )
