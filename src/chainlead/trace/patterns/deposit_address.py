"""A deposit address at a service on a ledger of outputs: all that it ever spends is swept.

Shape: others pay the address; every known spend of it goes, together with other addresses and
without change, into outputs that the service is said to hold; and these gather: they are reached
by several sweeps, or pay somebody outside the service, and are no such address themselves.
Assumption: only the service that gave the address out empties it into its own wallet each time, in
one transaction with other customers' addresses. The address stands for one customer's account.
Known failure: a person with several addresses who empties them into the service's hot wallet has
the same shape; so the request names both transfers. A service that sweeps in two steps through
addresses that nobody knows as its own is not seen, nor one that sweeps each address alone. An
account may be shared or be another service's. What is not spent yet says nothing.
Citation: Victor, "Address Clustering Heuristics for Ethereum", FC 2020, carried over to outputs;
roles of addresses: "Ghost Clusters", USENIX Security 2025.
"""

from collections.abc import Iterable, Iterator

from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.trace.heuristics.change.change_heuristic import is_shared
from chainlead.trace.patterns.pattern import (
    Part,
    Pattern,
    PatternFound,
    ServiceOf,
    in_chain_order,
    nobody,
    payable,
    payers,
)
from chainlead.trace.patterns.sweep import LEAST_ADDRESSES


class DepositAddress(Pattern):
    """Addresses whose every spend is a sweep into a service's wallet."""

    name = "deposit_address"
    title = "Deposit address at a service"
    version = 2
    assumption = (
        "Only the service that gave an address out empties it into its own wallet each time, "
        "together with other customers' addresses: the address stands for one customer's account."
    )
    known_failure = (
        "A person with several addresses who empties them into the service's own wallet looks the "
        "same; sweeps of one address at a time are not seen; an account may be shared, or be "
        "another service's."
    )
    citation = (
        "Victor: Address Clustering Heuristics for Ethereum. FC 2020, carried over to outputs; "
        "Ghost Clusters. USENIX Security 2025 (roles of addresses)."
    )

    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """One find for each address that a sweep among these transactions empties, sorted."""
        swept = _Swept(in_chain_order(transactions), service_of)
        found: dict[str, PatternFound] = {}
        targets: dict[str, set[str]] = {}
        for address, service in sorted(swept.services.items()):
            deposits = list(view.outputs_to(address))
            sweeps = _sweeps(deposits, service, view, service_of)
            if sweeps and _paid_by_others(deposits, service, view, service_of):
                found[address] = self._address(address, service, deposits, sweeps)
                targets[address] = {o.address for t in sweeps for o in payable(t) if o.address}
        for address, find in found.items():
            if all(
                target not in found and swept.collects(target, view, service_of)
                for target in targets[address]
            ):
                yield find

    def _address(
        self, address: str, service: str, deposits: list[Output], sweeps: list[Transaction]
    ) -> PatternFound:
        return self._found(
            f"Every known spend of the address is swept into the wallet of {service}.",
            (transaction.txid for transaction in sweeps),
            addresses=(address,),
            amounts=(("deposited", sum(output.amount_units for output in deposits)),),
            counts=(("deposits", len(deposits)), ("sweeps", len(sweeps))),
            parts=tuple(
                Part("deposit", output.outpoint, address, output.amount_units, service)
                for output in deposits
            ),
        )


class _Swept:
    """What the sweeps among some transactions empty, and where they go."""

    def __init__(self, transactions: list[Transaction], service_of: ServiceOf) -> None:
        self.services: dict[str, str] = {}
        self._received: dict[str, int] = {}
        for transaction in transactions:
            service = _swept_to(transaction, service_of)
            if service is not None:
                for address in payers(transaction) or ():
                    self.services.setdefault(address, service)
                for target in {output.address for output in payable(transaction)}:
                    self._received[target or ""] = self._received.get(target or "", 0) + 1

    def collects(self, target: str, view: LedgerView, service_of: ServiceOf) -> bool:
        """Whether it gathers: several sweeps reach it, or it pays somebody outside the service.

        Else it may be a customer's deposit address, and the sweep a customer's payment.
        """
        if self._received.get(target, 0) > 1:
            return True
        service = service_of(target)
        for output in view.outputs_to(target):
            spender = view.lookup_spender(output.outpoint)
            if spender is not None and any(
                paid.address is None or service_of(paid.address) != service
                for paid in payable(spender)
            ):
                return True
        return False


def _swept_to(transaction: Transaction, service_of: ServiceOf) -> str | None:
    """The one service that is said to hold every output, where two addresses or more are emptied."""
    outputs = payable(transaction)
    sources = None if transaction.is_coinbase else payers(transaction)
    targets = {output.address for output in outputs}
    if not outputs or sources is None or len(sources) < LEAST_ADDRESSES or set(sources) <= targets:
        return None
    services = {service_of(address) if address else None for address in targets}
    return None if len(services) != 1 or is_shared(transaction) else services.pop()


def _sweeps(
    deposits: list[Output], service: str, view: LedgerView, service_of: ServiceOf
) -> list[Transaction]:
    """The transactions that spend the deposits, in chain order; empty where one is no sweep."""
    spenders: list[Transaction] = []
    for output in deposits:
        spender = view.lookup_spender(output.outpoint)
        if spender is None:
            continue
        targets = {target.address for target in spender.outputs}
        if output.address in targets or _swept_to(spender, service_of) != service:
            return []
        spenders.append(spender)
    return in_chain_order(spenders)


def _paid_by_others(
    deposits: list[Output], service: str, view: LedgerView, service_of: ServiceOf
) -> bool:
    """Whether no known deposit came out of the service's own wallet: else it is its own address."""
    for output in deposits:
        maker = view.lookup_transaction(output.outpoint.txid)
        if maker is None or maker.is_coinbase:
            return False
        for spent in maker.inputs:
            address = spent.previous.address if spent.previous is not None else None
            if address is not None and service_of(address) == service:
                return False
    return True
