"""All findings of a case in the order of a triage list, small enough to keep while pages are turned.

A line holds what a list filters and sorts by; the findings themselves are read when they are shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from chainlead.store import Store
from chainlead.workflow.findings import CERTAINTY_ORDER, ROLE_ORDER, STATES

_MOST_CHOICES = 8
"""So many answers are kept, for the turning of pages."""


class Line(NamedTuple):
    """One finding, as far as a list needs it."""

    role: int
    certainty: int
    kind: str
    value: str
    finding_id: str
    exhibit: str
    chains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are wanted; an empty field wants all.

    Attributes:
        text: stands in the value, whatever its case.
        is_folded: leave out what came with software and what is a published example.
    """

    kind: str = ""
    role: str = ""
    certainty: str = ""
    chain: str = ""
    exhibit: str = ""
    state: str = ""
    text: str = ""
    is_folded: bool = True


class FindingsIndex:
    """The lines of one case. Made anew when a scan has added findings."""

    def __init__(self, store: Store) -> None:
        """Read the findings once."""
        self._lines = sorted(_lines(store))
        self._counts = self._counted()
        self._chosen: dict[Wanted, list[Line]] = {}

    def __len__(self) -> int:
        """How many findings the case has."""
        return len(self._lines)

    def choose(self, store: Store, wanted: Wanted) -> list[Line]:
        """The lines that are wanted, own ones first."""
        if wanted.state:
            return self._choose(store, wanted)
        if wanted not in self._chosen:
            if len(self._chosen) >= _MOST_CHOICES:
                self._chosen.clear()
            self._chosen[wanted] = self._choose(store, wanted)
        return self._chosen[wanted]

    def _choose(self, store: Store, wanted: Wanted) -> list[Line]:
        states = _states(store) if wanted.state else {}
        text = wanted.text.casefold()
        folded = frozenset({ROLE_ORDER.index("shipped"), ROLE_ORDER.index("example")})
        return [
            line
            for line in self._lines
            if (not wanted.kind or line.kind == wanted.kind)
            and (not wanted.role or ROLE_ORDER[line.role] == wanted.role)
            and (not wanted.certainty or CERTAINTY_ORDER[line.certainty] == wanted.certainty)
            and (not wanted.chain or wanted.chain in line.chains)
            and (not wanted.exhibit or line.exhibit == wanted.exhibit)
            and (not wanted.state or states.get(line.finding_id, STATES[0]) == wanted.state)
            and (not text or text in line.value.casefold() or text in line.finding_id)
            and not (wanted.is_folded and not wanted.role and line.role in folded)
        ]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many findings there are of each kind, role, certainty, chain and exhibit."""
        return self._counts

    def _counted(self) -> dict[str, dict[str, int]]:
        counted: dict[str, Counter[str]] = {
            name: Counter() for name in ("kind", "role", "certainty", "chain", "exhibit")
        }
        for line in self._lines:
            counted["kind"][line.kind] += 1
            counted["role"][ROLE_ORDER[line.role]] += 1
            counted["certainty"][CERTAINTY_ORDER[line.certainty]] += 1
            counted["exhibit"][line.exhibit] += 1
            counted["chain"].update(line.chains)
        return {name: dict(sorted(counter.items())) for name, counter in counted.items()}


def read_findings(store: Store, finding_ids: Iterable[str]) -> list[dict[str, Any]]:
    """These findings with their triage state, in the order of the ids."""
    wanted = list(finding_ids)
    rows = {row["finding_id"]: row for row in store.rows("findings", finding_id=("in", wanted))}
    judged = {row["finding_id"]: row for row in store.rows("triage", finding_id=("in", wanted))}
    return [
        {
            **rows[finding_id],
            "state": judged[finding_id]["state"] if finding_id in judged else STATES[0],
            "why": judged[finding_id]["why"] if finding_id in judged else "",
        }
        for finding_id in wanted
        if finding_id in rows
    ]


def _lines(store: Store) -> Iterator[Line]:
    columns = ("role", "certainty", "kind", "value", "finding_id", "exhibit", "candidates")
    for row in store.rows("findings", columns=columns):
        yield Line(
            ROLE_ORDER.index(row["role"]),
            CERTAINTY_ORDER.index(row["certainty"]),
            row["kind"],
            row["value"] or "",
            row["finding_id"],
            row["exhibit"],
            tuple(dict.fromkeys(candidate["chain"] for candidate in row["candidates"])),
        )


def _states(store: Store) -> dict[str, str]:
    return {row["finding_id"]: row["state"] for row in store.rows("triage")}
