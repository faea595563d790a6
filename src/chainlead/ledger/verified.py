"""How far a fact of a ledger was checked, in one word."""

from enum import Enum


class Verified(Enum):
    """How far a fact was checked, from least to most."""

    SINGLE_SOURCE = "single source"
    TWO_SOURCES = "two sources agree"
    REHASHED = "re-hashed"
    IN_BLOCK = "in block"
    ON_BEST_CHAIN = "on best chain"
