"""The stop rule of a trace: end where a service pools its customers' money.

A tag on the address itself is asserted. A tag on another address of the same co-spend cluster is
taken over as inferred, one confidence class lower, with the linking transactions.
"""

from typing import Any

from chainlead.attribution import AddressBook, Claim
from chainlead.ledger import Output
from chainlead.model import Chain, Strength
from chainlead.store import Store
from chainlead.trace import Reason, Stop
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.parties import find_tagged


class ServiceStop:
    """Called with an output, it says whether the trail ends there; it remembers what it used."""

    def __init__(self, store: Store, chain: Chain, clusters: CaseClusters) -> None:
        """Read the tags of the case; `clusters` is asked only where a tag could be inherited."""
        self._store = store
        self._book = AddressBook(store)
        self._chain = chain
        self._clusters = clusters
        self._has_tags = bool(store.count("tags"))
        self._pooling_in: dict[int, list[str]] | None = None
        self._answers: dict[str, tuple[Claim, ...]] = {}
        self._used: dict[str, tuple[Claim, ...]] = {}

    def __call__(self, output: Output) -> Stop | None:
        """The stop at this output, or None where the trail goes on."""
        pooling = None if output.address is None else self._pooling_at(output.address)
        if pooling is None:
            return None
        return Stop(Reason.SERVICE, pooling.service, pooling.strength)

    def service_at(self, address: str) -> str | None:
        """The service that pools money at this address, by a tag on it or on its cluster, or None."""
        pooling = self._pooling_at(address)
        return None if pooling is None else pooling.service

    def actor_at(self, address: str) -> str | None:
        """The actor behind that service, one name on every ledger; its label where none is given."""
        pooling = self._pooling_at(address)
        return None if pooling is None else pooling.actor or pooling.service

    def _pooling_at(self, address: str) -> Claim | None:
        if not self._has_tags:
            return None
        claims = self._claims(address)
        pooling = self._pooling(claims)
        if pooling is not None:
            self._used[address] = claims
        return pooling

    @property
    def has_inherited(self) -> bool:
        """Whether any stop rests on a cluster."""
        return any(
            claim.strength is Strength.INFERRED
            for claims in self._used.values()
            for claim in claims
        )

    def used(self) -> list[dict[str, Any]]:
        """The claims behind every stop, by address."""
        return [
            {"address": address, "claims": [claim_document(claim) for claim in claims]}
            for address, claims in sorted(self._used.items())
        ]

    def service_of(self, address: str) -> str | None:
        """The service that pools money at this address, as a tag on it says, or None."""
        pooling = self._pooling(self._book.service_claims(self._chain, address))
        return pooling.service if pooling else None

    def _claims(self, address: str) -> tuple[Claim, ...]:
        if address not in self._answers:
            own = self._book.service_claims(self._chain, address)
            self._answers[address] = own or self._inherited(address)
        return self._answers[address]

    def _pooling(self, claims: tuple[Claim, ...]) -> Claim | None:
        return next((c for c in claims if self._book.pools_money(c.category)), None)

    def _inherited(self, address: str) -> tuple[Claim, ...]:
        """The claims of the first tagged address of its cluster; nothing is built without one near."""
        group = self._clusters.spends.group_of(address)
        tagged = [] if group is None else self._pooling_addresses.get(group, [])
        if not tagged:
            return ()
        clusters = self._clusters.near(address)
        name = clusters.name_of(address)
        source = next((other for other in tagged if clusters.name_of(other) == name), None)
        if source is None or source == address:
            return ()
        links = clusters.why(source, address)
        claims = self._book.service_claims(self._chain, source)
        return self._book.inherited(claims, address, [link.txid.display for link in links])

    @property
    def _pooling_addresses(self) -> dict[int, list[str]]:
        """The addresses that a tag says pool money, sorted, by the group of co-spends they are in."""
        if self._pooling_in is None:
            self._pooling_in = {}
            spends = self._clusters.spends
            for address in sorted(find_tagged(self._store, spends.addresses)):
                group = spends.group_of(address)
                if group is not None and self._pools(address):
                    self._pooling_in.setdefault(group, []).append(address)
        return self._pooling_in

    def _pools(self, address: str) -> bool:
        return self._pooling(self._book.service_claims(self._chain, address)) is not None


def claim_document(claim: Claim) -> dict[str, Any]:
    """A claim as a trace keeps it."""
    return {
        "address": claim.address,
        "service": claim.service,
        "actor": claim.actor,
        "category": claim.category,
        "strength": claim.strength.value,
        "confidence": claim.confidence,
        "source": claim.source,
        "lastmod": claim.lastmod,
        "pack": claim.pack,
        "inherited_via": list(claim.inherited_via),
        "note": claim.note,
        **({"says_nothing": claim.says_nothing} if claim.says_nothing else {}),
    }
