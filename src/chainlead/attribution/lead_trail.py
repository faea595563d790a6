"""What leads ask of a trail, over outputs and over accounts alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from chainlead.attribution.claim import Deposit
from chainlead.model import Strength


@dataclass(slots=True)
class ServiceEnd:
    """One place where the trail ends at a service, with its traced part under each rule.

    `place` is an outpoint, or on a ledger of accounts a transaction with a transfer's number.
    """

    place: str
    address: str
    note: str
    strength: Strength
    traced_units: dict[str, int] = field(default_factory=dict)


class LeadTrail(Protocol):
    """A trace document, indexed for its leads."""

    @property
    def chain(self) -> str: ...

    @property
    def direction(self) -> str: ...

    @property
    def origin(self) -> str: ...

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a reader should know of the asset that was followed, in sentences."""

    def ends(self) -> Iterator[ServiceEnd]:
        """Where the trail ends at a service, in a fixed order."""

    def deposits(self, end: ServiceEnd, party: str) -> Iterator[Deposit]:
        """The transfers that a request must name for one end.

        Args:
            end: one of `ends`.
            party: who is said to hold the end's address, as `party_of` names it.
        """
