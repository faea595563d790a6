"""Unite clusters link by link in chain order, and never across a contradiction.

Two clusters are not united by a link when that would join different parties (the tags and roles of
one side and of the other name nobody in common), when a person decided that they are apart, or when
both are larger than a limit. A person's acceptance goes before all of these. A cluster carries who
it may belong to: the parties that all its tagged addresses have in common. Naive twin:
tests/naive/clusters.py.
"""

from collections.abc import Collection, Mapping

from chainlead.trace.contested import Doubt
from chainlead.trace.proposals import CHANGE, Proposals

Parties = Mapping[int, frozenset[str]]


class Partition:
    """The clusters, and the links that were not allowed to shape them.

    Attributes:
        set_aside: these links, with what spoke against each at its place in the chain.
    """

    def __init__(
        self,
        proposals: Proposals,
        parties: Parties,
        large: int,
        skipped: Collection[int] = (),
    ) -> None:
        """Unite in chain order.

        Args:
            proposals: the links.
            parties: who is said to hold an address, by its number.
            large: two clusters of more addresses than this do not merge.
            skipped: links that do not count at all.
        """
        self._proposals = proposals
        self._large = large
        count = len(proposals.names)
        self._parent = list(range(count))
        self._size = [1] * count
        self._may_be = dict(parties)
        self._apart: dict[int, set[int]] = {}
        for one, other in proposals.apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        self.set_aside: dict[int, tuple[Doubt, ...]] = {}
        for link in range(len(proposals)):
            if link not in skipped:
                self._take(link)

    def find(self, number: int) -> int:
        """The number that stands for the cluster of this address."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def size(self, number: int) -> int:
        """How many addresses its cluster has."""
        return self._size[self.find(number)]

    def may_be(self, number: int) -> frozenset[str]:
        """Who its cluster may belong to; empty where nobody says anything."""
        return self._may_be.get(self.find(number), frozenset())

    def _take(self, link: int) -> None:
        proposals = self._proposals
        verdict = proposals.verdicts.get(link)
        if verdict is False:
            self.set_aside[link] = (Doubt.REFUSED,)
            return
        if verdict is None and link in proposals.doubts:
            self.set_aside[link] = proposals.doubts[link]
            return
        if proposals.rules[link] == CHANGE and self._rests_on_set_aside(link):
            self.set_aside[link] = ()
            return
        roots = sorted({self.find(member) for member in proposals.members(link)})
        if len(roots) < 2:
            return
        if verdict is None and (doubts := self._doubts(roots)):
            self.set_aside[link] = doubts
            return
        self._unite(roots)

    def _rests_on_set_aside(self, link: int) -> bool:
        """Whether the co-spend of the same transaction, on which its change rests, is not drawn."""
        before = link - 1
        return before in self.set_aside and (
            self._proposals.txids[before] == self._proposals.txids[link]
        )

    def _doubts(self, roots: list[int]) -> tuple[Doubt, ...]:
        doubts = []
        said = [self._may_be[root] for root in roots if root in self._may_be]
        if said and not frozenset.intersection(*said):
            doubts.append(Doubt.PARTIES)
        if self._apart and any(
            not self._apart[one].isdisjoint(roots) for one in roots if one in self._apart
        ):
            doubts.append(Doubt.DECIDED)
        if sum(self._size[root] > self._large for root in roots) > 1:
            doubts.append(Doubt.LARGE)
        return tuple(doubts)

    def _unite(self, roots: list[int]) -> None:
        first, *others = roots
        said = [self._may_be[root] for root in roots if root in self._may_be]
        if said:
            agreed = frozenset.intersection(*said)
            self._may_be[first] = agreed or frozenset.union(*said)
        for other in others:
            self._parent[other] = first
            self._size[first] += self._size[other]
            enemies = self._apart.pop(other, None)
            if enemies:
                for enemy in enemies:
                    self._apart[enemy].discard(other)
                    if enemy != first:
                        self._apart[enemy].add(first)
                        self._apart.setdefault(first, set()).add(enemy)
