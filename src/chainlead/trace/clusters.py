"""Groups of addresses under one inferred control, where every link can be asked why.

A cluster is inferred, never observed: it is shown beside a trace and not used by it. Addresses and
transactions have dense numbers; the links are two flat arrays each way, so that a hundred thousand
transactions fit in a few megabytes.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chainlead.errors import NoLinkError
from chainlead.ledger import Transaction
from chainlead.model import Txid
from chainlead.trace.heuristics.common_input import CommonInput


@dataclass(frozen=True, slots=True)
class Link:
    """One transaction that joins two addresses: the evidence of one step."""

    txid: Txid
    rule: str
    version: int
    addresses: tuple[str, str]
    height: int | None


@dataclass(frozen=True, slots=True)
class Without:
    """What a cluster becomes if one transaction is not counted as a link.

    `before` is empty where the transaction joins nothing.
    """

    txid: Txid
    before: tuple[str, ...]
    after: tuple[tuple[str, ...], ...]


class Clusters:
    """Addresses joined by co-spends. Use `build`."""

    def __init__(self, rule: CommonInput) -> None:
        """An empty set of clusters under one rule."""
        self._rule = rule
        self._names: list[str] = []
        self._number: dict[str, int] = {}
        self._parent: list[int] = []
        self._links: list[tuple[Txid, int | None]] = []
        self._link_number: dict[Txid, int] = {}
        self._members_at = array("L", [0])
        self._members = array("L")
        self._links_at = array("L", [0])
        self._links_of = array("L")
        self._first: list[str] = []

    @classmethod
    def build(
        cls, transactions: Iterable[Transaction], rule: CommonInput | None = None
    ) -> "Clusters":
        """Join what each transaction joins; the order of the transactions does not matter.

        Args:
            transactions: of one chain, previous outputs filled in where they are known.
            rule: with the gate that refuses mixing rounds.
        """
        clusters = cls(CommonInput() if rule is None else rule)
        joining = [
            (transaction.order, transaction.txid, transaction.height, joined)
            for transaction in transactions
            if (joined := clusters._rule.joined(transaction))
        ]
        for _, txid, height, joined in sorted(joining):
            clusters._add(txid, height, joined)
        clusters._index()
        return clusters

    @property
    def rule(self) -> CommonInput:
        """The heuristic behind every link."""
        return self._rule

    def __len__(self) -> int:
        """How many clusters of at least two addresses there are."""
        return sum(self._find(number) == number for number in range(len(self._names)))

    def cluster_of(self, address: str) -> tuple[str, ...]:
        """All addresses of its cluster, sorted; the address alone where nothing joins it."""
        number = self._number.get(address)
        if number is None:
            return (address,)
        return tuple(sorted(self._names[place] for place in self._reach(number, None)))

    def name_of(self, address: str) -> str:
        """The smallest address of its cluster, which names the cluster."""
        number = self._number.get(address)
        return address if number is None else self._first[self._find(number)]

    def all(self) -> tuple[tuple[str, ...], ...]:
        """Every cluster of at least two addresses, sorted by its name."""
        groups: dict[int, list[str]] = {}
        for number, name in enumerate(self._names):
            groups.setdefault(self._find(number), []).append(name)
        return tuple(sorted(tuple(sorted(group)) for group in groups.values()))

    def why(self, a: str, b: str) -> tuple[Link, ...]:
        """The shortest chain of joining transactions from one address to the other.

        Among chains of one length, the one over the earliest transactions. Empty if a is b.

        Raises:
            NoLinkError: nothing joins them.
        """
        if a == b:
            return ()
        start, goal = self._number.get(a), self._number.get(b)
        if start is None or goal is None or self._find(start) != self._find(goal):
            raise NoLinkError("No chain of co-spends in the known blocks joins the two addresses.")
        came: dict[int, tuple[int, int]] = {start: (start, -1)}
        seen_links: set[int] = set()
        edge = deque([start])
        while goal not in came:
            here = edge.popleft()
            for link in self._links_at_address(here):
                if link in seen_links:
                    continue
                seen_links.add(link)
                for member in self._members_of_link(link):
                    if member not in came:
                        came[member] = (here, link)
                        edge.append(member)
        steps: list[Link] = []
        place = goal
        while place != start:
            before, link = came[place]
            txid, height = self._links[link]
            pair = (self._names[before], self._names[place])
            steps.append(Link(txid, self._rule.name, self._rule.version, pair, height))
            place = before
        return tuple(reversed(steps))

    def without(self, txid: Txid) -> Without:
        """What falls apart if this transaction is not counted."""
        link = self._link_number.get(txid)
        if link is None:
            return Without(txid, (), ())
        members = self._members_of_link(link)
        before = tuple(sorted(self._names[place] for place in self._reach(members[0], None)))
        seen: set[int] = set()
        groups: list[tuple[str, ...]] = []
        for member in members:
            if member not in seen:
                group = self._reach(member, link)
                seen |= group
                groups.append(tuple(sorted(self._names[place] for place in group)))
        return Without(txid, before, tuple(sorted(groups)))

    def _add(self, txid: Txid, height: int | None, joined: tuple[str, ...]) -> None:
        numbers = [self._numbered(address) for address in joined]
        self._link_number[txid] = len(self._links)
        self._links.append((txid, height))
        self._members.extend(numbers)
        self._members_at.append(len(self._members))
        root = self._find(numbers[0])
        for number in numbers[1:]:
            other = self._find(number)
            self._parent[max(root, other)] = root = min(root, other)

    def _numbered(self, address: str) -> int:
        number = self._number.get(address)
        if number is None:
            number = self._number[address] = len(self._names)
            self._names.append(address)
            self._parent.append(number)
        return number

    def _find(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def _index(self) -> None:
        """The links of each address, from the addresses of each link."""
        counts = [0] * (len(self._names) + 1)
        for member in self._members:
            counts[member + 1] += 1
        for place in range(1, len(counts)):
            counts[place] += counts[place - 1]
        self._links_at = array("L", counts)
        free = counts
        self._links_of = array("L", bytes(self._members.itemsize * len(self._members)))
        for link in range(len(self._links)):
            for member in self._members_of_link(link):
                self._links_of[free[member]] = link
                free[member] += 1
        self._first = list(self._names)
        for number, name in enumerate(self._names):
            root = self._find(number)
            self._first[root] = min(self._first[root], name)

    def _members_of_link(self, link: int) -> Sequence[int]:
        return self._members[self._members_at[link] : self._members_at[link + 1]]

    def _links_at_address(self, number: int) -> Sequence[int]:
        return self._links_of[self._links_at[number] : self._links_at[number + 1]]

    def _reach(self, start: int, barred: int | None) -> set[int]:
        """Every address that can be reached without the barred link."""
        seen = {start}
        seen_links = set() if barred is None else {barred}
        edge = [start]
        while edge:
            for link in self._links_at_address(edge.pop()):
                if link in seen_links:
                    continue
                seen_links.add(link)
                for member in self._members_of_link(link):
                    if member not in seen:
                        seen.add(member)
                        edge.append(member)
        return seen
