"""The clusters of a case, built only where somebody asks, and once.

Chains of co-spends, whatever any rule says of them, divide the ledger into groups; clusters lie inside
these groups, and what is drawn inside one does not depend on the others. So a question about one
address builds the clusters of its group, and a whole ledger is read as columns only (`CoSpends`). At
the level "co-spend plus change" a group could be the whole ledger, so everything is built at once.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from chainlead.ledger import CaseLedger, CoSpends, LedgerView, Transaction
from chainlead.model import Chain, Txid
from chainlead.store import Store, long_pass
from chainlead.trace import (
    Clusters,
    CoinJoinGate,
    CommonInput,
    HeuristicCard,
    Level,
    LinkDecision,
    MixingRound,
    ViewUntil,
    change_rule,
)
from chainlead.workflow.parties import find_parties


def co_spend_rule(view: LedgerView) -> tuple[CommonInput, tuple[HeuristicCard, ...]]:
    """The co-spend rule behind its gate, and the cards of the gate and of what it cannot see.

    Args:
        view: where the gate confirms what a transaction prepared, up to the view's pin.
    """
    gate = CoinJoinGate(view)
    rule = CommonInput(gate.judge, ambiguous=gate.ambiguous)
    return rule, (gate.card, gate.card_of("payjoin"))


class CaseClusters:
    """Clusters of one chain at one level, up to one height."""

    def __init__(
        self,
        store: Store,
        chain: Chain,
        *,
        level: Level = Level.CO_SPEND,
        until_height: int | None = None,
        ledger: CaseLedger | None = None,
        without_decision: tuple[Txid, str] | None = None,
    ) -> None:
        """Answer from these tables; they must not change while this object is in use.

        Args:
            store: the case's store.
            chain: whose ledger.
            level: what the clusters rest on.
            until_height: look at nothing later; None is all that the ledger holds.
            ledger: the chain's ledger, where the caller has opened it.
            without_decision: a transaction and a rule whose decision is not applied.
        """
        self.level = level
        self.until_height = until_height
        self._store = store
        self._chain = chain
        self._ledger = ledger
        self._without_decision = without_decision
        self._near: dict[frozenset[int], Clusters] = {}

    @cached_property
    def ledger(self) -> CaseLedger:
        """The chain's ledger."""
        return self._ledger or CaseLedger(self._store, self._chain)

    @cached_property
    def _gated(self) -> tuple[CommonInput, tuple[HeuristicCard, ...]]:
        return co_spend_rule(self._view)

    @property
    def _rule(self) -> CommonInput:
        return self._gated[0]

    @cached_property
    def spends(self) -> CoSpends:
        """Who spent together, before any rule."""
        return CoSpends(self._store, self._chain)

    @cached_property
    def whole(self) -> Clusters:
        """All clusters of the ledger."""
        if self.level is Level.CO_SPEND_PLUS_CHANGE:
            return self._build(self.ledger.transactions(), self._linked_addresses)
        return self._build(self._looked_up(self.spends.transactions()), self.spends.addresses)

    def near(self, *addresses: str) -> Clusters:
        """The clusters around these addresses; what it says of others does not count."""
        if self.level is Level.CO_SPEND_PLUS_CHANGE:
            return self.whole
        found = (self.spends.group_of(address) for address in addresses)
        groups = frozenset(group for group in found if group is not None)
        if groups not in self._near:
            txids = [
                txid for group in sorted(groups) for txid in self.spends.transactions_of(group)
            ]
            members = {a for group in groups for a in self.spends.addresses_of(group)}
            self._near[groups] = self._build(self._looked_up(txids), members)
        return self._near[groups]

    def near_transaction(self, txid: Txid) -> Clusters:
        """The clusters around the addresses that a transaction spends from."""
        transaction = self.ledger.lookup_transaction(txid)
        spent = transaction.inputs if transaction else ()
        return self.near(*(s.previous.address for s in spent if s.previous and s.previous.address))

    @property
    def cards(self) -> tuple[HeuristicCard, ...]:
        """Every rule behind the clusters, and the gate before them."""
        return (*self.rule_cards, *self._gated[1]) if self.rule_cards else ()

    @property
    def rule_cards(self) -> tuple[HeuristicCard, ...]:
        """The rules whose links the clusters are made of."""
        return () if self.level is Level.ADDRESS else self._build((), ()).cards

    def refused_round(self, txid: Txid) -> MixingRound | None:
        """The mixing round that the gate calls the transaction; None where it does not."""
        transaction = self.ledger.lookup_transaction(txid)
        return None if transaction is None else self._rule.refused_round(transaction)

    def _build(self, transactions: Iterable[Transaction], addresses: Collection[str]) -> Clusters:
        change = (change_rule(), self._view) if self.level is Level.CO_SPEND_PLUS_CHANGE else None
        with long_pass():
            return Clusters.build(
                transactions,
                self._rule,
                change=change,
                parties=find_parties(self._store, self._chain, addresses) if addresses else {},
                decisions=self._decisions,
                until_height=self.until_height,
            )

    @property
    def _view(self) -> LedgerView:
        if self.until_height is None:
            return self.ledger
        return ViewUntil(self.ledger, self.until_height)

    def _looked_up(self, txids: Iterable[Txid]) -> Iterator[Transaction]:
        if self.level is Level.ADDRESS:
            return
        for txid in txids:
            transaction = self.ledger.lookup_transaction(txid)
            assert transaction is not None
            yield transaction

    @cached_property
    def _linked_addresses(self) -> frozenset[str]:
        rows = self._store.tuples("outputs", ("address",))
        return frozenset(address for (address,) in rows if address is not None)

    @cached_property
    def _decisions(self) -> tuple[LinkDecision, ...]:
        decisions = (
            LinkDecision(
                txid=Txid.from_display(row["txid"]),
                rule=row["rule"],
                accepted=row["verdict"] == "accept",
                sides=tuple(tuple(side) for side in row["sides"]),
            )
            for row in self._store.rows("link_decisions", chain=self._chain.value)
        )
        return tuple(d for d in decisions if (d.txid, d.rule) != self._without_decision)
