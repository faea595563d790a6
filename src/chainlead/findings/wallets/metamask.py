"""MetaMask: browser extension and mobile app, with the vaults of wallets that share its format.

Found in: LevelDB values of `Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn` (Chromium) and
`ejbalbakoplchlghecdalmeeeajnimhm` (Edge), IndexedDB of Firefox, `persistStore/persist-root` of iOS and
Android, from 7.60 on one file for each controller (`persistStore/persist-KeyringController` …).
Proof: controllers by their names, or a vault: cipher text, vector and salt in one small object.
Limits: a vault alone is shared by forks (Ronin, Binance, …), so then the folder decides the name. Hidden
accounts inside the encrypted vault are not known. Cached balances name an account, not its use.
Spec: MetaMask extension and mobile sources (`identities`, `internalAccounts`, `AddressBookController`);
UROCK-AILAB forensics handbook, `crypto/02-artifacts/mobile/ios-wallets.md` (layout of 7.60).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

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
from chainlead.model import Chain, Role

_CANDIDATES = (candidate(Chain.ETHEREUM, "accounts exist on every EVM chain"),)
_SHIPPED = (
    "TokenListController", "PhishingController", "AssetsContractController", "SwapsController",
    "BridgeController", "BridgeStatusController", "TokenDetectionController", "SnapController",
    "SnapsRegistry", "TokenRatesController", "CurrencyRateController", "MultichainAssetsController",
    "RemoteFeatureFlagController", "NotificationServicesController", "NameController", "EarnController",
)  # fmt: skip
_TRANSACTIONS = ("TransactionController", "IncomingTransactionsController", "SmartTransactionsController",
                 "TxController", "RecentBlocksController")  # fmt: skip
_CONTROLLER_FILE = re.compile(r"persistStore/persist-(\w{3,60})$")
_VAULT_KEYS = ({"data", "iv", "salt"}, {"cipher", "iv", "salt", "lib"}, {"cipher", "iv", "salt"})
_EXTENSIONS = ("nkbihfbeogaeaoehlefnkodbefgpgknn", "ejbalbakoplchlghecdalmeeeajnimhm")


class MetaMask(Wallet):
    """A whole state, one controller, or a vault alone."""

    name = "metamask"
    keys = frozenset(
        {"KeyringController", "PreferencesController", "AccountsController", "engine", "data", "cipher",
         "vault", "identities", "internalAccounts", "addressBook", "_persist"}
    )  # fmt: skip

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Tell the three forms apart."""
        document = as_dict(file.document)
        if _is_vault(document):
            return _vault(document, file)
        controllers = _controllers(document)
        layout = "whole state"
        if "engine" in document:
            layout = "persist-root (before 7.60)"
        match = _CONTROLLER_FILE.search(file.path)
        if not controllers and match:
            controllers, layout = (
                {match[1]: document},
                "one file for each controller (7.60 or later)",
            )
        if not controllers:
            return None
        owners = _owners(controllers)
        accounts = sorted(set(_own_accounts(controllers)))
        vault = as_dict(_read(as_dict(controllers.get("KeyringController")).get("vault")))
        first = next(iter(controllers))
        return Recognised(
            check="controllers of MetaMask by name: " + ", ".join(sorted(controllers)[:4]),
            span=file.find(first.encode()),
            candidates=_CANDIDATES,
            detail={
                "layout": layout,
                "own_accounts": len(accounts),
                "vault": bool(vault) and _is_vault(vault),
                **_account_kinds(controllers),
            },
            owners=owners,
        )


def _controllers(document: Mapping[str, Any]) -> dict[str, Any]:
    inner = _read(document.get("engine"))
    if isinstance(inner, dict):
        document = as_dict(inner.get("backgroundState")) or inner
    elif isinstance(document.get("data"), dict):
        document = document["data"]
    found = {name: content for name, content in document.items() if name.endswith("Controller")}
    named = {"KeyringController", "PreferencesController", "AccountsController"} & found.keys()
    return found if len(named) >= 2 or (named and len(found) >= 4) else {}


def _read(thing: Any) -> Any:
    """JSON inside a string."""
    if isinstance(thing, str) and thing[:1] in {"{", "["} and len(thing) < 64 << 20:
        try:
            return json.loads(thing)
        except (ValueError, RecursionError):
            return None
    return thing


def _own_accounts(controllers: Mapping[str, Any]) -> Iterator[str]:
    preferences = as_dict(controllers.get("PreferencesController"))
    for source in (preferences.get("identities"), preferences.get("lostIdentities")):
        yield from public_texts(list(as_dict(source)))
    yield from public_texts([preferences.get("selectedAddress")])
    accounts = as_dict(as_dict(controllers.get("AccountsController")).get("internalAccounts"))
    for account in as_dict(accounts.get("accounts")).values():
        yield from public_texts([as_dict(account).get("address")])
    for keyring in as_list(as_dict(controllers.get("KeyringController")).get("keyrings")):
        yield from public_texts(as_dict(keyring).get("accounts"))


def _owners(controllers: Mapping[str, Any]) -> dict[str, Role]:
    owners: dict[str, Role] = {}
    for name in _SHIPPED:
        owners.update(roles(_read(controllers.get(name)), Role.SHIPPED))
    for name in _TRANSACTIONS:
        for party in _parties(_read(controllers.get(name))):
            owners.update(roles([party], Role.COUNTERPARTY))
    book = as_dict(controllers.get("AddressBookController")).get("addressBook")
    owners.update(roles(book, Role.COUNTERPARTY))
    owners.update(dict.fromkeys(_own_accounts(controllers), Role.OWN))
    return owners


def _parties(thing: Any, depth: int = 0) -> Iterator[str]:
    """Values of `to` and `from` anywhere in a list of transactions."""
    if depth > 12:
        return
    if isinstance(thing, dict):
        for name, content in thing.items():
            if name in {"to", "from"} and isinstance(content, str):
                yield content
            else:
                yield from _parties(content, depth + 1)
    elif isinstance(thing, list):
        for content in thing:
            yield from _parties(content, depth + 1)


def _account_kinds(controllers: Mapping[str, Any]) -> dict[str, Any]:
    """How accounts came in: from the phrase, imported, from a hardware wallet."""
    accounts = as_dict(as_dict(controllers.get("AccountsController")).get("internalAccounts"))
    kinds: dict[str, int] = {}
    for account in as_dict(accounts.get("accounts")).values():
        keyring = as_dict(as_dict(as_dict(account).get("metadata")).get("keyring"))
        kind = word(str(keyring.get("type", "")).replace(" ", "-"))
        if kind:
            kinds[kind] = kinds.get(kind, 0) + 1
    return {"keyrings": dict(sorted(kinds.items()))} if kinds else {}


def _is_vault(document: Mapping[str, Any]) -> bool:
    return any(
        keys <= document.keys()
        and len(document) <= len(keys) + 3
        and all(isinstance(document[key], str) for key in keys)
        and len(str(document.get("data", document.get("cipher")))) >= 64
        for keys in _VAULT_KEYS
    )


def _vault(document: Mapping[str, Any], file: WalletFile) -> Recognised:
    is_metamask = any(name in file.path for name in _EXTENSIONS) or "persistStore" in file.path
    metadata = as_dict(document.get("keyMetadata"))
    iterations = as_dict(metadata.get("params")).get("iterations")
    return Recognised(
        check="a vault: cipher text, vector and salt in one object",
        span=file.find(b'"salt"'),
        candidates=_CANDIDATES,
        detail={
            "layout": "vault alone",
            "vault": True,
            "named_by": "its folder" if is_metamask else "the format alone; forks share it",
            "iterations": iterations if isinstance(iterations, int) else None,
        },
        value="metamask-vault",
    )
