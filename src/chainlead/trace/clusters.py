"""Groups of addresses under one inferred control, where every link can be asked why.

A cluster is inferred, never observed: it is shown beside a trace and not used by it. Three levels are
kept apart (`Level`). Links are drawn in chain order and never across a contradiction
(`constrained_union`); what is not drawn is listed as contested, for a person to decide. Addresses and
links have dense numbers in flat arrays, so that a hundred thousand transactions fit in a few tens of
megabytes.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from chainlead.errors import NoLinkError
from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Txid
from chainlead.trace.constrained_union import Partition
from chainlead.trace.contested import ContestedLink, Doubt, LinkDecision, Side
from chainlead.trace.heuristic import HeuristicCard
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic
from chainlead.trace.heuristics.common_input import CommonInput
from chainlead.trace.level import Level
from chainlead.trace.proposals import CHANGE, Proposal, Proposals

LARGE = 100
"""Two clusters of more addresses than this do not merge without a person. See docs/design/clusters.md."""


@dataclass(frozen=True, slots=True)
class Link:
    """One transaction that joins two addresses: the evidence of one step."""

    txid: Txid
    rule: str
    version: int
    addresses: tuple[str, str]
    height: int | None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """What a cluster becomes if one transaction is not counted as a link.

    `before` is empty where the transaction joins nothing. Without a transaction a link that was
    contested may hold, so a group of `after` can have addresses that `before` has not.
    """

    txid: Txid
    before: tuple[str, ...]
    after: tuple[tuple[str, ...], ...]


class Clusters:
    """Addresses joined by co-spends, and by change at the highest level. Use `build`."""

    def __init__(
        self,
        proposals: Proposals,
        rules: tuple[CommonInput, ChangeHeuristic | None],
        parties: Mapping[str, frozenset[str]],
        large: int,
    ) -> None:
        """Unite what the proposals join."""
        self._proposals = proposals
        self._rules = rules
        self._large = large
        self._said = {
            proposals.number[address]: said
            for address, said in sorted(parties.items())
            if address in proposals.number and said
        }
        self._partition = Partition(proposals, self._said, large)

    @classmethod
    def build(
        cls,
        transactions: Iterable[Transaction],
        rule: CommonInput | None = None,
        *,
        change: tuple[ChangeHeuristic, LedgerView] | None = None,
        parties: Mapping[str, frozenset[str]] | None = None,
        decisions: Iterable[LinkDecision] = (),
        large: int = LARGE,
        until_height: int | None = None,
    ) -> "Clusters":
        """Join what each transaction joins; the order of the transactions does not matter.

        Args:
            transactions: of one chain, previous outputs filled in where they are known.
            rule: with the gate that refuses mixing rounds.
            change: a change rule and the ledger that it looks at, for the level "co-spend plus
                change". Where it names several outputs of a transaction, none counts.
            parties: who is said to hold an address: names that are equal for one party.
            decisions: of persons; of one transaction and rule the last one counts.
            large: two clusters of more addresses than this do not merge.
            until_height: look at transactions up to this height only, and at none without height.
        """
        rule = CommonInput() if rule is None else rule
        proposals = (
            _proposal(transaction, rule, change)
            for transaction in transactions
            if until_height is None
            or (transaction.height is not None and transaction.height <= until_height)
        )
        names = (rule.name, change[0].name if change else "")
        table = Proposals([p for p in proposals if p is not None], names, tuple(decisions))
        return cls(table, (rule, change[0] if change else None), parties or {}, large)

    @property
    def rule(self) -> CommonInput:
        """The heuristic behind every co-spend."""
        return self._rules[0]

    @property
    def level(self) -> Level:
        """What the clusters rest on."""
        return Level.CO_SPEND if self._rules[1] is None else Level.CO_SPEND_PLUS_CHANGE

    @property
    def cards(self) -> tuple[HeuristicCard, ...]:
        """The rules behind the links, with the limit of the alarm among the parameters."""
        co_spend, change = self._rules
        card = co_spend.card
        limited = replace(card, parameters=(*card.parameters, ("large_cluster", str(self._large))))
        return (limited,) if change is None else (limited, change.card)

    def __len__(self) -> int:
        """How many clusters of at least two addresses there are."""
        return sum(len(members) > 1 for members in self._members.values())

    def cluster_of(self, address: str) -> tuple[str, ...]:
        """All addresses of its cluster, sorted; the address alone where nothing joins it."""
        number = self._proposals.number.get(address)
        if number is None:
            return (address,)
        return self._named(self._members[self._partition.find(number)])

    def name_of(self, address: str) -> str:
        """The smallest address of its cluster, which names the cluster."""
        number = self._proposals.number.get(address)
        return address if number is None else self._names[self._partition.find(number)]

    def parties_of(self, address: str) -> tuple[str, ...]:
        """Who its cluster is said to belong to, sorted; several where a person merged them."""
        number = self._proposals.number.get(address)
        return () if number is None else tuple(sorted(self._partition.may_be(number)))

    def all(self) -> tuple[tuple[str, ...], ...]:
        """Every cluster of at least two addresses, sorted by its name."""
        groups = (self._named(members) for members in self._members.values() if len(members) > 1)
        return tuple(sorted(groups))

    @cached_property
    def contested(self) -> tuple[ContestedLink, ...]:
        """The links that would merge clusters and were not drawn, in chain order; refused ones too."""
        proposals = self._proposals
        doubted = sorted({*self._partition.set_aside, *proposals.soft})
        return tuple(link for number in doubted if (link := self._contested(number)) is not None)

    def contested_by(self, txid: Txid) -> tuple[ContestedLink, ...]:
        """What of this transaction is contested."""
        found = (self._contested(link) for link in self._proposals.links_by(txid))
        return tuple(link for link in found if link is not None)

    def why(self, a: str, b: str) -> tuple[Link, ...]:
        """The shortest chain of joining transactions from one address to the other.

        Among chains of one length, the one over the earliest transactions. Empty if a is b.

        Raises:
            NoLinkError: nothing joins them.
        """
        if a == b:
            return ()
        start, goal = (self._proposals.number.get(address) for address in (a, b))
        find = self._partition.find
        if start is None or goal is None or find(start) != find(goal):
            raise NoLinkError(
                f"At the level {self.level} no chain of links in the known blocks joins the two addresses."
            )
        came = self._search(start, goal)
        steps: list[Link] = []
        place = goal
        while place != start:
            before, link = came[place]
            steps.append(self._link(link, before, place))
            place = before
        return tuple(reversed(steps))

    def without(self, txid: Txid) -> Without:
        """What falls apart if this transaction is not counted: everything is united again without it."""
        proposals, partition = self._proposals, self._partition
        links = proposals.links_by(txid)
        drawn = [
            link
            for link in links
            if link not in partition.set_aside and len(proposals.members(link)) > 1
        ]
        if not drawn:
            return Without(txid, (), ())
        root = partition.find(proposals.members(drawn[0])[0])
        before = self._members[root]
        again = Partition(proposals, self._said, self._large, skipped=frozenset(links))
        groups: dict[int, list[int]] = {again.find(member): [] for member in before}
        for number in range(len(proposals.names)):
            group = groups.get(again.find(number))
            if group is not None:
                group.append(number)
        after = tuple(sorted(self._named(group) for group in groups.values()))
        return Without(txid, self._named(before), after)

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        members: dict[int, list[int]] = {}
        for number in range(len(self._proposals.names)):
            members.setdefault(self._partition.find(number), []).append(number)
        return members

    @cached_property
    def _names(self) -> dict[int, str]:
        names = self._proposals.names
        return {
            root: min(names[number] for number in members)
            for root, members in self._members.items()
        }

    def _named(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self._proposals.names[number] for number in numbers))

    def _contested(self, link: int) -> ContestedLink | None:
        """The link as a person sees it; None where it would merge nothing (any more)."""
        proposals, partition = self._proposals, self._partition
        doubts = partition.set_aside.get(link, (Doubt.DUST,) if link in proposals.soft else ())
        sides: dict[int, list[int]] = {}
        for number in proposals.everyone(link):
            sides.setdefault(partition.find(number), []).append(number)
        if not doubts or len(sides) < 2:
            return None
        if Doubt.DUST not in doubts and self._meets_in_dust(link):
            doubts = (*doubts, Doubt.DUST)
        shown = sorted(
            (
                Side(
                    name=self._names[root],
                    size=partition.size(root),
                    parties=tuple(sorted(partition.may_be(root))),
                    addresses=self._named(numbers),
                )
                for root, numbers in sides.items()
            ),
            key=lambda side: side.name,
        )
        rule, version = self._rule_of(link)
        txid, height = proposals.txids[link], proposals.heights[link]
        return ContestedLink(txid, height, rule, version, tuple(shown), doubts)

    def _meets_in_dust(self, link: int) -> bool:
        """Whether some side takes part with dust only."""
        find = self._partition.find
        firm = {find(number) for number in self._proposals.members(link)}
        return any(find(number) not in firm for number in self._proposals.soft.get(link, ()))

    def _search(self, start: int, goal: int) -> dict[int, tuple[int, int]]:
        """Breadth first over drawn links: for each address the one before it and the link."""
        proposals, set_aside = self._proposals, self._partition.set_aside
        came: dict[int, tuple[int, int]] = {start: (start, -1)}
        seen: set[int] = set()
        edge = deque([start])
        while goal not in came:
            here = edge.popleft()
            for link in proposals.links_at(here):
                if link in seen or link in set_aside:
                    continue
                seen.add(link)
                for member in proposals.members(link):
                    if member not in came:
                        came[member] = (here, link)
                        edge.append(member)
        return came

    def _link(self, link: int, before: int, after: int) -> Link:
        proposals = self._proposals
        rule, version = self._rule_of(link)
        return Link(
            txid=proposals.txids[link],
            rule=rule,
            version=version,
            addresses=(proposals.names[before], proposals.names[after]),
            height=proposals.heights[link],
            accepted=proposals.verdicts.get(link, False),
        )

    def _rule_of(self, link: int) -> tuple[str, int]:
        co_spend, change = self._rules
        if self._proposals.rules[link] == CHANGE:
            assert change is not None
            return change.name, change.version
        return co_spend.name, co_spend.version


def _proposal(
    transaction: Transaction,
    rule: CommonInput,
    change: tuple[ChangeHeuristic, LedgerView] | None,
) -> Proposal | None:
    proposal = rule.propose(transaction)
    if change is None:
        return proposal
    address = _change_address(transaction, *change)
    if address is None or rule.refuses(transaction):
        return proposal
    if proposal is not None:
        return proposal if address in proposal.firm else replace(proposal, change=address)
    payers = set(_payers(transaction))
    doubts = rule.doubts(transaction)
    if len(payers) != 1 or address in payers or doubts:
        return None
    firm = tuple(payers)
    return Proposal(transaction.order, transaction.txid, transaction.height, firm, change=address)


def _change_address(
    transaction: Transaction, rule: ChangeHeuristic, view: LedgerView
) -> str | None:
    found = rule.candidates(transaction, view)
    return transaction.outputs[min(found)].address if len(found) == 1 else None


def _payers(transaction: Transaction) -> Iterator[str]:
    for spent in transaction.inputs:
        if spent.previous is not None and spent.previous.address is not None:
            yield spent.previous.address
