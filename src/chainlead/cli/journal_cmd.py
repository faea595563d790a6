"""`chainlead journal`: list the acts of a case, and verify that none was touched."""

from typing import Annotated

import typer

from chainlead.cli._case_first import ListByDefault
from chainlead.cli._output import WARNINGS, CaseFolder, Json, print_json, print_json_lines

app = typer.Typer(
    cls=ListByDefault,
    no_args_is_help=True,
    help="List the acts of a case (`journal CASE`), or verify them (`journal verify CASE`).",
)


@app.command("list")
def list_entries(case: CaseFolder, *, as_json: Json = False) -> None:
    """List every act, first to last; `journal CASE` is short for it."""
    from chainlead.model import moment_to_text
    from chainlead.workflow.journal import list_journal

    if as_json:
        print_json_lines(
            {
                "seq": entry.seq,
                "at": moment_to_text(entry.at),
                "who": entry.who,
                "act": entry.act,
                "why": entry.why,
                "what": entry.what,
                "blobs": entry.blobs,
                "previous": entry.previous,
                "digest": entry.digest,
            }
            for entry in list_journal(case)
        )
        return
    for entry in list_journal(case):
        why = f"  ({_printable(entry.why)})" if entry.why else ""
        who = _printable(entry.who)
        print(
            f"{entry.seq:>6}  {moment_to_text(entry.at)}  {who}  {entry.act}{why}  "
            f"{entry.digest[:16]}"
        )


@app.command("verify")
def verify(
    case: CaseFolder,
    *,
    head: Annotated[
        str, typer.Option("--head", help="A journal digest noted elsewhere, as in a report.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check every entry and the whole; exit 0 when sound, 21 with the first bad entry when not."""
    from chainlead.errors import JournalDamagedError
    from chainlead.workflow.journal import verify_journal

    verdict = verify_journal(case, head=head)
    damage = verdict.audit.damage
    if as_json:
        print_json(verdict.to_document())
    elif damage is None:
        print(f"The journal is sound: {verdict.audit.sound_entries} entries.")
        print(f"Head: {verdict.audit.head}")
        for anchor in verdict.anchors:
            if anchor.agrees:
                print(f"  {anchor.sentence}")
        for sentence in verdict.purges:
            print(f"Purged: {_printable(sentence)}")
        for warning in verdict.warnings:
            print(f"Warning: {warning}")
    if damage is not None:
        count = verdict.audit.sound_entries
        raise JournalDamagedError(
            f"The journal is damaged ({damage.kind.value}). {damage.sentence}",
            safe=f"The {count} entries before it are sound." if count else "",
            next_step="Keep this folder as it is, and compare it with a copy of the case; restore "
            "journal.jsonl from the copy.",
        )
    if verdict.warnings:
        raise typer.Exit(WARNINGS)


@app.command("access")
def access(
    case: CaseFolder,
    *,
    duty: Annotated[
        list[str] | None,
        typer.Option(
            "--duty",
            help="Only collection, alteration, consultation, disclosure, combination or erasure.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List who collected, changed, looked at, handed out, combined or erased what, when and why."""
    from chainlead.model import moment_to_text
    from chainlead.workflow.access_log import Duty, list_access
    from chainlead.workflow.journal import list_journal

    if unknown := [name for name in duty or () if name not in set(Duty)]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(Duty)}")
    found = list_access(list_journal(case), duties=duty or ())
    if as_json:
        print_json_lines(
            {
                "seq": line.seq,
                "at": moment_to_text(line.at),
                "who": line.who,
                "duty": line.duty.value if line.duty else None,
                "act": line.act,
                "why": line.why,
                "recipients": line.recipients,
                "about": line.about,
            }
            for line in found
        )
        return
    for line in found:
        to = f"  to {_printable(', '.join(line.recipients))}" if line.recipients else ""
        why = f"  ({_printable(line.why)})" if line.why else ""
        about = f"  {_printable(line.about)}" if line.about else ""
        print(
            f"{line.seq:>6}  {moment_to_text(line.at)}  {_printable(line.who)}  "
            f"{line.duty.value if line.duty else 'not classified'}  {line.act}{about}{to}{why}"
        )


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
