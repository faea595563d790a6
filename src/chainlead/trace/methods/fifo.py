"""First in, first out: the first units that go in are the first that come out.

The inputs in their order form one queue of units; the outputs in their order are cut from its front,
and the fee is what is left at the end. A state is the traced intervals inside an output, so the
rule loses nothing and can be read backward. Assumption: the order of inputs and outputs, which
wallets choose freely, decides. Known failure: a sender can steer it by ordering.
Spec: Clayton's case (Devaynes v Noble, 1816); Anderson, Shumailov, Ahmed, Rietmann, "Bitcoin Redux",
WEIS 2018; Ahmed, Shumailov, Anderson, "Tendrils of Crime", 2018.
"""

from collections.abc import Sequence

from chainlead.trace.intervals import Intervals, count_units, cut, lay_end_to_end
from chainlead.trace.rule import Source, TaintRule


class Fifo(TaintRule[Intervals]):
    """Keeps the units in their order: inputs queue up, outputs are cut from the front."""

    name = "fifo"
    version = 1
    meaning = "first in, first out: units keep their order through each transaction"
    assumption = (
        "Units leave a transaction in the order in which they entered: inputs in their order, "
        "outputs in their order, the fee from the end."
    )
    known_failure = (
        "The order of inputs and outputs is the sender's or the wallet software's choice, often "
        "random, so the division follows no one's intention."
    )
    citation = (
        "Clayton's case (Devaynes v Noble, 1816); Anderson, Shumailov, Ahmed, Rietmann: "
        "Bitcoin Redux. WEIS 2018."
    )

    def mark_whole(self, amount_units: int) -> Intervals:
        """One interval from the first unit to the last."""
        return ((0, amount_units),) if amount_units else ()

    def traced_units(self, state: Intervals) -> int:
        """The length of all intervals."""
        return count_units(state)

    def spread(
        self, sources: Sequence[Source[Intervals]], sinks: Sequence[int]
    ) -> list[Intervals | None]:
        """Lay the sources end to end and cut the sinks from the front."""
        return cut(lay_end_to_end(sources), sinks)
