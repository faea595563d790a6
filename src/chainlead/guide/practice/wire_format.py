"""Transactions and blocks of the practice world in Bitcoin's wire format.

Proof of work, merkle root and links are valid at the regression-test difficulty; signatures are
random bytes of the right shape, so the coins can be followed but no node would accept them.
Spec: Bitcoin protocol documentation, BIP-34, BIP-141; regtest genesis from Bitcoin Core's
chain parameters.
"""

import hashlib
from dataclasses import dataclass

BITS = 0x207FFFFF
_TARGET = 0x7FFFFF << (8 * (0x20 - 3))
REGTEST_MAGIC = bytes.fromhex("fabfb5da")


def sha256d(content: bytes) -> bytes:
    """SHA-256 twice."""
    return hashlib.sha256(hashlib.sha256(content).digest()).digest()


def varint(number: int) -> bytes:
    """Bitcoin's compact size."""
    if number < 0xFD:
        return number.to_bytes(1, "little")
    if number <= 0xFFFF:
        return b"\xfd" + number.to_bytes(2, "little")
    return b"\xfe" + number.to_bytes(4, "little")


def pushed(content: bytes) -> bytes:
    """A script push of up to 75 bytes."""
    return len(content).to_bytes(1, "little") + content


def der_signature(chance: bytes, *, r_bytes: int, hash_type: int = 1) -> bytes:
    """A signature of DER's shape that signs nothing; its R has 32 or, with a zero before it, 33 bytes.

    Args:
        chance: 64 bytes.
        r_bytes: 32 or 33.
        hash_type: the byte that ends it.
    """
    r = b"\x00" + bytes([chance[0] | 0x80]) if r_bytes == 33 else bytes([chance[0] & 0x7F | 1])
    s = bytes([chance[32] & 0x7F | 1]) + chance[33:64]
    body = b"\x02" + pushed(r + chance[1:32]) + b"\x02" + pushed(s)
    return b"\x30" + pushed(body) + bytes([hash_type])


@dataclass(frozen=True, slots=True)
class WireInput:
    """A spend: the outpoint, its unlocking script and witness."""

    txid_wire: bytes
    output_index: int
    script: bytes
    witness: tuple[bytes, ...]
    sequence: int = 0xFFFFFFFD


@dataclass(frozen=True, slots=True)
class WireTransaction:
    """A whole transaction."""

    inputs: tuple[WireInput, ...]
    outputs: tuple[tuple[int, bytes], ...]
    version: int = 2
    locktime: int = 0

    def _body(self) -> bytes:
        parts = [varint(len(self.inputs))]
        for spend in self.inputs:
            parts += [
                spend.txid_wire,
                spend.output_index.to_bytes(4, "little"),
                varint(len(spend.script)),
                spend.script,
                spend.sequence.to_bytes(4, "little"),
            ]
        parts.append(varint(len(self.outputs)))
        for amount_sat, script in self.outputs:
            parts += [amount_sat.to_bytes(8, "little"), varint(len(script)), script]
        return b"".join(parts)

    @property
    def stripped(self) -> bytes:
        """The bytes that the txid covers."""
        return (
            self.version.to_bytes(4, "little") + self._body() + self.locktime.to_bytes(4, "little")
        )

    @property
    def serialized(self) -> bytes:
        """The bytes in a block."""
        if not any(spend.witness for spend in self.inputs):
            return self.stripped
        witness = b"".join(
            varint(len(spend.witness))
            + b"".join(varint(len(part)) + part for part in spend.witness)
            for spend in self.inputs
        )
        return (
            self.version.to_bytes(4, "little")
            + b"\x00\x01"
            + self._body()
            + witness
            + self.locktime.to_bytes(4, "little")
        )

    @property
    def txid_wire(self) -> bytes:
        """The transaction id in internal byte order."""
        return sha256d(self.stripped)


def coinbase(
    height: int, reward: tuple[int, bytes], others: tuple[WireTransaction, ...]
) -> WireTransaction:
    """The first transaction of a block: height in its script (BIP-34), witness commitment (BIP-141)."""
    size = (height.bit_length() + 8) // 8
    script = pushed(height.to_bytes(size, "little")) + pushed(b"practice")
    reserved = bytes(32)
    root = merkle_root([bytes(32), *(sha256d(other.serialized) for other in others)])
    commitment = b"\x6a" + pushed(bytes.fromhex("aa21a9ed") + sha256d(root + reserved))
    spend = WireInput(bytes(32), 0xFFFFFFFF, script, (reserved,), 0xFFFFFFFF)
    return WireTransaction((spend,), (reward, (0, commitment)))


def merkle_root(txids: list[bytes]) -> bytes:
    """The root over ids in internal byte order."""
    level = list(txids)
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


@dataclass(frozen=True, slots=True)
class WireBlock:
    """A mined block."""

    header: bytes
    transactions: tuple[WireTransaction, ...]
    height: int
    mined_at_unix: int

    @property
    def hash_wire(self) -> bytes:
        """The block hash in internal byte order."""
        return sha256d(self.header)

    @property
    def serialized(self) -> bytes:
        """Header and transactions."""
        bodies = b"".join(transaction.serialized for transaction in self.transactions)
        return self.header + varint(len(self.transactions)) + bodies

    @property
    def framed(self) -> bytes:
        """As it stands in a `blk*.dat` file: magic, length, block."""
        content = self.serialized
        return REGTEST_MAGIC + len(content).to_bytes(4, "little") + content


def mine(
    previous_wire: bytes, transactions: tuple[WireTransaction, ...], height: int, mined_at_unix: int
) -> WireBlock:
    """Find the first nonce whose hash meets the target."""
    root = merkle_root([transaction.txid_wire for transaction in transactions])
    start = (0x20000000).to_bytes(4, "little") + previous_wire + root
    start += mined_at_unix.to_bytes(4, "little") + BITS.to_bytes(4, "little")
    nonce = 0
    while True:
        header = start + nonce.to_bytes(4, "little")
        if int.from_bytes(sha256d(header), "little") <= _TARGET:
            return WireBlock(header, transactions, height, mined_at_unix)
        nonce += 1


def regtest_genesis() -> WireBlock:
    """The published first block of the regression-test network."""
    headline = b"The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"
    key = bytes.fromhex(
        "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
        "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
    )
    script = bytes.fromhex("04ffff001d0104") + pushed(headline)
    spend = WireInput(bytes(32), 0xFFFFFFFF, script, (), 0xFFFFFFFF)
    first = WireTransaction((spend,), ((50 * 10**8, pushed(key) + b"\xac"),), version=1)
    header = (1).to_bytes(4, "little") + bytes(32) + first.txid_wire
    header += (1296688602).to_bytes(4, "little") + BITS.to_bytes(4, "little")
    return WireBlock(header + (2).to_bytes(4, "little"), (first,), 0, 1296688602)
