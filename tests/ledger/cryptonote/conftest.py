"""A small CryptoNote chain with real keys: one-time keys, key images and ring signatures are computed.

Nobody's chain: no node of Electroneum could be had, so blocks of our own stand for it, in the bytes
that its sources describe. The one real transaction, from its explorer's documentation, is in
`test_open_transaction.py`.
"""

import hashlib
import itertools
from dataclasses import dataclass, field

import pytest

from chainlead.codecs import CryptoNoteAddress, keccak256, to_cryptonote_address
from chainlead.ledger.cryptonote.open_block import block_id_of
from chainlead.ledger.cryptonote.ring_signature import hash_to_point, key_image_of
from chainlead.ledger.monero.curve import (
    BASE,
    ORDER,
    hash_to_scalar,
    read_point,
    times_base,
    varint,
    write_point,
    write_scalar,
)


def number(*words):
    """A number below the order, always the same for the same words."""
    text = " ".join(map(str, words)).encode()
    return int.from_bytes(hashlib.sha512(text).digest(), "little") % ORDER


@dataclass
class Wallet:
    name: str

    def __post_init__(self):
        self.view_secret, self.spend_secret = number(self.name, "view"), number(self.name, "spend")
        self.view = write_point(times_base(self.view_secret))
        self.spend = write_point(times_base(self.spend_secret))
        self.address = to_cryptonote_address(CryptoNoteAddress(18018, self.spend, self.view))

    @property
    def view_bytes(self):
        return write_scalar(self.view_secret)


@dataclass
class Coin:
    """An output: whose, where, and (until the third era) its one-time key with its secret."""

    wallet: Wallet
    amount: int
    txid: bytes
    index: int
    key: bytes = b""
    secret: int = 0
    number: int = 0


@dataclass
class Made:
    raw: bytes
    txid: bytes
    coins: list[Coin]
    secret: int


@dataclass
class Forge:
    """Makes transactions and blocks; counts outputs of each amount as a ledger does."""

    numbers: dict[int, list[Coin]] = field(default_factory=dict)
    made: int = 0
    tip: bytes = bytes([7]) * 32
    height: int = 300_000

    def wallet(self, name):
        return Wallet(name)

    def _hidden_outputs(self, payments):
        self.made += 1
        secret = number("transaction", self.made)
        outs, coins = b"", []
        for index, (wallet, amount) in enumerate(payments):
            shared = write_point(read_point(wallet.view) * (8 * secret))
            step = hash_to_scalar(shared, varint(index))
            own = (step + wallet.spend_secret) % ORDER
            key = write_point(times_base(own))
            outs += varint(amount) + b"\2" + key
            coins.append(Coin(wallet, amount, b"", index, key, own))
        extra = b"\1" + write_point(times_base(secret))
        return varint(len(payments)) + outs, extra, coins, secret

    def _book(self, raw, txid, coins, secret):
        for coin in coins:
            coin.txid = txid
            if coin.key:
                listed = self.numbers.setdefault(coin.amount, [])
                coin.number = len(listed)
                listed.append(coin)
        return Made(raw, txid, coins, secret)

    def mint(self, payments):
        """A miner's transaction of the first form."""
        outs, extra, coins, secret = self._hidden_outputs(payments)
        raw = b"\1" + varint(self.height + 18) + b"\1\xff" + varint(self.height) + outs
        raw += varint(len(extra)) + extra
        return self._book(raw, keccak256(raw), coins, secret)

    def _ring_inputs(self, spends):
        parts, rings = varint(len(spends)), []
        for coin, decoys in spends:
            ring = sorted([coin, *decoys], key=lambda c: c.number)
            image = key_image_of(coin.secret, coin.key)
            steps = [ring[0].number] + [b.number - a.number for a, b in itertools.pairwise(ring)]
            parts += b"\2" + varint(coin.amount) + varint(len(ring))
            parts += b"".join(map(varint, steps)) + image
            rings.append((coin, [c.key for c in ring], image))
        return parts, rings

    def pay(self, spends, payments):
        """A transaction of version 1: `spends` are coins with the decoys of their rings."""
        inputs, rings = self._ring_inputs(spends)
        outs, extra, coins, secret = self._hidden_outputs(payments)
        prefix = b"\1\0" + inputs + outs + varint(len(extra)) + extra
        raw = prefix + b"".join(sign(keccak256(prefix), *ring) for ring in rings)
        return self._book(raw, keccak256(raw), coins, secret)

    def pay_openly(self, spends, payments, *, version=3, extra=b""):
        """A transaction of the third era: named inputs (version 3) or rings of one (version 2)."""
        rings = []
        if version == 3:
            inputs = varint(len(spends)) + b"".join(
                b"\3" + coin.txid + varint(coin.amount) + varint(coin.index) for coin in spends
            )
        else:
            inputs, rings = self._ring_inputs([(coin, []) for coin in spends])
        outs, coins = varint(len(payments)), []
        for index, (wallet, amount) in enumerate(payments):
            outs += varint(amount) + b"\3" + wallet.spend + wallet.view + varint(18018)
            coins.append(Coin(wallet, amount, b"", index))
        prefix = varint(version) + b"\0" + inputs + outs + varint(len(extra)) + extra
        signatures = b"".join(sign(keccak256(prefix), *ring) for ring in rings)
        raw = prefix + (signatures or bytes(range(64)) * len(spends))
        return self._book(raw, keccak256(raw), coins, 0)

    def block(self, miner, transactions=()):
        """The next block on the tip: its bytes."""
        made_at = 1_530_000_000 + 120 * self.height
        header = b"\6\6" + varint(made_at) + self.tip + b"\0\0\0\0"
        txids = [one.txid for one in transactions]
        self.tip = block_id_of(header, [miner.txid, *txids])
        self.height += 1
        return header + miner.raw + varint(len(txids)) + b"".join(txids)


def sign(prefix_hash, coin, keys, image):
    """A ring signature of CryptoNote 2.0 by the owner of `coin`, as 64 bytes for each key."""
    parts, pairs, total = [prefix_hash], {}, 0
    k = number("nonce", prefix_hash.hex(), image.hex())
    for index, key in enumerate(keys):
        if key == coin.key:
            parts += [write_point(times_base(k)), write_point(hash_to_point(key) * k)]
            continue
        c, r = number("c", index, image.hex()), number("r", index, image.hex())
        parts.append(write_point(read_point(key) * c + BASE * r))
        parts.append(write_point(hash_to_point(key) * r + read_point(image) * c))
        pairs[index] = (c, r)
        total += c
    mine = keys.index(coin.key)
    c = (hash_to_scalar(*parts) - total) % ORDER
    pairs[mine] = (c, (k - c * coin.secret) % ORDER)
    return b"".join(write_scalar(n) for i in range(len(keys)) for n in pairs[i])


@pytest.fixture
def forge():
    return Forge()
