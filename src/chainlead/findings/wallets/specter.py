"""Specter Desktop: exports, also written by Sparrow and read by others (FullyNoded's account map).

Found in: downloads, QR texts, backups.
Proof: JSON with `label`, `blockheight` and a `descriptor` that parses.
Limits: the label is not read.
Spec: specter-desktop `wallet.py` (export); FullyNoded account map.
"""

import re

from chainlead.codecs import parse_output_descriptor
from chainlead.errors import CodecError
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, as_dict, candidate, roles
from chainlead.findings.wallets._descriptor_addresses import network_of, of_descriptor
from chainlead.model import Chain, Role


class Specter(Wallet):
    """One JSON object."""

    name = "specter"
    keys = frozenset({"descriptor"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read the descriptor."""
        document = as_dict(file.document)
        text = document.get("descriptor")
        if not isinstance(text, str) or not {"label", "blockheight"} <= document.keys():
            return None
        try:
            descriptor = parse_output_descriptor(text)
        except CodecError:
            return None
        height = document["blockheight"]
        return Recognised(
            check="JSON with label, blockheight and a descriptor",
            span=file.find(b"descriptor"),
            candidates=(
                candidate(Chain.BITCOIN, "Specter is for Bitcoin", network_of(descriptor)),
            ),
            detail={"born_at_height": height if isinstance(height, int) else None},
            owners=roles(re.findall(r"[0-9A-Za-z]{100,120}", text), Role.OWN),
            derived=of_descriptor(text),
        )
