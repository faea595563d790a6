"""Walks the ledger from an origin under named rules; every inference names itself."""

from chainlead.trace.trace import (
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

__all__ = [
    "FrontierNode",
    "Limits",
    "Reason",
    "RuleResult",
    "Stop",
    "StopRule",
    "Trace",
    "TracedTransfer",
    "encode_canonical",
]
