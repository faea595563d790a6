"""Who has a role in a case of a team server: each change is an act of the case, with its reason.

The tables of the team server are the truth for roles; the journal is the record. So an act that
was written and whose role was not (the database stopped between the two) is repeated, and never the
other way round. Each act also keeps how many looks were logged by then and the digest of the last
one: lines that are cut off the end of that log later are noticed. Acts: `access.grant`,
`access.withdraw`, `access.export`; they change no table of the case.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from chainlead.custody import Entry, read_entries
from chainlead.errors import AccessError, ChainleadError
from chainlead.model import Sentence, moment_to_text
from chainlead.store import Member, TeamStore, View
from chainlead.workflow.case import JOURNAL, Case, Projection

PRACTICE_MARK = "PRACTICE"
_COLUMNS = ("number", "at", "name", "page", "reason", "previous", "digest")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Role(StrEnum):
    """What a person is in a case."""

    READER = "reader"
    INVESTIGATOR = "investigator"
    REVIEWER = "reviewer"
    OWNER = "owner"


def case_key(folder: Path) -> str:
    """What a team server knows a case by, whatever its folder is called; empty for a damaged case.

    It is the digest of the case's key. All practice cases have one key, so each of them is known by
    the name of its folder.
    """
    if (folder.parent / PRACTICE_MARK).is_file():
        return practice_key(folder.parent.name)
    try:
        first = next(read_entries(folder / JOURNAL), None)
    except (ChainleadError, OSError):
        return ""
    return str(first.what.get("key_sha256", "")) if first else ""


def practice_key(name: str) -> str:
    """The key of the practice case in the folder with this name."""
    return hashlib.sha256(f"practice case\n{name}".encode()).hexdigest()


def note_owner(case: Case) -> None:
    """Record that the maker of a case is its owner."""
    case.act("access.grant", what={"person": case.who, "role": Role.OWNER.value, "looks": 0})


def grant(case: Case, team: TeamStore, name: str, role: str, *, why: str = "") -> None:
    """Give a person a role in the case, in place of the one before.

    Args:
        case: open for writing, in the name of an owner.
        team: the tables of the team server.
        name: an account that is not disabled.
        role: one of `Role`.
        why: the reason.

    Raises:
        AccessError: no such role or account, or the case would be without an owner.
    """
    if role not in set(Role):
        raise AccessError(
            f"There is no role {role[:40]!r}.", next_step=f"Use one of: {', '.join(Role)}."
        )
    person = team.person(name)
    if person is None or person.is_disabled:
        raise AccessError(
            "No account with that name may log in.",
            next_step="Ask an administrator for the name of the account.",
        )
    key = case_key(case.folder)
    if team.role_of(key, name) == role:
        raise AccessError(f"{name} has that role already.", next_step="There is nothing to do.")
    if role != Role.OWNER:
        _keep_an_owner(team, key, without=name)
    case.act(
        "access.grant", why=why.strip(), what={"person": name, "role": role, **_log_end(team, key)}
    )
    team.set_role(key, name, role, at=case.now())


def withdraw(case: Case, team: TeamStore, name: str, *, why: str = "") -> None:
    """Take a person's role in the case away.

    Raises:
        AccessError: the person has none, or the case would be without an owner.
    """
    key = case_key(case.folder)
    if all(member.name != name for member in team.members(key)):
        raise AccessError("Nobody with that name has a role in this case.")
    _keep_an_owner(team, key, without=name)
    case.act("access.withdraw", why=why.strip(), what={"person": name, **_log_end(team, key)})
    team.set_role(key, name, None, at=case.now())


def note_log_export(case: Case, team: TeamStore, form: str, *, why: str = "") -> None:
    """Record that the log of looks was saved as a file."""
    what = {"form": form, **_log_end(team, case_key(case.folder))}
    case.act("access.export", why=why.strip(), what=what)


def check_log(entries: Iterable[Entry], team: TeamStore, key: str) -> Sentence:
    """What is wrong with the log of looks, in a sentence that names the first bad line; or nothing.

    Found is: a line that was changed, removed or moved, and an end that was cut off after an act of
    the case kept its digest. Not found is an end that was cut off since the last such act.

    Args:
        entries: the case's journal.
        team: the tables with the log.
        key: of the case.
    """
    broken = team.first_broken_view(key)
    if broken is not None:
        return Sentence(
            "Line {line} of the log of looks is not the one that was written.", line=broken
        )
    digests = {view.number: view.digest for view in team.views(key)}
    for entry in entries:
        count = entry.what.get("looks", 0) if entry.act.startswith("access.") else 0
        if count and digests.get(count) != entry.what.get("looks_digest"):
            return Sentence(
                "Line {line} of the log of looks is missing or another: act {act} of the journal knew "
                "{count} lines.",
                line=min(count, len(digests) + 1),
                act=entry.seq,
                count=count,
            )
    return Sentence("")


def looks_csv(views: Iterable[View]) -> bytes:
    """The log as a table; a cell that a spreadsheet would take for a formula begins with '."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for view in views:
        row = _row(view)
        table.writerow([_plain(str(row[name])) for name in _COLUMNS])
    return text.getvalue().encode()


def looks_jsonl(views: Iterable[View]) -> bytes:
    """The log, one JSON object in a line."""
    return b"".join(msgspec.json.encode(_row(view)) + b"\n" for view in views)


def _row(view: View) -> dict[str, object]:
    return {
        "number": view.number,
        "at": moment_to_text(view.at),
        "name": view.name,
        "page": view.page,
        "reason": view.reason,
        "previous": view.previous,
        "digest": view.digest,
    }


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def apply_grant(_projection: Projection, _entry: Entry) -> None:
    """`access.grant`: the journal itself is the record."""


def apply_withdraw(_projection: Projection, _entry: Entry) -> None:
    """`access.withdraw`: the journal itself is the record."""


def apply_export(_projection: Projection, _entry: Entry) -> None:
    """`access.export`: the journal itself is the record."""


def owners(team: TeamStore, members: Iterable[Member]) -> tuple[str, ...]:
    """The owners who may log in."""
    return tuple(
        member.name
        for member in members
        if member.role == Role.OWNER
        and (person := team.person(member.name)) is not None
        and not person.is_disabled
    )


def _keep_an_owner(team: TeamStore, key: str, *, without: str) -> None:
    """Refuse what would leave the case to nobody. The case's lock makes this safe for two at once."""
    held = team.members(key)
    is_owner = any(m.name == without and m.role == Role.OWNER for m in held)
    if is_owner and not set(owners(team, held)) - {without}:
        raise AccessError(
            "A case always has an owner, and this is the last one.",
            next_step="Make somebody else owner first.",
        )


def _log_end(team: TeamStore, key: str) -> dict[str, Any]:
    last = next(iter(team.last_views(key, 1)), None)
    return {"looks": last.number, "looks_digest": last.digest} if last else {"looks": 0}
