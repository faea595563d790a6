"""A batch payout: one payer pays many at once.

Shape: few inputs, many outputs to different addresses, no mixing round, not mostly dust.
Assumption: a service pays out to many customers in one transaction; each output is another
customer's, except the change.
Known failure: a payroll, a pool or a person who splits coins to own addresses has the same shape.
It says that the payer is a service, never who asked for which payment; a request to the service does.
Citation: on exchange batching see the Bitcoin Wiki, "Techniques to reduce transaction fees"
(payment batching); the threshold is chainlead's own.
"""

from collections.abc import Iterable, Iterator

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import is_shared
from chainlead.trace.patterns.dust import is_dust
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

LEAST_PAYEES = 6


class BatchPayout(Pattern):
    """Transactions that pay many addresses from few inputs."""

    name = "batch_payout"
    title = "Batch payout"
    version = 1
    assumption = (
        "A service pays many customers in one transaction; each output belongs to another one."
    )
    known_failure = (
        "A payroll, a mining pool or a person who splits coins to own addresses has the same "
        "shape. It never says which customer asked for which payment."
    )
    citation = (
        "Bitcoin Wiki: Techniques to reduce transaction fees (payment batching); the threshold is "
        "chainlead's own."
    )

    def __init__(self, least_payees: int = LEAST_PAYEES) -> None:
        """Name transactions with at least so many payees, and at most half as many inputs."""
        self._least_payees = least_payees

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many payees are many."""
        return (("least_payees", str(self._least_payees)),)

    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """One find for each transaction; outputs that pay back to the inputs are not payees."""
        del view
        for transaction in in_chain_order(transactions):
            if transaction.is_coinbase or is_shared(transaction):
                continue
            senders = payers(transaction) or []
            paid = [o for o in payable(transaction) if o.address not in senders]
            payees = {output.address or output.script.hex() for output in paid}
            if (
                len(payees) < self._least_payees
                or len(transaction.inputs) * 2 > len(payees)
                or sum(is_dust(output, transaction.chain) for output in paid) * 2 > len(paid)
            ):
                continue
            service = next((name for each in senders if (name := service_of(each))), None)
            by = f" by {service}" if service else ""
            yield self._found(
                f"{len(payees)} addresses are paid at once{by}.",
                (transaction.txid,),
                addresses=tuple(sorted({o.address for o in paid if o.address} | set(senders))),
                amounts=(("paid out", sum(output.amount_units for output in paid)),),
                counts=(("payees", len(payees)), ("inputs", len(transaction.inputs))),
                parts=tuple(
                    Part("payee", output.outpoint, output.address, output.amount_units)
                    for output in paid
                ),
            )
