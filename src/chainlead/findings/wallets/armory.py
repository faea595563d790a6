"""Armory: desktop wallet for Bitcoin.

Found in: `armory_*.wallet` and its backups, under any name.
Proof: the magic bytes `BA 57 41 4C 4C 45 54 00`, a network's magic number at byte 12, and records that
follow each other to the end.
Limits: versions before 0.97 (file version 1.35). No real file was at hand; the tests build one to the
published layout. Comments in it are not read.
Spec: BitcoinArmory `armoryengine/PyBtcWallet.py` (header and record layout).
"""

from collections.abc import Iterator

from chainlead.codecs import to_base58_address
from chainlead.findings.wallet import FoundAddress, Recognised, Wallet, WalletFile, candidate
from chainlead.model import Chain, Network, Role

_MAGIC = b"\xbaWALLET\x00"
_NETWORKS = {b"\xf9\xbe\xb4\xd9": Network.MAIN, b"\x0b\x11\x09\x07": Network.TEST}
_HEADER_BYTES = 2107
_ADDRESS_BYTES = 237
_KEY, _ADDRESS_COMMENT, _TX_COMMENT, _DELETED = 0, 1, 2, 4


class Armory(Wallet):
    """One binary file."""

    name = "armory"
    starts = (_MAGIC,)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Check the header; then walk the records."""
        content = file.content
        network = _NETWORKS.get(content[12:16])
        if network is None or not content.startswith(_MAGIC):
            return None
        hashes = list(_hashes(content))
        return Recognised(
            check="Armory's magic bytes and a network's magic number",
            span=(0, 8),
            candidates=(candidate(Chain.BITCOIN, "magic number of the network", network),),
            detail={
                "version": int.from_bytes(content[8:12], "little"),
                "created_unix": int.from_bytes(content[30:38], "little"),
                "last_used_index": int.from_bytes(content[326:334], "little", signed=True),
                "addresses": len(hashes),
            },
            addresses=(
                FoundAddress(
                    to_base58_address(key_hash, Chain.BITCOIN, network),
                    Role.OWN,
                    {"stored_as": "key hash of a record"},
                )
                for key_hash in hashes
            ),
        )


def _hashes(content: bytes) -> Iterator[bytes]:
    at = _HEADER_BYTES
    while at < len(content):
        kind = content[at]
        at += 1
        if kind == _KEY:
            if at + 20 + _ADDRESS_BYTES > len(content):
                return
            yield content[at : at + 20]
            at += 20 + _ADDRESS_BYTES
        elif kind in {_ADDRESS_COMMENT, _TX_COMMENT, _DELETED}:
            at += {_ADDRESS_COMMENT: 20, _TX_COMMENT: 32, _DELETED: 0}[kind]
            at += 2 + int.from_bytes(content[at : at + 2], "little")
        else:
            return
