"""`chainlead electroneum`: what an address received, whether a payment's key fits, the way onwards."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json, print_table

if TYPE_CHECKING:
    from chainlead.codecs import Secret

app = typer.Typer(
    no_args_is_help=True,
    help="Electroneum's first ledger (until March 2024); follow its money with `trace`.",
)

Address = Annotated[str, typer.Option("--address", help="etn… or f4V…")]
ViewKeyFile = Annotated[
    Path | None, typer.Option("--view-key-file", help="Holds a private view key; never kept.")
]


@app.command("received")
def received(
    case: CaseFolder,
    *,
    address: Address,
    view_key_file: ViewKeyFile = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Find what an address received in the case's ledger: in the clear, or by its view key.

    Without the key only payments since September 2021 are seen. The sum is not a balance.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.electroneum import NOT_A_BALANCE, find_received_in_case

    key = _secret(view_key_file) if view_key_file else None
    with Case.open_to_write(case) as opened:
        found = find_received_in_case(opened, address, key, why=why)
    if as_json:
        total = {"received_units": found.received_units, "statement": NOT_A_BALANCE}
        print_json({**asdict(found), **total})
        return
    print(f"Looked at {found.looked_at} transactions.")
    print_table(
        ("height", "transaction", "output", "ETN", "shown by", "verified", "spent in"),
        [
            (
                "" if o.height is None else o.height, o.txid, o.index, _etn(o.amount_units),
                o.shown_by, o.verified, o.spent_in or "",
            )
            for o in found.outputs
        ],
    )  # fmt: skip
    print(f"Received in what was looked at: {_etn(found.received_units)} ETN. {NOT_A_BALANCE}")


@app.command("check-key")
def check_key(
    case: CaseFolder,
    *,
    txid: Annotated[str, typer.Option("--txid", help="The transaction's id.")],
    address: Address,
    key_file: Annotated[
        Path, typer.Option("--key-file", help="Holds the transaction's private key; never kept.")
    ],
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Check a payer's transaction key: did this transaction pay this address, and how much?

    Ends with code 1 if the key does not show it.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.electroneum import check_key as check

    with Case.open_to_write(case) as opened:
        verdict = check(opened, txid.strip().lower(), address.strip(), _secret(key_file), why=why)
    if as_json:
        print_json(asdict(verdict))
    elif verdict.holds:
        print(f"It paid the address {_etn(verdict.received_units or 0)} ETN.")
    else:
        print(f"Not shown. {verdict.reason}")
    if not verdict.holds:
        raise typer.Exit(WARNINGS)


@app.command("portal")
def portal(
    case: CaseFolder,
    *,
    address: Address,
    view_key_file: ViewKeyFile = None,
    published: Annotated[
        str, typer.Option("--published", help="Where the operator published address and key.")
    ] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """List payments to the portal that Electroneum was left by, each with its lead onwards.

    Address and view key of the portal are public; this program holds none, name them with their
    source. What a coin became on electroneum-smart-chain is a lead, never observed.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.electroneum import ONLY_A_LEAD, find_portal_transfers

    key = _secret(view_key_file) if view_key_file else None
    with Case.open_to_write(case) as opened:
        found = find_portal_transfers(opened, address, key, published=published, why=why)
    if as_json:
        print_json({"transfers": [asdict(one) for one in found], "statement": ONLY_A_LEAD})
        return
    print_table(
        ("height", "transaction", "ETN", "account named by the payer (asserted)", "fit (inferred)"),
        [
            (
                "" if t.height is None else t.height, t.txid, _etn(t.amount_units),
                t.named_account or "none", ", ".join(c["txid"] for c in t.candidates),
            )
            for t in found
        ],
    )  # fmt: skip
    print(ONLY_A_LEAD)


def _etn(units: int) -> str:
    return f"{units // 100}.{units % 100:02}"


def _secret(path: Path) -> "Secret":
    from chainlead.codecs import Secret

    try:
        return Secret(bytes.fromhex("".join(path.read_text("utf-8").split())))
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path} cannot be read as text") from None
    except ValueError:
        raise typer.BadParameter("the key is not hexadecimal digits") from None
