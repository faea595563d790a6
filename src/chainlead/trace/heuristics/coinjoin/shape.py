"""What all detectors look at in a transaction, worked out once and only when asked for.

An input whose previous output is not known could be anything: it counts as one more payer, and no
rule about amounts or scripts of inputs is held against it.
"""

from collections import Counter
from functools import cached_property
from typing import Protocol

from chainlead.ledger import Output, Transaction
from chainlead.model import Outpoint

Place = str | bytes


class Spenders(Protocol):
    """The one question that a detector asks a ledger; every `LedgerView` answers it."""

    def lookup_spender(self, outpoint: Outpoint, /) -> Transaction | None: ...


class Shape:
    """One transaction, seen from the side of mixing."""

    def __init__(self, transaction: Transaction, ledger: Spenders | None = None) -> None:
        """Look at this transaction.

        Args:
            transaction: with previous outputs filled in where they are known.
            ledger: where a detector may look for what was done with the outputs later, up to the
                ledger's pin; None to look at the transaction alone.
        """
        self.transaction = transaction
        self.ledger = ledger
        self.input_count = len(transaction.inputs)
        self.output_count = len(transaction.outputs)

    @cached_property
    def known(self) -> tuple[Output, ...]:
        """The previous outputs that are known, in the order of the inputs."""
        return tuple(
            spent.previous for spent in self.transaction.inputs if spent.previous is not None
        )

    @cached_property
    def unknown_count(self) -> int:
        """Inputs whose previous output is not known."""
        return self.input_count - len(self.known)

    @cached_property
    def payers(self) -> Counter[Place]:
        """How often each known place pays in."""
        return Counter(place_of(output) for output in self.known)

    @cached_property
    def payer_count(self) -> int:
        """Different places that pay in; each unknown input counts as one more."""
        return len(self.payers) + self.unknown_count

    @cached_property
    def most_of_one_payer(self) -> int:
        """How many inputs the place pays that pays the most inputs."""
        return max(self.payers.values(), default=0)

    @cached_property
    def amounts(self) -> Counter[int]:
        """How often each amount above zero is paid out."""
        return Counter(
            output.amount_units for output in self.transaction.outputs if output.amount_units
        )

    @cached_property
    def spread(self) -> tuple[int, int]:
        """The amount that the most different places receive, and how many; (0, 0) without any.

        Of several amounts with as many receivers the smallest.
        """
        counted = self.amounts
        if not counted:
            return 0, 0
        if max(counted.values()) == 1:
            return min(counted), 1
        receivers: dict[int, set[Place]] = {}
        for output in self.transaction.outputs:
            if counted[output.amount_units] > 1:
                receivers.setdefault(output.amount_units, set()).add(place_of(output))
        many, amount = max((len(places), -amount) for amount, places in receivers.items())
        return -amount, many

    @cached_property
    def has_distinct_receivers(self) -> bool:
        """Whether no place is paid twice."""
        return len({output.script for output in self.transaction.outputs}) == self.output_count

    @cached_property
    def has_key_hash_outputs(self) -> bool:
        """Whether all outputs pay a witness key hash (P2WPKH)."""
        return all(is_key_hash(output) for output in self.transaction.outputs)

    @cached_property
    def has_key_hash_inputs(self) -> bool:
        """Whether all known inputs spend a witness key hash (P2WPKH)."""
        return all(is_key_hash(output) for output in self.known)


def place_of(output: Output) -> Place:
    """What names the holder: the address, or the script where it has none."""
    return output.address or output.script


def is_key_hash(output: Output) -> bool:
    """Whether it pays a witness key hash (P2WPKH)."""
    return len(output.script) == 22 and output.script.startswith(b"\x00\x14")


def is_taproot(output: Output) -> bool:
    """Whether it pays a taproot key (P2TR)."""
    return len(output.script) == 34 and output.script.startswith(b"\x51\x20")


def is_note(output: Output) -> bool:
    """Whether it is a data output (OP_RETURN)."""
    return output.script[:1] == b"\x6a"
