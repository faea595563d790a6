"""Compact block filters against the vectors of Bitcoin Core, and against a filter built here."""

import hashlib
import json

import pytest

from chainlead.errors import AnswerRefusedError
from chainlead.ledger.block_filter import WantedScripts, may_hold, next_filter_header
from chainlead.ledger.wire_block import parse_block
from chainlead.model import BlockHash

HASH = BlockHash(hashlib.sha256(b"a block").digest())


def siphash(key: bytes, text: bytes) -> int:
    """The slow twin: SipHash-2-4 as its authors write it."""
    mask = (1 << 64) - 1
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v = [
        k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573,
    ]  # fmt: skip

    def turned(x, n):
        return (x << n | x >> (64 - n)) & mask

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & mask
            v[2] = (v[2] + v[3]) & mask
            v[1] = turned(v[1], 13) ^ v[0]
            v[3] = turned(v[3], 16) ^ v[2]
            v[0] = turned(v[0], 32)
            v[2] = (v[2] + v[1]) & mask
            v[0] = (v[0] + v[3]) & mask
            v[1] = turned(v[1], 17) ^ v[2]
            v[3] = turned(v[3], 21) ^ v[0]
            v[2] = turned(v[2], 32)

    padded = text + bytes(-(len(text) + 1) % 8) + bytes((len(text) & 0xFF,))
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def built(scripts: list[bytes], block_hash: BlockHash) -> bytes:
    """A basic filter over these scripts."""
    unique = sorted(set(scripts))
    span = len(unique) * 784_931
    values = sorted(siphash(block_hash.wire[:16], s) * span >> 64 for s in unique)
    bits, before = "", 0
    for value in values:
        quotient, rest = divmod(value - before, 1 << 19)
        bits += "1" * quotient + "0" + f"{rest:019b}"
        before = value
    bits += "0" * (-len(bits) % 8)
    body = int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""
    return bytes((len(unique),)) + body


def test_siphash_of_its_authors_vector():
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5


def test_what_is_in_a_filter_matches_and_what_is_not_does_not():
    scripts = [hashlib.sha256(bytes((n,))).digest()[: 10 + n % 22] for n in range(60)]
    content = built(scripts, HASH)
    for script in scripts:
        assert may_hold(content, HASH, WantedScripts.of([script]))
    others = [hashlib.sha256(b"other" + bytes((n,))).digest() for n in range(200)]
    assert not may_hold(content, HASH, WantedScripts.of(others))
    assert may_hold(content, HASH, WantedScripts.of([*others, scripts[17]]))


def test_an_empty_filter_holds_nothing():
    assert not may_hold(b"\x00", HASH, WantedScripts.of([b"script"]))


@pytest.mark.parametrize("content", [b"", b"\xfd\x00", b"\x05\xff\xff", b"\xfe\xff\xff\xff\x7f"])
def test_a_damaged_filter_is_named(content):
    with pytest.raises(AnswerRefusedError):
        may_hold(content, HASH, WantedScripts.of([b"script"]))


@pytest.mark.real
def test_the_filters_of_bitcoin_cores_vectors(shared_data):
    path = shared_data / "btc-blocks" / "floresta" / "bitcoin-core-blockfilters.json"
    rows = json.loads(path.read_text("utf-8"))[1:]
    for _, block_hash, block_hex, previous, before, filter_hex, header, _ in rows:
        content = bytes.fromhex(filter_hex)
        name = BlockHash.from_display(block_hash)
        block = parse_block(bytes.fromhex(block_hex), max_units=21_000_000 * 10**8)
        paid = [o.script for t in block.transactions for o in t.outputs]
        scripts = [s for s in paid if s and s[:1] != b"\x6a"]
        scripts += [bytes.fromhex(script) for script in previous if script]
        for script in scripts:
            assert may_hold(content, name, WantedScripts.of([script])), block_hash
        assert not may_hold(content, name, WantedScripts.of([b"not in any block"]))
        assert next_filter_header(content, bytes.fromhex(before)[::-1])[::-1].hex() == header
