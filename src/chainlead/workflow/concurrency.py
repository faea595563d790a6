"""No lost update: nobody overwrites a colleague's decision without having seen it.

Every act is about some subjects (`finding:…`, `setting:…`); most acts only add something and are about
none. A page knows the journal up to some entry. When its form comes back, the decision is refused if
another person's act since then is about one of the same subjects. The check runs inside the one lock
that writing takes, so nothing comes between it and the act. Nothing is merged, nothing is lost: the
person sees what the colleague decided, and may decide again.

Limits: a decision of the same person from a second window is not a conflict. Subjects are as fine as
the acts say: one finding, one setting, one request. What a person decided outside chainlead is not seen.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CaseBusyError, DecidedMeanwhileError
from chainlead.workflow.case import Case
from chainlead.workflow.undo import AGAIN, BACK

PATIENCE_SECONDS = 3.0
"""How long a short act waits for a colleague's short act."""
_PAUSE_SECONDS = 0.01
NOTHING_SEEN = -1

What = Mapping[str, Any]
_Subjects = Callable[[What], Iterable[str]]


def _one(kind: str, name: str) -> _Subjects:
    return lambda what: (f"{kind}:{what[name]}",)


def _fixed(subject: str) -> _Subjects:
    return lambda _what: (subject,)


def _none(_what: What) -> Iterable[str]:
    return ()


def _moved(what: What) -> Iterable[str]:
    keys = what.get("places", what.get("keys", ()))
    return (f"place:{what['trace_id']}:{what['rule']}:{key}" for key in keys)


def _fold(what: What) -> Iterable[str]:
    return (f"fold:{what['trace_id']}:{what['rule']}:{what['fold_key']}",)


def _folded_by_hand(what: What) -> Iterable[str]:
    """Each thing of the box, and the fold that may hang at it: nobody opens what another one folds."""
    before = f"fold:{what['trace_id']}:{what['rule']}:"
    for key in what["nodes"]:
        yield f"{before}{key}"
        yield f"{before}fold branch {key}"
    if "fold_id" in what:
        yield f"{before}fold hand {what['fold_id']}"


_FINDING, _DRAFT = _one("finding", "finding_id"), _one("draft", "draft_id")

SUBJECTS: Mapping[str, _Subjects] = {
    "access.export": _none,
    "access.grant": _one("member", "person"),
    "access.withdraw": _one("member", "person"),
    "addresses.derive": _none,
    "answer_resume.run": _none,
    "answers.import": _DRAFT,
    "canvas.close_fold": _fold,
    "canvas.drop_view": _one("view", "name"),
    "canvas.mark": _one("mark", "subject"),
    "canvas.move": _moved,
    "canvas.note": _none,
    "canvas.open_fold": _fold,
    "canvas.remove_note": _one("note", "note_id"),
    "canvas.reset": _moved,
    "canvas.save_view": _one("view", "name"),
    "case.move_store": _none,
    "case.new": _none,
    "case.recover": _none,
    "case.seal": _none,
    "case.set": _one("setting", "name"),
    "consent.grant": _one("consent", "host"),
    "consent.withdraw": _one("consent", "host"),
    "derive.addresses": _none,
    "electroneum.portal": _none,
    "electroneum.proof": _none,
    "electroneum.received": _none,
    "fetch.ask": _none,
    "fetch.scanned": _none,
    "fetch_evm_index.checked": _none,
    "fetch_history.ask": _none,
    "fetch_xrp.history": _none,
    "findings.export": _none,
    "findings.triage": _FINDING,
    "findings.triage_many": lambda what: (f"finding:{each}" for each in what["before"]),
    "findings.undo": _FINDING,
    "hand_fold.close": _folded_by_hand,
    "hand_fold.drop": _folded_by_hand,
    "hand_fold.make": _folded_by_hand,
    "hand_fold.open": _folded_by_hand,
    "ledger.add": _none,
    "ledger.refuse": _none,
    "links.decide": lambda what: (f"link:{what['chain']}:{what['txid']}:{what['rule']}",),
    "match.run": _none,
    "monero.incoming": _none,
    "monero.proof": _none,
    "next.dismiss": _one("step", "step_id"),
    "next.recall": _one("step", "step_id"),
    "page.check": _none,
    "person.add": _none,
    "person.role": _one("person", "person_id"),
    "personal_data.consult": _none,
    "personal_data.disclose": _none,
    "purge.done": _fixed("case"),
    "purge.order": _fixed("case"),
    "rates.add": _none,
    "report.export": _none,
    "request.draft": _one("lead", "lead_id"),
    "request_states.record": _DRAFT,
    "rerun.mark": _none,
    "retention.decide": _fixed("retention"),
    "scan.batch": _none,
    "scan.begin": _none,
    "scan.finish": _none,
    "scan.part": _none,
    "seal.done": _fixed("seal"),
    "seal.order": _fixed("seal"),
    "stated.add": _none,
    "tags.import": _none,
    "tags_export.made": _none,
    "trace.run": _none,
    "trace_accounts.run": _none,
    "trace_live.fetched": _none,
    "watch.looked": _none,
    "watch.moved": _none,
}
"""What each act is about; `_none`: it only adds. For undo and redo see `subjects_of`."""


_DECIDED = ("state", "verdict", "event", "role", "text", "marked", "name")
"""Where acts keep what was decided."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """An act of another person about the same things.

    Attributes:
        subjects: those that both are about.
        decided: what was decided, in the act's own word; empty where it has none.
    """

    seq: int
    at: datetime
    who: str
    act: str
    why: str
    subjects: tuple[str, ...]
    decided: str


class StaleError(DecidedMeanwhileError):
    """The refusal, with what it is about.

    Attributes:
        others: the acts of other persons, first to last.
        head: the journal's last entry now: who decides again having seen it says so.
        target: the decision of another person that an undo would take back; None for no undo.
    """

    def __init__(
        self, message: str, others: Sequence[Meanwhile], head: int, target: int | None = None
    ) -> None:
        """Keep what the page shows."""
        super().__init__(message, safe="Nothing was recorded; what you gave is not lost.")
        self.others = tuple(others)
        self.head = head
        self.target = target


def subjects_of(act: str, what: What, entries: Sequence[Entry]) -> frozenset[str]:
    """What an act is about.

    Args:
        act: its name.
        what: its parameters.
        entries: the journal: taking back is about what was decided.
    """
    if act in {BACK, AGAIN}:
        decided = entries[what["seq"]]
        return subjects_of(decided.act, decided.what, entries)
    return frozenset(SUBJECTS.get(act, _none)(what))


def changes_since(
    entries: Sequence[Entry], seen: int, subjects: Iterable[str], who: str
) -> tuple[Meanwhile, ...]:
    """What other persons decided about these subjects after the entry with the number `seen`."""
    wanted = frozenset(subjects)
    if not wanted:
        return ()
    found = []
    for entry in entries[max(seen, NOTHING_SEEN) + 1 :]:
        if entry.who != who:
            both = wanted & subjects_of(entry.act, entry.what, entries)
            if both:
                found.append(_told(entry, both, entries))
    return tuple(found)


def _told(entry: Entry, subjects: Iterable[str], entries: Sequence[Entry]) -> Meanwhile:
    decided = entry.what
    while "seq" in decided and "act" in decided:  # taken back, or made again
        decided = entries[decided["seq"]].what
    word = next((str(decided[name]) for name in _DECIDED if name in decided), "")
    told = (entry.seq, entry.at, entry.who, entry.act, entry.why)
    return Meanwhile(*told, tuple(sorted(subjects)), word)


def refuse_stale(case: Case, seen: int, subjects: Iterable[str], who: str) -> None:
    """Refuse a decision whose author has not seen what others decided about the same.

    Args:
        case: open for writing: its lock is held from the check to the act.
        seen: the number of the last journal entry that the author's page knew.
        subjects: what the decision is about.
        who: its author.

    Raises:
        StaleError: another person decided about one of them since.
    """
    entries = case.history
    others = changes_since(entries, seen, subjects, who)
    if others:
        names = ", ".join(sorted({each.who for each in others}))
        raise StaleError(
            f"{names} decided about the same since this page was shown.", others, entries[-1].seq
        )


def guard_acts(case: Case, *, seen: int | None, who: str, agreed: int | None = None) -> None:
    """From now on every act of this open case is checked before it is written.

    Args:
        case: open for writing.
        seen: see `refuse_stale`; None: only undo and redo are checked.
        who: the author.
        agreed: the decision of another person that the author agreed to take back or make again.
    """

    def check(act: str, what: What) -> None:
        entries = case.history
        if act in {BACK, AGAIN}:
            _ask_first(entries, act, what["seq"], who, agreed)
        elif seen is not None:
            refuse_stale(case, seen, subjects_of(act, what, entries), who)

    case.before_act = check


def _ask_first(
    entries: Sequence[Entry], act: str, target: int, who: str, agreed: int | None
) -> None:
    """Refuse to undo what another person did, unless the author said yes to exactly that."""
    concerned = [entries[target]]
    if act == AGAIN:
        concerned += [e for e in entries if e.act == BACK and e.what["seq"] == target][-1:]
    others = [entry for entry in concerned if entry.who != who]
    if others and agreed != target:
        last = others[-1]
        both = subjects_of(entries[target].act, entries[target].what, entries)
        told = [_told(entry, both, entries) for entry in others]
        doing = "Undo would take back" if act == BACK else "Redo would change"
        raise StaleError(
            f"{doing} what {last.who} decided, not you.", told, entries[-1].seq, target
        )


def open_patiently(
    folder: Path,
    who: str,
    *,
    seconds: float | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Case:
    """Open a case for a short act, waiting for a colleague's short act to end.

    Args:
        folder: the case folder.
        who: the author.
        seconds: how long to wait; `PATIENCE_SECONDS` if left out.
        pause: waits a little.

    Raises:
        CaseBusyError: the case was written to all that time; it names who does.
        CaseNotFoundError, CaseDamagedError: see `Case.open_to_write`.
    """
    until = time.monotonic() + (PATIENCE_SECONDS if seconds is None else seconds)
    while True:
        try:
            return Case.open_to_write(folder, who=who)
        except CaseBusyError:
            if time.monotonic() >= until:
                raise
            pause(_PAUSE_SECONDS)


__all__ = [
    "NOTHING_SEEN",
    "SUBJECTS",
    "Meanwhile",
    "StaleError",
    "changes_since",
    "guard_acts",
    "open_patiently",
    "refuse_stale",
    "subjects_of",
]
