"""Wallet files of Electrum, from 1.9 on, and of its relatives for other coins.

Found in: `wallets` folders, backups, mail attachments; the file has any name.
Proof: a JSON object (or a Python literal before 2.0) with `seed_version` or `wallet_type` and
other keys of the format; or, for a file that is encrypted as a whole, base64 that starts with `BIE1` or `BIE2`.
Limits: a file of more than one page is told by its first keys only, and then nothing in it is said
to be the owner's. Which coin it is for is not in the file. Seeds and keys inside are never read.
Spec: Electrum `wallet_db.py`, `storage.py`.
"""

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from chainlead.codecs import lookup_address
from chainlead.findings.context import is_public
from chainlead.findings.detector import SECRETS, Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.model import Candidate, Certainty, Chain, Network, Role

_MARK = re.compile(rb"[\"'](?:seed_version[\"']\s*:\s*(\d{1,3})|wallet_type[\"']\s*:)")
_OTHER_KEYS = frozenset(
    {"wallet_type", "keystore", "accounts", "addr_history", "master_public_keys", "use_encryption",
     "master_public_key", "addresses", "keystore_type", "x1/", "transactions"}
)  # fmt: skip
_OWN_KEYS = frozenset(
    {"addresses", "addr_history", "accounts", "master_public_keys", "keypairs", "xpub"}
)
_OWN_PREFIX = re.compile(r"keystore|x\d{1,2}/")
_OTHERS_KEYS = frozenset({"contacts", "invoices"})
_ENCRYPTED = re.compile(rb"QklF[MT][0-9A-Za-z+/\r\n]{60,}={0,2}\s*")
_LARGEST_LITERAL = 4 << 20
_DEEPEST = 12
_CANDIDATES = (
    Candidate(Chain.BITCOIN, Network.MAIN, "Electrum is for Bitcoin; relatives share the format"),
)


class ElectrumWallets(Detector):
    """One finding for the file, and whose the addresses in it are."""

    name = "wallet.electrum"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at the start of a stream."""
        if not view.is_raw or not view.at_start:
            return
        head = view.data[:4096].lstrip()
        if head.startswith(b"QklF"):
            encrypted = _ENCRYPTED.fullmatch(view.data)
            if encrypted:
                detail: dict[str, Any] = {"wallet": "electrum", "encrypted_file": True}
                check = "base64 that starts with BIE1 or BIE2: an encrypted wallet file"
                yield Hit(0, 5, "electrum", _proof(check, detail, {}), bare=True)
            return
        mark = _MARK.search(view.data) if head.startswith(b"{") else None
        if mark is None:
            return
        document = _read(view.data) if view.is_whole else None
        if document is None:
            document = {key: None for key in _OTHER_KEYS if f'"{key}"'.encode() in view.data}
        if len(_OTHER_KEYS & document.keys()) < 2:
            return
        detail = {
            "wallet": "electrum",
            "seed_version": int(mark[1]) if mark[1] else None,
            "wallet_type": _word(document.get("wallet_type")),
            "encrypted_secrets": bool(document.get("use_encryption")),
        }
        owners = _owners(document)
        detail["own_values"] = sum(role is Role.OWN for role in owners.values()) - (
            SECRETS in owners
        )
        check = "JSON with seed_version or wallet_type and other keys of Electrum's format"
        yield Hit(*mark.span(), "electrum", _proof(check, detail, owners), bare=True)


def _proof(check: str, detail: dict[str, Any], owners: Mapping[str, Role]) -> Proof:
    return Proof(
        kind="wallet",
        certainty=Certainty.STRUCTURED,
        check_made=check,
        false_positive_rate="not measured (structure, no checksum)",
        candidates=_CANDIDATES,
        role=Role.OWN,
        detail=detail,
        owners=owners,
    )


def _word(thing: Any) -> str:
    return thing if isinstance(thing, str) and re.fullmatch(r"\w{1,24}", thing) else ""


def _read(content: bytes) -> dict[str, Any] | None:
    text = content.decode("utf-8", "replace").lstrip()
    try:
        document, _end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        document = _read_literal(text)
    return document if isinstance(document, dict) else None


def _read_literal(text: str) -> Any:
    """The format before 2.0: a Python dictionary, read as data and never run."""
    if len(text) > _LARGEST_LITERAL:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _owners(document: Mapping[str, Any]) -> dict[str, Role]:
    owners: dict[str, Role] = {SECRETS: Role.OWN}
    for key, content in document.items():
        if key in _OTHERS_KEYS:
            owners.update(dict.fromkeys(_public_texts(content), Role.COUNTERPARTY))
    for key, content in document.items():
        if key in _OWN_KEYS or (isinstance(key, str) and _OWN_PREFIX.match(key)):
            owners.update(dict.fromkeys(_public_texts(content), Role.OWN))
    return owners


def _public_texts(thing: Any, depth: int = 0) -> Iterator[str]:
    """Addresses and public extended keys anywhere below a value."""
    if isinstance(thing, str):
        if 25 <= len(thing) <= 130 and (is_public(thing) or lookup_address(thing)):
            yield thing
    elif depth < _DEEPEST and isinstance(thing, Mapping):
        for name, content in thing.items():
            yield from _public_texts(name, depth + 1)
            yield from _public_texts(content, depth + 1)
    elif depth < _DEEPEST and isinstance(thing, list | tuple):
        for content in thing:
            yield from _public_texts(content, depth + 1)
