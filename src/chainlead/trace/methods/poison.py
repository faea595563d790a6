"""Poison: everything that a traced unit touched counts whole.

Assumption: none about who meant what. Known failure: it counts strangers' money, and the sum grows
with every merge, so it is an upper bound and never an amount that was stolen or paid.
Spec: Möser, Böhme, Breuker, "Towards Risk Scoring of Bitcoin Transactions", BITCOIN 2014.
"""

from collections.abc import Sequence

from chainlead.trace.rule import Source, TaintRule


class Poison(TaintRule[int]):
    """Any traced input makes every output and the fee wholly traced. An upper bound."""

    name = "poison"
    version = 1
    conserves = False
    is_upper_bound = True
    needs_every_amount = False
    meaning = "every output that traced money could have reached, counted whole: an upper bound"
    assumption = "None: every output of a transaction with a traced input is counted whole."
    known_failure = (
        "Counts other people's money too; sums over outputs mean nothing, only one output's "
        "upper bound does."
    )
    citation = (
        "Möser, Böhme, Breuker: Towards Risk Scoring of Bitcoin Transactions. "
        "BITCOIN workshop at Financial Cryptography 2014."
    )

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The amount."""
        return state

    def spread(self, sources: Sequence[Source[int]], sinks: Sequence[int]) -> list[int | None]:
        """Each sink whole, as soon as one source is traced."""
        touched = any(source.state for source in sources)
        return [sink if touched and sink else None for sink in sinks]
