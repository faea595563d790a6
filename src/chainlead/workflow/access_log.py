"""Which acts of the journal the law wants logged, with who, when, why and to whom.

Directive (EU) 2016/680, Art. 25 (in the United Kingdom DPA 2018, s. 62): collection, alteration,
consultation, disclosure with transfers, combination, erasure. Each act of chainlead is in one or two of
these classes, or in none; a test holds that every act has its line here. Limits: a look of one person
alone is recorded only where the case's setting `log_views` asks for it; on a team server every page is
a line of a log of its own (`access.py`, `chainlead access looks`), not of the journal. What happens
outside chainlead is recorded when somebody says so with `chainlead case disclose`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chainlead.custody import Entry


class Duty(StrEnum):
    """The six kinds of processing that are logged."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


_C, _A, _L = Duty.COLLECTION, Duty.ALTERATION, Duty.CONSULTATION
_D, _M, _E = Duty.DISCLOSURE, Duty.COMBINATION, Duty.ERASURE

DUTIES: dict[str, tuple[Duty, ...]] = {
    "access.export": (_D,),
    "access.grant": (),  # who may look is no processing; each look is, in the log of looks
    "access.withdraw": (),
    "addresses.derive": (_M,),
    "answer_resume.run": (_M,),
    "answers.import": (_C,),
    "canvas.close_fold": (),
    "canvas.drop_view": (),
    "canvas.mark": (_A,),
    "canvas.move": (),
    "canvas.note": (_A,),
    "canvas.open_fold": (),
    "canvas.remove_note": (_A,),
    "canvas.reset": (),
    "canvas.save_view": (),
    "case.move_store": (),
    "case.new": (),
    "case.recover": (),
    "case.seal": (),
    "case.set": (),
    "consent.grant": (),
    "consent.withdraw": (),
    "derive.addresses": (_M,),
    "electroneum.portal": (_C,),
    "electroneum.proof": (_C,),
    "electroneum.received": (_C,),
    "fetch.ask": (_D, _C),  # the server learns what is asked
    "fetch.scanned": (_C,),
    "fetch_evm_index.checked": (_C,),
    "fetch_history.ask": (_D, _C),
    "fetch_xrp.history": (_D, _C),
    "findings.export": (_D,),
    "findings.triage": (_A,),
    "findings.triage_many": (_A,),
    "findings.undo": (_A,),
    "hand_fold.close": (),
    "hand_fold.drop": (),
    "hand_fold.make": (),
    "hand_fold.open": (),
    "ledger.add": (_C,),
    "ledger.refuse": (),
    "links.decide": (_M,),
    "match.run": (_M,),
    "monero.incoming": (_C,),
    "monero.proof": (_C,),
    "next.dismiss": (),
    "next.recall": (),
    "page.check": (_L,),
    "person.add": (_C,),
    "person.role": (_A,),
    "personal_data.consult": (_L,),
    "personal_data.disclose": (_D,),
    "purge.done": (_E,),
    "purge.order": (),
    "rates.add": (),
    "report.export": (_D,),
    "request.draft": (_M,),
    "request_states.record": (),  # see `duties_of`: a sending is a disclosure
    "rerun.mark": (),
    "retention.decide": (),
    "scan.batch": (),  # parts of what scan.begin began
    "scan.begin": (_C,),
    "scan.finish": (),
    "scan.part": (),
    "seal.done": (_D,),
    "seal.order": (),
    "stated.add": (_C,),
    "tags.import": (_C,),
    "tags_export.made": (_D,),
    "trace.run": (_M,),
    "trace_accounts.run": (_M,),
    "trace_live.fetched": (_D, _C),
    "undo.again": (_A,),
    "undo.back": (_A,),
    "watch.looked": (_D, _C),
    "watch.moved": (_C,),
}


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the log."""

    seq: int
    at: datetime
    who: str
    duty: Duty | None
    act: str
    why: str
    recipients: tuple[str, ...]
    about: str


def list_access(entries: Iterable[Entry], *, duties: Iterable[str] = ()) -> Iterator[Access]:
    """The acts that are logged, first to last; one line for each class that an act is in.

    Args:
        entries: the journal.
        duties: only these classes; all if left out. An act without a line here has the class None.
    """
    wanted = set(duties)
    for entry in entries:
        for duty in duties_of(entry):
            if not wanted or duty in wanted:
                yield Access(
                    entry.seq, entry.at, entry.who, duty, entry.act, entry.why,
                    recipients_of(entry), _about(entry),
                )  # fmt: skip


def duties_of(entry: Entry) -> tuple[Duty | None, ...]:
    """The classes of one act; `(None,)` for an act that nobody put into a class yet."""
    if entry.act == "request_states.record" and entry.what.get("event") == "sent":
        return (Duty.DISCLOSURE,)
    return DUTIES.get(entry.act, (None,))


def recipients_of(entry: Entry) -> tuple[str, ...]:
    """Who got something by this act, as far as it says."""
    what = entry.what
    named: list[Any] = list(what.get("recipients", ()))
    named.extend(what.get(key) for key in ("channel", "host"))
    return tuple(str(each) for each in named if isinstance(each, str) and each)


def _about(entry: Entry) -> str:
    what = entry.what
    for key in ("thing", "draft_id", "exhibit", "person_id", "finding_id", "trace_id", "question"):
        if isinstance(what.get(key), str) and what[key]:
            return f"{key.removesuffix('_id')} {what[key]}" if key != "thing" else what[key]
    if entry.act in {"report.export", "findings.export"}:
        return entry.act.partition(".")[0]
    return ""
