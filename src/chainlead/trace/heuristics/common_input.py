"""Addresses whose outputs are spent together are held by one hand.

Assumption: who signs one input of a transaction can sign the others, so one hand holds them all.
Known failure: mixing rounds (refused here through the gate), PayJoins and other transactions that
several people sign (not seen), and services that hold keys for many customers: then a cluster is a
service, not a person. One wrong link merges two strangers for good, so every link keeps its
transaction, `Clusters.without` shows what hangs on it, and three kinds of link are proposed with a
doubt or as soft, for a person to decide: shapes that may be a round, inputs signed apart
(SIGHASH_ANYONECANPAY), and addresses that take part with dust only, which a stranger may have sent.
Citation: Reid, Harrigan, "An Analysis of Anonymity in the Bitcoin System", 2011; Meiklejohn et al.,
"A Fistful of Bitcoins", IMC 2013; limits: Harrigan, Fretter, arXiv 1605.06369.
"""

from collections.abc import Callable

from chainlead.ledger import ANYONE_CAN_PAY, Transaction
from chainlead.trace.contested import Doubt
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.heuristics.coinjoin.anyone_can_pay import AnyoneCanPay
from chainlead.trace.heuristics.coinjoin.gate import CoinJoinGate
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.proposals import Proposal

Judge = Callable[[Transaction], MixingRound | None]

DUST_UNITS = 1000


class CommonInput(Heuristic):
    """Co-spend clustering that refuses mixing rounds and coinbases."""

    name = "common_input"
    version = 2
    assumption = (
        "Who signs one input of a transaction can sign the others: one hand holds them all."
    )
    known_failure = (
        "Wrong for transactions that several people sign: mixing rounds are refused and shapes that "
        "may be one are left to a person, but PayJoins are built not to be seen. A service's "
        "cluster holds many customers' money: it is no person."
    )
    citation = (
        "Reid, Harrigan: An Analysis of Anonymity in the Bitcoin System. 2011; Meiklejohn et al.: "
        "A Fistful of Bitcoins. IMC 2013; limits: Harrigan, Fretter, arXiv 1605.06369."
    )

    def __init__(
        self,
        gate: Judge | None = None,
        *,
        ambiguous: Judge | None = None,
        dust_units: int = DUST_UNITS,
    ) -> None:
        """Refuse what the gate calls a mixing round.

        Args:
            gate: `CoinJoinGate` if left out.
            ambiguous: names shapes that may or may not be a round; their links are contested. The
                same gate's if both are left out.
            dust_units: an address that takes part with less than this is joined softly.
        """
        if gate is None:
            known = CoinJoinGate()
            gate, ambiguous = known.judge, ambiguous or known.ambiguous
        self._gate = gate
        self._ambiguous = ambiguous
        self._dust_units = dust_units

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The gate and the dust limit."""
        judge = getattr(self._gate, "__self__", None)
        name = f"{judge.name} v{judge.version}" if isinstance(judge, Heuristic) else "given"
        return (("gate", name), ("dust_units", str(self._dust_units)))

    def joined(self, transaction: Transaction) -> tuple[str, ...]:
        """The addresses that this transaction joins, sorted; empty where it joins none.

        Those that it joins beyond doubt: a doubtful transaction joins nobody.
        """
        proposal = self.propose(transaction)
        if proposal is None or proposal.doubts or len(proposal.firm) < 2:
            return ()
        return proposal.firm

    def propose(self, transaction: Transaction) -> Proposal | None:
        """Whom this transaction would join, and what speaks against it; None where nobody.

        An input whose previous output is unknown, or has no address, is left out.
        """
        if transaction.is_coinbase or len(transaction.inputs) < 2:
            return None
        most: dict[str, int] = {}
        for spent in transaction.inputs:
            if spent.previous is not None and spent.previous.address is not None:
                address, units = spent.previous.address, spent.previous.amount_units
                most[address] = max(units, most.get(address, 0))
        if len(most) < 2 or self._gate(transaction) is not None:
            return None
        return Proposal(
            order=transaction.order,
            txid=transaction.txid,
            height=transaction.height,
            firm=tuple(sorted(a for a, units in most.items() if units >= self._dust_units)),
            soft=tuple(sorted(a for a, units in most.items() if units < self._dust_units)),
            doubts=self.doubts(transaction),
        )

    def doubts(self, transaction: Transaction) -> tuple[Doubt, ...]:
        """What speaks against taking the inputs for one hand's, the gate apart."""
        is_signed_apart = any(
            mark.hash_type & ANYONE_CAN_PAY
            for spent in transaction.inputs
            for mark in spent.signatures
        )
        shape = self._ambiguous(transaction) if self._ambiguous else None
        doubts = []
        if shape is not None and not (is_signed_apart and shape.heuristic == AnyoneCanPay.name):
            doubts.append(Doubt.MIXING)
        if is_signed_apart:
            doubts.append(Doubt.SIGNED_APART)
        return tuple(doubts)

    def refuses(self, transaction: Transaction) -> bool:
        """Whether the gate calls it a mixing round."""
        return self._gate(transaction) is not None

    def refused_round(self, transaction: Transaction) -> MixingRound | None:
        """The mixing round that the gate calls it; None where it does not."""
        return self._gate(transaction)
