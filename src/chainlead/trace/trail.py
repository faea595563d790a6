"""One rule's part of a walk: what is traced where, and where it ended."""

from collections.abc import Sequence
from typing import Any

from chainlead.ledger import Output, Transaction
from chainlead.model import Outpoint
from chainlead.trace.makers import Makers, Place, When
from chainlead.trace.rule import TaintRule
from chainlead.trace.trace import FrontierNode, Reason, RuleResult, Stop, TracedTransfer

Placed = tuple[Output, int, When]
"""An output on the trail, how far it is from the origin, and when it was made."""

_FEE_INDEX = 1 << 33
"""After every output index: a fee is its transaction's last output."""


class Trail:
    """States and stops under one rule, while the walk goes on."""

    def __init__(self, rule: TaintRule[Any], makers: Makers) -> None:
        """Nothing is traced yet."""
        self.rule = rule
        self.states: dict[Outpoint, Any] = {}
        self._units: dict[Outpoint, int] = {}
        self.notes: list[str] = []
        self._makers = makers
        self._marked_units = 0
        self._returned_units = 0
        self._stops: list[tuple[Place, FrontierNode]] = []

    def mark(self, output: Output) -> None:
        """Let an output of the origin be traced whole."""
        if output.amount_units:
            self.arrive(output.outpoint, self.rule.mark_whole(output.amount_units))
            self._marked_units += output.amount_units

    def arrive(self, outpoint: Outpoint, state: Any) -> None:
        """Something in an output is traced."""
        self.states[outpoint] = state
        self._units[outpoint] = self.rule.traced_units(state)

    def leave(self, outpoints: list[Outpoint]) -> None:
        """These outputs were followed: of their states, which may be large, the sum is enough."""
        for outpoint in outpoints:
            self.states.pop(outpoint, None)

    def take_back(self, state: Any) -> None:
        """Traced value came back to an output that is traced whole already: count it once."""
        self._returned_units += self.rule.traced_units(state)

    def has_any(self, outpoints: list[Outpoint]) -> bool:
        """Whether this rule traces something in one of them."""
        return any(outpoint in self.states for outpoint in outpoints)

    def end(self, output: Output, stop: Stop, hop: int, *, ordered: bool = False) -> None:
        """The trail stops at this output, if this rule traces something in it."""
        outpoint = output.outpoint
        units = self._units.get(outpoint)
        if units is None:
            return
        node = FrontierNode(
            outpoint=outpoint,
            address=output.address,
            amount_units=output.amount_units,
            traced_units=units,
            reason=stop.reason,
            note=stop.note,
            height=self._makers.when(outpoint.txid)[0],
            txid=outpoint.txid,
            hop=hop,
            strength=stop.strength if ordered else None,
        )
        self._stops.append((self._makers.place(outpoint), node))

    def end_fee(self, transaction: Transaction, fee_units: int, state: Any, hop: int) -> None:
        """The trail stops in the fee of this transaction."""
        node = FrontierNode(
            outpoint=None,
            address=None,
            amount_units=fee_units,
            traced_units=self.rule.traced_units(state),
            reason=Reason.FEE,
            note="paid to the miner; not followed into the block's coinbase",
            height=transaction.height,
            txid=transaction.txid,
            hop=hop,
        )
        self._stops.append(((*transaction.order, _FEE_INDEX), node))

    def result(self, ordered: Sequence[Placed]) -> RuleResult:
        """The rule's answer, sorted by place in the chain.

        Args:
            ordered: the outputs that any rule traces, by place in the chain.
        """
        notes = list(self.notes)
        origin_units = self._marked_units
        if self._returned_units and not self.rule.is_upper_bound:
            origin_units -= self._returned_units
            notes.append(
                f"{self._returned_units} base units came back to the origin; they are counted once"
            )
        elif self._returned_units:
            notes.append(
                f"up to {self._returned_units} base units of the origin came back to it; as an "
                "upper bound this rule counts them again"
            )
        return RuleResult(
            rule=self.rule.name,
            origin_units=origin_units,
            transfers=tuple(
                _transfer(placed, units)
                for placed in ordered
                if (units := self._units.get(placed[0].outpoint)) is not None
            ),
            frontier=tuple(node for _, node in sorted(self._stops, key=lambda stop: stop[0])),
            conserves=self.rule.conserves,
            notes=tuple(notes),
        )


def _transfer(placed: Placed, traced_units: int) -> TracedTransfer:
    output, hop, (height, mined_at_unix) = placed
    return TracedTransfer(
        outpoint=output.outpoint,
        address=output.address,
        amount_units=output.amount_units,
        traced_units=traced_units,
        height=height,
        mined_at_unix=mined_at_unix,
        hop=hop,
    )
