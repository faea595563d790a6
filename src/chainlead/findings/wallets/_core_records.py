"""The records of a Bitcoin Core wallet, whichever database holds them.

Limits: only public parts are looked at; private keys and encrypted keys are passed over unread.
Spec: Bitcoin Core `src/wallet/walletdb.cpp` (record names), `src/wallet/walletutil.h` (descriptors).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from chainlead.codecs import is_public_key, lookup_address
from chainlead.findings.wallets._raw_transaction import output_scripts, read_size
from chainlead.model import Chain, Network, Role

_STEPS: Final = re.compile(r"m(?:/\d{1,10}['h]?){1,10}")
_EXTENDED: Final = re.compile(r"[0-9A-Za-z]{100,120}")
KEY_RECORDS: Final = frozenset({"key", "ckey", "wkey"})
_GENESIS: Final = {
    "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f": (Chain.BITCOIN, Network.MAIN),
    "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943": (Chain.BITCOIN, Network.TEST),
    "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043": (Chain.BITCOIN, Network.TEST),
    "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6": (Chain.BITCOIN, Network.SIGNET),
    "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206": (Chain.BITCOIN, Network.REGTEST),
    "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2": (Chain.LITECOIN, Network.MAIN),
    "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0": (Chain.LITECOIN, Network.TEST),
    "1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691": (Chain.DOGECOIN, Network.MAIN),
    "00000ffd590b1485b3caadc19b22e6379c733355108f107a430458cdf3407ab6": (Chain.DASH, Network.MAIN),
}  # fmt: skip
"""First block of each network: the last entry of the locator in `bestblock`."""


@dataclass
class CoreRecords:
    """What the records of one wallet say.

    Attributes:
        names: how many records of each kind there are.
        keys: public keys in the order of the file, each with its path if the file has one.
        reserve: keys in the key pool: made, but not yet given out.
        descriptors: id of a descriptor to its text and the first index not given out.
        parents: id of a descriptor to the extended keys (74 bytes) at the end of its hardened path.
        owners: addresses in the address book, with what the wallet says they are for.
        scripts: watched scripts.
        transaction_scripts: output scripts of the wallet's transactions.
        network: from the first block in its locator.
        version: `minversion`, which tells what kinds of address it can make.
    """

    names: dict[str, int] = field(default_factory=dict)
    keys: dict[bytes, str] = field(default_factory=dict)
    reserve: set[bytes] = field(default_factory=set)
    descriptors: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    parents: dict[bytes, list[bytes]] = field(default_factory=dict)
    owners: dict[str, Role] = field(default_factory=dict)
    scripts: list[bytes] = field(default_factory=list)
    transaction_scripts: list[bytes] = field(default_factory=list)
    network: tuple[Chain, Network] | None = None
    version: int = 0

    @property
    def is_encrypted(self) -> bool:
        """Whether private keys in it are encrypted."""
        return bool({"mkey", "ckey", "walletdescriptorckey"} & self.names.keys())

    def descriptor_keys(self) -> dict[str, Role]:
        """The extended keys that descriptors name, as own."""
        texts = [text for text, _ in self.descriptors.values()]
        return {key: Role.OWN for text in texts for key in _EXTENDED.findall(text)}

    def detail(self) -> dict[str, Any]:
        """The figures that a finding shows."""
        return {
            "encrypted_secrets": self.is_encrypted,
            "public_keys": len(self.keys),
            "reserve_keys": len(self.reserve),
            "descriptors": len(self.descriptors),
            "transactions": self.names.get("tx", 0),
            "labels": self.names.get("name", 0),
            "min_version": self.version,
        }


def read_core_records(pairs: Iterable[tuple[bytes, bytes]]) -> CoreRecords:
    """Read key and value pairs."""
    found = CoreRecords()
    purposes: dict[str, str] = {}
    for key, value in pairs:
        try:
            size, at = read_size(key, 0)
            name = key[at : at + size].decode("ascii")
            if len(name) != size:
                continue
            _one(found, purposes, name, key[at + size :], value)
        except (IndexError, UnicodeDecodeError):
            continue
    for address, purpose in purposes.items():
        if purpose == "send":
            found.owners[address] = Role.COUNTERPARTY
        elif purpose == "receive":
            found.owners[address] = Role.OWN
    return found


def _one(
    found: CoreRecords, purposes: dict[str, str], name: str, rest: bytes, value: bytes
) -> None:
    found.names[name] = found.names.get(name, 0) + 1
    if name in KEY_RECORDS:
        public_key = _sized(rest)
        if is_public_key(public_key):
            found.keys.setdefault(public_key, "")
    elif name == "keymeta":
        public_key, path = _sized(rest), _path(value)
        if path and is_public_key(public_key):
            found.keys[public_key] = path
    elif name == "pool":
        found.reserve.add(_sized(value[12:]))
    elif name in {"name", "purpose"}:
        parsed = lookup_address(_sized(rest).decode("ascii"))
        if parsed is not None:
            purposes.setdefault(parsed.canonical, "")
            if name == "purpose":
                purposes[parsed.canonical] = _sized(value).decode("ascii")
    elif name == "watchs":
        found.scripts.append(_sized(rest))
    elif name == "cscript" and len(rest) == 20:
        found.scripts.append(b"\xa9\x14" + rest + b"\x87")
    elif name == "tx":
        found.transaction_scripts.extend(output_scripts(value))
    elif name == "minversion":
        found.version = int.from_bytes(value[:4], "little")
    elif name in {"bestblock", "bestblock_nomerkle"} and len(value) >= 37:
        found.network = found.network or _GENESIS.get(value[-32:][::-1].hex())
    elif name == "walletdescriptor" and len(rest) == 32:
        text = _sized(value)
        after = value[len(value) - 20 :]
        next_index = int.from_bytes(after[8:12], "little", signed=True)
        found.descriptors[rest] = (text.decode("ascii"), max(next_index, 0))
    elif name in {"walletdescriptorcache", "walletdescriptorlhcache"} and len(rest) == 36:
        parent = _sized(value)
        if len(parent) == 74:
            found.parents.setdefault(rest[:32], []).append(parent)


def _sized(content: bytes) -> bytes:
    size, at = read_size(content, 0)
    return content[at : at + size]


def _path(value: bytes) -> str:
    """`hdkeypath` of a key's metadata: version, time, then the path."""
    if len(value) < 14 or int.from_bytes(value[:4], "little") < 10:
        return ""
    path = _sized(value[12:]).decode("ascii")
    return path if _STEPS.fullmatch(path) else ""
