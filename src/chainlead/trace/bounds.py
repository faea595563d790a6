"""What holds whatever rule is applied: the least and the most of one output that can be traced.

Least: the rest of the transaction cannot hold all the traced value, so some of it must be here:
max(0, traced in - everything that went elsewhere). Most: an output cannot hold more than itself, nor
more than the traced value that went in. Both are carried from transaction to transaction; each holds
for one output by itself, so the least amounts may be added up, the most amounts only up to the
origin. Proof by induction over transactions in docs/design/taint.md.
"""

from collections.abc import Sequence

from chainlead.trace.rule import Source, TaintRule


class Least(TaintRule[int]):
    """The provable minimum in each output under any division that conserves value."""

    name = "least"
    version = 1
    conserves = False
    meaning = "the provable minimum: so much is in this output however the money is divided"
    assumption = "None, but that no unit of money is made or lost between inputs and outputs."
    known_failure = "Soon zero after merges with other money."
    citation = "Arithmetic; see docs/design/taint.md."

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def spread(self, sources: Sequence[Source[int]], sinks: Sequence[int]) -> list[int | None]:
        """What does not fit into all other sinks."""
        traced = sum(source.state or 0 for source in sources)
        total = sum(sinks)
        return [max(0, traced - (total - sink)) or None for sink in sinks]


class Most(TaintRule[int]):
    """The possible maximum in each output under any division that conserves value."""

    name = "most"
    version = 1
    conserves = False
    is_upper_bound = True
    needs_every_amount = False
    meaning = "the possible maximum: no division of the money puts more into this output"
    assumption = "None, but that no unit of money is made or lost between inputs and outputs."
    known_failure = "Maxima of several outputs cannot all be true at once."
    citation = "Arithmetic; see docs/design/taint.md."

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def spread(self, sources: Sequence[Source[int]], sinks: Sequence[int]) -> list[int | None]:
        """The sink, or all traced value if that is less."""
        traced = sum(source.state or 0 for source in sources)
        return [min(traced, sink) or None for sink in sinks]
