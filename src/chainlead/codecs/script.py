"""Output scripts (scriptPubKey) and the addresses that stand for them.

Assumption: the template alone decides, as in Bitcoin Core's `Solver`. A bare public key is shown
as the key-hash address of its key, as explorers do: the owner is the same, the script is not.
Limits: bare multisig, unusual scripts and data outputs have no address.
Spec: Bitcoin Core `src/script/solver.cpp`; BIP-16, BIP-141, BIP-341.
"""

from functools import lru_cache
from typing import Final

from chainlead.codecs.address import parse_address
from chainlead.codecs.base58_address import to_base58_address
from chainlead.codecs.cash_script import cash_address_from_script
from chainlead.codecs.cryptonote_target import address_from_target, target_from_address
from chainlead.codecs.hashing import hash160
from chainlead.codecs.script_kind import script_kind
from chainlead.codecs.segwit_address import from_witness_address, to_witness_address
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

SCRIPT_CHAINS: Final = frozenset(
    {
        Chain.BITCOIN,
        Chain.LITECOIN,
        Chain.DASH,
        Chain.DOGECOIN,
        Chain.BITCOIN_CASH,
        Chain.ZCASH,
    }
)
"""Ledgers with output scripts, whose addresses follow from one public key."""

_CRYPTONOTE_CHAINS: Final = frozenset({Chain.ELECTRONEUM, Chain.MONERO})
OUTPUT_CHAINS: Final = SCRIPT_CHAINS | _CRYPTONOTE_CHAINS
"""Ledgers whose transactions spend outputs."""

_WITNESS_CHAINS: Final = frozenset({Chain.BITCOIN, Chain.LITECOIN})
_WITNESS_KINDS: Final = frozenset({"p2wpkh", "p2wsh", "p2tr", "witness"})
_CACHED: Final = 1 << 16


@lru_cache(maxsize=_CACHED)
def address_from_script(script: bytes, chain: Chain, network: Network = Network.MAIN) -> str | None:
    """The address of an output script, or None where it has none.

    Args:
        script: the scriptPubKey.
        chain: bitcoin, litecoin, dash, dogecoin, bitcoin-cash (CashAddr), zcash or electroneum.
        network: which of its networks.

    Raises:
        CodecError: the chain has no output scripts.
    """
    if chain not in OUTPUT_CHAINS:
        raise CodecError(f"{chain.value} has no output scripts")
    if chain in _CRYPTONOTE_CHAINS:
        return address_from_target(script)
    if chain is Chain.BITCOIN_CASH:
        return cash_address_from_script(script, network)
    kind = script_kind(script)
    if kind == "p2pkh":
        return to_base58_address(script[3:23], chain, network)
    if kind == "p2sh":
        return to_base58_address(script[2:22], chain, network, script=True)
    if kind == "p2pk":
        return to_base58_address(hash160(script[1:-1]), chain, network)
    if kind in _WITNESS_KINDS and chain in _WITNESS_CHAINS:
        version = script[0] - 0x50 if script[0] else 0
        return to_witness_address(version, script[2:], chain, network)
    return None


def script_from_address(text: str, chain: Chain, network: Network = Network.MAIN) -> bytes:
    """The output script that pays to an address on a chain.

    Raises:
        CodecError: no address, or one that this chain and network do not have.
        ChecksumError: the checksum does not hold.
    """
    parsed = parse_address(text)
    if chain not in OUTPUT_CHAINS or not any(
        _fits(candidate, chain, network) for candidate in parsed.candidates
    ):
        raise CodecError(f"not an address of {chain.value} ({network.value})")
    if chain in _CRYPTONOTE_CHAINS:
        return target_from_address(text)
    payload = parsed.payload
    if parsed.form in ("p2pkh", "cashaddr p2pkh", "tex"):
        return b"\x76\xa9\x14" + payload + b"\x88\xac"
    if parsed.form in ("p2sh", "cashaddr p2sh"):
        if len(payload) == 32:
            return b"\xaa\x20" + payload + b"\x87"
        return b"\xa9\x14" + payload + b"\x87"
    if parsed.form in _WITNESS_KINDS:
        version = from_witness_address(text)[0]
        return bytes([version + 0x50 if version else 0, len(payload)]) + payload
    raise CodecError(f"a {parsed.form} address has no output script")


def _fits(candidate: Candidate, chain: Chain, network: Network) -> bool:
    """Whether a candidate speaks for a network; test forms are shared by all test networks."""
    if candidate.chain is not chain:
        return False
    return candidate.network is network or (
        candidate.network is Network.TEST and network is not Network.MAIN
    )
