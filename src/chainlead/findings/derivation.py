"""Addresses that a wallet's public keys stand for, though nobody wrote them down.

Assumption: a wallet uses the templates of its time, the branches 0 (receive) and 1 (change), and
leaves no gap of more than 20 (BIP-44). No password and no secret is needed.
Known failure: a derived address exists on paper only: that it was ever used is not shown here, only
the ledger can show it. A wallet with other branches or larger gaps has more addresses than these.
Spec: BIP-32, BIP-44, BIP-49, BIP-84, BIP-86.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chainlead.codecs import (
    KEY_SCRIPTS,
    SCRIPT_CHAINS,
    ExtendedKey,
    OutputDescriptor,
    PublicBranch,
    address_from_script,
    hash160,
    keccak256,
    public_branch,
    script_of_key,
    to_base58_address,
    to_xrp_classic,
    uncompressed_public_key,
)
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

GAP_LIMIT: Final = 20
MOST_INDICES: Final = 10_000
"""A branch is never followed further than this, whatever was seen."""
_BRANCHES: Final = (0, 1)
_ACCOUNT_CHAINS: Final = {
    Chain.ETHEREUM: "evm",
    Chain.ELECTRONEUM_SMART_CHAIN: "evm",
    Chain.TRON: "tron",
    Chain.XRP: "xrp",
}
_SCRIPTS_OF_CHAIN: Final = {
    Chain.BITCOIN: KEY_SCRIPTS,
    Chain.LITECOIN: KEY_SCRIPTS,
}


@dataclass(frozen=True, slots=True)
class DerivedAddress:
    """One address with the way that leads to it.

    Attributes:
        script: p2pkh, p2sh-p2wpkh, p2wpkh, p2tr, p2wsh, p2sh, or evm, tron, xrp.
        path: steps behind the key, `M/0/7`; empty for a key that is used as it is.
        key: the public key it was made from, in hex, or the identifier of the parent key.
    """

    address: str
    chain: Chain
    network: Network
    script: str
    path: str
    key: str

    @property
    def candidate(self) -> Candidate:
        """The ledger it was derived for."""
        return Candidate(self.chain, self.network, "derived for this ledger")

    def detail(self) -> dict[str, Any]:
        """What a finding says about it."""
        detail: dict[str, Any] = {
            "derived": True,
            "use": "unproven",
            "script": self.script,
            "derived_from": self.key,
        }
        if self.path:
            detail["path"] = self.path
        return detail


def scripts_of_chain(chain: Chain) -> tuple[str, ...]:
    """The kinds of address that one key can have on a ledger."""
    if chain in _ACCOUNT_CHAINS:
        return (_ACCOUNT_CHAINS[chain],)
    if chain in SCRIPT_CHAINS:
        return _SCRIPTS_OF_CHAIN.get(chain, ("p2pkh",))
    return ()


def address_of_key(public_key: bytes, kind: str, chain: Chain, network: Network) -> str | None:
    """The address of one public key, or None where this kind does not exist."""
    try:
        if kind == "evm":
            return "0x" + keccak256(uncompressed_public_key(public_key)[1:])[12:].hex()
        if kind == "tron":
            return to_base58_address(keccak256(uncompressed_public_key(public_key)[1:])[12:], chain)
        if kind == "xrp":
            return to_xrp_classic(hash160(public_key))
        return address_from_script(script_of_key(public_key, kind), chain, network)
    except CodecError:
        return None


def addresses_of_key(
    public_key: bytes, chain: Chain, network: Network, kinds: Sequence[str]
) -> Iterator[DerivedAddress]:
    """The addresses of one key that a wallet holds as it is."""
    for kind in kinds:
        address = address_of_key(public_key, kind, chain, network)
        if address is not None:
            yield DerivedAddress(address, chain, network, kind, "", public_key.hex())


def addresses_of_extended_key(
    key: ExtendedKey,
    chain: Chain,
    network: Network,
    *,
    kinds: Sequence[str] = (),
    seen: Collection[str] = (),
    gap: int = GAP_LIMIT,
) -> Iterator[DerivedAddress]:
    """Receive and change addresses of a public extended key.

    Args:
        key: public.
        chain: ledger to derive for.
        network: which of its networks.
        kinds: script kinds; what the key's version promises, or all of the ledger, if left out.
        seen: addresses known to be used; derivation goes on until `gap` unused ones follow.
        gap: as in BIP-44.

    Raises:
        CodecError: the key is private.
    """
    branch = public_branch(key)
    chosen = tuple(kinds) or kinds_of_version(key, chain)
    name = hash160(branch.public_key)[:4].hex()
    wanted = _Wanted(chain, network, chosen, seen, gap, name)
    if chain in _ACCOUNT_CHAINS and key.depth >= 4:
        yield from _of_branch(branch, "M", wanted)
        return
    for number in _BRANCHES[:1] if chain in _ACCOUNT_CHAINS else _BRANCHES:
        yield from _of_branch(branch.child(number), f"M/{number}", wanted)


def kinds_of_version(key: ExtendedKey, chain: Chain) -> tuple[str, ...]:
    """Script kinds for a key: what its version promises; all where it is `xpub` or the like."""
    all_kinds = scripts_of_chain(chain)
    derives = key.version.derives
    return (derives,) if derives in all_kinds and derives != "p2pkh" else all_kinds


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to derive from a branch, and when to stop."""

    chain: Chain
    network: Network
    kinds: tuple[str, ...]
    seen: Collection[str]
    gap: int
    key: str


def _of_branch(branch: PublicBranch, path: str, wanted: _Wanted) -> Iterator[DerivedAddress]:
    index, last_seen = 0, -1
    chain, network = wanted.chain, wanted.network
    while index <= last_seen + wanted.gap and index < MOST_INDICES:
        indices = range(index, min(last_seen + wanted.gap + 1, MOST_INDICES))
        for number, child in zip(indices, branch.children(indices), strict=True):
            for kind in wanted.kinds:
                address = address_of_key(child.public_key, kind, chain, network)
                if address is None:
                    continue
                if address in wanted.seen:
                    last_seen = number
                where = f"{path}/{number}"
                yield DerivedAddress(address, chain, network, kind, where, wanted.key)
        index = indices.stop


def addresses_of_descriptor(
    descriptor: OutputDescriptor,
    chain: Chain,
    network: Network,
    *,
    seen: Collection[str] = (),
    next_index: int = 0,
    gap: int = GAP_LIMIT,
) -> Iterator[DerivedAddress]:
    """The addresses that a descriptor stands for.

    Args:
        descriptor: from `parse_output_descriptor`.
        chain: ledger to derive for; one with output scripts.
        network: which of its networks.
        seen: addresses known to be used.
        next_index: the first index that the wallet has not given out yet.
        gap: how many unused ones to derive behind the last one seen used.
    """
    if not all(key.is_derivable for key in descriptor.keys):
        return
    name = "+".join(_key_name(key.extended, key.plain) for key in descriptor.keys)
    for branch in range(descriptor.branch_count):
        index, last_seen = 0, next_index - 1
        while index <= last_seen + gap and index < MOST_INDICES:
            stop = min(last_seen + gap + 1, MOST_INDICES) if descriptor.is_ranged else 1
            for number, kind, script in descriptor.scripts(branch, range(index, stop)):
                address = address_from_script(script, chain, network)
                if address is None:
                    continue
                if address in seen:
                    last_seen = max(last_seen, number)
                steps = _written(descriptor, branch, number)
                yield DerivedAddress(address, chain, network, kind, steps, name)
            index = stop
            if not descriptor.is_ranged:
                break


def _written(descriptor: OutputDescriptor, branch: int, index: int) -> str:
    key = descriptor.keys[0]
    steps = key.steps[branch if branch < len(key.steps) else 0]
    last = (index,) if key.is_ranged else ()
    return "/".join(["M", *map(str, (*steps, *last))]) if key.extended else ""


def _key_name(extended: ExtendedKey | None, plain: bytes | None) -> str:
    public_key = (extended.public_key if extended else plain) or b""
    return hash160(public_key)[:4].hex()
