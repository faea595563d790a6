"""Output scripts of Bitcoin Cash: CashAddr texts, script hashes of 32 bytes, and token prefixes.

An output that carries tokens has their category, amount and commitment in front of its script; what
it pays in coins and to whom is read from the script behind them. The tokens themselves are not read.
Spec: CHIP-2022-02-CashTokens; CHIP-2022-05-Pay-to-Script-Hash-32; `cashaddr.md`.
"""

from typing import Final

from chainlead.codecs.cash_address import to_cash_address
from chainlead.codecs.hashing import hash160
from chainlead.codecs.script_kind import script_kind
from chainlead.errors import CodecError
from chainlead.model import Network

TOKEN_PREFIX: Final = 0xEF
_CATEGORY_END: Final = 33
_HAS_COMMITMENT, _HAS_NFT, _HAS_AMOUNT, _RESERVED = 0x40, 0x20, 0x10, 0x80
_MOST_CAPABILITY: Final = 2
_SIZES: Final = {0xFD: 2, 0xFE: 4, 0xFF: 8}


def cash_address_from_script(script: bytes, network: Network = Network.MAIN) -> str | None:
    """The CashAddr text of an output script, or None where it has none."""
    script = script_behind_tokens(script)
    try:
        if len(script) == 35 and script[:2] == b"\xaa\x20" and script[34] == 0x87:
            return to_cash_address(script[2:34], network, script=True)
        kind = script_kind(script)
        if kind == "p2pkh":
            return to_cash_address(script[3:23], network)
        if kind == "p2sh":
            return to_cash_address(script[2:22], network, script=True)
        if kind == "p2pk":
            return to_cash_address(hash160(script[1:-1]), network)
    except CodecError:
        return None  # a network that CashAddr has no prefix for
    return None


def script_behind_tokens(script: bytes) -> bytes:
    """The locking script without a token prefix; all of it where the prefix is none."""
    if len(script) <= _CATEGORY_END or script[0] != TOKEN_PREFIX:
        return script
    bits, at = script[_CATEGORY_END], _CATEGORY_END + 1
    has_nft, has_commitment = bool(bits & _HAS_NFT), bool(bits & _HAS_COMMITMENT)
    capability = bits & 0x0F
    if (
        bits & _RESERVED
        or not bits & (_HAS_NFT | _HAS_AMOUNT)
        or (has_commitment and not has_nft)
        or capability > (_MOST_CAPABILITY if has_nft else 0)
    ):
        return script
    if has_commitment:
        size, at = _count(script, at)
        at += size
        if size == 0:
            return script
    if bits & _HAS_AMOUNT:
        _, at = _count(script, at)
    return script[at:] if at <= len(script) else script


def _count(script: bytes, at: int) -> tuple[int, int]:
    """A count and where it ends; an end behind the script where it is cut short."""
    if at >= len(script):
        return 0, len(script) + 1
    width = _SIZES.get(script[at])
    if width is None:
        return script[at], at + 1
    return int.from_bytes(script[at + 1 : at + 1 + width], "little"), at + 1 + width
