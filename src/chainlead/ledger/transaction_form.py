"""How chains of the Bitcoin family write a transaction down where they differ."""

from enum import Enum


class TransactionForm(Enum):
    """What may stand in a transaction's bytes besides inputs and outputs."""

    PLAIN = "plain"
    """Nothing: Dogecoin."""

    WITNESS = "witness"
    """Witnesses (BIP-144): Bitcoin; Bitcoin Cash reads them only to tell that a block is not its own."""

    MWEB = "mweb"
    """Witnesses, and Litecoin's extension block (LIP-0003): flag 8 after the marker."""

    SPECIAL = "special"
    """A type in the upper half of the version, and a payload behind the lock time: Dash (DIP-0002)."""

    CRYPTONOTE = "cryptonote"
    """Another format altogether, read by `ledger/cryptonote`: rings and one-time keys, amounts open."""
