"""Electroneum's app: an account at the company, opened with a mail address and a PIN.

Found in: Android `com.electroneum.mobile`, its databases, preferences and web view stores.
Proof: a store of the app in its own folder that names the company's hosts or a legacy `etn…` address.
Limits: the app holds no keys of the old ledger; balances stand at the company. Its inner layout is not
published, so addresses in it keep the role unknown. No real file was at hand; the tests build one.
Spec: Google Play id `com.electroneum.mobile`; https://electroneum.com.
"""

import re

from chainlead.codecs import lookup_address
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.model import Certainty, Chain

_HOSTS = re.compile(rb"(?:my|api|app|blockexplorer)\.electroneum\.com")
_ADDRESS = re.compile(rb"(?<![0-9A-Za-z])etn[1-9A-HJ-NP-Za-km-z]{95}(?![0-9A-Za-z])")


class Electroneum(Wallet):
    """A file of the app."""

    name = "electroneum-app"
    paths = re.compile(
        r"com\.electroneum\.(?:mobile|wallet)/(?:databases|shared_prefs|files|app_webview)/"
    )

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Its own folder and its own content."""
        found = _ADDRESS.search(file.content)
        host = _HOSTS.search(file.content)
        is_address = bool(found) and lookup_address((found or [b""])[0].decode()) is not None
        if not is_address and host is None:
            return None
        match = found if is_address else host
        return Recognised(
            check="file of the app's folder with "
            + ("a valid etn address" if is_address else "its host"),
            span=match.span() if match else (0, 4),
            certainty=Certainty.STRUCTURED,
            candidates=(
                candidate(Chain.ELECTRONEUM, "app of Electroneum"),
                candidate(Chain.ELECTRONEUM_SMART_CHAIN, "an EVM chain since March 2024"),
            ),
            detail={"named_by": "its folder"},
        )
