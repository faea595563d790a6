"""What a note, a mark or a place by hand can be about, and whether the case holds it.

A subject is a text: `node:<trace>:<key>`, `edge:<trace>:<tail>:<head>`, `trace:<id>`, `finding:<id>`,
`lead:<id>`, `draft:<id>`, `view:<name>`, `time:<moment>` or `time:<moment>/<moment>`.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

import msgspec

from chainlead.errors import SubjectNotFoundError
from chainlead.model import moment_from_text, moment_to_text
from chainlead.report import FOLD_KEY, HAND, TrailThings, trail_things
from chainlead.workflow.case import Case
from chainlead.workflow.hand_fold_rows import lookup_row, rows_of

LONGEST_SUBJECT = 600
_MOST_KEPT = 4


def checked_subject(case: Case, subject: str) -> str:
    """The subject in its full form.

    Raises:
        SubjectNotFoundError: the case has no such thing, or it is no subject.
    """
    if len(subject) > LONGEST_SUBJECT:
        raise SubjectNotFoundError("The name of the thing is too long to be one.")
    kind, _, rest = subject.partition(":")
    check = _CHECKS.get(kind)
    if check is None or not rest:
        raise SubjectNotFoundError(
            f"{subject[:80]!r} names nothing that can be noted or marked.",
            next_step=f"It begins with one of: {', '.join(f'{name}:' for name in _CHECKS)}.",
        )
    return f"{kind}:{check(case, rest)}"


def things_of(case: Case, trace_id: str) -> TrailThings:
    """What the pictures of one trace can show.

    Raises:
        SubjectNotFoundError: the case has no such trace.
    """
    row = case.store.lookup("traces", trace_id=trace_id)
    if row is None:
        raise SubjectNotFoundError(f"The case has no trace {trace_id[:80]!r}.")
    return _KEPT.get(case, row["result_sha256"])


class _KeptThings:
    """The things of the last few traces by the digest of the stored document, which never changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._things: OrderedDict[str, TrailThings] = OrderedDict()

    def get(self, case: Case, sha256: str) -> TrailThings:
        with self._lock:
            held = self._things.get(sha256)
        if held is None:
            held = trail_things(msgspec.json.decode(case.blobs.get(sha256)))
        with self._lock:
            self._things[sha256] = held
            self._things.move_to_end(sha256)
            while len(self._things) > _MOST_KEPT:
                self._things.popitem(last=False)
        return held


_KEPT = _KeptThings()


def require_nodes(case: Case, trace_id: str, keys: Iterable[str]) -> None:
    """Refuse keys that no picture of the trace has.

    Raises:
        SubjectNotFoundError: the case has no such trace, or the trace no such node.
    """
    things = things_of(case, trace_id)
    for key in keys:
        is_box = lookup_row(case.store, key, trace_id=trace_id) is not None
        if not (is_box or things.has_node(key)):
            raise SubjectNotFoundError(f"The trace {trace_id} has no node {key[:120]!r}.")


def require_fold(case: Case, trace_id: str, fold_key: str) -> None:
    """Refuse what is no fold of the trace.

    Raises:
        SubjectNotFoundError: the case has no such trace, or the trace no such fold.
    """
    if not fold_key.startswith(FOLD_KEY) or not things_of(case, trace_id).has_node(fold_key):
        raise SubjectNotFoundError(f"The trace {trace_id} has no fold {fold_key[:120]!r}.")


def _node(case: Case, rest: str) -> str:
    trace_id, _, key = rest.partition(":")
    require_nodes(case, trace_id, [key])
    return rest


def _edge(case: Case, rest: str) -> str:
    trace_id, _, ends = rest.partition(":")
    boxes = frozenset(f"{HAND}{row['fold_id']}" for row in rows_of(case.store, trace_id=trace_id))
    if not things_of(case, trace_id).with_nodes(boxes).has_edge(ends):
        raise SubjectNotFoundError(f"The trace {trace_id} has no line {ends[:160]!r}.")
    return rest


def _trace(case: Case, rest: str) -> str:
    return _row(case, "traces", "trace_id", rest, "trace")


def _draft(case: Case, rest: str) -> str:
    return _row(case, "drafts", "draft_id", rest, "request")


def _view(case: Case, rest: str) -> str:
    return _row(case, "canvas_views", "name", rest, "saved view")


def _row(case: Case, table: str, column: str, wanted: str, word: str) -> str:
    where: dict[str, Any] = {column: wanted}
    if case.store.lookup(table, **where) is None:
        raise SubjectNotFoundError(f"The case has no {word} {wanted[:80]!r}.")
    return wanted


def _finding(case: Case, rest: str) -> str:
    from chainlead.workflow.findings import lookup_finding

    return str(lookup_finding(case, rest)["id"])


def _lead(case: Case, rest: str) -> str:
    from chainlead.workflow.leads import get_lead

    return get_lead(case.store, case.blobs, rest).lead_id


def _time(_case: Case, rest: str) -> str:
    try:
        moments = [moment_from_text(part) for part in rest.split("/")]
    except ValueError:
        moments = []
    if not 1 <= len(moments) <= 2 or moments != sorted(moments):
        raise SubjectNotFoundError(
            f"{rest[:80]!r} is no time.",
            next_step="Write it like 2024-03-01T09:00:00Z, a span as two of them with / between.",
        )
    return "/".join(map(moment_to_text, moments))


_CHECKS = {
    "node": _node,
    "edge": _edge,
    "trace": _trace,
    "finding": _finding,
    "lead": _lead,
    "draft": _draft,
    "view": _view,
    "time": _time,
}
