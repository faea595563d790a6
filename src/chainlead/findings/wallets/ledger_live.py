"""Ledger Live / Ledger Wallet: the desktop program of Ledger's signing devices.

Found in: `Ledger Live/app.json`, `Ledger Wallet/app.json`, the folder of `LEDGER_CONFIG_DIRECTORY`.
Proof: JSON `{"data": {…}}` with `settings` and `accounts`; locked files hold `accounts` as base64 with a colon
at byte 17.
Limits: at most 500 operations or 366 days of each account. Locked: only device models, firmware and
starred accounts stay readable. No real file was at hand; the tests build one to the published layout.
Spec: LedgerHQ/ledger-live source; UROCK-AILAB forensics handbook, `hardware-wallets.md`.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress, addresses_of_extended_key
from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    as_list,
    candidate,
    public_texts,
    roles,
    word,
)
from chainlead.model import Chain, Network, Role

_CHAINS = {
    "bitcoin": Chain.BITCOIN, "litecoin": Chain.LITECOIN, "dogecoin": Chain.DOGECOIN, "dash": Chain.DASH,
    "ethereum": Chain.ETHEREUM, "ripple": Chain.XRP, "tron": Chain.TRON, "bitcoin_cash": Chain.BITCOIN_CASH,
}  # fmt: skip
_KINDS = {
    "native_segwit": "p2wpkh",
    "segwit": "p2sh-p2wpkh",
    "taproot": "p2tr",
    "": "p2pkh",
    "legacy": "p2pkh",
}


class LedgerLive(Wallet):
    """`app.json`."""

    name = "ledger-live"
    keys = frozenset({"data"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read accounts, or what a locked file still shows."""
        data = as_dict(as_dict(file.document).get("data"))
        settings = as_dict(data.get("settings"))
        if "accounts" not in data or not settings:
            return None
        if not {"devicesModelList", "lastSeenDevice", "hasCompletedOnboarding", "counterValue",
                "starredAccountIds", "preferredDeviceModel"} & settings.keys():  # fmt: skip
            return None
        is_locked = isinstance(data["accounts"], str)
        accounts = [_account(entry) for entry in as_list(data["accounts"])]
        starred = [str(entry) for entry in as_list(settings.get("starredAccountIds"))]
        seen = as_dict(settings.get("lastSeenDevice"))
        ids = [str(account.get("id", "")) for account in accounts] + starred
        known = [
            _CHAINS[parts[2]]
            for name in ids
            if (parts := name.split(":"))[2:3] and parts[2] in _CHAINS
        ]
        return Recognised(
            check="JSON with data, settings of Ledger's program and accounts",
            span=file.find(b'"accounts"'),
            candidates=tuple(
                candidate(chain, "it has an account for it") for chain in dict.fromkeys(known)
            ),
            detail={
                "locked": is_locked,
                "lock_format": _lock_format(data["accounts"]) if is_locked else "",
                "accounts": len(accounts),
                "device_models": [
                    word(model) for model in as_list(settings.get("devicesModelList"))
                ][:20],
                "last_device": word(seen.get("modelId")),
                "firmware": word(as_dict(seen.get("deviceInfo")).get("version")),
                "program_version": word(settings.get("lastUsedVersion")),
            },
            owners=_owners(accounts, ids),
            derived=_derived(accounts, ids),
        )


def _account(entry: Any) -> dict[str, Any]:
    """Accounts are wrapped in `data` in some versions."""
    outer = as_dict(entry)
    return as_dict(outer.get("data")) or outer


def _lock_format(text: str) -> str:
    try:
        start = base64.b64decode(text[:32])
    except (binascii.Error, ValueError):
        return "unknown"
    return "vector and colon" if start[16:17] == b":" else "older"


def _owners(accounts: list[dict[str, Any]], ids: list[str]) -> dict[str, Role]:
    owners: dict[str, Role] = {}
    own: dict[str, Role] = {}
    for account in accounts:
        for operation in [
            *as_list(account.get("operations")),
            *as_list(account.get("pendingOperations")),
        ]:
            about = as_dict(operation)
            kind = about.get("type")
            others = about.get("recipients") if kind == "OUT" else about.get("senders")
            owners.update(roles(others, Role.COUNTERPARTY))
        own.update(roles([account.get("freshAddress"), account.get("xpub")], Role.OWN))
        own.update(roles(account.get("freshAddresses"), Role.OWN))
    for name in ids:
        own.update(roles(name.split(":")[3:4], Role.OWN))
    return owners | own


def _derived(accounts: list[dict[str, Any]], ids: list[str]) -> Iterator[DerivedAddress]:
    used: set[str] = set()
    for account in accounts:
        for operation in as_list(account.get("operations")):
            used.update(public_texts(as_dict(operation).get("recipients")))
    for name in sorted(set(ids)):
        parts = name.split(":")
        chain = _CHAINS.get(parts[2]) if len(parts) >= 5 else None
        if chain is None:
            continue
        try:
            key = parse_extended_key(parts[3])
        except CodecError:
            continue
        kind = _KINDS.get(parts[4])
        yield from addresses_of_extended_key(
            key, chain, Network.MAIN, kinds=(kind,) if kind else (), seen=used
        )
