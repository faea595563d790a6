"""What a token contract says of itself, and whether it borrows a well-known token's name.

Found in: answers to `symbol()` and `decimals()`. Proof: none: any contract may say anything; the
units of a transfer are exact, their meaning is the contract's. Limits: the table of well-known
tokens is short and has a date; a token that is not in it is not warned about.
Spec: ERC-20; the older tokens answer with 32 bytes instead of text.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from chainlead.codecs import parse_address
from chainlead.ledger.accounts.account_source import AssetRead, Verified
from chainlead.model import Chain, Network

SYMBOL, DECIMALS = "0x95d89b41", "0x313ce567"
"""The first four bytes of the hashes of `symbol()` and `decimals()`."""
_WORD = 32
_MOST_CHARACTERS = 64
_MOST_DECIMALS = 255


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A well-known token. `wraps`: it makes and destroys units by Deposit and Withdrawal logs."""

    chain: Chain
    symbol: str
    contract: str
    decimals: int
    wraps: bool


@cache
def known_tokens() -> tuple[KnownToken, ...]:
    """The table in `data/evm_tokens.yaml`."""
    source = resources.files("chainlead.ledger.accounts").joinpath("data/evm_tokens.yaml")
    rows: list[dict[str, Any]] = yaml.safe_load(source.read_text("utf-8"))["tokens"]
    return tuple(
        KnownToken(
            Chain(row["chain"]),
            row["symbol"],
            parse_address(row["contract"]).canonical,
            row["decimals"],
            bool(row.get("wraps")),
        )
        for row in rows
    )


def does_wrap(chain: Chain, network: Network, contract: str) -> bool:
    """Whether a contract is one that wraps the chain's coin."""
    return network is Network.MAIN and any(
        token.wraps and token.contract == contract and token.chain is chain
        for token in known_tokens()
    )


def read_asset(
    contract: str, symbol: bytes | str | None, decimals: bytes | int | None,
    chain: Chain, network: Network,
) -> AssetRead | None:  # fmt: skip
    """What a contract answered; None if it answered neither.

    Args:
        contract: its address.
        symbol: the bytes of the answer, or text that a source read out of them.
        decimals: likewise.
        chain: whose token.
        network: of which network.
    """
    name = _text(symbol) if isinstance(symbol, bytes) else _clean(symbol or "")
    places = _decimals(decimals) if isinstance(decimals, bytes) else decimals
    if places is not None and not 0 <= places <= _MOST_DECIMALS:
        places = None
    if not name and places is None:
        return None
    note = warn_of_symbol(contract, name, chain, network)
    return AssetRead(contract, name or contract[:10], places, Verified.SINGLE_SOURCE, note)


def warn_of_symbol(contract: str, symbol: str, chain: Chain, network: Network) -> str:
    """A sentence if the symbol is a well-known token's and the contract is not; else nothing."""
    if network is not Network.MAIN:
        return ""
    plain = _folded(symbol)
    known = [token for token in known_tokens() if token.symbol == plain]
    own = [token for token in known if token.chain is chain]
    if known and not any(token.contract == contract for token in own):
        where = f" ({own[0].contract})" if own else ""
        return f"not the well-known {plain}{where}: another contract with the same symbol"
    if symbol and not symbol.isascii():
        return "its symbol has characters that can be mistaken for others"
    return ""


def _folded(symbol: str) -> str:
    """Capitals without accents, spaces and invisible characters; common look-alikes made Latin."""
    plain = unicodedata.normalize("NFKD", symbol).translate(_ALIKE).upper()
    return "".join(c for c in plain if c.isascii() and c.isalnum())


_ALIKE = str.maketrans("АВЕКМНОРСТХУІЅЈаеорсухіѕјΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", "ABEKMHOPCTXYISJaeopcyxisjABEHIKMNOPTXYZ")  # fmt: skip


def _text(answer: bytes) -> str:
    """The text of an answer: offset, length, bytes; or just 32 bytes with zeros behind."""
    if len(answer) == _WORD:
        return _decoded(answer.rstrip(b"\0"))
    if len(answer) < 2 * _WORD:
        return ""
    offset = int.from_bytes(answer[:_WORD], "big")
    size = int.from_bytes(answer[offset : offset + _WORD], "big") if offset < len(answer) else 0
    start = offset + _WORD
    return _decoded(answer[start : start + size]) if start + size <= len(answer) else ""


def _decoded(content: bytes) -> str:
    return _clean(content.decode("utf-8", "ignore"))


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()[:_MOST_CHARACTERS]


def _decimals(answer: bytes) -> int | None:
    return int.from_bytes(answer, "big") if len(answer) == _WORD else None
