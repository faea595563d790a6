"""Work out again what rests on blocks that left the chain: in order, from what the case holds.

Done at the end of each act that fetches or reads ledger data, or by hand. First answers of services are
compared anew, then traces are made again, then those that begin behind a service, then searches for
payments, then drafts that nobody sent. Each is one act with the same parameters, which names the act that
caused it and what it replaces; killed in between, the next run does the rest. A request that was sent is
never changed. Nothing is asked of anybody: what the case lacks is named as waiting for a fetch.
Limits: only what `lost_places` sees. Decisions of persons on links stay as they are.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from chainlead import version
from chainlead.attribution import Lead
from chainlead.custody import Entry
from chainlead.errors import ChainleadError
from chainlead.ledger import LostPlace, find_lost_places
from chainlead.store import Row, Store
from chainlead.trace import encode_canonical
from chainlead.workflow import answer_resume, match, trace, trace_accounts
from chainlead.workflow.answers import import_anew
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.dependants import (
    find_dependants,
    find_draft_dependants,
    last_move,
    names_in_match,
    names_in_trace,
)
from chainlead.workflow.leads import find_leads, get_lead
from chainlead.workflow.replaced import (
    NO_GROUND,
    REPLACED,
    SAME,
    SENT,
    TABLES,
    WAITING,
    Dependant,
    keep_told,
    latest_reruns,
)
from chainlead.workflow.request import draft_anew, write_draft_files
from chainlead.workflow.request_states import state_of

_QUESTIONS = {
    "trace.run": ("origin", "chain", "direction", "rules", "limits", "live"),
    "trace_accounts.run": (
        "origin", "chain", "contract", "direction", "rules", "limits", "live",
    ),
}  # fmt: skip
_NOT_FETCHED = "not fetched"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rerun:
    """What became of one result.

    Attributes:
        kind: `answer`, `trace`, `match` or `draft`.
        new_id: what took its place; empty where nothing did.
        state: see `replaced`.
        cause_seq: the journal entry that caused it.
        words: why nothing took its place.
        waits_for: blocks, transactions and places that a fetch has to bring.
    """

    kind: str
    old_id: str
    new_id: str
    state: str
    cause_seq: int
    words: str = ""
    waits_for: tuple[str, ...] = ()


def rerun(case: Case, *, progress: Progress | None = None) -> tuple[Rerun, ...]:
    """Work out again what is to be, and keep it.

    Args:
        case: open for writing.
        progress: called with results done and in all.

    Returns:
        What became of each, in the order in which it was done; nothing where nothing left the chain.
    """
    for row in list(case.store.rows("reruns", kind="draft", state=REPLACED)):
        write_draft_files(case, row["new_id"], only_missing=True)  # a kill came before them
    wanted: list[Dependant] = list(find_dependants(case.store, case.blobs, retry=True))
    total, done = len(wanted), 0
    work = _Work(case)
    before = case.store.largest("reruns", "journal_seq") or -1
    for step in (wanted, None):
        part = find_draft_dependants(case.store) if step is None else step
        total += len(part) if step is None else 0
        for one in part:
            work.do(one)
            done += 1
            if progress:
                progress(done, total)
    return tuple(list_reruns(case.store, after=before))


def is_due(case: Case) -> int:
    """How many results rest on what left the chain and were not worked out again yet."""
    found = find_dependants(case.store, case.blobs)
    return len(found) + len(find_draft_dependants(case.store))


def list_reruns(store: Store, *, after: int = -1) -> Iterator[Rerun]:
    """What became of results, in the order of the journal.

    Args:
        store: the case's tables.
        after: only what came after this journal entry.
    """
    rows = store.rows("reruns", order_by=("journal_seq",), journal_seq=(">", after))
    for row in sorted(rows, key=lambda row: (row["journal_seq"], row["kind"], row["old_id"])):
        yield Rerun(
            row["kind"], row["old_id"], row["new_id"], row["state"], row["cause_seq"], row["words"],
            tuple(row["waits_for"]),
        )  # fmt: skip


class _Work:
    """One run."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._entries = {entry.seq: entry for entry in case.entries}

    def do(self, one: Dependant) -> None:
        """Work out one result again; what cannot be done is told, and stops nothing else."""
        table, key = TABLES[one.kind]
        row = self._case.store.lookup(table, **{key: one.old_id})
        entry = None if row is None else self._entry(row["journal_seq"])
        if row is None or entry is None:
            return
        try:
            _STEPS[one.kind](self, one, row, entry)
        except ChainleadError as error:
            state = NO_GROUND if one.kind == "draft" else WAITING
            if not one.is_retry:
                lacks = self._lacks(one.because)
                self._mark(one.told(state, words=error.message, waits_for=lacks))

    def _entry(self, seq: int) -> Entry | None:
        if seq not in self._entries:
            self._entries.update((entry.seq, entry) for entry in self._case.entries)
        return self._entries.get(seq)

    def _mark(self, told: Mapping[str, Any]) -> None:
        self._case.act("rerun.mark", what={"rerun": dict(told)})

    def _answer(self, one: Dependant, _row: Row, entry: Entry) -> None:
        if not import_anew(self._case, entry, one.told()) and not one.is_retry:
            self._mark(one.told(SAME))

    def _trace(self, one: Dependant, row: Row, entry: Entry) -> None:
        case, what = self._case, dict(entry.what)
        if entry.act == "answer_resume.run":
            kept = {name: what[name] for name in ("answer_id", "row", "question")}
            question = kept["question"] = dict(kept["question"])

            def answer() -> dict[str, Any]:
                return answer_resume.answer(case.projection, kept)
        else:
            names = _QUESTIONS[entry.act]
            question = kept = {name: what[name] for name in names if name in what}
            follow = trace.answer if entry.act == "trace.run" else trace_accounts.answer

            def answer() -> dict[str, Any]:
                return follow(case.store, question)

        question.pop("again", None)
        document = answer()
        content = encode_canonical(document)
        if _sha256(content) == row["result_sha256"]:
            return self._came_out_the_same(one)
        if document["trace_id"] == one.old_id:  # pinned to the same block: the id tells them apart
            question["again"] = row["result_sha256"]
            document = answer()
            if _is_but_renamed(case, document, row):
                return self._came_out_the_same(one)
        before = msgspec.json.decode(case.blobs.get(row["result_sha256"]))
        passed = names_in_trace(before) | names_in_trace(document) | {*one.because}
        lacks = self._lacks(passed)
        lacks |= _unsought(document) - (_unsought(before) - set(one.because))
        told = one.told(waits_for=lacks)
        what = {**kept, "trace_id": document["trace_id"], "version": version(), "rerun": told}
        if entry.act != "trace_accounts.run":
            what["pinned"] = document["pinned"]
        result = {"result": encode_canonical(document)}
        case.act(entry.act, why=entry.why, what=what, blobs=result)
        return None

    def _match(self, one: Dependant, row: Row, entry: Entry) -> None:
        case, question = self._case, dict(entry.what["question"])
        question.pop("again", None)
        document = match.answer(case.store, question)
        if _sha256(match.encoded(document)) == row["result_sha256"]:
            return self._came_out_the_same(one)
        if document["match_id"] == one.old_id:
            question["again"] = row["result_sha256"]
            document = match.answer(case.store, question)
        before = msgspec.json.decode(case.blobs.get(row["result_sha256"]))
        passed = names_in_match(before) | names_in_match(document) | {*one.because}
        told = one.told(waits_for=self._lacks(passed))
        what = {
            "question": question, "match_id": document["match_id"], "pinned": document["pinned"],
            "version": version(), "rerun": told,
        }  # fmt: skip
        case.act("match.run", why=entry.why, what=what, blobs={"result": match.encoded(document)})
        return None

    def _draft(self, one: Dependant, row: Row, entry: Entry) -> None:
        case = self._case
        is_used = bool(
            case.store.count("answers", draft_id=one.old_id)
            or any(
                each["parameters"].get("follow_up_of") == one.old_id
                for each in case.store.rows("drafts")
            )
        )
        if is_used or state_of(case.store, one.old_id).was_sent:
            return self._mark(one.told(SENT))
        moved = last_move(latest_reruns(case.store), row["trace_id"])
        if moved is None:
            return None
        lead = self._lead_now(row, moved["new_id"])
        if lead is None:
            awaited = moved["waits_for"]
            words = "The trace of now leads to no such place."
            state = WAITING if awaited else NO_GROUND
            return self._mark(one.told(state, words=words, waits_for=awaited))
        draft_anew(case, entry, lead.lead_id, one.told())
        return None

    def _lead_now(self, row: Row, trace_id: str) -> Lead | None:
        """The lead of this trace to the same party, to as many of the same addresses as can be."""
        case = self._case
        old = get_lead(case.store, case.blobs, row["lead_id"])
        found = [
            lead
            for lead in find_leads(case.store, case.blobs, (old.track,))
            if lead.trace_id == trace_id and _party(lead) == _party(old)
        ]
        before = {deposit.address for deposit in old.deposits}
        return max(
            found,
            key=lambda lead: (len(before & {d.address for d in lead.deposits}), lead.lead_id),
            default=None,
        )

    def _lacks(self, names: Iterable[str]) -> set[str]:
        """What a result passed before or passes now that stands in no known block."""
        return {name for name in names if name in self._lost and self._lost[name].is_gone}

    @cached_property
    def _lost(self) -> Mapping[str, LostPlace]:
        """What left the chain; no step of this work reads ledger data, so it stays the same."""
        return find_lost_places(self._case.store)

    def _came_out_the_same(self, one: Dependant) -> None:
        if not one.is_retry:
            self._mark(one.told(SAME))


_STEPS: Mapping[str, Callable[[_Work, Dependant, Row, Entry], None]] = {
    "answer": _Work._answer,  # noqa: SLF001  (its own steps, by kind)
    "trace": _Work._trace,  # noqa: SLF001
    "match": _Work._match,  # noqa: SLF001
    "draft": _Work._draft,  # noqa: SLF001
}


def _party(lead: Lead) -> tuple[str, str, frozenset[str]]:
    contracts = frozenset(holding.contract for holding in lead.holdings)
    return lead.track.value, lead.actor or lead.service, contracts


def _unsought(document: Mapping[str, Any]) -> set[str]:
    """Places where a trace ends because nobody fetched their history."""
    return {
        str(node.get("address") or node.get("account") or node["txid"])
        for result in document["rules"].values()
        for node in result["frontier"]
        if node["reason"] == _NOT_FETCHED
    }


def _is_but_renamed(case: Case, document: Mapping[str, Any], row: Row) -> bool:
    """Whether a result differs from the kept one in its own id only."""
    kept = case.blobs.get(row["result_sha256"])
    again = encode_canonical({**document, "trace_id": row["trace_id"]})
    return _sha256(again) == _sha256(kept)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def apply_mark(projection: Projection, entry: Entry) -> None:
    """`rerun.mark`: what became of a result that nothing took the place of."""
    keep_told(projection.store, entry.seq, entry.what["rerun"])
