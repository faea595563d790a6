"""The findings of a case as the guide sees them, condensed in one pass over their columns."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from chainlead.guide import FoundAddress
from chainlead.store import Store, long_pass

_NOT_OURS = frozenset({"shipped", "example"})
_ROLE_ORDER = ("own", "counterparty", "unknown", "shipped", "example")
_CERTAINTY_ORDER = ("checked", "structured", "shape")
_MENTIONS = frozenset({"exchange_domain", "exchange_mail"})
_COLUMNS = (
    "finding_id", "kind", "value", "fingerprint", "candidates", "certainty", "role", "exhibit",
    "location", "detail",
)  # fmt: skip
_TAG = "tag"


class _Seen(NamedTuple):
    """One finding; what is JSON is a text still."""

    finding_id: str
    kind: str
    value: str | None
    fingerprint: str | None
    candidates: str
    certainty: str
    role: str
    exhibit: str
    location: str
    detail: str


class _Address:
    """What the findings of one address say together."""

    __slots__ = ("candidates", "certainty", "finding_id", "has_tag", "is_relevant", "role")

    def __init__(self, seen: _Seen) -> None:
        self.finding_id, self.candidates = seen.finding_id, seen.candidates
        self.role, self.certainty = len(_ROLE_ORDER), len(_CERTAINTY_ORDER)
        self.is_relevant = self.has_tag = False

    def add(self, seen: _Seen, state: str) -> None:
        if seen.finding_id < self.finding_id:
            self.finding_id, self.candidates = seen.finding_id, seen.candidates
        self.role = min(self.role, _ROLE_NUMBER[seen.role])
        self.certainty = min(self.certainty, _CERTAINTY_NUMBER[seen.certainty])
        self.is_relevant |= state == "relevant"
        self.has_tag |= _has_tag(seen.detail)


_ROLE_NUMBER = {name: place for place, name in enumerate(_ROLE_ORDER)}
_CERTAINTY_NUMBER = {name: place for place, name in enumerate(_CERTAINTY_ORDER)}


class FoundFacts:
    """What the guide needs to know of the findings.

    Attributes:
        count: how many there are, without what came with software and published examples.
        by_exhibit: how many each exhibit has, all of them.
        untriaged: how many nobody judged, by certainty.
        secrets: the fingerprints of each kind of secret.
        own_wallets: places of wallets and keys whose role is `own`.
        extended_keys: their values.
        mentions: exchanges that are named.
    """

    def __init__(self, store: Store) -> None:
        """Read the findings once."""
        self.count = 0
        self.by_exhibit: Counter[str] = Counter()
        self.untriaged: Counter[str] = Counter()
        self.secrets: dict[str, set[str]] = defaultdict(set)
        self.own_wallets: set[str] = set()
        self.extended_keys: set[str] = set()
        self.mentions: set[str] = set()
        self._addresses: dict[str, _Address] = {}
        states: Mapping[str, str] = {
            row["finding_id"]: row["state"] for row in store.rows("triage")
        }
        with long_pass():
            for seen in map(_Seen, *store.columns("findings", _COLUMNS)):
                self._add(seen, states.get(seen.finding_id, "new"))

    def _add(self, seen: _Seen, state: str) -> None:
        self.by_exhibit[seen.exhibit] += 1
        if seen.role in _NOT_OURS:
            return
        self.count += 1
        if state == "noise":
            return
        if state == "new":
            self.untriaged[seen.certainty] += 1
        if seen.fingerprint is not None:
            self.secrets[seen.kind].add(seen.fingerprint)
        if seen.role == "own" and (seen.kind == "wallet" or seen.fingerprint is not None):
            location = msgspec.json.decode(seen.location, type=list[str])
            self.own_wallets.add(" › ".join([seen.exhibit, *location]))
        if not seen.value:
            return
        if seen.kind == "extended_key":
            self.extended_keys.add(seen.value)
        if seen.kind in _MENTIONS:
            self.mentions.add(seen.value)
        if seen.kind == "address":
            held = self._addresses.get(seen.value)
            if held is None:
                held = self._addresses[seen.value] = _Address(seen)
            held.add(seen, state)

    def addresses(self) -> tuple[FoundAddress, ...]:
        """The addresses that count, by value."""
        chains: dict[str, tuple[str, ...]] = {}
        with long_pass():
            return tuple(
                FoundAddress(
                    value=value,
                    chains=_chains(held.candidates, chains),
                    role=_ROLE_ORDER[held.role],
                    state="relevant" if held.is_relevant else "new",
                    certainty=_CERTAINTY_ORDER[held.certainty],
                    has_tag=held.has_tag,
                )
                for value, held in sorted(self._addresses.items())
            )


def _chains(candidates: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The chains of a list of candidates, which is the same for many findings."""
    found = known.get(candidates)
    if found is None:
        found = tuple(dict.fromkeys(each["chain"] for each in msgspec.json.decode(candidates)))
        known[candidates] = found
    return found


def _has_tag(detail: str) -> bool:
    if _TAG not in detail:
        return False
    said: dict[str, Any] = dict(msgspec.json.decode(detail) or {})
    return any(_TAG in name and said[name] is not None for name in said)
