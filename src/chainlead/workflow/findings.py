"""Look at findings and judge them: list, show again from the exhibit, triage, undo.

Acts: `findings.triage` (a person judged a finding) and `findings.undo` (the last judgement is
taken back; an undo is an act like any other, so it can be undone too).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import ConfigError, ExhibitNotFoundError, FindingNotFoundError
from chainlead.evidence import UnreadReason
from chainlead.workflow.case import Case, Projection

STATES = ("new", "relevant", "noise")
_JUDGED = frozenset({"findings.triage", "findings.undo"})
ROLE_ORDER = ("own", "counterparty", "unknown", "shipped", "example")
CERTAINTY_ORDER = ("checked", "structured", "shape")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which findings are wanted; an empty field wants all."""

    kind: str = ""
    certainty: str = ""
    chain: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding, read again from its exhibit.

    Attributes:
        row: as in `list_findings`.
        proved: whether the same thing is still at the same place.
        proof: what was compared, in a sentence; no secret in it.
        ordinary_way: how to reach the same bytes with ordinary tools.
    """

    row: dict[str, Any]
    proved: bool
    proof: str
    ordinary_way: list[str] = field(default_factory=list)


def list_findings(case: Case, filters: Filters | None = None) -> list[dict[str, Any]]:
    """The findings of a case with their triage state, best known owner first.

    Raises:
        ConfigError: a filter has a value that findings never have.
    """
    wanted = filters or Filters()
    _check(wanted)
    where = {
        name: getattr(wanted, name)
        for name in ("kind", "certainty", "role")
        if getattr(wanted, name)
    }
    states = {row["finding_id"]: row for row in case.store.rows("triage")}
    rows = (_with_state(row, states) for row in case.store.rows("findings", **where))
    kept = [
        row
        for row in rows
        if (not wanted.chain or wanted.chain in row["candidates"])
        and (not wanted.state or row["state"] == wanted.state)
    ]
    return sorted(kept, key=_order)


def list_unread(case: Case, *, exhibit: str = "", reason: str = "") -> list[dict[str, Any]]:
    """What the scans could not read, or not completely, by exhibit and place.

    Args:
        case: open for reading.
        exhibit: only of this exhibit.
        reason: only with this reason.

    Raises:
        ConfigError: nothing is ever unread for such a reason.
    """
    reasons = [each.value for each in UnreadReason]
    if reason and reason not in reasons:
        raise ConfigError(
            f"Nothing is unread for the reason {reason!r}.",
            next_step=f"The reasons are: {', '.join(sorted(reasons))}.",
        )
    given = {"exhibit": exhibit, "reason": reason}
    where: dict[str, Any] = {name: value for name, value in given.items() if value}
    rows = sorted(
        case.store.rows("unread", **where),
        key=lambda row: (row["exhibit"], row["location"], row["reason"]),
    )
    return [
        {**{name: row[name] for name in ("exhibit", "reason", "detail")}, "location": row["steps"]}
        for row in rows
    ]


def named_findings(case: Case, finding_ids: Sequence[str]) -> list[dict[str, Any]]:
    """These findings with their triage state, as `list_findings` gives them, in this order."""
    rows = {
        row["finding_id"]: row
        for row in case.store.rows("findings", finding_id=("in", finding_ids))
    }
    judged = case.store.rows("triage", finding_id=("in", finding_ids))
    states = {row["finding_id"]: row for row in judged}
    return [_with_state(rows[each], states) for each in finding_ids]


def _check(filters: Filters) -> None:
    from chainlead.model import Chain

    permitted: Iterable[tuple[str, str, Iterable[str]]] = (
        ("certainty", filters.certainty, CERTAINTY_ORDER),
        ("chain", filters.chain, [chain.value for chain in Chain]),
        ("role", filters.role, ROLE_ORDER),
        ("state", filters.state, STATES),
    )
    for name, given, known in permitted:
        if given and given not in known:
            raise ConfigError(
                f"There is no {name} {given!r}.", next_step=f"Use one of: {', '.join(known)}."
            )


def _with_state(row: dict[str, Any], states: dict[str, dict[str, Any]]) -> dict[str, Any]:
    judged = states.get(row["finding_id"])
    chains = dict.fromkeys(candidate["chain"] for candidate in row["candidates"])
    return {
        "id": row["finding_id"],
        **{name: value for name, value in row.items() if name != "finding_id"},
        "candidates": list(chains),
        "candidate_reasons": row["candidates"],
        "state": judged["state"] if judged else "new",
        "why": judged["why"] if judged else "",
    }


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    offset = -1 if row["offset_bytes"] is None else row["offset_bytes"]
    return (
        ROLE_ORDER.index(row["role"]),
        row["exhibit"],
        row["location"],
        offset,
        row["row"] or "",
        row["kind"],
        row["value"] or "",
        row["id"],
    )


def lookup_finding(case: Case, finding_id: str) -> dict[str, Any]:
    """One finding with its triage state.

    Raises:
        FindingNotFoundError: no such finding, or the beginning of an id fits several.
    """
    row = case.store.lookup("findings", finding_id=finding_id)
    if row is None and len(finding_id) >= 6:
        ids = case.store.rows("findings", columns=["finding_id"])
        fitting = [r["finding_id"] for r in ids if r["finding_id"].startswith(finding_id)]
        if len(fitting) == 1:
            row = case.store.lookup("findings", finding_id=fitting[0])
    if row is None:
        raise FindingNotFoundError(f"The case has no finding {finding_id!r}.")
    states = {r["finding_id"]: r for r in case.store.rows("triage", finding_id=row["finding_id"])}
    return _with_state(row, states)


def show_finding(case: Case, finding_id: str, exhibit_path: Path | None = None) -> ShownFinding:
    """Find a finding again in its exhibit, and say how to reach it without this program.

    Args:
        case: open for reading or writing.
        finding_id: the id, or its beginning (six characters or more) where only one fits.
        exhibit_path: where the exhibit lies now; where it was scanned if left out.

    Raises:
        FindingNotFoundError: the case has no such finding.
        ExhibitNotFoundError: `exhibit_path` was given and holds no such file.
    """
    from chainlead.evidence import ordinary_way
    from chainlead.findings import Finding
    from chainlead.workflow.scan import exhibit_path as scanned_path

    row = lookup_finding(case, finding_id)
    stored = case.store.lookup("findings", finding_id=row["id"])
    assert stored is not None
    finding = Finding.from_row(stored)
    try:
        path = exhibit_path or scanned_path(case, row["exhibit"])
        proved, proof = _prove(case, finding, path)
    except ExhibitNotFoundError as error:
        if exhibit_path is not None:
            raise
        return ShownFinding(row, proved=False, proof=f"Not compared: {error.message}")
    way = ordinary_way(
        finding.provenance,
        finding.offset_bytes,
        finding.length_bytes,
        finding.row,
        exhibit_path=str(path),
        is_folder=path.is_dir(),
    )
    return ShownFinding(row, proved=proved, proof=proof, ordinary_way=way)


def _prove(case: Case, finding: Any, path: Path) -> tuple[bool, str]:
    """Run the same detectors over the same place, and compare what they say."""
    if finding.detector == "addresses_only":
        return True, (
            "Derived from the phrase at this place; `chainlead findings addresses` derives it again."
        )
    if finding.detector == "derived_on_order":
        return True, (
            "Derived from the extended key at this place; `chainlead findings derive` derives it again."
        )
    from chainlead.evidence import reread
    from chainlead.findings import scan_items
    from chainlead.workflow.scan import scan_knowledge

    knowledge = scan_knowledge(case, finding.provenance.exhibit)
    items = reread(path, finding.provenance, scan_limits(case, finding.provenance.exhibit))
    found = scan_items(items, case_key=case.key, knowledge=knowledge)
    again = {other.finding_id: other for other in found}
    other = again.get(finding.finding_id)
    if other is None:
        return False, "The exhibit no longer has this at this place."
    if other.item_sha256 != finding.item_sha256:
        return True, "The same is at the same place, but the file around it has changed."
    what = "value" if finding.value is not None else "keyed fingerprint"
    return True, (
        f"Read again: the same {finding.length_bytes} bytes at the same place give the same {what}; "
        f"SHA-256 of the stream is unchanged ({finding.item_sha256})."
    )


def scan_limits(case: Case, exhibit: str) -> Any:
    """The limits under which an exhibit of this case was scanned; the usual ones if it was not."""
    from chainlead.evidence import Limits
    from chainlead.workflow.skip_hashes import with_skip_list

    for entry in case.entries:
        if entry.act == "scan.begin" and entry.what["exhibit"] == exhibit:
            given: dict[str, Any] = {
                name: float(value) if isinstance(value, str) else value
                for name, value in entry.what.get("limits", {}).items()
            }
            return with_skip_list(case, exhibit, Limits(**given))
    return Limits()


def triage(case: Case, finding_id: str, state: str, *, why: str = "") -> dict[str, Any]:
    """Judge a finding: `relevant`, `noise`, or `new` again.

    Args:
        case: open for writing.
        finding_id: the id, or its beginning.
        state: one of `STATES`.
        why: the person's reason.

    Returns:
        The finding with its new state.

    Raises:
        ConfigError: no such state.
        FindingNotFoundError: no such finding.
    """
    if state not in STATES:
        raise ConfigError(
            f"A finding cannot be {state!r}.", next_step=f"Use one of: {', '.join(STATES)}."
        )
    row = lookup_finding(case, finding_id)
    case.act(
        "findings.triage",
        why=why,
        what={
            "finding_id": row["id"],
            "state": state,
            "reason": why,
            "before": {"state": row["state"], "reason": row["why"]},
        },
    )
    return lookup_finding(case, row["id"])


def triage_many(
    case: Case, finding_ids: Sequence[str], state: str, *, why: str = ""
) -> tuple[str, ...]:
    """Judge several findings alike, as one act that is taken back as one.

    Returns:
        The ids of the findings whose state changed.

    Raises:
        ConfigError: no such state.
        FindingNotFoundError: one of them is no finding of this case.
    """
    if state not in STATES:
        raise ConfigError(
            f"A finding cannot be {state!r}.", next_step=f"Use one of: {', '.join(STATES)}."
        )
    ids = list(dict.fromkeys(finding_ids))
    known = {
        row["finding_id"]
        for row in case.store.rows("findings", columns=["finding_id"], finding_id=("in", ids))
    }
    ids = list(dict.fromkeys(e if e in known else lookup_finding(case, e)["id"] for e in ids))
    judged = {row["finding_id"]: row for row in case.store.rows("triage", finding_id=("in", ids))}
    was = {
        each: (judged[each]["state"], judged[each]["why"]) if each in judged else ("new", "")
        for each in ids
    }
    changed = [each for each in ids if was[each] != (state, why)]
    if changed:
        before = {each: {"state": was[each][0], "reason": was[each][1]} for each in changed}
        what = {"state": state, "reason": why, "before": before}
        case.act("findings.triage_many", why=why, what=what)
    return tuple(changed)


def undo(case: Case, finding_id: str = "", *, why: str = "") -> dict[str, Any]:
    """Take back the last judgement of a finding, or of the case; an undo can be undone too.

    Returns:
        The finding with its state from before.

    Raises:
        FindingNotFoundError: nothing was judged yet.
    """
    wanted = lookup_finding(case, finding_id)["id"] if finding_id else ""
    for entry in reversed(case.entries):
        if entry.act in _JUDGED and wanted in {"", entry.what["finding_id"]}:
            break
    else:
        raise FindingNotFoundError(
            "Nothing was judged yet.", next_step="Judge one with `chainlead findings triage`."
        )
    what, before = entry.what, entry.what["before"]
    case.act(
        "findings.undo",
        why=why,
        what={
            "finding_id": what["finding_id"],
            "undoes": entry.seq,
            "state": before["state"],
            "reason": before["reason"],
            "before": {"state": what["state"], "reason": what["reason"]},
        },
    )
    return lookup_finding(case, what["finding_id"])


def apply_triage(projection: Projection, entry: Entry) -> None:
    """`findings.triage`: the finding's state is what the person said."""
    _put_state(projection, entry)


def apply_triage_many(projection: Projection, entry: Entry) -> None:
    """`findings.triage_many`: the state of each of these findings is what the person said."""
    for finding_id in sorted(entry.what["before"]):
        _put(projection, finding_id, entry.what["state"], entry.what["reason"], entry.seq)


def apply_undo(projection: Projection, entry: Entry) -> None:
    """`findings.undo`: the finding's state is what it was before the act that is taken back."""
    _put_state(projection, entry)


def apply_export(_projection: Projection, _entry: Entry) -> None:
    """`findings.export`: the files are outside the case; nothing to fill."""


def _put_state(projection: Projection, entry: Entry) -> None:
    what = entry.what
    _put(projection, what["finding_id"], what["state"], what["reason"], entry.seq)


def _put(projection: Projection, finding_id: str, state: str, reason: str, seq: int) -> None:
    if state == "new" and not reason:
        projection.store.delete("triage", finding_id=finding_id)
        return
    row = {"finding_id": finding_id, "state": state, "why": reason, "journal_seq": seq}
    projection.store.insert("triage", [row], replace=True)
