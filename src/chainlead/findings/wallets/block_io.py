"""block.io: a service whose customers hold one of two keys.

Found in: saved answers of its programming interface.
Proof: JSON with `user_key` (or `data` around it) that has `encrypted_passphrase` and `public_key`.
Limits: no real file was at hand; the tests build one to the published interface. The addresses stand at
the service; the key alone does not give them.
Spec: https://block.io/docs/basic; block_io-python test vectors.
"""

from chainlead.codecs import is_public_key
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, as_dict, candidate
from chainlead.model import Chain


class BlockIo(Wallet):
    """An answer with the customer's encrypted passphrase."""

    name = "block-io"
    keys = frozenset({"user_key", "data", "encrypted_passphrase"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look for the user's key."""
        document = as_dict(file.document)
        data = as_dict(document.get("data"))
        for place in (document, data, as_dict(document.get("user_key")), as_dict(data.get("user_key")),
                      as_dict(data.get("encrypted_passphrase"))):  # fmt: skip
            key = place.get("public_key", place.get("signer_public_key"))
            sealed = place.get("encrypted_passphrase", place.get("passphrase"))
            if not isinstance(key, str) or not isinstance(sealed, str) or len(key) != 66:
                continue
            try:
                is_key = is_public_key(bytes.fromhex(key))
            except ValueError:
                continue
            return Recognised(
                check="JSON with encrypted_passphrase and public_key",
                span=file.find(b"passphrase"),
                candidates=tuple(
                    candidate(chain, "block.io serves it")
                    for chain in (Chain.BITCOIN, Chain.LITECOIN, Chain.DOGECOIN)
                ),
                detail={"public_key": key.lower() if is_key else "", "encrypted_secrets": True},
            )
        return None
