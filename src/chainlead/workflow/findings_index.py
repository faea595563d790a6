"""All findings of a case in the order of a triage list, small enough to keep while pages are turned.

Each question a list filters by is one array; choosing, and counting what each other choice would
show, is done on the arrays. The findings themselves are read when they are shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainlead.store import Store
from chainlead.workflow.findings import CERTAINTY_ORDER, ROLE_ORDER, STATES

_FOLDED = ("shipped", "example")
"""What came with software, and published examples: folded unless they are asked for."""
_ONE_VALUE = ("kind", "role", "certainty", "exhibit", "state")
FACETS = ("chain", *_ONE_VALUE)
"""The questions with a fixed list of answers."""


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """The findings that are wanted, own ones first.

    Attributes:
        finding_ids: in the order of the list.
        counts: for each question, how many findings each answer would show beside the other filters.
        folded: how many more there are of each folded role.
    """

    finding_ids: Sequence[str]
    counts: Mapping[str, Mapping[str, int]]
    folded: Mapping[str, int]

    def __len__(self) -> int:
        """How many they are."""
        return len(self.finding_ids)


class FindingsIndex:
    """The lines of one case. Made anew when a scan has added findings."""

    def __init__(self, store: Store) -> None:
        """Read the findings once."""
        lines = sorted(_lines(store))
        self._ids = np.array([line.finding_id for line in lines], dtype=object)
        self._places = {line.finding_id: place for place, line in enumerate(lines)}
        self._texts = [f"{line.value.casefold()}\n{line.finding_id}" for line in lines]
        self._names: dict[str, tuple[str, ...]] = {
            "role": ROLE_ORDER,
            "certainty": CERTAINTY_ORDER,
            "state": STATES,
            "kind": tuple(sorted({line.kind for line in lines})),
            "exhibit": tuple(sorted({line.exhibit for line in lines})),
        }
        self._codes: dict[str, NDArray[np.int64]] = {
            "role": np.array([line.role for line in lines], dtype=np.int64),
            "certainty": np.array([line.certainty for line in lines], dtype=np.int64),
            "kind": _coded([line.kind for line in lines], self._names["kind"]),
            "exhibit": _coded([line.exhibit for line in lines], self._names["exhibit"]),
        }
        self._chains = _members([line.chains for line in lines])

    def __len__(self) -> int:
        """How many findings the case has."""
        return len(self._ids)

    def states(self, store: Store) -> NDArray[np.int64]:
        """How each finding was judged, as a number in `STATES`; to be handed to `choose`."""
        codes = np.zeros(len(self), dtype=np.int64)
        for row in store.rows("triage", columns=["finding_id", "state"]):
            place = self._places.get(row["finding_id"])
            if place is not None:
                codes[place] = STATES.index(row["state"])
        return codes

    def choose(self, wanted: Wanted, states: NDArray[np.int64]) -> Chosen:
        """The findings that are wanted."""
        codes = {**self._codes, "state": states}
        fits = self._fits(wanted, codes)
        counts = {
            name: dict(
                zip(
                    self._names[name],
                    np.bincount(
                        codes[name][_all(fits, len(self), but=name)],
                        minlength=len(self._names[name]),
                    ).tolist(),
                    strict=True,
                )
            )
            for name in _ONE_VALUE
        }
        beside = _all(fits, len(self), but="chain")
        counts["chain"] = {
            chain: int(np.count_nonzero(beside & members))
            for chain, members in self._chains.items()
        }
        hidden = _all(fits, len(self), but="fold") & ~fits.get(
            "fold", np.ones(len(self), dtype=bool)
        )
        roles = np.bincount(codes["role"][hidden], minlength=len(ROLE_ORDER)).tolist()
        return Chosen(
            self._ids[_all(fits, len(self))].tolist(),
            {name: {each: n for each, n in counts[name].items() if n} for name in FACETS},
            {role: n for role, n in zip(ROLE_ORDER, roles, strict=True) if n},
        )

    def _fits(
        self, wanted: Wanted, codes: Mapping[str, NDArray[np.int64]]
    ) -> dict[str, NDArray[np.bool_]]:
        """Which findings each filter lets through; a filter that is not set has no entry."""
        fits: dict[str, NDArray[np.bool_]] = {}
        for name in _ONE_VALUE:
            if asked := getattr(wanted, name):
                known = self._names[name]
                fits[name] = codes[name] == (known.index(asked) if asked in known else -1)
        if wanted.chain:
            fits["chain"] = self._chains.get(wanted.chain, np.zeros(len(self), dtype=bool))
        if text := wanted.text.strip().casefold():
            fits["text"] = np.fromiter((text in each for each in self._texts), bool, len(self))
        if wanted.is_folded and wanted.role not in _FOLDED:
            folded = [ROLE_ORDER.index(role) for role in _FOLDED]
            fits["fold"] = ~np.isin(codes["role"], folded)
        return fits


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


def _all(fits: Mapping[str, NDArray[np.bool_]], count: int, *, but: str = "") -> NDArray[np.bool_]:
    """What passes every filter, one of them left aside."""
    passes = np.ones(count, dtype=bool)
    for name, each in fits.items():
        if name != but:
            passes &= each
    return passes


def _coded(values: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    number = {name: place for place, name in enumerate(names)}
    return np.array([number[value] for value in values], dtype=np.int64)


def _members(chains: Sequence[tuple[str, ...]]) -> dict[str, NDArray[np.bool_]]:
    """For each chain, which findings may belong to it."""
    found = {
        chain: np.zeros(len(chains), dtype=bool)
        for chain in sorted({c for cs in chains for c in cs})
    }
    for place, each in enumerate(chains):
        for chain in each:
            found[chain][place] = True
    return found


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
