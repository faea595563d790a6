"""Monero and legacy Electroneum addresses: network tags and their meaning.

Found in: everywhere. Proof: 32 bits of Keccak-256, a known tag, a length that fits the tag.
Limits: Electroneum's first test network has the same tags as the main one. Electroneum used tag
18019 for integrated addresses; 34402 is its sub-address.
Spec: Monero and Electroneum `src/cryptonote_config.h`.
"""

from typing import Final

from chainlead.codecs.cryptonote import from_cryptonote_address
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

_STANDARD, _INTEGRATED, _SUB = (
    "cryptonote standard",
    "cryptonote integrated",
    "cryptonote subaddress",
)
TAGS: Final[dict[int, tuple[str, Chain, Network, str]]] = {
    18: (_STANDARD, Chain.MONERO, Network.MAIN, "tag 18"),
    19: (_INTEGRATED, Chain.MONERO, Network.MAIN, "tag 19"),
    42: (_SUB, Chain.MONERO, Network.MAIN, "tag 42"),
    53: (_STANDARD, Chain.MONERO, Network.TEST, "tag 53, testnet"),
    54: (_INTEGRATED, Chain.MONERO, Network.TEST, "tag 54, testnet"),
    63: (_SUB, Chain.MONERO, Network.TEST, "tag 63, testnet"),
    24: (_STANDARD, Chain.MONERO, Network.TEST, "tag 24, stagenet"),
    25: (_INTEGRATED, Chain.MONERO, Network.TEST, "tag 25, stagenet"),
    36: (_SUB, Chain.MONERO, Network.TEST, "tag 36, stagenet"),
    18018: (_STANDARD, Chain.ELECTRONEUM, Network.MAIN, "tag 18018, before March 2024"),
    18019: (_INTEGRATED, Chain.ELECTRONEUM, Network.MAIN, "tag 18019, before March 2024"),
    34402: (_SUB, Chain.ELECTRONEUM, Network.MAIN, "tag 34402, before March 2024"),
}


def from_cryptonote_wallet_address(text: str) -> ParsedAddress:
    """Read a Monero or Electroneum address.

    Raises:
        CodecError: not the encoding, an unknown tag, or a length that does not fit the tag.
        ChecksumError: the checksum does not hold.
    """
    address = from_cryptonote_address(text)
    known = TAGS.get(address.tag)
    if known is None:
        raise CodecError("the checksum holds, but no ledger here uses this network tag")
    form, chain, network, reason = known
    if bool(address.payment_id) != (form == _INTEGRATED):
        raise CodecError("the network tag and the length do not go together")
    return ParsedAddress(
        text,
        text,
        form,
        (Candidate(chain, network, reason),),
        address.spend_key + address.view_key,
        payment_id=address.payment_id.hex() or None,
    )
