"""Litecoin's extension block (MWEB): its doors are seen, what happens inside is not.

Assumption: since block 2,265,984 the last transaction of a block (HogEx) carries the pool's whole
balance to an output of witness version 8, takes the peg-ins of the block in, and pays its peg-outs.
So a HogEx pools everybody's coins, like a mixing round, and a trail ends there. A transaction that
pays an output of witness version 9 is a peg-in: its inputs are one payer's, and its coins go into the
pool with the next HogEx.
Known failure: amounts and people inside are hidden for good; a peg-out of nearly the amount of an
earlier peg-in is a lead at most.
Citation: Litecoin LIP-0002 and LIP-0003 (extension blocks, MimbleWimble), 2019; LIP-0004.
"""

from chainlead.model import Chain
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape

_POOL = b"\x58\x20"
_PEG_IN = b"\x59\x20"
_PROGRAM_BYTES = 34


class LitecoinMweb(CoinJoinDetector):
    """Where coins enter and leave Litecoin's hidden block."""

    name = "litecoin_mweb"
    version = 1
    protocol = "Litecoin MWEB"
    chains = frozenset({Chain.LITECOIN})
    rank = 10
    assumption = (
        "The transaction that carries the pool's balance (HogEx) joins everybody's coins and ends a "
        "trail; a transaction that pays a peg-in output brings one payer's coins to it."
    )
    known_failure = (
        "What happens between a peg-in and a peg-out is hidden for good; equal amounts are a lead "
        "at most."
    )
    citation = "Litecoin Improvement Proposals LIP-0002, LIP-0003 and LIP-0004, 2019 to 2020."

    def examine(self, shape: Shape) -> MixingRound | None:
        """The pool's balance first, then a door."""
        outputs = shape.transaction.outputs
        if _has_prefix(outputs[0].script, _POOL):
            doors = max(0, shape.input_count + shape.output_count - 2)
            return self.found(
                doors,
                outputs[0].amount_units,
                is_upper_bound=True,
                wording="Litecoin's hidden pool (MWEB)",
            )
        entering = [o.amount_units for o in outputs if _has_prefix(o.script, _PEG_IN)]
        if not entering:
            return None
        return self.found(
            1,
            max(entering),
            protocol="Litecoin peg-in",
            certainty="entrance",
            wording="the entrance to Litecoin's hidden pool (peg-in)",
        )


def _has_prefix(script: bytes, prefix: bytes) -> bool:
    return len(script) == _PROGRAM_BYTES and script.startswith(prefix)
