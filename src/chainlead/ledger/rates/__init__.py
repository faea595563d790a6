"""Published and own exchange rates, and the value of an amount on the day it moved."""

from chainlead.ledger.rates.importer import RateFile, RateHints, parse_rate_file, rate_forms
from chainlead.ledger.rates.series import DayRate, RateSeries, RateSource, rates_to_text
from chainlead.ledger.rates.table import RateTable
from chainlead.ledger.rates.valuation import DISAGREE_PPM, Valuation, asset_code
from chainlead.ledger.rates.value import Leg, Reading, Value

__all__ = [
    "DISAGREE_PPM",
    "DayRate",
    "Leg",
    "RateFile",
    "RateHints",
    "RateSeries",
    "RateSource",
    "RateTable",
    "Reading",
    "Valuation",
    "Value",
    "asset_code",
    "parse_rate_file",
    "rate_forms",
    "rates_to_text",
]
