"""The tables, one file per room. Columns are the same word and type in every table."""

from chainlead.store.tables import (
    accounts,
    answers,
    attribution,
    case,
    evidence,
    findings,
    guide,
    ledger,
    matches,
    pages,
    personal,
    rates,
    request,
    request_states,
    rings,
    stated,
    trace,
)
from chainlead.store.tables._metadata import METADATA

__all__ = [
    "METADATA",
    "accounts",
    "answers",
    "attribution",
    "case",
    "evidence",
    "findings",
    "guide",
    "ledger",
    "matches",
    "pages",
    "personal",
    "rates",
    "request",
    "request_states",
    "rings",
    "stated",
    "trace",
]
