"""Walks the ledger from an origin under named rules; every inference names itself."""

from chainlead.trace.bounds import Least, Most
from chainlead.trace.clusters import LARGE, Clusters, Link, Without
from chainlead.trace.contested import ContestedLink, Doubt, LinkDecision, Side
from chainlead.trace.document import card_document, derive_document, limits_document
from chainlead.trace.heuristic import Heuristic, HeuristicCard
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic
from chainlead.trace.heuristics.change.change_rule import change_rule
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.equal_output import EqualOutput
from chainlead.trace.heuristics.coinjoin.gate import CoinJoinGate, find_detectors
from chainlead.trace.heuristics.coinjoin.gate_record import GateRecord
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.common_input import CommonInput
from chainlead.trace.level import Level
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
    "LARGE",
    "ChangeHeuristic",
    "Clusters",
    "CoinJoinDetector",
    "CoinJoinGate",
    "CommonInput",
    "ContestedLink",
    "Direction",
    "Doubt",
    "EqualOutput",
    "FrontierNode",
    "Gate",
    "GateRecord",
    "Heuristic",
    "HeuristicCard",
    "Least",
    "Level",
    "Limits",
    "Link",
    "LinkDecision",
    "MixingRound",
    "Most",
    "Origin",
    "Reason",
    "RuleResult",
    "Side",
    "Source",
    "Stop",
    "StopRule",
    "TaintRule",
    "Trace",
    "TracedTransfer",
    "Without",
    "card_document",
    "change_rule",
    "derive_document",
    "encode_canonical",
    "find_detectors",
    "find_rules",
    "limits_document",
    "parse_origin",
    "walk",
]
