"""Taint in, highest out: the traced value fills the largest output first, then the next.

Of equal amounts the lower output index comes first; the fee, however large, comes last. Looking back
there is no exact mirror, because the rule does not say which input paid what: by the same convention
the traced value is taken out of the largest input first, of equal amounts the lower input index.
Assumption: who spends traced money together with other money moves most of it on in the large
output. Known failure: the largest output is often change, or somebody else's.
Spec: Tironsakkul, Maarek, Eross, Just, "Probing the Mystery of Cryptocurrency Theft", 2019
(arXiv:1906.05754), one of the two methods added there. Neither ties nor looking back are settled
there; their program takes the fee from all inputs in proportion, here it is filled last.
"""

from collections.abc import Sequence

from chainlead.trace.rule import Source, TaintRule


class Tiho(TaintRule[int]):
    """Fills the outputs with traced value from the largest down, the fee last."""

    name = "tiho"
    version = 1
    meaning = "taint in, highest out: traced money fills the largest outputs first"
    assumption = (
        "Traced money goes into the largest output first, then into the next; of equal amounts the "
        "lower output index first, the fee last. Looking back, out of the largest input first."
    )
    known_failure = (
        "The largest output is often the payer's change or another party's money; a sender can "
        "steer it by splitting. Looking back is a convention, not the reverse of looking forward."
    )
    citation = (
        "Tironsakkul, Maarek, Eross, Just: Probing the Mystery of Cryptocurrency Theft. "
        "arXiv:1906.05754, 2019."
    )

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def spread(self, sources: Sequence[Source[int]], sinks: Sequence[int]) -> list[int | None]:
        """Fill the outputs from the largest down, then the fee, which is the last sink."""
        fee_place = len(sinks) - 1
        return _filled(sources, sinks, [*_from_the_largest(sinks[:-1]), fee_place])

    def gather(self, sources: Sequence[Source[int]], sinks: Sequence[int]) -> list[int | None]:
        """Fill the inputs from the largest down; none of them is a fee."""
        return _filled(sources, sinks, _from_the_largest(sinks))


def _from_the_largest(amounts: Sequence[int]) -> list[int]:
    return sorted(range(len(amounts)), key=lambda place: (-amounts[place], place))


def _filled(
    sources: Sequence[Source[int]], sinks: Sequence[int], order: Sequence[int]
) -> list[int | None]:
    left = sum(source.state or 0 for source in sources)
    parts: list[int | None] = [None] * len(sinks)
    for place in order:
        part = min(left, sinks[place])
        if not part:
            continue
        parts[place] = part
        left -= part
    return parts
