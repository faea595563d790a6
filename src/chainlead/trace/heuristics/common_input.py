"""Addresses whose outputs are spent together are held by one hand.

Assumption: who signs one input of a transaction can sign the others, so one hand holds them all.
Known failure: mixing rounds (refused here through the gate), PayJoins and other transactions that
several people sign (not seen), and services that hold keys for many customers: then a cluster is a
service, not a person. One wrong link merges two strangers for good, so every link keeps its
transaction, and `Clusters.without` shows what hangs on it.
Citation: Reid, Harrigan, "An Analysis of Anonymity in the Bitcoin System", 2011; Meiklejohn et al.,
"A Fistful of Bitcoins", IMC 2013; limits: Harrigan, Fretter, arXiv 1605.06369.
"""

from collections.abc import Callable

from chainlead.ledger import Transaction
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.heuristics.equal_output import EqualOutput, MixingRound


class CommonInput(Heuristic):
    """Co-spend clustering that refuses mixing rounds and coinbases."""

    name = "common_input"
    version = 1
    assumption = (
        "Who signs one input of a transaction can sign the others: one hand holds them all."
    )
    known_failure = (
        "Wrong for transactions that several people sign: mixing rounds are refused, but PayJoins "
        "and rounds without three equal outputs are not seen. A service's cluster holds many "
        "customers' money: it is no person."
    )
    citation = (
        "Reid, Harrigan: An Analysis of Anonymity in the Bitcoin System. 2011; Meiklejohn et al.: "
        "A Fistful of Bitcoins. IMC 2013; limits: Harrigan, Fretter, arXiv 1605.06369."
    )

    def __init__(self, gate: Callable[[Transaction], MixingRound | None] | None = None) -> None:
        """Refuse what this gate calls a mixing round; equal outputs if left out."""
        self._gate = gate or EqualOutput().judge

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The gate."""
        return (("gate", f"{EqualOutput.name} v{EqualOutput.version}"),)

    def joined(self, transaction: Transaction) -> tuple[str, ...]:
        """The addresses that this transaction joins, sorted; empty where it joins none.

        An input whose previous output is unknown, or has no address, is left out.
        """
        if transaction.is_coinbase or len(transaction.inputs) < 2:
            return ()
        addresses = {
            spent.previous.address
            for spent in transaction.inputs
            if spent.previous is not None and spent.previous.address is not None
        }
        if len(addresses) < 2 or self._gate(transaction) is not None:
            return ()
        return tuple(sorted(addresses))
