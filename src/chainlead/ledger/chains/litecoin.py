"""Litecoin: magics, first blocks, limits, scrypt proof of work, and blocks with an extension (MWEB).

Proof: as Bitcoin; the proof of work is scrypt (N = 1024, r = 1, p = 1) over the header. From height
2,265,984 on the last transaction of a block is the HogEx, behind which the extension block stands:
its bytes are kept with the block and not read, for nothing in it can be followed.
Limits: amounts inside the extension are hidden; a peg-in goes out of sight, a peg-out comes from
nowhere that can be named. The difficulty floors are at most a tenth of what the chain showed then.
Spec: Litecoin Core src/chainparams.cpp; LIP-0002 to LIP-0004 (MWEB).
"""

import hashlib
from collections.abc import Mapping
from typing import ClassVar

from chainlead.ledger.difficulty_floor import REGTEST_BITS, DifficultyFloor
from chainlead.ledger.parameters import ChainParameters, NetworkParameters
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_block import WireBlock, target_from_bits
from chainlead.model import BlockHash, Chain, Network

_LARGEST_TARGET = (1 << 236) - 1
_FLOOR = DifficultyFloor(
    ("2011-10-01", 0),
    ("2014-01-01", 100),
    ("2017-01-01", 1_000),
    ("2018-01-01", 100_000),
    ("2019-01-01", 500_000),
    ("2022-01-01", 1_000_000),
)


def scrypt_hash(header: bytes) -> bytes:
    """The proof-of-work hash of an 80-byte header."""
    return hashlib.scrypt(header, salt=header, n=1024, r=1, p=1, dklen=32)


class Litecoin(ChainParameters):
    """The Litecoin networks."""

    chain = Chain.LITECOIN
    reads = (
        "blocks and transactions, also from the unit's own node; peg-in, HogEx and peg-out of "
        "MWEB are told apart; histories from Electrum, Esplora and Blockbook servers"
    )
    verifies = (
        "each block by its proof of work (scrypt), merkle root and link; "
        "each transaction id from its own bytes"
    )
    cannot = (
        "see anything inside MWEB: what goes in is lost from sight, what comes out has no origin"
    )
    floor = _FLOOR
    max_units = 84_000_000 * 10**8
    max_block_bytes = 8_000_000
    form = TransactionForm.MWEB
    pow_hash = staticmethod(scrypt_hash)
    networks: ClassVar[Mapping[Network, NetworkParameters]] = {
        Network.MAIN: NetworkParameters(
            magics={bytes.fromhex("fbc0b6db"): "mainnet"},
            genesis=BlockHash.from_display(
                "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"
            ),
            largest_target=_LARGEST_TARGET,
            coinbase_height_from=710_000,
            coinbase_height_since_unix=1_420_070_400,  # 2015-01-01, before block 710,000
        ),
        Network.TEST: NetworkParameters(
            magics={bytes.fromhex("fdd2c8f1"): "testnet4"},
            genesis=BlockHash.from_display(
                "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0"
            ),
            largest_target=_LARGEST_TARGET,
            coinbase_height_from=76,
            coinbase_height_since_unix=0,
        ),
        Network.REGTEST: NetworkParameters(
            magics={bytes.fromhex("fabfb5da"): "regtest"},
            genesis=BlockHash.from_display(
                "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"
            ),
            largest_target=target_from_bits(REGTEST_BITS),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
    }

    def refusal(self, block: WireBlock, network: Network) -> str:
        """The header's signs."""
        return self.header_refusal(block.header, network)
