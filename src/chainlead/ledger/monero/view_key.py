"""A view key with its address: which outputs of a transaction were paid to it, and how much.

Proof: an output belongs to the address if its one-time key is what only its payer and a holder of
the view key can compute; by chance that happens once in 2^252.
Limits: incoming only. A view key shows no spend: whether an output is still there cannot be seen.
Sub-addresses are found up to the numbers that were asked for. With a sub-address instead of the
wallet's first address, only payments to that one are found.
Spec: CryptoNote 2.0, section 4; Monero `src/cryptonote_basic/cryptonote_format_utils.cpp`,
`is_out_to_acc_precomp`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chainlead.codecs import Secret, keccak256
from chainlead.errors import CodecError
from chainlead.ledger.monero.address import MoneroAddress, parse_monero_address, sub_spend_keys
from chainlead.ledger.monero.amounts import open_amount
from chainlead.ledger.monero.curve import (
    BASE,
    ORDER,
    hash_to_scalar,
    plus_base,
    read_point,
    read_scalar,
    varint,
    write_point,
)
from chainlead.ledger.monero.transaction import MoneroOutput, MoneroTransaction

ACCOUNTS: Final = 50
NUMBERS: Final = 200
"""How many accounts, and sub-addresses in each, wallets look for by themselves."""

_NEUTRAL: Final = (1).to_bytes(32, "little")
_ENCRYPTED_PAYMENT_ID: Final = b"\x8d"


@dataclass(frozen=True, slots=True)
class Received:
    """One output that was paid to the address.

    Attributes:
        index: the output's number in its transaction.
        key: its one-time public key.
        amount_units: base units (10^-12 XMR); None if what the payer wrote does not open the
            commitment: then it is unknown, and no wallet can spend it by that.
        account, number: the sub-address; 0, 0 is the first address.
        payment_id: in hex; of an integrated address (decrypted) or in the clear; empty for none.
            In a payment of the wallet to itself the decrypted one is noise.
    """

    index: int
    key: bytes
    amount_units: int | None
    account: int
    number: int
    payment_id: str = ""


class ViewKey:
    """A view key that fits its address. It never prints itself."""

    def __init__(
        self,
        address: str | MoneroAddress,
        secret: Secret,
        *,
        accounts: int = ACCOUNTS,
        numbers: int = NUMBERS,
    ) -> None:
        """Check that the key fits, and prepare the sub-addresses.

        Args:
            address: the wallet's first address, or one sub-address; as text of Monero.
            secret: 32 bytes.
            accounts: how many accounts to look for.
            numbers: how many sub-addresses of each account.

        Raises:
            CodecError: the address is none, or the key does not fit it.
            WrongNetworkError: an address of another ledger.
        """
        self.address: MoneroAddress = (
            address if isinstance(address, MoneroAddress) else parse_monero_address(address)
        )
        try:
            self._secret = read_scalar(secret.reveal())
        except CodecError:
            raise CodecError("This is no private view key.") from None
        base = read_point(self.address.spend_key) if self.address.is_sub else BASE
        if write_point(base * self._secret) != self.address.view_key:
            raise CodecError("The view key does not belong to this address.")
        self._places = (
            {self.address.spend_key: (0, 0)}
            if self.address.is_sub
            else sub_spend_keys(self.address, self._secret, accounts, numbers)
        )

    def __repr__(self) -> str:
        return f"<view key of {self.address.text[:6]}…>"

    def address_of(self, account: int, number: int) -> str:
        """The text of a sub-address."""
        if self.address.is_sub:
            return self.address.text
        return self.address.sub_address(self._secret, account, number).text

    def find(self, transaction: MoneroTransaction) -> Iterator[Received]:
        """The outputs that were paid to the address, in their order."""
        extra = transaction.extra
        shared = [self._derive(key) for key in dict.fromkeys(extra.keys)]
        more = extra.more_keys if len(extra.more_keys) == len(transaction.outputs) else ()
        for index, output in enumerate(transaction.outputs):
            for derivation in (*shared, *(self._derive(key) for key in more[index : index + 1])):
                place = self._place_of(output, index, derivation)
                if place is None:
                    continue
                number = hash_to_scalar(derivation, varint(index))
                amount = open_amount(transaction, index, number)
                payment_id = self._payment_id(transaction, shared)
                yield Received(index, output.key, amount, *place, payment_id)
                break

    def _derive(self, key: bytes) -> bytes:
        """8aR; a key that is no point counts as the neutral one, as in wallets."""
        try:
            return write_point(read_point(key) * (8 * self._secret))
        except CodecError:
            return _NEUTRAL

    def _place_of(
        self, output: MoneroOutput, index: int, derivation: bytes
    ) -> tuple[int, int] | None:
        number = varint(index)
        tag = keccak256(b"view_tag" + derivation + number)[0]
        if output.view_tag not in (None, tag):
            return None
        try:
            point = read_point(output.key)
        except CodecError:
            return None
        spend = plus_base(point, ORDER - hash_to_scalar(derivation, number))
        return self._places.get(write_point(spend))

    def _payment_id(self, transaction: MoneroTransaction, shared: list[bytes]) -> str:
        extra = transaction.extra
        if extra.encrypted_payment_id and shared:
            pad = keccak256(shared[0] + _ENCRYPTED_PAYMENT_ID)
            opened = bytes(a ^ b for a, b in zip(extra.encrypted_payment_id, pad, strict=False))
            return opened.hex() if any(opened) else ""
        return extra.payment_id.hex() if any(extra.payment_id) else ""
