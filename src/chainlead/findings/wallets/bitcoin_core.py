"""Wallet files of Bitcoin Core and the nodes made from it (Litecoin, Dogecoin, Dash …).

Found in: `wallet.dat` and its backups, `*.legacy.bak`, under any name.
Proof: a Berkeley DB B-tree with record names of the wallet format, or an SQLite file whose
application id is a network's magic number and which has the table `main`.
Limits: a file above 64 MiB is told by its first 16 MiB. Which coin a Berkeley DB
is for is told by the first block in its locator; without one, Bitcoin is derived first.
Spec: Bitcoin Core `src/wallet/walletdb.cpp`, `src/wallet/sqlite.cpp`; Berkeley DB `db_page.h`.
"""

from collections.abc import Iterator
from typing import Any

from chainlead.codecs import (
    HARDENED,
    PublicBranch,
    address_from_script,
    is_public_key,
    lookup_address,
    parse_output_descriptor,
    script_kind,
)
from chainlead.errors import CodecError
from chainlead.findings.derivation import (
    GAP_LIMIT,
    MOST_INDICES,
    DerivedAddress,
    address_of_key,
    addresses_of_descriptor,
)
from chainlead.findings.wallet import FoundAddress, Recognised, Wallet, WalletFile, candidate
from chainlead.findings.wallets._berkeley_db import is_btree, records
from chainlead.findings.wallets._core_records import CoreRecords, read_core_records
from chainlead.model import Candidate, Chain, Network, Role

_RECORDS = (b"bestblock", b"defaultkey", b"keymeta", b"mkey", b"minversion", b"orderposnext")
_ENCRYPTED_RECORDS = (b"\x04ckey", b"\x04mkey", b"walletdescriptorckey")
_NETWORKS = {
    bytes.fromhex("f9beb4d9"): (Chain.BITCOIN, Network.MAIN),
    bytes.fromhex("0b110907"): (Chain.BITCOIN, Network.TEST),
    bytes.fromhex("1c163f28"): (Chain.BITCOIN, Network.TEST),
    bytes.fromhex("0a03cf40"): (Chain.BITCOIN, Network.SIGNET),
    bytes.fromhex("fabfb5da"): (Chain.BITCOIN, Network.REGTEST),
    bytes.fromhex("fbc0b6db"): (Chain.LITECOIN, Network.MAIN),
    bytes.fromhex("c0c0c0c0"): (Chain.DOGECOIN, Network.MAIN),
    bytes.fromhex("bf0c6bbd"): (Chain.DASH, Network.MAIN),
}
_FAMILY = (Chain.BITCOIN, Chain.LITECOIN, Chain.DOGECOIN, Chain.DASH)
_ANY = tuple(candidate(chain, "the format names no coin; a family shares it") for chain in _FAMILY)
_PATHS = (
    ("litecoin", Chain.LITECOIN),
    ("dogecoin", Chain.DOGECOIN),
    ("dashcore", Chain.DASH),
    ("bitcoin", Chain.BITCOIN),
)
_SEGWIT_CHAINS = frozenset({Chain.BITCOIN, Chain.LITECOIN})


class BitcoinCore(Wallet):
    """Berkeley DB or SQLite."""

    name = "bitcoin-core"
    starts = (b"\x00",)
    tables = frozenset({"main"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read the records of either database."""
        content = file.content
        if file.is_sqlite:
            known = _NETWORKS.get(content[68:72])
            if known is None or "value" not in file.sqlite.schema.get("main", (0, ()))[1]:
                return None
            pairs = (
                (key, value)
                for row in file.sqlite.rows("main")
                if isinstance(key := row.get("key"), bytes)
                and isinstance(value := row.get("value"), bytes)
            )
            found = read_core_records(pairs)
            reasons: tuple[Candidate, ...] = (
                candidate(known[0], "application id is its magic number", known[1]),
            )
            check = "SQLite file whose application id is a network's magic number, table `main`"
            span, store = (68, 72), "sqlite"
            return Recognised(
                check=check, span=span, candidates=reasons, **_content(found, known, store)
            )
        if not file.view.is_raw or not is_btree(content):
            return None
        if sum(record in content for record in _RECORDS) < 2:
            return None
        found = read_core_records((key, value) for key, value, _ in records(content))
        if not found.is_encrypted and any(mark in content for mark in _ENCRYPTED_RECORDS):
            found.names.setdefault("mkey", 0)  # its page is past what was read, or damaged
        known, reasons = _coin_of(found, file.path)
        check = "Berkeley DB B-tree with record names of the wallet format"
        span, store = (12, 16), "berkeley-db"
        return Recognised(
            check=check, span=span, candidates=reasons, **_content(found, known, store)
        )


def _coin_of(found: CoreRecords, path: str) -> tuple[tuple[Chain, Network], tuple[Candidate, ...]]:
    """The coin of a Berkeley DB: from its locator, its address book, its path; else assumed."""
    if found.network:
        reason = "the first block in its locator is this network's"
        return found.network, (candidate(found.network[0], reason, found.network[1]),)
    for address in sorted(found.owners):
        parsed = lookup_address(address)
        if parsed is not None and parsed.chain in _FAMILY:
            reason = "addresses in its address book are of this ledger"
            return (parsed.chain, parsed.network), (
                candidate(parsed.chain, reason, parsed.network),
            )
    for mark, chain in _PATHS:
        if mark in path.lower():
            rest = tuple(each for each in _ANY if each.chain is not chain)
            return (chain, Network.MAIN), (candidate(chain, "its path names this coin"), *rest)
    return (Chain.BITCOIN, Network.MAIN), _ANY


def _content(found: CoreRecords, known: tuple[Chain, Network], store: str) -> dict[str, Any]:
    """What a wallet holds, as fields of `Recognised`."""
    return {
        "detail": {"store": store, **found.detail()},
        "owners": {**found.descriptor_keys(), **found.owners},
        "addresses": _stored(found, *known),
        "derived": _derived(found, *known),
    }


def _stored(found: CoreRecords, chain: Chain, network: Network) -> Iterator[FoundAddress]:
    for script in found.scripts:
        address = address_from_script(script, chain, network)
        if address:
            yield FoundAddress(address, Role.OWN, {"stored_as": "script of the wallet"})
    own = {derived.address for derived in _derived(found, chain, network)}
    own.update(name for name, role in found.owners.items() if role is Role.OWN)
    for script in found.transaction_scripts:
        if script_kind(script) not in {"unknown", "op_return", "multisig"}:
            address = address_from_script(script, chain, network)
            if address and address not in own and address not in found.owners:
                detail = {"stored_as": "output of a transaction in the wallet"}
                yield FoundAddress(address, Role.COUNTERPARTY, detail)


def _derived(found: CoreRecords, chain: Chain, network: Network) -> Iterator[DerivedAddress]:
    for key, path in found.keys.items():
        kinds = ["p2pkh"]
        if len(key) == 33 and chain in _SEGWIT_CHAINS:
            kinds += ["p2sh-p2wpkh", "p2wpkh"]
        for kind in kinds:
            address = address_of_key(key, kind, chain, network)
            if address:
                yield DerivedAddress(address, chain, network, kind, path, key.hex())
    for name, (text, next_index) in found.descriptors.items():
        yield from _of_descriptor(text, next_index, found.parents.get(name, ()), chain, network)


def _of_descriptor(
    text: str, next_index: int, parents: list[bytes] | tuple[()], chain: Chain, network: Network
) -> Iterator[DerivedAddress]:
    """Addresses of one descriptor; behind hardened steps from the parent that the wallet cached."""
    try:
        descriptor = parse_output_descriptor(text)
    except CodecError:
        return
    if all(key.is_derivable for key in descriptor.keys):
        yield from addresses_of_descriptor(descriptor, chain, network, next_index=next_index)
        return
    steps = descriptor.keys[0].steps[0]
    if len(descriptor.keys) != 1 or not descriptor.keys[0].is_ranged:
        return
    path = "m/" + "/".join(f"{step & (HARDENED - 1)}{'h' if step >> 31 else ''}" for step in steps)
    for parent in parents:
        depth, code, key = parent[0], parent[9:41], parent[41:]
        if depth < len(steps) or not is_public_key(key):
            continue
        for number, child in enumerate(
            PublicBranch(key, code).children(range(min(next_index, MOST_INDICES) + GAP_LIMIT))
        ):
            address = address_of_key(child.public_key, descriptor.kind, chain, network)
            if address:
                where = f"{path}/{number}"
                yield DerivedAddress(
                    address, chain, network, descriptor.kind, where, child.public_key.hex()
                )
