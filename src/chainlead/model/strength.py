"""Words with a fixed meaning: how strongly a thing is known, and whose it is."""

from enum import Enum


class Strength(Enum):
    """The three strengths of truth. They are never mixed in one column or sentence."""

    OBSERVED = "observed"  # bytes in an exhibit or a block
    INFERRED = "inferred"  # a named heuristic said so
    ASSERTED = "asserted"  # somebody told us


class Certainty(Enum):
    """How a finding was proved."""

    CHECKED = "checked"  # a checksum of at least 30 bits, or a hash, holds
    STRUCTURED = "structured"  # read from a known structure, or a weaker checksum holds
    SHAPE = "shape"  # looks like it, nothing proves it


class Role(Enum):
    """Whose address or key it is, as far as its container says. `unknown` until it does."""

    OWN = "own"
    COUNTERPARTY = "counterparty"
    SHIPPED = "shipped"  # came with software: token lists, samples
    EXAMPLE = "example"  # published test vector or documentation
    UNKNOWN = "unknown"
