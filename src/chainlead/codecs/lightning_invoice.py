"""Lightning invoices (BOLT 11): who is paid, how much, when it was made.

Found in: chats, mails, pages, QR codes. Proof: bech32 with 30 bits, and a signature from which the
payee's key follows. Limits: an invoice is no payment; the fallback address is not read.
Spec: BOLT 11.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from chainlead.codecs.bech32 import Bech32Kind, convert_bits, from_bech32
from chainlead.codecs.secp256k1 import recover_public_key
from chainlead.errors import CodecError
from chainlead.model import Network

_NETWORKS: Final = (
    ("bcrt", Network.REGTEST), ("tbs", Network.SIGNET), ("bc", Network.MAIN), ("tb", Network.TEST),
)  # fmt: skip
_MSAT: Final = 100_000_000_000
_PARTS: Final = {"": 1, "m": 1_000, "u": 1_000_000, "n": 1_000_000_000, "p": 1_000_000_000_000}
_SIGNATURE: Final = 104
_DEFAULT_EXPIRY: Final = 3600
_HASH, _TEXT, _PAYEE, _EXPIRY, _TEXT_HASH = 1, 13, 19, 6, 23
_DIGITS: Final = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class LightningInvoice:
    """What an invoice says.

    Attributes:
        amount_msat: thousandths of a satoshi; None if the payer chooses.
        made_unix: seconds since 1970.
        expiry_s: seconds from then on in which it may be paid.
        payee: public key of the node that is paid, 33 bytes.
        payee_from: `field` or `signature`.
        payment_hash: 32 bytes.
        description: what it is for, as text from its maker.
    """

    network: Network
    amount_msat: int | None
    made_unix: int
    expiry_s: int
    payee: bytes
    payee_from: str
    payment_hash: bytes
    description: str


def parse_lightning_invoice(text: str) -> LightningInvoice:
    """Read an invoice.

    Raises:
        CodecError: not its prefix, too short, a field of the wrong size, or no valid signature.
        ChecksumError: the checksum does not hold.
    """
    prefix, values, kind = from_bech32(text, capped=False)
    if not prefix.startswith("ln") or kind is not Bech32Kind.BECH32:
        raise CodecError("an invoice is bech32 under ln and the name of a network")
    network, amount = _read_prefix(prefix[2:])
    if len(values) < 7 + _SIGNATURE:
        raise CodecError("an invoice holds a time and a signature")
    body, signature = values[:-_SIGNATURE], values[-_SIGNATURE:]
    fields = _read_fields(body[7:])
    if len(fields.get(_HASH, [])) != 52:
        raise CodecError("an invoice holds a payment hash of 32 bytes")
    payee = _to_bytes(fields[_PAYEE]) if len(fields.get(_PAYEE, [])) == 53 else b""
    digest = sha256(prefix.encode() + bytes(convert_bits(body, 5, 8, pad=True))).digest()
    signed = bytes(convert_bits(signature, 5, 8, pad=False))
    recovered = recover_public_key(digest, signed[:64], signed[64])
    if payee and payee != recovered:
        raise CodecError("the signature is not the payee's")
    return LightningInvoice(
        network=network,
        amount_msat=amount,
        made_unix=_number(values[:7]),
        expiry_s=_number(fields[_EXPIRY]) if _EXPIRY in fields else _DEFAULT_EXPIRY,
        payee=recovered,
        payee_from="field" if payee else "signature",
        payment_hash=_to_bytes(fields[_HASH]),
        description=_to_bytes(fields.get(_TEXT, [])).decode("utf-8", "replace"),
    )


def _read_prefix(text: str) -> tuple[Network, int | None]:
    for name, network in _NETWORKS:
        if text.startswith(name) and (len(text) == len(name) or text[len(name)] in _DIGITS):
            return network, _read_amount(text[len(name) :])
    raise CodecError("an invoice of no network that is known here")


def _read_amount(written: str) -> int | None:
    if not written:
        return None
    part = "" if written[-1] in _DIGITS else written[-1]
    digits = written.removesuffix(part)
    if part not in _PARTS or not digits or not _DIGITS.issuperset(digits) or len(digits) > 18:
        raise CodecError("an amount that no invoice has")
    msat, rest = divmod(int(digits) * _MSAT, _PARTS[part])
    if rest:
        raise CodecError("an amount below a thousandth of a satoshi")
    return msat


def _read_fields(values: list[int]) -> dict[int, list[int]]:
    """The first field of each kind; the order is the maker's."""
    fields: dict[int, list[int]] = {}
    at = 0
    while at + 3 <= len(values):
        length = values[at + 1] << 5 | values[at + 2]
        content = values[at + 3 : at + 3 + length]
        if len(content) != length:
            raise CodecError("a field that is longer than the invoice")
        fields.setdefault(values[at], content)
        at += 3 + length
    return fields


def _to_bytes(values: list[int]) -> bytes:
    """Whole bytes; BOLT 11 pads the last group."""
    return bytes(convert_bits(values, 5, 8, pad=True)[: len(values) * 5 // 8])


def _number(values: list[int]) -> int:
    number = 0
    for value in values:
        number = number << 5 | value
    return number
