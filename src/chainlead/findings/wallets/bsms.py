"""BSMS: the record of a multi-signature wallet that its signers exchange (Nunchuk, Sparrow, Specter …).

Found in: `*.bsms`, text in mail and chats.
Proof: the first line `BSMS 1.0`, a descriptor, and the first address, which is derived again here.
Limits: round 1 files, which hold one signer's key only, are named but give no address.
Spec: BIP-129.
"""

import re

from chainlead.codecs import parse_output_descriptor
from chainlead.errors import CodecError
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate, public_texts, roles
from chainlead.findings.wallets._descriptor_addresses import network_of, of_descriptor
from chainlead.model import Certainty, Chain, Role

_PATHS = re.compile(r"/(\d{1,9})/\*,/(\d{1,9})/\*")


class Bsms(Wallet):
    """Four lines: version, descriptor, paths, first address."""

    name = "bsms"
    starts = (b"BSMS ",)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Derive the first address and compare."""
        lines = file.content.decode("utf-8", "replace").split("\n")
        is_record = len(lines) > 2 and ("(" in lines[1] or lines[2].startswith("["))
        if not is_record or len(file.content) > 64 << 10:
            return None
        first = next((text for line in lines[2:] for text in public_texts(line.strip())), "")
        try:
            network = network_of(parse_output_descriptor(lines[1]))
        except CodecError:
            network = None
        text = lines[1]
        paths = _PATHS.fullmatch(lines[2].strip())
        if paths:
            text = text.partition("#")[0].replace("/**", f"/<{paths[1]};{paths[2]}>/*")
        derived = list(of_descriptor(text))
        is_proved = bool(first) and any(found.address == first for found in derived)
        keys = [
            word
            for word in lines[1].replace("]", "/").replace(",", "/").split("/")
            if len(word) > 100
        ]
        reason = "BSMS is for Bitcoin"
        return Recognised(
            check="BSMS record"
            + (" whose first address is derived from its descriptor" if is_proved else ""),
            certainty=Certainty.CHECKED if is_proved else Certainty.STRUCTURED,
            candidates=(
                candidate(Chain.BITCOIN, reason, network)
                if network
                else candidate(Chain.BITCOIN, reason),
            ),
            detail={"first_address_matches": is_proved, "descriptor_read": bool(derived)},
            owners={**roles(keys, Role.OWN), **({first: Role.OWN} if first else {})},
            derived=derived,
        )
