"""Wallets of bitcoinj: MultiBit Classic, Android Bitcoin Wallet, and other programs on that library.

Found in: `*.wallet`, `wallet-protobuf`, backups, under any name; also dumps in protobuf's text form.
Proof: a protobuf whose first field names the network (`org.bitcoin.production` and the like) and whose
keys are points of the curve.
Limits: old keys are derived as key-hash addresses; the library also makes P2WPKH where the key says so.
Private keys and phrases in it are not read.
Spec: bitcoinj `core/src/main/proto/wallet.proto`; btcrecover documentation (MultiBit).
"""

import re
from collections.abc import Iterator

from chainlead.codecs import PublicBranch, is_public_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import GAP_LIMIT, DerivedAddress, address_of_key
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.findings.wallets._protobuf import Fields, read_fields
from chainlead.model import Chain, Network

NETWORKS = {
    b"org.bitcoin.production": (Chain.BITCOIN, Network.MAIN),
    b"org.bitcoin.test": (Chain.BITCOIN, Network.TEST),
    b"org.bitcoin.signet": (Chain.BITCOIN, Network.SIGNET),
    b"org.bitcoin.regtest": (Chain.BITCOIN, Network.REGTEST),
    b"org.litecoin.production": (Chain.LITECOIN, Network.MAIN),
    b"org.darkcoin.production": (Chain.DASH, Network.MAIN),
    b"org.dash.production": (Chain.DASH, Network.MAIN),
    b"org.dogecoin.production": (Chain.DOGECOIN, Network.MAIN),
}
_NETWORK = re.compile(rb"org\.[a-z]{3,20}\.[a-z]{3,20}")
_TEXT = re.compile(rb"deterministic_key \{.{1,2000}?type: DETERMINISTIC_KEY", re.DOTALL)
_ENCRYPTED_TYPES = frozenset({2})
_MOST_CHILDREN = 2000


class Bitcoinj(Wallet):
    """Protobuf, or its text form."""

    name = "bitcoinj"
    starts = (b"\x0a", b"account_path:", b"deterministic_key {", b"creation_timestamp:", b"type: DETERMINISTIC", b"secret_bytes:",
              b"deterministic_seed", b"mnemonic")  # fmt: skip

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read the fields at the top."""
        content = file.content
        if _TEXT.search(content):
            return Recognised(
                check="keys of a bitcoinj wallet in protobuf's text form",
                candidates=(candidate(Chain.BITCOIN, "bitcoinj is for Bitcoin"),),
                detail={"form": "text dump"},
            )
        network = content[2 : 2 + content[1]] if content[:1] == b"\x0a" else b""
        if not _NETWORK.fullmatch(network):
            return None
        fields = read_fields(content)
        if fields is None:
            return None
        chain, net = NETWORKS.get(network, (Chain.BITCOIN, Network.MAIN))
        is_multibit = any(b"multibit" in value for value in fields.messages(10))
        return Recognised(
            check="protobuf of a bitcoinj wallet: network name, then keys",
            span=(2, 2 + len(network)),
            candidates=(candidate(chain, f"network name {network.decode()}", net),),
            detail={
                "program": "multibit" if is_multibit else "",
                "public_keys": sum(1 for _ in wallet_keys(fields, 3)),
                "encrypted_secrets": bool(fields.messages(6)),
                "transactions": len(fields.messages(4)),
            },
            derived=_derived(fields, chain, net),
            value="multibit" if is_multibit else "",
        )


def wallet_keys(fields: Fields, number: int) -> Iterator[tuple[bytes, Fields]]:
    """Public key and fields of each key message."""
    for message in fields.messages(number):
        key = read_fields(message)
        if key is None:
            continue
        for public_key in key.messages(3):
            if is_public_key(public_key):
                yield public_key, key


def _derived(fields: Fields, chain: Chain, network: Network) -> Iterator[DerivedAddress]:
    for public_key, key in wallet_keys(fields, 3):
        yield from key_addresses(public_key, key, chain, network)


def key_addresses(
    public_key: bytes, key: Fields, chain: Chain, network: Network
) -> Iterator[DerivedAddress]:
    """The address of one key, or those of its children where it heads a chain of them."""
    kind = "p2wpkh" if key.numbers(11) == [3] else "p2pkh"
    deterministic = [read_fields(message) for message in key.messages(7)]
    node = deterministic[0] if deterministic else None
    if node is not None and node.numbers(3) and node.messages(1):
        issued = min(node.numbers(3)[0], _MOST_CHILDREN)
        branch = PublicBranch(public_key, node.messages(1)[0])
        try:
            children = branch.children(range(issued + GAP_LIMIT))
        except CodecError:
            children = []
        for number, child in enumerate(children):
            address = address_of_key(child.public_key, kind, chain, network)
            if address:
                yield DerivedAddress(address, chain, network, kind, f"M/{number}", public_key.hex())
        return
    address = address_of_key(public_key, kind, chain, network)
    if address:
        yield DerivedAddress(address, chain, network, kind, "", public_key.hex())
