"""Bitcoin: magics, first blocks, limits, and how to tell which network a block belongs to.

Proof: a framed block names its network by its magic. A bare block does not, so its difficulty is
compared with the least that mainnet ever asked for at that block's time: easier means not mainnet.
A block since August 2017 whose signatures carry the mark of Bitcoin Cash is refused.
Limits: a bare block of mainnet's first two years cannot be told from a practice block of the same
date and difficulty (testnet began in 2011). testnet3 and testnet4 are one network here.
Spec: Bitcoin Core src/kernel/chainparams.cpp (magics, first blocks, limits), BIP-34, BIP-325.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.ledger.difficulty_floor import DIFFICULTY_ONE, REGTEST_BITS, DifficultyFloor
from chainlead.ledger.fork_mark import count_fork_marks
from chainlead.ledger.parameters import ChainParameters, NetworkParameters
from chainlead.ledger.wire_block import WireBlock, target_from_bits
from chainlead.model import BlockHash, Chain, Network

_SIGNET_SOLUTION = bytes.fromhex("ecc7daa2")

ERAS = (
    ("2009-01-01", 1),
    ("2010-07-20", 20),
    ("2010-09-01", 250),
    ("2011-01-15", 7_000),
    ("2011-05-15", 50_000),
    ("2011-07-01", 500_000),
    ("2013-01-01", 1_000_000),
    ("2013-07-01", 10_000_000),
    ("2014-01-01", 500_000_000),
    ("2014-07-01", 8_000_000_000),
    ("2015-01-01", 20_000_000_000),
    ("2016-01-01", 50_000_000_000),
    ("2017-01-01", 150_000_000_000),
    ("2018-01-01", 900_000_000_000),
    ("2018-08-01", 2_500_000_000_000),
    ("2020-01-01", 6_000_000_000_000),
    ("2022-01-01", 12_000_000_000_000),
    ("2023-03-01", 20_000_000_000_000),
    ("2024-03-01", 35_000_000_000_000),
)
"""Each number, as in `DifficultyFloor`:

it is at most half of the lowest retarget of its era, as the header chain records it
(for example 1,090,715 in December 2011, 5,106,422,924,659 in December 2018, 13,672,594,272,814 in
July 2021), so that no true mainnet block is refused; the first, 1, is
the limit itself. Practice networks lie far below.
"""
_FLOOR = DifficultyFloor(*ERAS)


class Bitcoin(ChainParameters):
    """The Bitcoin networks."""

    chain = Chain.BITCOIN
    reads = (
        "blocks, transactions, address histories; blocks from the unit's own node, found by "
        "block filters; histories from Electrum, Esplora and Blockbook servers"
    )
    verifies = (
        "each block by its proof of work, merkle root and link; each transaction id from its "
        "own bytes"
    )
    cannot = (
        "name the person behind an address, or the input that paid an output; a history "
        "without its blocks stays the word of its source"
    )
    floor = _FLOOR
    max_units = 21_000_000 * 10**8
    max_block_bytes = 4_000_000
    networks: ClassVar[Mapping[Network, NetworkParameters]] = {
        Network.MAIN: NetworkParameters(
            magics={bytes.fromhex("f9beb4d9"): "mainnet"},
            genesis=BlockHash.from_display(
                "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
            ),
            largest_target=DIFFICULTY_ONE,
            coinbase_height_from=227_931,
            coinbase_height_since_unix=1_364_140_153 - 7_200,  # block 227,931, less the clock slack
            apart_at={
                478_559: BlockHash.from_display(
                    "00000000000000000019f112ec0a9982926f1258cdcc558dd7c3b7e5dc7fa148"
                )
            },
        ),
        Network.TEST: NetworkParameters(
            magics={
                bytes.fromhex("0b110907"): "testnet3",
                bytes.fromhex("1c163f28"): "testnet4",
            },
            genesis=BlockHash.from_display(
                "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"
            ),
            largest_target=DIFFICULTY_ONE,
            coinbase_height_from=21_111,
            coinbase_height_since_unix=0,
        ),
        Network.SIGNET: NetworkParameters(
            magics={bytes.fromhex("0a03cf40"): "signet"},
            genesis=BlockHash.from_display(
                "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"
            ),
            largest_target=target_from_bits(0x1E0377AE),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
        Network.REGTEST: NetworkParameters(
            magics={bytes.fromhex("fabfb5da"): "regtest"},
            genesis=BlockHash.from_display(
                "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
            ),
            largest_target=target_from_bits(REGTEST_BITS),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
    }

    def refusal(self, block: WireBlock, network: Network) -> str:
        """The header's signs, signet's signature in the coinbase, the mark of Bitcoin Cash."""
        reason = self.header_refusal(block.header, network)
        if not reason and network is Network.MAIN:
            marked, signatures = count_fork_marks(block)
            if 2 * marked > signatures:
                return "its signatures carry the mark of Bitcoin Cash: a block of that chain"
            outputs = block.transactions[0].outputs
            if any(o.script[:1] == b"\x6a" and _SIGNET_SOLUTION in o.script for o in outputs):
                return "its coinbase carries the signature of a signet block"
        return reason
