"""`chainlead monero`: what a view key shows, and whether proofs of payment hold."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import (
    WARNINGS,
    CaseFolder,
    Json,
    Progress,
    Why,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from chainlead.codecs import Secret
    from chainlead.workflow.conversation import NodeAddress
    from chainlead.workflow.monero import Incoming
    from chainlead.workflow.monero_proof import ProofVerdict

app = typer.Typer(
    no_args_is_help=True,
    help="Monero: what a view key shows, and whether proofs hold. It follows no payment.",
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE…]", help="Blocks or transactions: bytes, hex text or JSON."),
]
Node = Annotated[str, typer.Option("--node", help="Instead of files: http://127.0.0.1:18081/")]
Private = Annotated[
    bool, typer.Option("--private-chain", help="The node runs a private chain (regtest).")
]
Proxy = Annotated[str, typer.Option("--proxy", help="For example socks5h://127.0.0.1:9050 (Tor).")]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", help="The server's own certificate (PEM).")
]


@app.command("incoming")
def incoming(
    case: CaseFolder,
    files: Files = None,
    *,
    address: Annotated[str, typer.Option("--address", help="The wallet's first address.")],
    view_key_file: Annotated[
        Path | None,
        typer.Option("--view-key-file", help="Holds the private view key; asked for if left out."),
    ] = None,
    node: Node = "",
    first: Annotated[int, typer.Option("--from", min=0, help="First height at the node.")] = 0,
    last: Annotated[int | None, typer.Option("--to", min=0, help="Last height.")] = None,
    accounts: Annotated[int, typer.Option("--accounts", min=1, max=1000)] = 50,
    numbers: Annotated[
        int, typer.Option("--sub-addresses", min=1, max=100_000, help="Of each account.")
    ] = 200,
    private_chain: Private = False,
    behind: Annotated[bool, typer.Option("--behind", help="Take a node not yet in step.")] = False,
    proxy: Proxy = "",
    certificate: Certificate = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Find what an address received. The view key is used here, and never kept or sent.

    A view key shows what came in, not what went out: the sum is not a balance.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.monero import find_incoming
    from chainlead.workflow.monero_node import find_incoming_at_node

    if bool(files) == bool(node):
        raise typer.BadParameter("name files, or a node with --node")
    secret = _secret(view_key_file, "Private view key")
    with Case.open_to_write(case) as opened:
        if node:
            line = Progress("Looking at blocks")
            found = find_incoming_at_node(
                opened, address, secret, _place(node, proxy, certificate), first=first, last=last,
                accounts=accounts, numbers=numbers, is_private_chain=private_chain,
                may_be_behind=behind, why=why,
                progress=lambda done, total: line(done, total, "blocks"),
            )  # fmt: skip
        else:
            found = find_incoming(
                opened, address, secret, files or [], accounts=accounts, numbers=numbers, why=why
            )
    _print_incoming(found, as_json=as_json)
    if found.skipped or found.unknown_amounts:
        raise typer.Exit(WARNINGS)


@app.command("check-proof")
def check_proof(
    case: CaseFolder,
    files: Files = None,
    *,
    txid: Annotated[str, typer.Option("--txid", help="The transaction's id.")] = "",
    address: Annotated[str, typer.Option("--address", help="Who is said to have been paid.")] = "",
    message: Annotated[str, typer.Option("--message", help="What was to be signed.")] = "",
    proof_file: Annotated[
        Path | None,
        typer.Option(
            "--proof-file", help="OutProofV2…, InProofV2…, SpendProofV1…, ReserveProofV2…"
        ),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The transaction's private key instead.")
    ] = None,
    node: Node = "",
    wallet: Annotated[
        str,
        typer.Option("--wallet", help="The unit's own monero-wallet-rpc: http://127.0.0.1:18083/"),
    ] = "",
    private_chain: Private = False,
    proxy: Proxy = "",
    certificate: Certificate = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Check a proof: of a payment here, from the transaction's bytes; spend and reserve by --wallet.

    Ends with code 1 if the proof does not hold.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.monero_proof import ProofClaim, check_at_wallet, check_here

    if (proof_file is None) == (key_file is None):
        raise typer.BadParameter("name one of --proof-file and --key-file")
    if wallet and key_file:
        raise typer.BadParameter("a transaction's key is checked here, never sent to a wallet")
    if not wallet and bool(files) == bool(node):
        raise typer.BadParameter("name files, a node with --node, or a wallet with --wallet")
    claim = ProofClaim(txid.strip().lower(), address.strip(), message)
    text = _read(proof_file).strip() if proof_file else ""
    with Case.open_to_write(case) as opened:
        if wallet:
            place = _place(wallet, proxy, certificate)
            verdict = check_at_wallet(opened, claim, text, place, kind=_kind(text), why=why)
        else:
            source = _place(node, proxy, certificate) if node else (files or [])
            given = _secret(key_file, "") if key_file else text
            verdict = check_here(
                opened, claim, given, source, is_private_chain=private_chain, why=why
            )
    _print_verdict(verdict, as_json=as_json)
    if not verdict.holds:
        raise typer.Exit(WARNINGS)


@app.command("show")
def show(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Blocks, transactions.")],
    *,
    as_json: Json = False,
) -> None:
    """Show what the ledger itself shows of transactions: ids, rings, fees. Keeps nothing."""
    from chainlead.workflow.monero import Material, describe, read_source_file

    material = Material()
    for path in sorted(files):
        material.read(read_source_file(path), path.name)
    documents = describe(material)
    if as_json:
        print_json({"transactions": documents, "skipped": material.skipped})
    else:
        for one in documents:
            print(f"{one['txid']}  version {one['version']}, fee {one['fee_units']} units")
            for ring in one["inputs"]:
                print(f"  in:  {ring['statement']}")
            for number, output in enumerate(one["outputs"]):
                amount = output["amount_units"]
                print(f"  out: {number}, {'amount hidden' if amount is None else amount}")
        for reason in material.skipped:
            print(f"Not read: {reason}")
    if material.skipped:
        raise typer.Exit(WARNINGS)


def _kind(text: str) -> str:
    from chainlead.workflow.monero_proof import PAYMENT, RESERVE, SPEND

    if text.startswith("SpendProof"):
        return SPEND
    return RESERVE if text.startswith("ReserveProof") else PAYMENT


def _secret(path: Path | None, prompt: str) -> "Secret":
    """A key from a file, or typed without being shown."""
    from chainlead.codecs import Secret

    text = _read(path) if path else typer.prompt(prompt, hide_input=True)
    try:
        return Secret(bytes.fromhex("".join(text.split())))
    except ValueError:
        raise typer.BadParameter("the key is not hexadecimal digits") from None


def _place(url: str, proxy: str, certificate: Path | None) -> "NodeAddress":
    from chainlead.wire import Route
    from chainlead.workflow.conversation import NodeAddress

    pem = _read(certificate) if certificate else ""
    return NodeAddress(url, Route(proxy=proxy, certificate_pem=pem))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path} cannot be read as text") from None


def _xmr(units: int | None) -> str:
    return "unknown" if units is None else f"{units // 10**12}.{units % 10**12:012}"


def _print_incoming(found: "Incoming", *, as_json: bool) -> None:
    from chainlead.workflow.monero import NOT_A_BALANCE

    if as_json:
        document: dict[str, Any] = {
            **asdict(found),
            "received_units": found.received_units,
            "unknown_amounts": found.unknown_amounts,
            "statement": NOT_A_BALANCE,
        }
        print_json(document)
        return
    transactions, blocks = found.looked_at
    print(f"Looked at {transactions} transactions and {blocks} whole blocks.")
    print_table(
        ("height", "transaction", "output", "XMR", "sub-address", "verified"),
        [
            (
                "" if o.height is None else o.height, o.txid, o.index, _xmr(o.amount_units),
                f"{o.account}/{o.number}", o.verified + (", key used twice" if o.same_key_as else ""),
            )
            for o in found.outputs
        ],
    )  # fmt: skip
    print(f"Received in what was looked at: {_xmr(found.received_units)} XMR. {NOT_A_BALANCE}")
    if found.unknown_amounts:
        print(f"{found.unknown_amounts} amounts do not open their commitment: they are unknown.")
    for reason in found.skipped:
        print(f"Not read: {reason}")


def _print_verdict(verdict: "ProofVerdict", *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(verdict))
        return
    print(f"The {verdict.kind} proof {'holds' if verdict.holds else 'DOES NOT HOLD'}.")
    print(f"Checked by: {verdict.checked_by}.")
    if verdict.reason:
        print(verdict.reason)
    if verdict.holds and verdict.received_units is not None:
        word = "Shown" if verdict.kind == "reserve" else "Paid to the address"
        print(f"{word}: {_xmr(verdict.received_units)} XMR.")
    if verdict.spent_units is not None:
        print(f"Of that spent by now: {_xmr(verdict.spent_units)} XMR.")
    if verdict.unknown_amounts:
        print(f"{verdict.unknown_amounts} further amounts do not open their commitment.")
    if verdict.holds and verdict.in_block is None and verdict.kind != "reserve":
        print("Whether the transaction stands in a block was not shown by this source.")
