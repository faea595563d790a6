"""Walks the ledger from an origin under named rules; every inference names itself."""

from chainlead.trace.accounts.bounds import AccountLeast, AccountMost
from chainlead.trace.accounts.document import account_rule_card, derive_account_document
from chainlead.trace.accounts.rule import AccountRule, find_account_rules
from chainlead.trace.accounts.trace import (
    AccountNode,
    AccountResult,
    AccountStop,
    AccountTrace,
    TracedAssetTransfer,
)
from chainlead.trace.accounts.view import AccountView, AssetTransfer
from chainlead.trace.accounts.walk import walk_accounts
from chainlead.trace.bounds import Least, Most
from chainlead.trace.clusters import LARGE, Clusters, Link, Without
from chainlead.trace.contested import ContestedLink, Doubt, LinkDecision, Side
from chainlead.trace.document import card_document, derive_document, limits_document
from chainlead.trace.error_rates import describe_error_rate
from chainlead.trace.fingerprint import (
    Comparison,
    Fingerprint,
    compare_fingerprints,
    take_fingerprint,
)
from chainlead.trace.heuristic import Heuristic, HeuristicCard
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic
from chainlead.trace.heuristics.change.change_rule import (
    change_combinations,
    change_heuristics,
    change_rule,
)
from chainlead.trace.heuristics.change.peel import Peel, PeelStep
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.equal_output import EqualOutput
from chainlead.trace.heuristics.coinjoin.gate import CoinJoinGate, find_detectors
from chainlead.trace.heuristics.coinjoin.gate_record import GateRecord
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.common_input import CommonInput
from chainlead.trace.level import Level
from chainlead.trace.origin import Origin, parse_origin
from chainlead.trace.patterns.account_deposit import (
    AccountDeposit,
    AccountDepositAddress,
    Forwarding,
)
from chainlead.trace.patterns.account_transfer import AccountTransfer
from chainlead.trace.patterns.cross_ledger import (
    CrossLedger,
    CrossLedgerCandidate,
    Movement,
    find_deposits,
    find_payouts,
)
from chainlead.trace.patterns.dust import find_dust, is_dust
from chainlead.trace.patterns.pattern import (
    Part,
    Pattern,
    PatternFound,
    ServiceOf,
    find_patterns,
    pattern_document,
)
from chainlead.trace.patterns.sweep import swept_into_service
from chainlead.trace.patterns.u_turn import UTurn, UTurnCandidate
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
from chainlead.trace.view_until import ViewUntil
from chainlead.trace.walk import Gate, walk

__all__ = [
    "LARGE",
    "AccountDeposit",
    "AccountDepositAddress",
    "AccountLeast",
    "AccountMost",
    "AccountNode",
    "AccountResult",
    "AccountRule",
    "AccountStop",
    "AccountTrace",
    "AccountTransfer",
    "AccountView",
    "AssetTransfer",
    "ChangeHeuristic",
    "Clusters",
    "CoinJoinDetector",
    "CoinJoinGate",
    "CommonInput",
    "Comparison",
    "ContestedLink",
    "CrossLedger",
    "CrossLedgerCandidate",
    "Direction",
    "Doubt",
    "EqualOutput",
    "Fingerprint",
    "Forwarding",
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
    "Movement",
    "Origin",
    "Part",
    "Pattern",
    "PatternFound",
    "Peel",
    "PeelStep",
    "Reason",
    "RuleResult",
    "ServiceOf",
    "Side",
    "Source",
    "Stop",
    "StopRule",
    "TaintRule",
    "Trace",
    "TracedAssetTransfer",
    "TracedTransfer",
    "UTurn",
    "UTurnCandidate",
    "ViewUntil",
    "Without",
    "account_rule_card",
    "card_document",
    "change_combinations",
    "change_heuristics",
    "change_rule",
    "compare_fingerprints",
    "derive_account_document",
    "derive_document",
    "describe_error_rate",
    "encode_canonical",
    "find_account_rules",
    "find_deposits",
    "find_detectors",
    "find_dust",
    "find_patterns",
    "find_payouts",
    "find_rules",
    "is_dust",
    "limits_document",
    "parse_origin",
    "pattern_document",
    "swept_into_service",
    "take_fingerprint",
    "walk",
    "walk_accounts",
]
