"""Wallet files of Bitcoin Core and the nodes made from it (Litecoin, Dogecoin, Dash …).

Found in: `wallet.dat` and backups of it, under any name.
Proof: a Berkeley DB B-tree with record names of the wallet format, or an SQLite file whose
application id is a network's magic number.
Limits: addresses are held as keys and scripts, not as text, and are not derived here. A wallet
names other people's addresses too, so no address in it is said to be the owner's.
Spec: Bitcoin Core `src/wallet/walletdb.cpp`, `src/wallet/sqlite.cpp`; Berkeley DB magic 0x053162.
"""

from collections.abc import Iterator
from typing import Any

from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.model import Candidate, Certainty, Chain, Network, Role

_BTREE = {b"\x62\x31\x05\x00", b"\x00\x05\x31\x62"}
_RECORDS = (b"bestblock", b"defaultkey", b"keymeta", b"mkey", b"minversion", b"orderposnext")
_ENCRYPTED_RECORDS = (b"\x04ckey", b"\x04mkey", b"walletdescriptorckey")
_SQLITE = b"SQLite format 3\x00"
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
_ANY = (
    Candidate(Chain.BITCOIN, Network.MAIN, "the format names no coin; Bitcoin's family shares it"),
    Candidate(Chain.LITECOIN, Network.MAIN, "the format names no coin"),
    Candidate(Chain.DOGECOIN, Network.MAIN, "the format names no coin"),
    Candidate(Chain.DASH, Network.MAIN, "the format names no coin"),
)


class BitcoinCoreWallets(Detector):
    """One finding for the file."""

    name = "wallet.bitcoin_core"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at the start of a stream."""
        if not view.is_raw or not view.at_start or len(view.data) < 512:
            return
        if view.data[12:16] in _BTREE:
            if sum(record in view.data for record in _RECORDS) >= 2:
                check = "Berkeley DB B-tree with record names of the wallet format"
                yield _hit(view, (12, 16), "berkeley-db", check, _ANY)
        elif view.data.startswith(_SQLITE) and view.data[68:72] in _NETWORKS:
            chain, network = _NETWORKS[view.data[68:72]]
            candidates = (Candidate(chain, network, "application id is this network's magic"),)
            check = "SQLite file whose application id is a network's magic number"
            yield _hit(view, (68, 72), "sqlite", check, candidates)


def _hit(
    view: View, span: tuple[int, int], store: str, check: str, candidates: tuple[Candidate, ...]
) -> Hit:
    detail: dict[str, Any] = {
        "wallet": "bitcoin-core",
        "store": store,
        "encrypted_secrets": any(record in view.data for record in _ENCRYPTED_RECORDS),
    }
    proof = Proof(
        kind="wallet",
        certainty=Certainty.STRUCTURED,
        check_made=check,
        false_positive_rate="not measured (structure, no checksum)",
        candidates=candidates,
        role=Role.OWN,
        detail=detail,
    )
    return Hit(*span, "bitcoin-core", proof, bare=True)
