"""Bitcoin Cash addresses in CashAddr, with prefix or bare.

Found in: everywhere. Proof: a 40-bit code over prefix and data, type and size.
Limits: other coins use CashAddr with other prefixes; they are not read.
Spec: Bitcoin Cash specification `cashaddr.md`, CHIP-2022-02-CashTokens (types 2 and 3).
"""

from typing import Final

from chainlead.codecs.cashaddr import CashAddr, from_cashaddr, to_cashaddr
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

_NETWORKS: Final = {
    "bitcoincash": Network.MAIN,
    "bchtest": Network.TEST,
    "bchreg": Network.REGTEST,
}
_FORMS: Final = ("cashaddr p2pkh", "cashaddr p2sh", "cashaddr p2pkh", "cashaddr p2sh")


def from_cash_address(text: str) -> ParsedAddress:
    """Read a Bitcoin Cash address.

    Raises:
        CodecError: not CashAddr, another coin's prefix, or a type and size without meaning.
        ChecksumError: the checksum does not hold.
    """
    address = from_cashaddr(text)
    network = _NETWORKS.get(address.prefix)
    if network is None or address.kind >= len(_FORMS):
        raise CodecError("the checksum holds, but Bitcoin Cash has no such prefix or type")
    if len(address.digest) != 20 and (address.kind & 1 == 0 or len(address.digest) != 32):
        raise CodecError("Bitcoin Cash hashes have 20 bytes, or 32 for scripts")
    reason = f"CashAddr prefix {address.prefix}"
    if ":" not in text:
        reason += ", left out in the text and proved by the checksum"
    if address.kind >= 2:
        reason += "; says that it accepts tokens"
    return ParsedAddress(
        text,
        f"{address.prefix}:{text.lower().rpartition(':')[2]}",
        _FORMS[address.kind],
        (Candidate(Chain.BITCOIN_CASH, network, reason),),
        address.digest,
    )


def to_cash_address(digest: bytes, network: Network = Network.MAIN, *, script: bool = False) -> str:
    """The CashAddr text, with prefix, of a key hash or script hash.

    Raises:
        CodecError: no prefix for the network, or no such hash size.
    """
    for prefix, known in _NETWORKS.items():
        if known is network:
            return to_cashaddr(CashAddr(prefix, int(script), digest))
    raise CodecError(f"CashAddr has no prefix for {network.value}")
