"""Dash: magics, first blocks, limits, and special transactions (DIP-0002).

Proof: as Bitcoin; the three first blocks are made again from their parameters in the tests. A block is named by X11 (eleven hash functions, one after the other) of its header,
and that is its proof of work too. X11 comes from the library dash-hash (MIT, by the Dash developers),
which exists as C source only: without it a named error says so, and nothing is read.
Limits: payloads of special transactions are covered by the txid and not read; what an asset unlock
pays out has no inputs, so a trace cannot go through it. The difficulty floors are at most a tenth of
what the chain showed then.
Spec: Dash Core src/chainparams.cpp; DIP-0002, -0003, -0004, -0006, -0027.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.errors import LedgerSourceError
from chainlead.ledger.difficulty_floor import REGTEST_BITS, DifficultyFloor
from chainlead.ledger.parameters import ChainParameters, NetworkParameters
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_block import WireBlock, target_from_bits
from chainlead.model import BlockHash, Chain, Network

_LARGEST_TARGET = (1 << 236) - 1
_FLOOR = DifficultyFloor(
    ("2014-01-01", 0),
    ("2015-01-01", 100),
    ("2017-01-01", 1_000),
    ("2018-03-01", 1_000_000),
)


def x11(header: bytes) -> bytes:
    """The hash that names a block, and its proof of work.

    Raises:
        LedgerSourceError: the library is not installed.
    """
    try:
        from dash_hash import getPoWHash  # noqa: PLC0415  (optional; a compiler is needed for it)
    except ImportError as error:
        raise LedgerSourceError(
            "Blocks of Dash can be read only with the library dash-hash, which is not here.",
            next_step="Install it with `pip install dash-hash`: it needs a C compiler and Python's "
            "headers (python3-dev).",
        ) from error
    return bytes(getPoWHash(header))


class Dash(ChainParameters):
    """The Dash networks."""

    chain = Chain.DASH
    reads = (
        "blocks and transactions, with the kind of special ones; histories from Blockbook servers"
    )
    verifies = (
        "each block by its proof of work (X11, with the library dash-hash), merkle root and link; "
        "each transaction id from its own bytes"
    )
    cannot = (
        "read the payloads of special transactions; say what paid an asset unlock; follow "
        "through a mixing round (CoinJoin)"
    )
    floor = _FLOOR
    max_units = 21_000_000 * 10**8
    max_block_bytes = 4_000_000
    form = TransactionForm.SPECIAL
    header_hash = staticmethod(x11)
    pow_hash = staticmethod(x11)
    networks: ClassVar[Mapping[Network, NetworkParameters]] = {
        Network.MAIN: NetworkParameters(
            magics={bytes.fromhex("bf0c6bbd"): "mainnet"},
            genesis=BlockHash.from_display(
                "00000ffd590b1485b3caadc19b22e6379c733355108f107a430458cdf3407ab6"
            ),
            largest_target=_LARGEST_TARGET,
            coinbase_height_from=951,
            coinbase_height_since_unix=0,
        ),
        Network.TEST: NetworkParameters(
            magics={bytes.fromhex("cee2caff"): "testnet"},
            genesis=BlockHash.from_display(
                "00000bafbc94add76cb75e2ec92894837288a481e5c005f6563d91623bf8bc2c"
            ),
            largest_target=_LARGEST_TARGET,
            coinbase_height_from=76,
            coinbase_height_since_unix=0,
        ),
        Network.REGTEST: NetworkParameters(
            magics={bytes.fromhex("fcc1b7dc"): "regtest"},
            genesis=BlockHash.from_display(
                "000008ca1832a4baf228eb1553c03d3a2c8e02399550dd6ea8d65cec3ef23d2e"
            ),
            largest_target=target_from_bits(REGTEST_BITS),
            coinbase_height_from=1,
            coinbase_height_since_unix=0,
        ),
    }

    def refusal(self, block: WireBlock, network: Network) -> str:
        """The header's signs."""
        return self.header_refusal(block.header, network)
