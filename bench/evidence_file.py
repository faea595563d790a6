"""A seeded file of evidence: 40 % random, 50 % text, 10 % zeros, planted addresses, near misses.

The text is prose, HTML, JSON, logs and base64 mail from a pool of 16 MiB whose blocks are drawn in
random order. Everything comes from the seed: the same arguments give the same bytes.
"""

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chainlead import codecs
from chainlead.model import Chain, Network

BLOCK = 1 << 16
_POOL_BLOCKS = 256
_GAP = 4 * 1024  # room for one planted text
_SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "ku",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "wo",
    "xu",
    "ya",
    "ze",
    "an",
    "el",
    "is",
    "or",
    "un",
    "st",
    "ck",
    "nd",
]
_COMMON = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "be",
    "by",
    "on",
    "not",
    "he",
    "his",
    "but",
    "at",
    "are",
    "this",
]


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted text: where, in which encoding, and whether its check holds."""

    offset_bytes: int
    encoding: str
    text: str
    is_valid: bool


def build(path: Path, size_bytes: int, seed: int = 1) -> list[Planted]:
    """Write the file; give what was planted, by offset. The counts grow with the size."""
    dice = random.Random(seed)
    numbers = np.random.default_rng(seed)
    pool = _text_pool(dice)
    blocks = size_bytes // BLOCK
    kinds = np.repeat(
        np.array([0, 1, 2]),
        [blocks * 4 // 10, blocks - blocks * 4 // 10 - blocks // 10, blocks // 10],
    )
    numbers.shuffle(kinds)
    zero = bytes(BLOCK)
    with path.open("wb") as file:
        for kind in kinds.tolist():
            if kind == 0:
                file.write(numbers.bytes(BLOCK))
            elif kind == 1:
                file.write(pool[dice.randrange(_POOL_BLOCKS)])
            else:
                file.write(zero)
    valid = max(20, 2_000 * size_bytes >> 30)
    misses = max(200, 20_000 * size_bytes >> 30)
    texts = [(text, True) for text in _addresses(dice, valid)]
    texts += [(text, False) for text in _near_misses(dice, misses)]
    dice.shuffle(texts)
    slots = sorted(dice.sample(range(size_bytes // _GAP), len(texts)))
    planted = []
    with path.open("r+b") as file:
        for slot, (text, is_valid) in zip(slots, texts, strict=True):
            encoding = dice.choice(("ascii", "ascii", "utf-16-le", "utf-16-be"))
            before = " \n" if encoding == "ascii" else "\ufeff"
            before_bytes, after = before.encode(encoding), " \n".encode(encoding)
            at = slot * _GAP + dice.randrange(64, 2_000)
            file.seek(at - len(before_bytes))
            file.write(before_bytes + text.encode(encoding) + after)
            planted.append(Planted(at, encoding, text, is_valid))
    return planted


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4)))


def _text_pool(dice: random.Random) -> list[bytes]:
    words = [_word(dice) for _ in range(4_000)] + _COMMON * 60
    makers: tuple[Callable[[], str], ...] = (
        lambda: " ".join(dice.choices(words, k=40)).capitalize() + ".\n",
        lambda: f'<div class="{dice.choice(words)}"><a href="https://{dice.choice(words)}.example/'
        f'{dice.choice(words)}?id={dice.randrange(10**6)}">{" ".join(dice.choices(words, k=12))}</a></div>\n',
        lambda: json.dumps({dice.choice(words): dice.randrange(10**9), "text": " ".join(dice.choices(words, k=8)),
                            "id": dice.randbytes(16).hex()}) + "\n",
        lambda: f"10.{dice.randrange(256)}.{dice.randrange(256)}.7 - - [12/Mar/2024:10:{dice.randrange(60):02}:07] "
        f'"GET /{dice.choice(words)}.html HTTP/1.1" 200 {dice.randrange(10**5)} "-" "Mozilla/5.0"\n',
        lambda: base64.encodebytes(dice.randbytes(57 * 20)).decode(),
    )  # fmt: skip
    return [_filled(makers[number % len(makers)]) for number in range(_POOL_BLOCKS)]


def _filled(maker: Callable[[], str]) -> bytes:
    parts: list[str] = []
    size = 0
    while size < BLOCK:
        parts.append(maker())
        size += len(parts[-1])
    return "".join(parts).encode()[:BLOCK]


def _addresses(dice: random.Random, count: int) -> Iterator[str]:
    """Valid addresses of every coin, in turn."""

    def base58(version: bytes, alphabet: str = codecs.BITCOIN_ALPHABET) -> str:
        return codecs.to_base58check(version + dice.randbytes(20), alphabet)

    def monero(tag: int) -> str:
        keys = dice.randbytes(32), dice.randbytes(32)
        return codecs.to_cryptonote_address(codecs.CryptoNoteAddress(tag, *keys))

    makers = (
        lambda: base58(b"\0"),
        lambda: base58(b"\5"),
        lambda: codecs.to_witness_address(0, dice.randbytes(20), Chain.BITCOIN, Network.MAIN),
        lambda: codecs.to_witness_address(1, dice.randbytes(32), Chain.BITCOIN, Network.MAIN),
        lambda: codecs.to_witness_address(
            0, dice.randbytes(20), Chain.LITECOIN, Network.MAIN
        ).upper(),
        lambda: base58(b"\x30"),
        lambda: base58(b"\x4c"),
        lambda: base58(b"\x1e"),
        lambda: base58(b"\x1c\xb8"),
        lambda: base58(b"\x41"),
        lambda: base58(b"\0", codecs.RIPPLE_ALPHABET),
        lambda: codecs.to_cashaddr(codecs.CashAddr("bitcoincash", 0, dice.randbytes(20))),
        lambda: codecs.to_eip55(dice.randbytes(20)),
        lambda: codecs.to_eip55(dice.randbytes(20)),
        lambda: monero(18),
        lambda: monero(42),
        lambda: monero(18018),
    )
    for number in range(count):
        yield makers[number % len(makers)]()


def _near_misses(dice: random.Random, count: int) -> Iterator[str]:
    """Addresses with one letter changed within its class, so that only the check is wrong."""
    made = 0
    while made < count:
        for text in _addresses(dice, 17):
            changed = _changed(dice, text)
            if codecs.lookup_address(changed) is None and made < count:
                made += 1
                yield changed


def _changed(dice: random.Random, text: str) -> str:
    at = dice.randrange(len(text) - 8, len(text))
    if text.startswith("0x"):
        letters = [i for i, c in enumerate(text) if i > 1 and c.isalpha()]
        at = dice.choice(letters)
        return text[:at] + text[at].swapcase() + text[at + 1 :]
    same = "23456789" if text[at].isdigit() else "acdefghjkmnpqrstuvwxyz"
    other = dice.choice([c for c in same if c != text[at].lower()])
    return text[:at] + (other.upper() if text[at].isupper() else other) + text[at + 1 :]
