"""All findings of a case in the order of a triage list, small enough to keep while pages are turned.

Each question a list filters by is one array; choosing, and counting what each other choice would
show, is done on the arrays. The findings themselves are read when they are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from chainlead.store import Store
from chainlead.workflow.findings import CERTAINTY_ORDER, ROLE_ORDER, STATES

_FOLDED = ("shipped", "example")
"""What came with software, and published examples: folded unless they are asked for."""
_ONE_VALUE = ("kind", "role", "certainty", "exhibit", "state")
_FIRST = ("role", "certainty", "kind")
"""By these the list is ordered first, then by value."""
_KEPT_CODES = (*_FIRST, "exhibit")
_COLUMNS = (*_KEPT_CODES, "value", "finding_id", "candidates")
_BEGIN_BYTES = 16
FACETS = ("chain", *_ONE_VALUE)
"""The questions with a fixed list of answers."""


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
        found = dict(zip(_COLUMNS, store.columns("findings", _COLUMNS), strict=True))
        ids: list[str] = found["finding_id"]
        values = [value or "" for value in found["value"]]
        self._names: dict[str, tuple[str, ...]] = {
            "role": ROLE_ORDER,
            "certainty": CERTAINTY_ORDER,
            "state": STATES,
            "kind": tuple(sorted(set(found["kind"]))),
            "exhibit": tuple(sorted(set(found["exhibit"]))),
        }
        codes = {name: _coded(found[name], self._names[name]) for name in _KEPT_CODES}
        order = _ordered(ids, values, [codes[name] for name in _FIRST])
        self._ids = np.array(ids, dtype=object)[order]
        self._values = np.array(values, dtype=object)[order]
        self._codes = {name: each[order] for name, each in codes.items()}
        self._chains = _members(found["candidates"], order)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each finding stands in the list."""
        return {finding_id: place for place, finding_id in enumerate(self._ids)}

    @cached_property
    def _texts(self) -> list[str]:
        """What a search looks through, of each finding."""
        return [
            f"{value.casefold()}\n{finding_id}"
            for value, finding_id in zip(self._values, self._ids, strict=True)
        ]

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


def _ordered(
    ids: Sequence[str], values: Sequence[str], codes: Sequence[NDArray[np.int64]]
) -> NDArray[np.int64]:
    """The places of the findings by the codes, then value, then id.

    Numbers decide first: the codes, and the beginning of the value. Whole texts are compared only
    where these are equal; the bytes of UTF-8 have the order of the letters.
    """
    begins = b"".join(
        value.encode("utf-8", "surrogatepass")[:_BEGIN_BYTES].ljust(_BEGIN_BYTES, b"\0")
        for value in values
    )
    first, second = np.frombuffer(begins, dtype=">u8").reshape(-1, 2).T.astype(np.uint64)
    numbers = (*codes, first, second)
    order: NDArray[np.int64] = np.lexsort(numbers[::-1])
    differs = np.ones(len(order) + 1, dtype=bool)
    differs[1:-1] = np.any([each[order[1:]] != each[order[:-1]] for each in numbers], axis=0)
    starts = np.flatnonzero(differs)
    for run in np.flatnonzero(np.diff(starts) > 1):
        begin, end = starts[run], starts[run + 1]
        equal = order[begin:end].tolist()
        order[begin:end] = sorted(equal, key=lambda place: (values[place], ids[place]))
    return order


def _coded(values: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    number = {name: place for place, name in enumerate(names)}
    return np.fromiter(map(number.__getitem__, values), np.int64, len(values))


def _members(candidates: Sequence[str], order: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """For each chain, which findings in their order may belong to it; from lists as JSON."""
    said = tuple(dict.fromkeys(candidates))
    codes = _coded(candidates, said)[order]
    chains = [{each["chain"] for each in msgspec.json.decode(text)} for text in said]
    return {
        chain: np.array([chain in each for each in chains], dtype=bool)[codes]
        for chain in sorted(set().union(*chains))
    }
