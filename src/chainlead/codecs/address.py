"""Any address text to its meaning: the first characters choose the one form that can read it.

Limits: a text that fits no form is no address here; a private key is refused without being shown.
"""

from chainlead.codecs.base58_address import from_base58_address
from chainlead.codecs.cash_address import from_cash_address
from chainlead.codecs.cashaddr import PREFIXES as CASH_PREFIXES
from chainlead.codecs.cryptonote_address import from_cryptonote_wallet_address
from chainlead.codecs.evm_address import from_evm_address
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.codecs.segwit_address import PREFIXES as BECH32_PREFIXES
from chainlead.codecs.segwit_address import from_bech32_address
from chainlead.codecs.xrp_address import from_xrp_address
from chainlead.errors import CodecError


def parse_address(text: str) -> ParsedAddress:
    """Decode an address of any form in `FORMS`, with its checksum.

    Args:
        text: the address alone: no spaces, no payment URI around it.

    Raises:
        CodecError: no form fits.
        ChecksumError: a form fits and its checksum does not hold.
    """
    length = len(text)
    if not text.isascii() or not 14 <= length <= 160:
        raise CodecError("no address has this length or these characters")
    if text[:2] in ("0x", "0X"):
        return from_evm_address(text)
    lowered = text.lower()
    if lowered.rpartition("1")[0] in BECH32_PREFIXES and text in (lowered, text.upper()):
        # mixed case is no bech32, and may be a TRON address that begins with TB1
        return from_bech32_address(text)
    if lowered.partition(":")[0] in CASH_PREFIXES:
        return from_cash_address(text)
    first = text[0]
    if length == 47 and first in "XT":
        return from_xrp_address(text)
    if length in (95, 98, 106, 109):
        return from_cryptonote_wallet_address(text)
    if first == "r" and length <= 35:
        return from_xrp_address(text)
    if length in (42, 61) and first in "qprzQPRZ":
        return from_cash_address(text)
    if length <= 36:
        return from_base58_address(text)
    raise CodecError("no address form has this length and these first characters")


def lookup_address(text: str) -> ParsedAddress | None:
    """Decode an address, or None if the text is none (or its checksum does not hold)."""
    try:
        return parse_address(text)
    except CodecError:
        return None
