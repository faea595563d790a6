"""Towns with their ledgers, as `error_rates.py` measures them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainlead.guide.practice import Town
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.ledger import Transaction
from chainlead.trace import Clusters, CoinJoinGate, CommonInput
from chainlead.trace.error_rates import Measure

TAGS_EACH = 2


@dataclass(frozen=True)
class Sample:
    """One town with its ledger, and what the truth is asked often."""

    town: Town
    ledger: EconomyLedger
    transactions: tuple[Transaction, ...]

    def protocol(self, transaction: Transaction) -> str:
        return self.town.protocol_of(transaction.txid.display)

    def purpose(self, transaction: Transaction) -> str:
        return self.town.purpose_of(transaction.txid.display)

    def owners_in(self, transaction: Transaction) -> set[str]:
        return set(self.town.owners_of_inputs(transaction.txid.display))


def sample(town: Town) -> Sample:
    ledger = EconomyLedger(town.economy)
    spending = tuple(t for t in ledger.transactions() if not t.is_coinbase)
    return Sample(town, ledger, spending)


def total(measures: Sequence[Measure]) -> Measure:
    first = measures[0]
    real = None if first.real is None else sum(m.real or 0 for m in measures)
    return Measure(
        first.counted,
        first.meaning,
        sum(m.judged for m in measures),
        sum(m.named for m in measures),
        sum(m.right for m in measures),
        real,
        sum(m.seen for m in measures),
    )


def shipped_rule(case: Sample) -> CommonInput:
    """Co-spend clustering as the workflows use it."""
    gate = CoinJoinGate(case.ledger)
    return CommonInput(gate.judge, ambiguous=gate.ambiguous)


def tags_of(case: Sample) -> dict[str, str]:
    """What a case is told of services: two tagged addresses of each hot wallet."""
    tags: dict[str, str] = {}
    for service in case.town.services:
        seen: list[str] = []
        for sent in case.town.transactions:
            seen += [
                coin.address
                for coin in sent.made
                if coin.owner == service.name
                and coin.purpose == "hot wallet"
                and coin.address not in seen
            ]
        tags.update(dict.fromkeys(seen[:TAGS_EACH], service.name))
    return tags


def service_of_tags(case: Sample) -> Callable[[str], str | None]:
    """What a case infers of services: their tags, and the clusters of tagged addresses."""
    tags = tags_of(case)
    parties = {address: frozenset({name}) for address, name in tags.items()}
    clusters = Clusters.build(case.ledger.transactions(), shipped_rule(case), parties=parties)

    def service_of(address: str) -> str | None:
        found = clusters.parties_of(address)
        return found[0] if found else tags.get(address)

    return service_of
