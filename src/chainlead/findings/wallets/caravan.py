"""Caravan (Unchained): the setup of a multi-signature wallet.

Found in: downloads, exports of Sparrow and others in its form.
Proof: JSON with `quorum` and `extendedPublicKeys`.
Limits: keys of all signers are called own: the setup does not say which signer its holder is.
Spec: https://github.com/caravan-bitcoin/caravan (wallet configuration).
"""

from typing import Any

from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    as_list,
    candidate,
    roles,
    word,
)
from chainlead.findings.wallets._descriptor_addresses import of_descriptor
from chainlead.model import Chain, Network, Role

_WRAPPERS = {"P2WSH": "wsh({})", "P2SH": "sh({})", "P2SH-P2WSH": "sh(wsh({}))"}


class Caravan(Wallet):
    """One JSON object."""

    name = "caravan"
    keys = frozenset({"extendedPublicKeys"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Build the descriptor that the setup stands for."""
        document = as_dict(file.document)
        quorum = as_dict(document.get("quorum"))
        keys: list[dict[str, Any]] = [
            as_dict(key) for key in as_list(document.get("extendedPublicKeys"))
        ]
        needed = quorum.get("requiredSigners")
        if not isinstance(needed, int) or not keys:
            return None
        texts = [str(key.get("xpub", "")) for key in keys]
        body = f"sortedmulti({needed},{','.join(f'{text}/**' for text in texts)})"
        network = Network.MAIN if document.get("network") == "mainnet" else Network.TEST
        kind = str(document.get("addressType", ""))
        return Recognised(
            check="JSON with quorum and extendedPublicKeys",
            span=file.find(b"extendedPublicKeys"),
            candidates=(candidate(Chain.BITCOIN, "Caravan is for Bitcoin", network),),
            detail={"policy": f"{needed} of {len(keys)}", "address_type": word(kind)},
            owners=roles(texts, Role.OWN),
            derived=of_descriptor(_WRAPPERS.get(kind, "wsh({})").format(body)),
        )
