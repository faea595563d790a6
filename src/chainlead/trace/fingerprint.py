"""What a transaction shows of the software that made it: supporting evidence, never proof.

Features: version; locktime policy (none, a height, a time); sequence policy; whether every
signature has a short R (software that grinds for it: Bitcoin Core since 0.17, later Electrum and
others); whether inputs and outputs are in BIP-69 order; script types of the inputs. A feature that
this transaction cannot show is None: one short R is chance, and so is the order of two outputs.
Limits: many people use the same software, so a match says little and a difference more; software
changes its habits with each release; a person may use several. No fee policy: the ledger keeps no
size.
Spec: BIP-69, BIP-125, BIP-68; Bitcoin Core pull request 13666 (grinding for a short R).
"""

from collections import Counter
from dataclasses import dataclass
from math import factorial

from chainlead.codecs import script_kind
from chainlead.ledger import Input, Transaction

FEATURES = ("version", "locktime", "sequence", "short_r", "ordering", "input_types")
LEAST_SIGNATURES = 4
"""So many short R in a row are called a habit; without grinding, that is 1 chance in 16."""
LEAST_ORDERS = 6
"""Sorted inputs and outputs are called a habit where at least so many orders were possible."""
_LOCKTIME_IS_TIME = 500_000_000
_FINAL = 0xFFFFFFFF
_REPLACEABLE = 0xFFFFFFFE
_NO_RELATIVE_LOCK = 1 << 31
_SHORT_R_BYTES = 32


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The value of each feature; None where the transaction does not show it."""

    version: str | None
    locktime: str | None
    sequence: str | None
    short_r: str | None
    ordering: str | None
    input_types: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two fingerprints side by side, as names of features in the order of `FEATURES`."""

    same: tuple[str, ...]
    different: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Nothing speaks against one software; it says nothing for it where little is known."""
        return not self.different


def take_fingerprint(transaction: Transaction) -> Fingerprint:
    """The features of one transaction."""
    return Fingerprint(
        str(transaction.version),
        _locktime(transaction),
        _sequence(transaction),
        _short_r(transaction),
        _ordering(transaction),
        _input_types(transaction),
    )


def compare_fingerprints(a: Fingerprint, b: Fingerprint) -> Comparison:
    """Which features are the same, which differ, which one of the two does not show."""
    same: list[str] = []
    different: list[str] = []
    unknown: list[str] = []
    for feature in FEATURES:
        left, right = getattr(a, feature), getattr(b, feature)
        if left is None or right is None:
            unknown.append(feature)
        else:
            (same if left == right else different).append(feature)
    return Comparison(tuple(same), tuple(different), tuple(unknown))


def _locktime(transaction: Transaction) -> str:
    if not transaction.locktime:
        return "none"
    return "time" if transaction.locktime >= _LOCKTIME_IS_TIME else "height"


def _sequence(transaction: Transaction) -> str:
    """One word for all inputs; `mixed` where they differ."""
    words = {_sequence_word(spent.sequence, transaction.version) for spent in transaction.inputs}
    return words.pop() if len(words) == 1 else "mixed"


def _sequence_word(sequence: int, version: int) -> str:
    if sequence == _FINAL:
        return "final"
    if sequence == _REPLACEABLE:
        return "locktime only"
    if sequence < _NO_RELATIVE_LOCK and version >= 2:
        return "relative lock"
    return "replaceable"


def _short_r(transaction: Transaction) -> str | None:
    """ECDSA only: a Schnorr signature always has 32 bytes of R."""
    lengths = [
        mark.r_bytes
        for spent in transaction.inputs
        if not _is_taproot(spent)
        for mark in spent.signatures
        if mark.hash_type
    ]
    if any(length > _SHORT_R_BYTES for length in lengths):
        return "no"
    return "yes" if len(lengths) >= LEAST_SIGNATURES else None


def _is_taproot(spent: Input) -> bool:
    return spent.previous is not None and script_kind(spent.previous.script) == "p2tr"


def _ordering(transaction: Transaction) -> str | None:
    """Unsorted is certain; sorted is said only where chance would rarely sort it."""
    inputs = [
        (spent.outpoint.txid.wire[::-1], spent.outpoint.output_index)
        for spent in transaction.inputs
        if spent.outpoint is not None
    ]
    outputs = [(output.amount_units, output.script) for output in transaction.outputs]
    if inputs != sorted(inputs) or outputs != sorted(outputs):
        return "unsorted"
    orders = factorial(min(len(inputs), 8))
    places = factorial(min(len(outputs), 8))
    for count in Counter(outputs).values():
        places //= factorial(min(count, 8))
    return "sorted" if orders * places >= LEAST_ORDERS else None


def _input_types(transaction: Transaction) -> str | None:
    kinds: set[str] = set()
    for spent in transaction.inputs:
        if spent.previous is None:
            return None
        kinds.add(script_kind(spent.previous.script))
    return " ".join(sorted(kinds)) or None
