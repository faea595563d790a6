"""Errors of ledgers, traces and tags."""

from chainlead.errors.base import ChainleadError


class LedgerError(ChainleadError):
    """The ledger could not be read."""

    exit_code = 50


class LedgerSourceError(LedgerError):
    """A source holds no ledger data that chainlead can read."""

    exit_code = 51
    default_next_step = "Give block files (blk*.dat, raw) or Esplora-format JSON; see docs/howto."


class WrongNetworkError(LedgerError):
    """The data belong to another network than the one asked for."""

    exit_code = 52
    default_next_step = "Name the network with --network, for example --network testnet."


class BlockInvalidError(LedgerError):
    """A block fails its own proof of work, merkle root or structure."""

    exit_code = 53


class TransactionInvalidError(LedgerError):
    """The transaction's bytes do not give the id that they came with."""

    exit_code = 54


class RateFileError(LedgerError):
    """A file of exchange rates does not follow its form; nothing was taken from it."""

    exit_code = 55
    default_next_step = "Mend the named line; the forms are in docs/howto/value-a-payment.md."


class NodeUnfitError(LedgerError):
    """The node cannot answer this: another network, not in step, pruned, or without an index."""

    exit_code = 56
    default_next_step = "See docs/howto/fetch-from-a-node.md for what a node needs."


class TraceError(ChainleadError):
    """A trace could not be made."""

    exit_code = 60


class OriginNotFoundError(TraceError):
    """The ledger of this case does not hold the origin."""

    exit_code = 61
    default_next_step = "Add what holds it with `chainlead ledger add CASE SOURCE`."


class UnknownRuleError(TraceError):
    """There is no taint rule with this name."""

    exit_code = 62
    default_next_step = "See the rules with `chainlead trace --help`."


class NoLinkError(TraceError):
    """No chain of evidence joins the two addresses."""

    exit_code = 63
    default_next_step = "No link is an answer too: nothing in this ledger joins them."


class AttributionError(ChainleadError):
    """Attribution data could not be used."""

    exit_code = 70


class PackInvalidError(AttributionError):
    """A tag file does not follow its format."""

    exit_code = 71
    default_next_step = "Mend the named line, or ask the pack's maker; nothing was imported."
