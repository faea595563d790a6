"""Walks the ledger from an origin under named rules; every inference names itself."""

from chainlead.trace.bounds import Least, Most
from chainlead.trace.heuristic import Heuristic, HeuristicCard
from chainlead.trace.heuristics.equal_output import EqualOutput, MixingRound
from chainlead.trace.origin import Origin, parse_origin
from chainlead.trace.rule import Source, TaintRule, find_rules
from chainlead.trace.trace import (
    Direction,
    FrontierNode,
    Limits,
    Reason,
    RuleResult,
    Stop,
    StopRule,
    Trace,
    TracedTransfer,
    encode_canonical,
)
from chainlead.trace.walk import Gate, walk

__all__ = [
    "Direction",
    "EqualOutput",
    "FrontierNode",
    "Gate",
    "Heuristic",
    "HeuristicCard",
    "Least",
    "Limits",
    "MixingRound",
    "Most",
    "Origin",
    "Reason",
    "RuleResult",
    "Source",
    "Stop",
    "StopRule",
    "TaintRule",
    "Trace",
    "TracedTransfer",
    "encode_canonical",
    "find_rules",
    "parse_origin",
    "walk",
]
