"""A deposit address at a service on a ledger of outputs: all that it ever spends is swept.

Shape: others pay the address; every known spend of it goes, together with other addresses and
without change, into outputs that the service is said to hold.
Assumption: only the service that gave the address out empties it into its own wallet each time, in
one transaction with other customers' addresses. The address stands for one customer's account.
Known failure: a person with several addresses who always empties them into one deposit address has
the same shape; so the request names both transfers. An account may be shared or be another
service's. What was not spent, or is spent in a block that is not there, says nothing.
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


class DepositAddress(Pattern):
    """Addresses whose every spend is a sweep into a service's wallet."""

    name = "deposit_address"
    title = "Deposit address at a service"
    version = 1
    assumption = (
        "Only the service that gave an address out empties it into its own wallet each time, "
        "together with other customers' addresses: the address stands for one customer's account."
    )
    known_failure = (
        "A person with several addresses who always empties them into one deposit address looks "
        "the same; an account may be shared, or be another service's."
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
        candidates: dict[str, str] = {}
        for transaction in in_chain_order(transactions):
            service = _swept_to(transaction, service_of)
            if service is not None:
                for address in payers(transaction) or ():
                    candidates.setdefault(address, service)
        for address in sorted(candidates):
            deposits = list(view.outputs_to(address))
            sweeps = _sweeps(deposits, candidates[address], view, service_of)
            if sweeps and _paid_by_others(deposits, candidates[address], view, service_of):
                yield self._address(address, candidates[address], deposits, sweeps)

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


def _swept_to(transaction: Transaction, service_of: ServiceOf) -> str | None:
    """The one service that is said to hold every output, where two addresses or more are emptied."""
    outputs = payable(transaction)
    if transaction.is_coinbase or not outputs or is_shared(transaction):
        return None
    sources = payers(transaction)
    targets = {output.address for output in outputs}
    services = {service_of(address) if address else None for address in targets}
    if sources is None or len(services) != 1:
        return None
    emptied = [source for source in sources if source not in targets]
    return services.pop() if len(sources) > 1 and emptied else None


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
