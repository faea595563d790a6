"""Proofs that a transaction paid an address: the transaction's key, OutProof and InProof.

Proof: a transaction key, or the shared secret of a signed proof, gives the one-time keys that were
made for the address; an OutProof or InProof also shows, by a signature, that its maker held the
transaction's key or the view key, and for which message it was made.
Limits: says what an address received in this transaction, nothing about who made the payment
beyond that, nor about what became of it. Version 1 proofs can be forged by whoever is shown one and
are refused. The transaction's place in the ledger is not part of the proof.
Spec: Monero `src/wallet/wallet2.cpp` (`check_tx_key`, `check_tx_proof`), `src/crypto/crypto.cpp`
(`check_tx_proof`), version 0.17.1 and later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chainlead.codecs import Secret, from_cryptonote_base58, keccak256
from chainlead.errors import CodecError
from chainlead.ledger.monero.address import MoneroAddress
from chainlead.ledger.monero.amounts import open_amount
from chainlead.ledger.monero.curve import (
    BASE,
    hash_to_scalar,
    plus_base,
    read_point,
    read_scalar,
    varint,
    write_point,
)
from chainlead.ledger.monero.transaction import MoneroTransaction

OUT_PROOF, IN_PROOF = "OutProofV2", "InProofV2"
_OLD: Final = ("OutProofV1", "InProofV1")
_SECRET_CHARACTERS, _SIGNATURE_CHARACTERS = 44, 88
_DOMAIN: Final = keccak256(b"TXPROOF_V2")
_LARGEST_TEXT: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Paid:
    """What a proof shows.

    Attributes:
        holds: whether the proof is good: for a transaction key, whether it pays the address at all.
        outputs: number and amount of each output that was paid to the address; an amount is None
            where what stands there does not open the commitment.
        reason: why it does not hold; empty if it does.
    """

    holds: bool
    outputs: tuple[tuple[int, int | None], ...] = ()
    reason: str = ""

    @property
    def amount_units(self) -> int:
        """The sum of the amounts that could be opened, in base units."""
        return sum(amount for _, amount in self.outputs if amount is not None)


def check_transaction_key(
    transaction: MoneroTransaction, secret: Secret, address: MoneroAddress
) -> Paid:
    """Check the private key of a transaction, as the payer's wallet gives it.

    Args:
        transaction: read from its bytes.
        secret: 32 bytes, or several times 32: one more per output for payments to sub-addresses.
        address: whom the payment is said to have been made to.

    Raises:
        CodecError: the key is none.
    """
    content = secret.reveal()
    if not content or len(content) % 32:
        raise CodecError("A transaction's key has 64 hexadecimal digits, or several times 64.")
    try:
        numbers = [read_scalar(content[start : start + 32]) for start in range(0, len(content), 32)]
    except CodecError:
        raise CodecError("This is no private key of a transaction.") from None
    view = read_point(address.view_key)
    derived: list[bytes | None] = [write_point(view * (8 * number)) for number in numbers]
    outputs = _paid_outputs(transaction, address, derived)
    if not outputs:
        return Paid(False, (), "With this key no output of the transaction is the address's.")
    return Paid(True, outputs)


def check_payment_proof(
    transaction: MoneroTransaction, address: MoneroAddress, message: str, proof: str
) -> Paid:
    """Check an OutProofV2 (made by the payer) or InProofV2 (made by the payee).

    Args:
        transaction: read from its bytes; its id must be known.
        address: whom the payment is said to have been made to.
        message: what the maker of the proof was asked to sign; can be empty.
        proof: the text that begins with `OutProofV2` or `InProofV2`.

    Raises:
        CodecError: the text is no such proof.
    """
    is_out = proof.startswith(OUT_PROOF)
    parts = _parts(proof)
    extra = transaction.extra
    more = extra.more_keys if len(extra.more_keys) == len(transaction.outputs) else ()
    keys = (*extra.keys[:1], *more)
    if len(parts) != len(keys):
        return Paid(False, (), "The proof has another number of parts than this transaction.")
    if transaction.txid is None:
        return Paid(False, (), "The transaction's id is not known: its bytes are not complete.")
    prefix = keccak256(transaction.txid + message.encode("utf-8", "surrogateescape"))
    derived: list[bytes | None] = []
    for key, (shared, signature) in zip(keys, parts, strict=True):
        first, second = (key, address.view_key) if is_out else (address.view_key, key)
        holds = _signature_holds(prefix, (first, second, shared), signature, address)
        derived.append(write_point(read_point(shared) * 8) if holds else None)
    if not any(derived):
        return Paid(
            False,
            (),
            "The signature does not hold for this transaction, address and message.",
        )
    outputs = _paid_outputs(transaction, address, derived)
    if not outputs:
        return Paid(False, (), "The signature holds, but no output is the address's.")
    return Paid(True, outputs)


def _parts(proof: str) -> list[tuple[bytes, bytes]]:
    """Shared secret and signature of each part."""
    if proof.startswith(_OLD):
        raise CodecError("A proof of version 1 can be forged; ask for a new one (OutProofV2).")
    kind = next((kind for kind in (OUT_PROOF, IN_PROOF) if proof.startswith(kind)), None)
    if kind is None or len(proof) > _LARGEST_TEXT:
        raise CodecError("A proof of payment begins with OutProofV2 or InProofV2.")
    body = proof.removeprefix(kind)
    size = _SECRET_CHARACTERS + _SIGNATURE_CHARACTERS
    if not body or len(body) % size:
        raise CodecError("The proof has not the length of a proof: a part of it is missing.")
    return [
        (
            from_cryptonote_base58(body[start : start + _SECRET_CHARACTERS]),
            from_cryptonote_base58(body[start + _SECRET_CHARACTERS : start + size]),
        )
        for start in range(0, len(body), size)
    ]


def _signature_holds(
    prefix: bytes, keys: tuple[bytes, bytes, bytes], signature: bytes, to: MoneroAddress
) -> bool:
    """Whether one number makes the first key of its base, and the shared secret of the second."""
    first, second, shared = keys
    try:
        challenge, response = read_scalar(signature[:32]), read_scalar(signature[32:])
        base = read_point(to.spend_key) if to.is_sub else BASE
        one, other, common = read_point(first), read_point(second), read_point(shared)
    except CodecError:
        return False
    x = write_point(one * challenge + base * response)
    y = write_point(common * challenge + other * response)
    spend = to.spend_key if to.is_sub else bytes(32)
    hashed = hash_to_scalar(prefix, shared, x, y, _DOMAIN, first, second, spend)
    return hashed == challenge


def _paid_outputs(
    transaction: MoneroTransaction, address: MoneroAddress, derived: Sequence[bytes | None]
) -> tuple[tuple[int, int | None], ...]:
    """The outputs whose keys follow from the first secret, or from that of their own number."""
    found = []
    spend = read_point(address.spend_key)
    for index, output in enumerate(transaction.outputs):
        for derivation in (*derived[:1], *derived[index + 1 : index + 2]):
            if derivation is None:
                continue
            number = hash_to_scalar(derivation, varint(index))
            if write_point(plus_base(spend, number)) == output.key:
                found.append((index, open_amount(transaction, index, number)))
                break
    return tuple(found)
