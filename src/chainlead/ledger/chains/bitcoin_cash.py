"""Bitcoin Cash: the same blocks as Bitcoin up to height 478,558, then its own.

Proof: as Bitcoin. What a node writes before each block is the same as on Bitcoin, so a block since
August 2017 is told by the mark in its signatures, and one with witnesses is refused. A node, a server
and a run of headers are told by the pinned blocks at which the chains parted.
Limits: a block without signatures of 2017 and later cannot be told from one of another chain with that
difficulty, nor blocks before the split from Bitcoin's, whose they are too. That a header has the
target that its rule (ASERT since November 2020) asks for is not computed. Tokens are not read.
Spec: Bitcoin Cash Node src/chainparams.cpp; `replay-protected-sighash.md`, `cashaddr.md`.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.ledger.chains.bitcoin import ERAS
from chainlead.ledger.difficulty_floor import DIFFICULTY_ONE, REGTEST_BITS, DifficultyFloor
from chainlead.ledger.fork_mark import count_fork_marks
from chainlead.ledger.parameters import ChainParameters, NetworkParameters
from chainlead.ledger.wire_block import WireBlock, target_from_bits
from chainlead.model import BlockHash, Chain, Network

_SPLIT_DAY = "2017-08-01"
_FLOOR = DifficultyFloor(
    *(era for era in ERAS if era[0] < _SPLIT_DAY),
    (_SPLIT_DAY, 1_000_000_000),
)
"""Since the split far below what the chain showed: its difficulty fell a lot, and often."""


class BitcoinCash(ChainParameters):
    """The Bitcoin Cash networks."""

    chain = Chain.BITCOIN_CASH
    reads = (
        "blocks and transactions, also from the unit's own node; addresses as CashAddr and in "
        "Bitcoin's old form; histories from Electrum and Blockbook servers"
    )
    verifies = (
        "each block by its proof of work, merkle root and link; each transaction id from its own "
        "bytes; that a block since August 2017 is not Bitcoin's, by the mark in its signatures"
    )
    cannot = (
        "tell blocks before August 2017 from Bitcoin's, for they are the same; read tokens "
        "(CashTokens); recompute the difficulty rule"
    )
    floor = _FLOOR
    max_units = 21_000_000 * 10**8
    max_block_bytes = 64_000_000
    networks: ClassVar[Mapping[Network, NetworkParameters]] = {
        Network.MAIN: NetworkParameters(
            magics={
                bytes.fromhex("f9beb4d9"): "mainnet (as Bitcoin)",
                bytes.fromhex("e3e1f3e8"): "mainnet",
            },
            genesis=BlockHash.from_display(
                "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
            ),
            largest_target=DIFFICULTY_ONE,
            coinbase_height_from=227_931,
            coinbase_height_since_unix=1_364_140_153 - 7_200,  # as Bitcoin
            apart_at={
                height: BlockHash.from_display(text)
                for height, text in (
                    (478_559, "000000000000000000651ef99cb9fcbe0dadde1d424bd9f15ff20136191a5eec"),
                    (556_767, "0000000000000000004626ff6e3b936941d341c5932ece4357eeccac44e6d56c"),
                    (661_648, "0000000000000000029e471c41818d24b8b74c911071c4ef0b4a0509f9b5a8ce"),
                )
            },
        ),
        Network.TEST: NetworkParameters(
            magics={
                bytes.fromhex("0b110907"): "testnet3 (as Bitcoin)",
                bytes.fromhex("f4e5f3f4"): "testnet3",
            },
            genesis=BlockHash.from_display(
                "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"
            ),
            largest_target=DIFFICULTY_ONE,
            coinbase_height_from=21_111,
            coinbase_height_since_unix=0,
        ),
        Network.REGTEST: NetworkParameters(
            magics={
                bytes.fromhex("fabfb5da"): "regtest (as Bitcoin)",
                bytes.fromhex("dab5bffa"): "regtest",
            },
            genesis=BlockHash.from_display(
                "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
            ),
            largest_target=target_from_bits(REGTEST_BITS),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
    }

    def refusal(self, block: WireBlock, network: Network) -> str:
        """The header's signs, witnesses, and signatures without the chain's mark."""
        reason = self.header_refusal(block.header, network)
        if reason:
            return reason
        if any(transaction.has_witness for transaction in block.transactions):
            return (
                "its transactions carry witnesses, which Bitcoin Cash never had: a block of Bitcoin"
            )
        marked, signatures = count_fork_marks(block)
        if network is not Network.REGTEST and 2 * marked < signatures:
            return "its signatures do not carry the mark of Bitcoin Cash: a block of Bitcoin"
        return ""
