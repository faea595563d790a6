"""A Monero address as keys, and the sub-addresses that grow from it with the view key.

Spec: Monero `src/cryptonote_config.h`, `src/device/device_default.cpp`
(`get_subaddress_secret_key`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from Crypto.PublicKey.ECC import EccPoint

from chainlead.codecs import (
    CryptoNoteAddress,
    from_cryptonote_address,
    from_cryptonote_wallet_address,
    to_cryptonote_address,
)
from chainlead.errors import WrongNetworkError
from chainlead.ledger.monero.curve import hash_to_scalar, plus_base, read_point, write_point

ELECTRONEUM: Final = "electroneum"
_NETS: Final = {
    "main": (18, 19, 42),
    "test": (53, 54, 63),
    "stage": (24, 25, 36),
    ELECTRONEUM: (18018, 18019, 34402),
}
"""Tags of standard, integrated and sub-address by net; Electroneum's first ledger has the same keys."""


@dataclass(frozen=True, slots=True)
class MoneroAddress:
    """An address of Monero whose checksum holds.

    Attributes:
        text: without a payment id: an integrated address is shown as the standard one.
        net: `main`, `test`, `stage`, or `electroneum`.
        spend_key, view_key: the two public keys, 32 bytes each.
        is_sub: whether it is a sub-address.
        payment_id: 8 bytes of an integrated address; empty for none.
    """

    text: str
    net: str
    spend_key: bytes
    view_key: bytes
    is_sub: bool
    payment_id: bytes = b""

    def sub_address(self, view_secret: int, account: int, number: int) -> "MoneroAddress":
        """The sub-address of a standard address; account 0, number 0 is the address itself."""
        if (account, number) == (0, 0):
            return self
        spend = _sub_spend_key(read_point(self.spend_key), view_secret, account, number)
        view = write_point(read_point(spend) * view_secret)
        return _address(_NETS[self.net][2], spend, view)


def parse_electroneum_address(text: str) -> MoneroAddress:
    """Read an address of Electroneum's first ledger: it has the same keys as Monero's.

    Raises: as `parse_monero_address`.
    """
    return _parsed(text, (ELECTRONEUM,), "Electroneum")


def parse_monero_address(text: str) -> MoneroAddress:
    """Read an address of any Monero network.

    Raises:
        CodecError: not an address, or its keys are no points.
        ChecksumError: the checksum does not hold.
        WrongNetworkError: of another ledger.
    """
    return _parsed(text, ("main", "test", "stage"), "Monero")


def _parsed(text: str, nets: Sequence[str], ledger: str) -> MoneroAddress:
    from_cryptonote_wallet_address(text)  # its length fits its tag
    raw = from_cryptonote_address(text)
    if not any(raw.tag in _NETS[net] for net in nets):
        raise WrongNetworkError(f"This address is of another ledger than {ledger}.")
    read_point(raw.spend_key)
    read_point(raw.view_key)
    return _address(raw.tag, raw.spend_key, raw.view_key, raw.payment_id)


def sub_spend_keys(
    address: MoneroAddress, view_secret: int, accounts: int, numbers: int
) -> dict[bytes, tuple[int, int]]:
    """Public spend keys of the sub-addresses, with account and number; the address itself is 0, 0."""
    found = {address.spend_key: (0, 0)}
    spend = read_point(address.spend_key)
    for account in range(accounts):
        for number in range(numbers):
            if (account, number) != (0, 0):
                key = _sub_spend_key(spend, view_secret, account, number)
                found[key] = (account, number)
    return found


def _sub_spend_key(spend: EccPoint, view_secret: int, account: int, number: int) -> bytes:
    secret = view_secret.to_bytes(32, "little")
    place = account.to_bytes(4, "little") + number.to_bytes(4, "little")
    return write_point(plus_base(spend, hash_to_scalar(b"SubAddr\0", secret, place)))


def _address(tag: int, spend: bytes, view: bytes, payment_id: bytes = b"") -> MoneroAddress:
    net = next(net for net, tags in _NETS.items() if tag in tags)
    standard, integrated, sub = _NETS[net]
    text = to_cryptonote_address(
        CryptoNoteAddress(standard if tag == integrated else tag, spend, view)
    )
    return MoneroAddress(text, net, spend, view, tag == sub, payment_id)
