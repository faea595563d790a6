"""A regtest chain made here: real proof of work at the easiest target, chosen transactions."""

from collections.abc import Sequence

import pytest

from chainlead.errors import BlockInvalidError
from chainlead.ledger import (
    Request,
    WireBlock,
    WireInput,
    WireOutput,
    derive_merkle_root,
    get_parameters,
    parse_block,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.ledger.wire_block import WireHeader, parse_header, serialize_header
from chainlead.model import Chain, Network

MAX_UNITS = 21_000_000 * 10**8
REGTEST_BITS = 0x207FFFFF
REGTEST_MAGIC = bytes.fromhex("fabfb5da")
START = 1_700_000_000


def p2pkh(number: int) -> bytes:
    return b"\x76\xa9\x14" + number.to_bytes(20, "big") + b"\x88\xac"


def coinbase(height: int, amount_units: int = 50 * 10**8, to: int = 1) -> bytes:
    pushed = height.to_bytes(3, "little")
    return serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0xFFFFFFFF, 0xFFFFFFFF, b"\x03" + pushed + b"\x01\x00")],
        outputs=[WireOutput(amount_units, p2pkh(to))],
        locktime=0,
    )


def spend(
    previous: Sequence[tuple[bytes, int]],
    outputs: Sequence[tuple[int, int]],
    *,
    witness: bool = False,
) -> bytes:
    return serialize_transaction(
        version=2,
        inputs=[WireInput(txid, index, 0xFFFFFFFD, b"\x51") for txid, index in previous],
        outputs=[WireOutput(amount, p2pkh(to)) for amount, to in outputs],
        locktime=0,
        witnesses=[[b"\x01" * 5] for _ in previous] if witness else (),
    )


def mine(
    previous_hash: bytes,
    transactions: Sequence[bytes],
    *,
    mined_at_unix: int = START,
    version: int = 4,
    merkle_root: bytes | None = None,
    bits: int = REGTEST_BITS,
) -> bytes:
    """A whole block with proof of work."""
    txids = [parse_transaction(raw, max_units=MAX_UNITS).txid for raw in transactions]
    root = derive_merkle_root(txids) if merkle_root is None else merkle_root
    for nonce in range(10_000):
        header = serialize_header(
            WireHeader(b"", version, previous_hash, root, mined_at_unix, bits, nonce)
        )
        try:
            parse_header(header)
        except BlockInvalidError:
            continue
        return b"".join([header, serialize_count(len(transactions)), *transactions])
    raise AssertionError("no nonce found")


def framed(raw: bytes, magic: bytes = REGTEST_MAGIC) -> bytes:
    return magic + len(raw).to_bytes(4, "little") + raw


def txid_of(raw: bytes) -> bytes:
    return parse_transaction(raw, max_units=MAX_UNITS).txid


def block_hash_of(raw: bytes) -> bytes:
    return parse_header(raw[:80]).block_hash


class Workshop:
    """The tools above, for tests."""

    coinbase = staticmethod(coinbase)
    spend = staticmethod(spend)
    mine = staticmethod(mine)
    framed = staticmethod(framed)
    txid_of = staticmethod(txid_of)
    block_hash_of = staticmethod(block_hash_of)
    p2pkh = staticmethod(p2pkh)
    magic = REGTEST_MAGIC
    max_units = MAX_UNITS

    def chain(self, length: int, *, start_hash: bytes = bytes(32), start: int = 0) -> list[bytes]:
        """So many linked blocks; each spends the coinbase before it, half to change."""
        blocks: list[bytes] = []
        previous = start_hash
        last: bytes | None = None
        for height in range(start, start + length):
            made = coinbase(height, to=height + 1)
            transactions = [made]
            if last is not None:
                outputs = [(30 * 10**8, 1000 + height), (20 * 10**8 - 1000, height)]
                transactions.append(spend([(txid_of(last), 0)], outputs))
            raw = mine(previous, transactions, mined_at_unix=START + 600 * height)
            blocks.append(raw)
            previous, last = block_hash_of(raw), made
        return blocks

    def parse(self, raw: bytes) -> WireBlock:
        return parse_block(raw, max_units=MAX_UNITS)


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture(scope="session")
def regtest() -> Request:
    return Request(get_parameters(Chain.BITCOIN), Network.REGTEST)


@pytest.fixture(scope="session")
def mainnet() -> Request:
    return Request(get_parameters(Chain.BITCOIN), Network.MAIN)


@pytest.fixture(scope="session")
def genesis() -> bytes:
    """Bitcoin's first block, as published."""
    return bytes.fromhex(
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
        "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c0101000000010000"
        "000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d01044554"
        "68652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f6620"
        "7365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0"
        "fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de"
        "5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
    )
