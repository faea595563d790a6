"""Coldcard and devices that export in its form (Passport, Nunchuk, Unchained, BlueWallet).

Found in: `coldcard-export.json`, `ccxp-*.json`, `new-wasabi.json`, multisig setup files on memory cards.
Proof: JSON with `xfp` and keys of account paths, or text lines `Policy: M of N`, `Format:` and one line for each
signer (fingerprint, extended key).
Limits: who wrote the form is told by the comment in the first line where there is one.
Spec: https://coldcard.com/docs/multisig; Coldcard `export.py`.
"""

import re
from collections.abc import Iterator
from typing import Any

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress
from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    candidate,
    roles,
    word,
)
from chainlead.findings.wallets._descriptor_addresses import of_descriptor, of_extended_key
from chainlead.model import Chain, Role

_SIGNER = re.compile(r"^([0-9A-Fa-f]{8})\s*:\s*([0-9A-Za-z]{100,120})\s*$", re.MULTILINE)
_POLICY = re.compile(
    r"^Policy:\s*(\d{1,2})(?:\s*of\s*|\s*/\s*)(\d{1,2})", re.MULTILINE | re.IGNORECASE
)
_FORMAT = re.compile(r"^Format:\s*([\w-]{3,12})", re.MULTILINE | re.IGNORECASE)
_WRITERS = ((b"coldcard", "coldcard"), (b"bluewallet", "bluewallet"), (b"electrum", "electrum"),
            (b"passport", "passport"), (b"sparrow", "sparrow"), (b"nunchuk", "nunchuk"), (b"keystone", "keystone"))  # fmt: skip
_KINDS = {"p2pkh": "p2pkh", "p2wpkh": "p2wpkh", "p2sh-p2wpkh": "p2sh-p2wpkh", "p2wpkh-p2sh": "p2sh-p2wpkh",
          "p2tr": "p2tr"}  # fmt: skip
_WRAPPERS = {
    "p2wsh": "wsh({})",
    "p2sh": "sh({})",
    "p2sh-p2wsh": "sh(wsh({}))",
    "p2wsh-p2sh": "sh(wsh({}))",
}
_BITCOIN = candidate(Chain.BITCOIN, "the device is for Bitcoin")


class Coldcard(Wallet):
    """JSON of accounts, or a multisig setup in text."""

    name = "coldcard"
    keys = frozenset({"xfp", "ColdCardFirmwareVersion"})
    starts = (b"# ", b"Name:", b"Policy:")

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Tell the two forms apart."""
        document = as_dict(file.document)
        if not document:
            return _setup(file)
        accounts = [
            content
            for content in document.values()
            if isinstance(content, dict) and "deriv" in content
        ]
        multisig = {"p2wsh", "p2sh", "p2wsh_p2sh", "p2sh_p2wsh"} & document.keys()
        if "ColdCardFirmwareVersion" not in document and not accounts and not multisig:
            return None
        texts = [content for content in _strings(document) if len(content) > 100]
        return Recognised(
            check="JSON with the master fingerprint and keys of account paths",
            span=file.find(b"xfp"),
            candidates=(_BITCOIN,),
            detail={
                "form": "accounts" if accounts else "multisig keys" if multisig else "skeleton",
                "fingerprint": word(document.get("xfp", document.get("MasterFingerprint"))),
                "firmware": word(document.get("ColdCardFirmwareVersion")),
            },
            owners={**roles(document, Role.OWN), **roles(texts, Role.OWN)},
            derived=_of_accounts(document, accounts),
        )


def _strings(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for content in thing.values():
            yield from _strings(content)


def _of_accounts(
    document: dict[str, Any], accounts: list[dict[str, Any]]
) -> Iterator[DerivedAddress]:
    for account in accounts:
        kind = _KINDS.get(str(account.get("name", "")).lower())
        if kind:
            yield from of_extended_key(account.get("xpub"), (kind,))
    if "ExtPubKey" in document:
        yield from of_extended_key(document["ExtPubKey"], ("p2wpkh",))


def _setup(file: WalletFile) -> Recognised | None:
    if not file.view.is_whole or len(file.content) > 64 << 10:
        return None
    text = file.content.decode("utf-8", "replace")
    policy, signers, form = _POLICY.search(text), _SIGNER.findall(text), _FORMAT.search(text)
    if policy is None or not signers or len(signers) != int(policy[2]):
        return None
    first = file.head.split(b"\n", 1)[0].lower()
    writer = next((name for mark, name in _WRITERS if mark in first), "")
    if b"created by" in first:
        writer = next(
            (name for mark, name in _WRITERS if mark in first.partition(b"created by")[2]), writer
        )
    kind = form[1].lower() if form else "p2sh"
    keys = ",".join(f"{key}/**" for _, key in signers if _is_key(key))
    descriptor = _WRAPPERS.get(kind, "wsh({})").format(f"sortedmulti({policy[1]},{keys})")
    return Recognised(
        check="multisig setup: policy, format and one key for each signer",
        span=(policy.start(), policy.end()),
        candidates=(_BITCOIN,),
        detail={
            "form": "multisig setup",
            "policy": f"{policy[1]} of {policy[2]}",
            "written_by": writer,
        },
        owners=roles([key for _, key in signers], Role.OWN),
        derived=of_descriptor(descriptor),
        value="bluewallet" if writer == "bluewallet" else "",
    )


def _is_key(text: str) -> bool:
    try:
        return not parse_extended_key(text).is_private
    except CodecError:
        return False
