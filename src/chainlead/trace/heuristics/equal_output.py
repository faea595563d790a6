"""The old place of `EqualOutput`; it stands in `coinjoin/equal_output.py`."""

from chainlead.trace.heuristics.coinjoin.equal_output import EqualOutput, EqualOutputLimits
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound

__all__ = ["EqualOutput", "EqualOutputLimits", "MixingRound"]
