"""What commands that bring ledger data do at their end: work out again what lost its ground."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import Progress

if TYPE_CHECKING:
    from chainlead.workflow.case import Case
    from chainlead.workflow.rerun import Rerun

NoRerun = Annotated[
    bool,
    typer.Option(
        "--no-rerun", help="Only mark what rests on blocks that left; see `chainlead rerun`."
    ),
]
_KINDS = {"answer": "Answer", "trace": "Trace", "match": "Search", "draft": "Draft"}


def run_again(case: "Case", *, no_rerun: bool = False) -> "tuple[Rerun, ...]":
    """Work out again what is to be, with a line on stderr; nothing where nobody wants it."""
    from chainlead.workflow.rerun import rerun

    if no_rerun:
        return ()
    line: list[Progress] = []

    def progress(done: int, total: int) -> None:
        if not line:
            line.append(Progress("Working out again"))
        line[0](done, total, "results")

    return rerun(case, progress=progress)


def has_open_ends(found: "Iterable[Rerun]") -> bool:
    """Whether something waits for a fetch or for a person."""
    return any(one.waits_for or one.state in {"waiting", "sent", "no ground"} for one in found)


def rerun_documents(found: "Iterable[Rerun]") -> list[dict[str, Any]]:
    """As JSON."""
    return [
        {
            "kind": one.kind,
            "old_id": one.old_id,
            "new_id": one.new_id or None,
            "state": one.state,
            "cause_entry": one.cause_seq,
            "words": one.words,
            "waits_for": list(one.waits_for),
        }
        for one in found
    ]


def print_reruns(found: "Sequence[Rerun]", case: Path) -> None:
    """A sentence for each."""
    for one in found:
        print(_sentence(one))
    if has_open_ends(found):
        print(f"Next: chainlead next {case}")


def tell_reruns(found: "Sequence[Rerun]", case: Path) -> None:
    """The same on stderr, for commands whose result alone is on stdout."""
    with redirect_stdout(sys.stderr):
        print_reruns(found, case)


def _sentence(one: "Rerun") -> str:
    named = f"{_KINDS[one.kind]} {one.old_id}"
    cause = f"(journal entry {one.cause_seq}: blocks left the chain)"
    if one.state == "sent":
        return (
            f"{named} was SENT and is not changed; it rests on blocks that left {cause}. Check it."
        )
    if one.state == "same":
        return f"{named} was worked out again and came out the same {cause}."
    if one.state == "no ground":
        return f"{named} has lost its ground {cause}: {one.words}"
    if one.state == "waiting":
        return f"{named} waits for a fetch {cause}: {one.words}"
    waits = f" It still waits for {len(one.waits_for)} to be fetched." if one.waits_for else ""
    if one.new_id == one.old_id:
        return f"{named} was compared anew {cause}.{waits}"
    return f"{named} is replaced by {one.new_id} {cause}.{waits}"
