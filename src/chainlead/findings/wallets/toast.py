"""Toast Wallet: backups for XRP.

Found in: backups that the app shares as text, local storage of the app.
Proof: JSON with `walletversion`, `ppdata` and `accounts`, in backups behind eight hex digits.
Limits: nicknames are not read. The address book is not in the backup.
Spec: ToastWallet published source; btcrecover documentation.
"""

import json
import re

from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    candidate,
    roles,
    word,
)
from chainlead.model import Chain, Role

_FRONT = re.compile(rb"[0-9a-f]{8}(?=\{\")")


class Toast(Wallet):
    """Accounts with encrypted secrets."""

    name = "toast"
    keys = frozenset({"walletversion", "ppdata"})
    starts = tuple(b"%x" % digit for digit in range(16))

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read the JSON behind the check digits."""
        front = _FRONT.match(file.head)
        document = as_dict(file.document)
        if front and file.view.is_whole and len(file.content) < 4 << 20:
            try:
                document = as_dict(json.loads(file.content.lstrip()[8:].decode("utf-8", "replace")))
            except (ValueError, RecursionError):
                return None
        if not {"walletversion", "ppdata", "accounts"} <= document.keys():
            return None
        accounts = as_dict(document["accounts"])
        return Recognised(
            check="JSON with walletversion, ppdata and accounts",
            span=file.find(b"walletversion"),
            candidates=(candidate(Chain.XRP, "Toast Wallet is for XRP"),),
            detail={"version": word(document["walletversion"]), "accounts": len(accounts)},
            owners=roles(list(accounts), Role.OWN),
        )
