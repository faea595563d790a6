"""Transfers that match advertised prices, and how many would match by chance."""

from chainlead.ledger.payments.account_receipts import gather_transfers
from chainlead.ledger.payments.advertised import (
    AdvertisedPrice,
    Tolerance,
    UnitPrice,
    parse_price,
)
from chainlead.ledger.payments.chance import AS_ROUND, OTHER_TIMES, ChanceCount, Move
from chainlead.ledger.payments.matching import (
    MatchQuestion,
    MatchResult,
    PaymentMatch,
    PriceShare,
    find_payments,
    match_receipts,
)
from chainlead.ledger.payments.receipts import Receipts, gather_outputs
from chainlead.ledger.payments.times import Recurring, Times, parse_recurring

__all__ = [
    "AS_ROUND",
    "OTHER_TIMES",
    "AdvertisedPrice",
    "ChanceCount",
    "MatchQuestion",
    "MatchResult",
    "Move",
    "PaymentMatch",
    "PriceShare",
    "Receipts",
    "Recurring",
    "Times",
    "Tolerance",
    "UnitPrice",
    "find_payments",
    "gather_outputs",
    "gather_transfers",
    "match_receipts",
    "parse_price",
    "parse_recurring",
]
