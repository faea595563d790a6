r"""Coinomi: mobile and desktop.

Found in: `com.coinomi.wallet/files/wallets/*.wallet` (Android), `%LOCALAPPDATA%\\Coinomi\\Coinomi\\wallets`.
Proof: a protobuf with version, seed and master key messages, and pockets named like `bitcoin.main`.
Limits: addresses are derived for the pockets of ledgers known here, from each pocket's own public keys;
names of received transactions lie in the cache folder as names of empty files, not here.
Spec: Coinomi `core/src/main/proto/wallet.proto` (published source); btcrecover documentation.
"""

import re
from collections.abc import Iterator

from chainlead.codecs import PublicBranch, is_public_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import GAP_LIMIT, DerivedAddress, address_of_key
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.findings.wallets._protobuf import Fields, read_fields
from chainlead.model import Chain, Network

_POCKETS = {
    b"bitcoin.main": (Chain.BITCOIN, Network.MAIN),
    b"bitcoin.test": (Chain.BITCOIN, Network.TEST),
    b"litecoin.main": (Chain.LITECOIN, Network.MAIN),
    b"dogecoin.main": (Chain.DOGECOIN, Network.MAIN),
    b"dash.main": (Chain.DASH, Network.MAIN),
}
_PURPOSES = {84: "p2wpkh", 49: "p2sh-p2wpkh", 44: "p2pkh", 86: "p2tr"}
_NAME = re.compile(rb"[a-z0-9]{2,30}\.(?:main|test)")
_MOST_CHILDREN = 2000


class Coinomi(Wallet):
    """One protobuf for all coins."""

    name = "coinomi"
    starts = (b"\x08",)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read the fields at the top."""
        if not file.view.is_raw or not file.view.is_whole:
            return None
        fields = read_fields(file.content)
        if fields is None or not fields.numbers(1) or not fields.messages(3):
            return None
        pockets = list(_pockets(fields))
        if not pockets:
            return None
        names = sorted({name.decode() for name, _ in pockets})
        known = [_POCKETS[name] for name, _ in pockets if name in _POCKETS]
        return Recognised(
            check="protobuf with version, master key and pockets of coins",
            span=file.find(pockets[0][0]),
            candidates=tuple(
                candidate(chain, "it has a pocket for it", net) for chain, net in dict.fromkeys(known)
            ),
            detail={"version": fields.numbers(1)[0], "pockets": names,
                    "encrypted_secrets": bool(fields.messages(5))},
            derived=_derived(pockets),
        )  # fmt: skip


def _pockets(fields: Fields) -> Iterator[tuple[bytes, Fields]]:
    for number in sorted(fields.found):
        for message in fields.messages(number):
            pocket = read_fields(message)
            names = pocket.messages(1) if pocket else []
            if pocket and names and _NAME.fullmatch(names[0]):
                yield names[0], pocket


def _derived(pockets: list[tuple[bytes, Fields]]) -> Iterator[DerivedAddress]:
    for name, pocket in pockets:
        if name not in _POCKETS:
            continue
        chain, network = _POCKETS[name]
        for public_key, node in _chains(pocket, 0):
            path = node.numbers(2)
            kind = _PURPOSES.get(path[0] & 0x7FFFFFFF if path else 0, "p2pkh")
            issued = min(node.numbers(3)[0], _MOST_CHILDREN)
            try:
                branch = PublicBranch(public_key, node.messages(1)[0])
                children = branch.children(range(issued + GAP_LIMIT))
            except CodecError:
                continue
            for number, child in enumerate(children):
                address = address_of_key(child.public_key, kind, chain, network)
                if address:
                    steps = "/".join([*(str(step) for step in path[-1:]), str(number)])
                    yield DerivedAddress(
                        address, chain, network, kind, f"M/{steps}", child.public_key.hex()
                    )


def _chains(fields: Fields, depth: int) -> Iterator[tuple[bytes, Fields]]:
    """Public key and node of each chain of addresses (receive, change) of a pocket."""
    for number in sorted(fields.found):
        for message in fields.messages(number):
            inner = read_fields(message) if len(message) >= 33 else None
            if inner is None:
                continue
            nodes = [node for value in inner.messages(6) if (node := read_fields(value))]
            keys = [key for key in inner.messages(4) if is_public_key(key)]
            if keys and nodes and nodes[0].messages(1):
                if nodes[0].numbers(3):
                    yield keys[0], nodes[0]
            elif depth < 2:
                yield from _chains(inner, depth + 1)
