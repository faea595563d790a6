"""Haircut: every output carries the same share of traced value as the transaction as a whole.

Exact: whole base units by largest remainder; equal remainders go to the lower output index, the fee
counting as the last output. Assumption: money in a transaction mixes like liquid. Known failure:
after a few merges nearly everything carries a little, most of it meaningless.
Spec: Möser, Böhme, Breuker, "Towards Risk Scoring of Bitcoin Transactions", BITCOIN 2014.
"""

from collections.abc import Sequence

from chainlead.trace.rule import Source, TaintRule


class Haircut(TaintRule[int]):
    """Shares the traced value over outputs and fee in proportion to their amounts."""

    name = "haircut"
    version = 1
    meaning = "traced money mixes evenly: each output carries the same share"
    assumption = (
        "Money in one transaction mixes evenly, so each output and the fee carry the traced share "
        "in proportion to their amounts; whole base units by largest remainder, equal remainders "
        "to the lower output index, the fee last."
    )
    known_failure = (
        "Spreads thin: after merges with other money, outputs that never had to do with the "
        "origin carry a small traced share."
    )
    citation = (
        "Möser, Böhme, Breuker: Towards Risk Scoring of Bitcoin Transactions. "
        "BITCOIN workshop at Financial Cryptography 2014."
    )

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def spread(self, sources: Sequence[Source[int]], sinks: Sequence[int]) -> list[int | None]:
        """The traced sum times each sink's share, whole units by largest remainder."""
        traced = sum(source.state or 0 for source in sources)
        total = sum(sinks)
        if not traced or not total:
            return [None] * len(sinks)
        parts = [divmod(traced * sink, total) for sink in sinks]
        shares = [share for share, _ in parts]
        left_over = traced - sum(shares)
        by_remainder = sorted(range(len(sinks)), key=lambda place: (-parts[place][1], place))
        for place in by_remainder[:left_over]:
            shares[place] += 1
        return [share or None for share in shares]
