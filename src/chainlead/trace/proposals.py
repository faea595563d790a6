"""The links that rules propose, in flat arrays: dense numbers for addresses and links.

A link is one rule's word on one transaction. Links are numbered in chain order, and for one
transaction the co-spend comes before the change; so their numbers do not depend on the order in
which the ledger came in.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlead.model import Txid
from chainlead.trace.contested import Doubt, LinkDecision

CO_SPEND, CHANGE = 0, 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """One transaction's word: who spent together, and where the change went.

    Attributes:
        firm: addresses that spent more than dust, sorted.
        soft: addresses that took part with dust only, sorted.
        doubts: what speaks against any link by this transaction.
        change: the address of its change, if a change rule named one.
    """

    order: tuple[int, int, bytes]
    txid: Txid
    height: int | None
    firm: tuple[str, ...]
    soft: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    change: str | None = None


class Proposals:
    """All proposed links. Build once, then read only."""

    def __init__(
        self,
        proposals: Sequence[Proposal],
        rules: tuple[str, str],
        decisions: Sequence[LinkDecision] = (),
    ) -> None:
        """Number addresses and links.

        Args:
            proposals: in any order; one for each transaction.
            rules: names of the co-spend rule and of the change rule.
            decisions: of one (txid, rule) the last one counts.
        """
        self.names: list[str] = []
        self.number: dict[str, int] = {}
        self.txids: list[Txid] = []
        self.heights: list[int | None] = []
        self.rules = array("B")
        self.soft: dict[int, tuple[int, ...]] = {}
        self.doubts: dict[int, tuple[Doubt, ...]] = {}
        self.verdicts: dict[int, bool] = {}
        self._members_at = array("L", [0])
        self._members = array("L")
        self._by_txid: dict[Txid, int] = {}
        decided = {(decision.txid, decision.rule): decision.accepted for decision in decisions}
        for proposal in sorted(proposals, key=lambda proposal: proposal.order):
            self._by_txid[proposal.txid] = len(self.txids)
            verdict = decided.get((proposal.txid, rules[CO_SPEND]))
            if len(proposal.firm) + len(proposal.soft) > 1:
                self._add(proposal, CO_SPEND, proposal.firm, proposal.soft, verdict)
            if proposal.change is not None and proposal.firm:
                verdict = decided.get((proposal.txid, rules[CHANGE]))
                self._add(proposal, CHANGE, (*proposal.firm, proposal.change), (), verdict)
        self.apart = [pair for decision in decisions for pair in self._apart(decision)]
        self._index()

    def __len__(self) -> int:
        """How many links are proposed."""
        return len(self.txids)

    def links_by(self, txid: Txid) -> tuple[int, ...]:
        """The links that a transaction proposes: none, one, or a co-spend and a change."""
        first = self._by_txid.get(txid)
        if first is None:
            return ()
        return tuple(n for n in range(first, min(first + 2, len(self))) if self.txids[n] == txid)

    def members(self, link: int) -> Sequence[int]:
        """The addresses that a link joins; with dust-only ones only if a person accepted them."""
        return self._members[self._members_at[link] : self._members_at[link + 1]]

    def links_at(self, address: int) -> Sequence[int]:
        """The links that an address takes part in, in chain order."""
        return self._links_of[self._links_at[address] : self._links_at[address + 1]]

    def everyone(self, link: int) -> tuple[int, ...]:
        """The addresses that take part in a link, dust or not."""
        return (*self.members(link), *self.soft.get(link, ()))

    def _add(
        self,
        proposal: Proposal,
        rule: int,
        firm: tuple[str, ...],
        soft: tuple[str, ...],
        verdict: bool | None,
    ) -> None:
        link = len(self.txids)
        self.txids.append(proposal.txid)
        self.heights.append(proposal.height)
        self.rules.append(rule)
        if verdict is not None:
            self.verdicts[link] = verdict
        self._members.extend(self._numbered(address) for address in firm)
        dust = tuple(self._numbered(address) for address in soft)
        if verdict:
            self._members.extend(dust)
        elif dust:
            self.soft[link] = dust
        self._members_at.append(len(self._members))
        if proposal.doubts:
            self.doubts[link] = proposal.doubts

    def _numbered(self, address: str) -> int:
        number = self.number.get(address)
        if number is None:
            number = self.number[address] = len(self.names)
            self.names.append(address)
        return number

    def _apart(self, decision: LinkDecision) -> Iterator[tuple[int, int]]:
        """Pairs of addresses that a refusal keeps apart."""
        if decision.accepted:
            return
        sides = [
            [self.number[address] for address in side if address in self.number]
            for side in decision.sides
        ]
        first = [side[0] for side in sides if side]
        for place, one in enumerate(first):
            for other in first[place + 1 :]:
                yield one, other

    def _index(self) -> None:
        """The links of each address, from the addresses of each link."""
        counts = [0] * (len(self.names) + 1)
        for member in self._members:
            counts[member + 1] += 1
        for place in range(1, len(counts)):
            counts[place] += counts[place - 1]
        self._links_at = array("L", counts)
        self._links_of = array("L", bytes(self._members.itemsize * len(self._members)))
        for link in range(len(self.txids)):
            for member in self.members(link):
                self._links_of[counts[member]] = link
                counts[member] += 1
