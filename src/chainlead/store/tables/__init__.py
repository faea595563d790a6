"""The tables, one file per room. Columns are the same word and type in every table.

A key or an indexed column that others may fill with text of any length is `Text`: PostgreSQL's ordinary
index holds at most 2,700 bytes, so such columns get another kind there. All other text is `String`.
"""

from chainlead.store.tables import (
    accounts,
    answers,
    attribution,
    canvas,
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
    reruns,
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
    "canvas",
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
    "reruns",
    "rings",
    "stated",
    "trace",
]
