"""`chainlead findings`: list, show, triage, undo."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._case_first import ListByDefault
from chainlead.cli._findings_export import artefacts, export
from chainlead.cli._findings_unread import unread
from chainlead.cli._output import (
    WARNINGS,
    CaseFolder,
    Json,
    Why,
    print_json,
    print_json_lines,
    print_table,
)

if TYPE_CHECKING:
    from chainlead.evidence import Passwords

_WIDEST = 160
"""Characters of a value or place in the list: one long descriptor must not widen every line."""
_FOLDED = {
    "shipped": "came with software (token lists and the like)",
    "example": "are published examples or test vectors",
}


app = typer.Typer(
    cls=ListByDefault,
    no_args_is_help=True,
    help="List findings (`findings CASE`), show one again from its exhibit, judge it.",
)


@app.command("list", hidden=True)
def list_all(
    case: CaseFolder,
    *,
    kind: Annotated[str, typer.Option(help="Only this kind, for example address.")] = "",
    certainty: Annotated[str, typer.Option(help="checked, structured or shape.")] = "",
    chain: Annotated[str, typer.Option(help="Only where this chain is a candidate.")] = "",
    role: Annotated[str, typer.Option(help="own, counterparty, unknown, shipped, example.")] = "",
    state: Annotated[str, typer.Option(help="new, relevant or noise.")] = "",
    as_json: Json = False,
) -> None:
    """List findings: own ones first; examples and shipped lists folded unless asked for."""
    from chainlead.cli._consultation import consult
    from chainlead.workflow.findings import Filters, list_findings

    filters = Filters(kind=kind, certainty=certainty, chain=chain, role=role, state=state)
    with consult(case, "findings") as opened:
        rows = list_findings(opened, filters)
        kinds = [] if rows or not kind else sorted({row["kind"] for row in list_findings(opened)})
    if as_json:
        print_json_lines(rows)
    elif kinds:
        print(f"No such finding. The case has these kinds: {', '.join(kinds)}.")
    else:
        _print_list(rows, unfold=role)


def _print_list(rows: list[dict[str, Any]], *, unfold: str) -> None:
    shown = [row for row in rows if not _is_folded(row, unfold)]
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in shown:
        name = row["value"] or f"(secret, fingerprint {(row['fingerprint'] or '')[:12]})"
        place = str(row["location"]) if row["kind"] == "wallet" else ""
        groups.setdefault((row["role"], row["kind"], name, place), []).append(row)
    print_table(
        ("id", "role", "kind", "value", "chains", "certainty", "state", "places", "first place"),
        (
            (
                group[0]["id"],
                role,
                kind,
                _short(_safe(name)),
                ", ".join(group[0]["candidates"]) or "-",
                group[0]["certainty"],
                _states(group),
                len(group),
                _short(_safe(_place(group[0]))),
            )
            for (role, kind, name, _), group in groups.items()
        ),
    )
    folded = Counter(row["role"] for row in rows if _is_folded(row, unfold))
    print(f"\n{len(groups)} different, {len(shown)} places.")
    for role, count in sorted(folded.items()):
        print(f"{count} more {_FOLDED[role]}: see them with --role {role}.")


def _is_folded(row: dict[str, Any], unfold: str) -> bool:
    return row["role"] in _FOLDED and row["role"] != unfold


def _short(text: str) -> str:
    """A cell of the list; `findings show` and `--json` have all of it."""
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _states(group: list[dict[str, Any]]) -> str:
    return ", ".join(sorted({row["state"] for row in group}))


def _place(row: dict[str, Any]) -> str:
    where = " › ".join([row["exhibit"], *row["location"]])
    if row["offset_bytes"] is not None:
        return f"{where} @ {row['offset_bytes']}"
    return f"{where} {row['row']}" if row["row"] and row["row"] not in where else where


def _safe(text: str) -> str:
    from chainlead.findings import make_visible

    return make_visible(text)


@app.command("show")
def show(
    case: CaseFolder,
    finding_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    *,
    exhibit: Annotated[
        Path | None, typer.Option("--exhibit", help="Where the exhibit lies now.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a finding again from its exhibit, and print how to reach it with ordinary tools."""
    from chainlead.cli._consultation import consult
    from chainlead.workflow.findings import show_finding

    with consult(case, f"finding {finding_id}"[:200]) as opened:
        shown = show_finding(opened, finding_id, exhibit)
    if as_json:
        print_json(
            {
                **shown.row,
                "proved": shown.proved,
                "proof": shown.proof,
                "ordinary_way": shown.ordinary_way,
            }
        )
    else:
        _print_one(shown.row)
        print(f"\n{shown.proof}")
        if shown.ordinary_way:
            warning = "" if shown.row["value"] else " (these print the secret itself)"
            print(f"\nWith ordinary tools{warning}:")
            for line in shown.ordinary_way:
                print(f"  {_safe(line)}")
    if not shown.proved:
        raise typer.Exit(WARNINGS)


def _print_one(row: dict[str, Any]) -> None:
    hidden = "(secret: its value is not stored)"
    lines = [
        ("id", row["id"]),
        ("kind", row["kind"]),
        ("value", row["value"] or hidden),
        ("fingerprint", row["fingerprint"] or "-"),
        ("certainty", f"{row['certainty']}: {row['check_made']}"),
        ("false positives", row["false_positive_rate"]),
        ("role", row["role"]),
        ("state", f"{row['state']} {row['why']}".strip()),
        ("place", _place(row)),
        ("encoding", f"{row['encoding']}, {row['length_bytes']} bytes"),
        ("context", row["context"]),
    ]
    lines += [(name.replace("_", " "), str(thing)) for name, thing in sorted(row["detail"].items())]
    for name, text in lines:
        print(f"{name + ':':<17} {_safe(str(text))}")
    for candidate in row["candidate_reasons"]:
        reason = f"{candidate['chain']} ({candidate['network']}): {candidate['reason']}"
        print(f"{'could be:':<17} {reason}")


@app.command("triage")
def triage_one(
    case: CaseFolder,
    finding_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    state: Annotated[str, typer.Argument(metavar="relevant|noise|new", show_default=False)],
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Judge a finding. The journal keeps who, when and why; `findings undo` takes it back."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.findings import triage

    with Case.open_to_write(case) as opened:
        row = triage(opened, finding_id, state, why=why)
    _print_state(row, as_json=as_json)


_ExhibitPath = Annotated[Path | None, typer.Option("--exhibit", help="Where the exhibit lies now.")]
_PasswordFile = Annotated[Path | None, typer.Option("--passwords", help="As for `chainlead scan`.")]


@app.command("seal")
def seal(
    case: CaseFolder,
    finding_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    *,
    to: Annotated[
        Path,
        typer.Option("--to", help="File with public keys (age or SSH), one per line.",
                     show_default=False),
    ],
    confirm: Annotated[str, typer.Option(help="The code that the order gave.")] = "",
    why: Why = "",
    exhibit: _ExhibitPath = None,
    passwords: _PasswordFile = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Order to seal a secret into the vault; with --confirm CODE, do what was ordered."""
    from dataclasses import asdict

    from chainlead.workflow.case import Case
    from chainlead.workflow.seal import confirm_seal, order_seal, read_recipients

    recipients = read_recipients(to)
    with Case.open_to_write(case) as opened:
        if confirm:
            done = confirm_seal(
                opened,
                finding_id,
                recipients,
                confirm,
                why=why,
                exhibit=exhibit,
                passwords=_passwords(passwords),
            )
            document, lines = asdict(done), [
                f"Sealed: {case / done.file}",
                f"SHA-256 {done.sha256}; {len(recipients)} recipient(s) can open it, nobody else.",
                "The journal names who ordered and who confirmed, and why.",
            ]  # fmt: skip
        else:
            order = order_seal(opened, finding_id, recipients, why=why)
            document, lines = asdict(order), [
                f"Ordered, not done: the secret of finding {order.finding_id} is to be read from its",
                "exhibit and encrypted to:",
                *(f"  {_safe(key)}" for key in recipients),
                "Nothing is shown or kept in clear. The file goes into the case's vault folder.",
                f"Valid until {order.valid_until}. To do it, the same or another person runs:",
                f"  chainlead findings seal {case} {order.finding_id} --to {to} --confirm {order.code}",
            ]  # fmt: skip
    if as_json:
        print_json(document)
    else:
        print("\n".join(lines))


@app.command("addresses")
def addresses(
    case: CaseFolder,
    finding_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    *,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the phrase's passphrase.")
    ] = None,
    ask_passphrase: Annotated[
        bool, typer.Option("--ask-passphrase", help="Ask for the phrase's passphrase.")
    ] = False,
    why: Why = "",
    exhibit: _ExhibitPath = None,
    passwords: _PasswordFile = None,
    as_json: Json = False,
) -> None:
    """Derive public keys and addresses of a found phrase; nobody sees the phrase."""
    from chainlead.codecs import Secret
    from chainlead.workflow.addresses import derive_addresses, read_passphrase
    from chainlead.workflow.case import Case

    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    if ask_passphrase:
        passphrase = Secret(typer.prompt("Passphrase", hide_input=True, err=True).encode())
    with Case.open_to_write(case) as opened:
        done = derive_addresses(
            opened, finding_id, passphrase=passphrase, exhibit=exhibit,
            passwords=_passwords(passwords), why=why,
        )  # fmt: skip
    if as_json:
        print_json(
            {
                "id": done.finding_id,
                "with_passphrase": done.with_passphrase,
                "accounts": [
                    {
                        "path": account.path,
                        "standard": account.standard,
                        "chain": account.chain.value,
                        "script": account.script,
                        "public_key": account.public_key,
                        "addresses": [
                            {"path": account.path + derived.path.removeprefix("M"),
                             "address": derived.address}
                            for derived in account.addresses
                        ],
                    }
                    for account in done.accounts
                ],
            }
        )  # fmt: skip
        return
    for account in done.accounts:
        print(f"{account.path}  {account.standard}, {account.chain.value}: {account.public_key}")
        print(f"  {len(account.addresses)} addresses, the first is {account.addresses[0].address}")
    print("Derived, use unproven. They are among the findings, at the phrase's place.")


@app.command("derive")
def derive(
    case: CaseFolder,
    finding_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    *,
    chain: Annotated[str, typer.Option(help="Ledger; the key's best candidate if left out.")] = "",
    gap: Annotated[int, typer.Option(help="Unused addresses in a row before it stops.")] = 20,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Derive the addresses of a public extended key that a scan found; use unproven."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.derive import derive_addresses

    with Case.open_to_write(case) as opened:
        done = derive_addresses(opened, finding_id, chain=chain, gap=gap, why=why)
    if as_json:
        print_json(
            {
                "id": done.finding_id,
                "chain": done.chain,
                "addresses": [
                    {
                        "address": one.address,
                        "path": one.path,
                        "script": one.script,
                        "already_found": list(done.matches.get(one.address, ())),
                    }
                    for one in done.addresses
                ],
            }
        )
        return
    for one in done.addresses:
        known = done.matches.get(one.address, ())
        mark = f"  found in this case: {', '.join(known)}" if known else ""
        print(f"{one.path:<10} {one.script:<12} {one.address}{mark}")
    print(f"{len(done.addresses)} addresses of {done.chain}, derived, use unproven.")


def _passwords(path: Path | None) -> "Passwords":
    from chainlead.evidence import Passwords

    try:
        return Passwords.from_lines(path.read_text("utf-8")) if path else Passwords()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: cannot be read as UTF-8 text") from error


@app.command("undo")
def undo_last(
    case: CaseFolder,
    finding_id: Annotated[
        str, typer.Argument(metavar="[ID]", help="Only this finding's last judgement.")
    ] = "",
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Take back the last judgement; an undo can be undone too."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.findings import undo

    with Case.open_to_write(case) as opened:
        row = undo(opened, finding_id, why=why)
    _print_state(row, as_json=as_json)


def _print_state(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json({"id": row["id"], "state": row["state"], "why": row["why"]})
    else:
        print(f"{row['id']} is now {row['state']}.")


app.command("export")(export)
app.command("artefacts")(artefacts)
app.command("unread")(unread)
