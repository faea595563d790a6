"""Last in, first out: the last units that go in are the first that come out.

The inputs in their order form one stack of units, the last input on top; the outputs in their order,
the fee last, take from the top. So the stream of outputs is the stream of inputs read from the back,
and the same reading undoes it: looking back is the exact mirror. A state is the traced intervals
inside an output, as under `fifo.py`. Assumption: the order of inputs and outputs, which wallets choose
freely, decides. Known failure: a sender can steer it by ordering.
Spec: Tironsakkul, Maarek, Eross, Just, "Probing the Mystery of Cryptocurrency Theft", 2019
(arXiv:1906.05754), one of the two methods added there. Their program takes the fee from all inputs in
proportion before it divides; here the fee is the last output, as for every rule of this room.
"""

from collections.abc import Sequence

from chainlead.trace.intervals import Intervals, count_units, cut, lay_end_to_end
from chainlead.trace.rule import Source, TaintRule


class Lifo(TaintRule[Intervals]):
    """Takes the units from the back: the last input pays the first output."""

    name = "lifo"
    version = 1
    meaning = "last in, first out: the last units that enter a transaction leave it first"
    assumption = (
        "Units leave a transaction in the reverse of the order in which they entered: the last input "
        "pays the first output, the fee is paid last, by what entered first."
    )
    known_failure = (
        "The order of inputs and outputs is the sender's or the wallet software's choice, often "
        "random, so the division follows no one's intention."
    )
    citation = (
        "Tironsakkul, Maarek, Eross, Just: Probing the Mystery of Cryptocurrency Theft. "
        "arXiv:1906.05754, 2019."
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
        """Lay the sources end to end, turn the queue round, and cut the sinks from its front."""
        total = sum(source.amount_units for source in sources)
        turned = [(total - end, total - start) for start, end in lay_end_to_end(sources)]
        return cut(turned[::-1], sinks)
