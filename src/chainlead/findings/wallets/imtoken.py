"""imToken: mobile wallet.

Found in: `im.token.app/files/wallets/identity.json` and one file for each wallet beside it.
Proof: a key file with `imTokenMeta`, or an identity with `walletIDs` and `imTokenMeta`.
Limits: the identity names the wallets by number, not by address. Hints for passwords are not read.
Spec: consenlabs/token-core (published source); btcrecover documentation.
"""

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress, addresses_of_extended_key
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, as_dict, as_list, roles, word
from chainlead.findings.wallets.ethereum_keystore import named_address, own_address
from chainlead.model import Chain, Network, Role

_CHAINS = {
    "BITCOIN": Chain.BITCOIN,
    "LITECOIN": Chain.LITECOIN,
    "ETHEREUM": Chain.ETHEREUM,
    "TRON": Chain.TRON,
}


class ImToken(Wallet):
    """Identity or wallet."""

    name = "imtoken"
    keys = frozenset({"imTokenMeta"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the fields beside the metadata."""
        document = as_dict(file.document)
        meta = as_dict(document.get("imTokenMeta"))
        if not meta or not ({"crypto", "walletIDs", "identifier", "address"} & document.keys()):
            return None
        address = own_address(document)
        owners = roles([document.get("address"), document.get("xpub")], Role.OWN)
        if address:
            owners[address] = Role.OWN
        created = meta.get("timestamp")
        chain = _CHAINS.get(str(meta.get("chain", meta.get("chainType", ""))).upper())
        return Recognised(
            check="JSON with imTokenMeta and a key file or identity",
            span=file.find(b"imTokenMeta"),
            detail={
                "part": "identity" if "walletIDs" in document else "wallet",
                "wallets": len(as_list(document.get("walletIDs"))),
                "source": word(meta.get("source")),
                "network": word(meta.get("network")),
                "created_unix": int(created) if isinstance(created, int) else None,
            },
            owners=owners,
            addresses=named_address(address),
            derived=_derived(document.get("xpub"), chain),
        )


def _derived(text: object, chain: Chain | None) -> list[DerivedAddress]:
    if not isinstance(text, str) or chain is None:
        return []
    try:
        return list(addresses_of_extended_key(parse_extended_key(text), chain, Network.MAIN))
    except CodecError:
        return []
