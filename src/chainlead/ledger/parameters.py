"""What makes one block chain of the Bitcoin family differ from another; each is a file in `chains`."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from chainlead.codecs import sha256d
from chainlead.errors import LedgerSourceError
from chainlead.ledger.difficulty_floor import DifficultyFloor
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_block import WireBlock, WireHeader
from chainlead.model import BlockHash, Chain, Network
from chainlead.registry import residents


@dataclass(frozen=True, slots=True)
class NetworkParameters:
    """One network of a chain.

    Attributes:
        magics: the four bytes before each block in a node's files, each with its usual name.
        genesis: hash of the first block; None where practice chains make their own.
        largest_target: the easiest proof of work that the network allows.
        coinbase_height_from: height from which a coinbase must start with its height (BIP-34).
        coinbase_height_since_unix: earliest header time at which that height was reached, seconds.
        apart_at: its blocks where chains with the same first block went other ways, by height.
    """

    magics: Mapping[bytes, str]
    genesis: BlockHash
    largest_target: int
    coinbase_height_from: int
    coinbase_height_since_unix: int
    apart_at: Mapping[int, BlockHash] = field(default_factory=dict)


class ChainParameters(ABC):
    """One chain: its networks, its limits, and how to tell a block's network.

    `reads`, `verifies`, `cannot` are sentences for docs/reference/coins.md; `advice` says how to come by
    its ledger where a node's block files are not the way, or what to do if it hides everything today
    (`hides_today`).
    """

    chain: ClassVar[Chain]
    reads: ClassVar[str]
    verifies: ClassVar[str]
    cannot: ClassVar[str]
    advice: ClassVar[str] = ""
    hides_today: ClassVar[bool] = False
    floor: ClassVar[DifficultyFloor]
    max_units: ClassVar[int]
    max_block_bytes: ClassVar[int]
    networks: ClassVar[Mapping[Network, NetworkParameters]]
    pow_hash: Callable[[bytes], bytes] = staticmethod(sha256d)
    header_hash: Callable[[bytes], bytes] = staticmethod(sha256d)
    form: ClassVar[TransactionForm] = TransactionForm.WITNESS

    def network_of_magic(self, magic: bytes) -> tuple[Network, str] | None:
        """The network whose node writes this magic, and the magic's usual name."""
        for network, parameters in self.networks.items():
            if magic in parameters.magics:
                return network, parameters.magics[magic]
        return None

    @abstractmethod
    def refusal(self, block: WireBlock, network: Network) -> str:
        """Why this block cannot be of this network, in words; empty if it can."""

    def header_refusal(self, header: WireHeader, network: Network) -> str:
        """The same from the header alone: its target beside the network's limit and the floor."""
        return self.floor.refusal(header, network, self.networks[network].largest_target)


def output_chains() -> tuple[ChainParameters, ...]:
    """Every chain whose blocks can be read."""
    return residents("chainlead.ledger.chains", ChainParameters)  # type: ignore[type-abstract]  # residents are concrete


def get_parameters(chain: Chain) -> ChainParameters:
    """The parameters of a chain whose blocks can be read.

    Raises:
        LedgerSourceError: blocks of this chain cannot be read.
    """
    known = {found.chain: found for found in output_chains()}
    if chain not in known:
        names = ", ".join(sorted(name.value for name in known))
        raise LedgerSourceError(
            f"Blocks of {chain.value} cannot be read yet.",
            next_step=f"Chains with a reader: {names}.",
        )
    return known[chain]
