"""`case purge`: erase the content of a case in two steps, by two persons, and leave a provable trace.

Acts: `purge.order` (who, why) and `purge.done` (somebody else, with the order's code). The journal stays
whole; what it names is gone. Data are erased because the law says so (Directive (EU) 2016/680, Art. 4,
5 and 16), and that they were must be provable.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CaseError, ReasonMissingError, SecondPersonError
from chainlead.model import moment_to_text
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.purged import PURGE, exported_files
from chainlead.workflow.request_states import states

ORDER = "purge.order"
ORDER_LIVES = timedelta(days=7)
_CODE_CHARACTERS = 8
_SETTINGS_THAT_STAY = (
    "reference", "unit", "country", "currency", "timezone", "language", "offline", "reasons", "log_views",
    "practice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PurgeOrder:
    """What would be erased, and the code that a second person has to give."""

    code: str
    valid_until: str
    blob_count: int
    file_count: int
    open_requests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """What was erased, and the journal's digest after it."""

    blob_count: int
    file_count: int
    ordered_by: str
    seq: int
    digest: str


def order_purge(case: Case, *, why: str) -> PurgeOrder:
    """Record the order to erase the content of the case; nothing is erased yet.

    Raises:
        ReasonMissingError: no reason.
    """
    if not why.strip():
        raise ReasonMissingError("A case is purged for a reason: it cannot be taken back.")
    entry = case.act(ORDER, why=why.strip(), what={})
    blobs, files = _content(case)
    waiting = tuple(s.draft_id for s in states(case.store) if s.was_sent and not s.is_closed)
    until = moment_to_text(entry.at + ORDER_LIVES)
    return PurgeOrder(_code(case, entry), until, len(blobs), len(files), waiting)


def confirm_purge(case: Case, code: str, *, why: str = "") -> Purged:
    """Erase what was ordered: every stored and exported file, and every table.

    Args:
        case: open for writing, in the name of somebody else than who ordered.
        code: the code that the order gave.
        why: a further reason of the person who confirms.

    Raises:
        CaseError: no open order with this code, or it is too old.
        SecondPersonError: the same person ordered it.
    """
    order = _lookup_order(case, code)
    if order.who.casefold() == case.who.casefold():
        raise SecondPersonError(f"{case.who} ordered the purge; another person has to confirm it.")
    blobs, files = _content(case)
    settings = {
        name: text if name in _SETTINGS_THAT_STAY else "" for name, text in case.settings.items()
    }
    what: dict[str, Any] = {
        "order_seq": order.seq,
        "ordered_by": order.who,
        "blob_count": len(blobs),
        "file_count": len(files),
        "settings": settings,
    }
    reason = " ".join(part for part in (order.why, why.strip()) if part)
    entry = case.erase(PURGE, why=reason, what=what)
    return Purged(len(blobs), len(files), order.who, entry.seq, entry.digest)


def apply_order(_projection: Projection, _entry: Entry) -> None:
    """`purge.order`: the journal holds it."""


def apply_done(projection: Projection, entry: Entry) -> None:
    """`purge.done`, on empty tables: the settings that stay, and the purge itself."""
    settings = [{"name": name, "text": text} for name, text in entry.what["settings"].items()]
    projection.store.insert("settings", settings)
    row = {
        "journal_seq": entry.seq,
        "at": moment_to_text(entry.at),
        "ordered_by": entry.what["ordered_by"],
        "confirmed_by": entry.who,
        "why": entry.why,
        "blob_count": entry.what["blob_count"],
        "file_count": entry.what["file_count"],
    }
    projection.store.insert("purges", [row])


def _content(case: Case) -> tuple[frozenset[str], frozenset[str]]:
    blobs = frozenset(sha256 for entry in case.entries for sha256 in entry.blobs.values())
    return blobs, frozenset(exported_files(case.entries))


def _code(case: Case, order: Entry) -> str:
    digest = hmac.new(case.key, b"purge order " + order.digest.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:_CODE_CHARACTERS]


def _lookup_order(case: Case, code: str) -> Entry:
    given = code.strip().upper()
    for entry in reversed(case.entries):
        if entry.act != ORDER or not hmac.compare_digest(
            _code(case, entry).encode(), given.encode()
        ):
            continue
        if case.now() - entry.at > ORDER_LIVES:
            raise CaseError("The order is more than seven days old.", next_step="Order it again.")
        return entry
    raise CaseError(
        "There is no open order with this code.",
        next_step="Order it first with `chainlead case purge CASE --why REASON`; the answer names "
        "the code.",
    )
