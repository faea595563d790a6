"""For what reason personal data are looked at and handed out: kept in the journal, asked for if wanted.

Acts: `personal_data.disclose`, `personal_data.consult`; they change no table. See
docs/howto/personal-data.md and, for the classes that the law wants logged, `access_log.py`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import ReasonMissingError
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.transfer_reason import require_transfer_reason


def has_personal_data(store: Store) -> bool:
    """Whether the case holds anything about persons; a practice case holds none."""
    practice = store.lookup("settings", name="practice")
    if practice is not None and practice["text"] == "yes":
        return False
    return any(
        store.count(table)
        for table in (
            "persons",
            "exhibits",
            "findings",
            "request_events",
            "answers",
            "canvas_notes",
        )
    )


def require_reason(case: Case, why: str, *, doing: str) -> str:
    """The reason to keep; the one of `CHAINLEAD_WHY` where the command gave none.

    Raises:
        ReasonMissingError: none was given, and the case's setting `reasons` requires one.
    """
    from chainlead.config import current_reason

    given = why.strip() or current_reason()
    if not given and case.settings.get("reasons") == "required" and has_personal_data(case.store):
        raise ReasonMissingError(
            f"This case asks for a reason before {doing}: it holds personal data.",
            safe="Nothing was done.",
        )
    return given


def note_disclosure(
    case: Case,
    thing: str,
    *,
    why: str = "",
    recipients: Sequence[str] = (),
    to_country: str = "",
    outside_eu: str = "",
) -> bool:
    """Record that something of the case is handed out; the journal keeps to whom and why.

    Args:
        case: open for writing.
        thing: what: `pack`, `report`, or words.
        why: the reason.
        recipients: who gets it, as far as known.
        to_country: where they sit, two letters.
        outside_eu: why a transfer out of the EU is necessary (LED Art. 35 to 39).

    Returns:
        Whether an act was written: nothing is, where nobody said why or to whom.

    Raises:
        ReasonMissingError: the case requires a reason, or it leaves the EU and nobody said why.
    """
    reason = require_reason(case, why, doing=f"it hands out the {thing}")
    named = [" ".join(each.split()) for each in recipients if each.strip()]
    transfer = {}
    if to_country.strip():
        transfer = require_transfer_reason(case, to_country, outside_eu)
    if not (reason or named or transfer):
        return False
    what = {"thing": thing, "recipients": named, **transfer}
    last = next((e for e in reversed(case.entries) if e.act != "case.seal"), None)
    if last and (last.act, last.why, last.what) == ("personal_data.disclose", reason, what):
        return False
    case.act("personal_data.disclose", why=reason, what=what)
    return True


def note_handing_out(folder: Path, thing: str, **told: Any) -> bool:
    """`note_disclosure` for a command that does not write otherwise.

    The case is opened for writing only where there is something to record or to refuse.

    Raises:
        ReasonMissingError: see `note_disclosure`.
        CaseNotFoundError: no case there.
    """
    from chainlead.config import current_reason

    with Case.open_to_read(folder) as opened:
        asks = opened.settings.get("reasons") == "required"
    if not (asks or any(told.values()) or current_reason()):
        return False
    with Case.open_to_write(folder) as opened:
        return note_disclosure(opened, thing, **told)


def apply_disclose(_projection: Projection, _entry: Entry) -> None:
    """`personal_data.disclose`: the journal itself is the record."""


def note_consultation(case: Case, thing: str, *, why: str = "", count: int = 0) -> bool:
    """Record a look at personal data, where the case's setting `log_views` asks for it.

    Returns:
        Whether an act was written.

    Raises:
        ReasonMissingError: the case requires a reason, and none was given.
    """
    if not wants_views(case):
        return False
    reason = require_reason(case, why, doing=f"it shows {thing}")
    case.act("personal_data.consult", why=reason, what={"thing": thing, "count": count})
    return True


def wants_views(case: Case) -> bool:
    """Whether looks are kept in this case."""
    return case.settings.get("log_views") == "yes"


def apply_consult(_projection: Projection, _entry: Entry) -> None:
    """`personal_data.consult`: the journal itself is the record."""
