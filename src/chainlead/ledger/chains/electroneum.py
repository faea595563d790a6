"""Electroneum's first ledger, in its three eras, until it left for the Electroneum Smart Chain.

1. Until block 307,499 (May 2018) an input is a ring of outputs: one of N was spent, not followed.
   Rings of one are followed exactly in every era.
2. From block 307,500 every ring has one member: what was spent is exact. Who was paid stays hidden
   behind one-time keys until block 1,175,314 (September 2021).
3. From block 1,175,315 outputs name addresses and inputs name outputs: open, as on Bitcoin.
From block 1,811,310 (March 2024) coins were carried over to an account ledger (chain id 52014).
Proof: ids from bytes, links between blocks, signatures of rings of one; checkpoints of the project.
Limits: proof of work (CryptoNight) and validators' signatures are not checked, so the longest chain
counts as the best. No real block of the third era was at hand: see `ledger/cryptonote`.
Spec: Electroneum `src/cryptonote_config.h`, `src/hardforks`, `src/checkpoints/checkpoints.cpp`.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from chainlead.ledger.cryptonote.translate import EQUAL_WORK_BITS
from chainlead.ledger.difficulty_floor import DifficultyFloor
from chainlead.ledger.parameters import ChainParameters, NetworkParameters
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_block import WireBlock, target_from_bits
from chainlead.model import BlockHash, Chain, Network

RINGS_OF_ONE_FROM: Final = 307_500
OPEN_FROM: Final = 1_175_315
BRIDGED_FROM: Final = 1_811_310


class Electroneum(ChainParameters):
    """The first ledger."""

    chain = Chain.ELECTRONEUM
    reads = (
        "blocks and transactions of a node or an explorer, in files; the three eras: rings (until May "
        "2018), rings of one (until September 2021), open addresses (until March 2024)"
    )
    verifies = (
        "ids of blocks and transactions from their own bytes; links up to the project's checkpoints; "
        "by a ring's signature which output a ring of one spends"
    )
    cannot = (
        "follow a ring of several: one of N was spent; name who was paid before September 2021 without "
        "a view key or a transaction's key; recompute proof of work; prove what a bridged coin became on "
        "electroneum-smart-chain"
    )
    advice = (
        "Ask your technical unit for the blocks of an Electroneum node, each with its transactions, or for "
        "an explorer's raw answers. Look in the exhibits for the wallet's view key and for keys of "
        "transactions: before September 2021 only they say who was paid. Since March 2024 the coin runs on "
        "electroneum-smart-chain, where addresses begin with 0x."
    )
    floor = DifficultyFloor(("2017-01-01", 0))
    max_units = 21_000_000_000 * 10**2
    max_block_bytes = 4_000_000
    form = TransactionForm.CRYPTONOTE
    networks: ClassVar[Mapping[Network, NetworkParameters]] = {
        Network.MAIN: NetworkParameters(
            magics={},
            genesis=BlockHash.from_display(
                "1c5da5c1e1420653825260b8ffc85499fdfb6457153a7df9720e659075b3ce76"
            ),
            largest_target=target_from_bits(EQUAL_WORK_BITS),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
    }

    def refusal(self, block: WireBlock, network: Network) -> str:  # noqa: ARG002  (the same for all)
        """Nothing in a block names its network; its ids and links do."""
        return ""


def era_of(height: int) -> str:
    """What the ledger shows at a height, in words."""
    if height < RINGS_OF_ONE_FROM:
        return "rings: one of N was spent, not followed, unless the ring has one member"
    if height < OPEN_FROM:
        return "rings of one: what was spent is exact, who was paid is hidden"
    if height < BRIDGED_FROM:
        return "open: addresses and amounts"
    return "bridged: coins leave for the Electroneum Smart Chain"
