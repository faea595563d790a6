"""Monero until 2017: amounts were open, and a ring could have one member, whose output was spent for certain.

Read are transactions of version 1 only; since January 2017 new ones hide their amounts (version 2), and
a block that holds one does not count as known. Rings of one are followed exactly, as their signature
proves; rings of several are "one of N, not followed". What early mixins of zero betray about other rings
(a member known to be spent elsewhere) is not used: it is a chain of conclusions and no observation.
Proof: ids from bytes, links between blocks, signatures of rings of one. Limits: proof of work is not
recomputed; who was paid is hidden on the whole ledger.
Spec: Monero `src/cryptonote_basic/cryptonote_basic.h`; Moeser et al., "An Empirical Analysis of
Traceability in the Monero Blockchain", PETS 2018, for how common rings of one were.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.ledger.cryptonote.translate import EQUAL_WORK_BITS
from chainlead.ledger.difficulty_floor import DifficultyFloor
from chainlead.ledger.parameters import ChainParameters, NetworkParameters
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_block import WireBlock, target_from_bits
from chainlead.model import BlockHash, Chain, Network


class Monero(ChainParameters):
    """The main network's first form."""

    chain = Chain.MONERO
    reads = (
        "addresses found in exhibits; blocks and transactions as they are asked about; with a view key "
        "what its address received; transactions of version 1 (until 2017) output by output"
    )
    verifies = (
        "each address by its checksum; ids of blocks and transactions from their own bytes; each amount "
        "by its commitment; proofs of payment; by a ring's signature which output a ring of one spends"
    )
    cannot = (
        "follow money of today: the ledger hides amounts and parties; one of the members of a ring was "
        "spent, and nothing says which; name who was paid without a view key or a proof"
    )
    advice = (
        "Its ledger hides amounts and parties. Ask instead: which exchange bought or sold it? Look for "
        "mails from exchanges, and for the wallet's view key."
    )
    hides_today = True
    floor = DifficultyFloor(("2014-01-01", 0))
    max_units = (1 << 63) - 1
    max_block_bytes = 4_000_000
    form = TransactionForm.CRYPTONOTE
    networks: ClassVar[Mapping[Network, NetworkParameters]] = {
        Network.MAIN: NetworkParameters(
            magics={},
            genesis=BlockHash.from_display(
                "418015bb9ae982a1975da7d79277c2705727a56894ba0fb246adaabb1f4632e3"
            ),
            largest_target=target_from_bits(EQUAL_WORK_BITS),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
    }

    def refusal(self, block: WireBlock, network: Network) -> str:  # noqa: ARG002  (the same for all)
        """Nothing in a block names its network; its ids and links do."""
        return ""
