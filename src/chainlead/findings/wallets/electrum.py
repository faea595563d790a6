"""Wallet files of Electrum, from 1.9 on, and of its relatives for other coins.

Found in: `wallets` folders, backups, mail attachments, exports of other wallets in its form.
Proof: a JSON object (or a Python literal before 2.0) with `seed_version`, `wallet_type`, `keystore` or `x1/`
and other keys of the format; for a file encrypted as a whole, base64 that starts with `BIE1` or `BIE2`.
Limits: a file of more than one page is told by its first keys only, and then nothing in it is said
to be the owner's. Which coin it is for is told by its addresses. Seeds and keys inside are never read.
Outputs of its transactions that are not its own are called counterparty; among them are payers' change.
Spec: Electrum `wallet_db.py`, `storage.py`, `keystore.py`.
"""

import ast
import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chainlead.codecs import (
    address_from_script,
    lookup_address,
    parse_extended_key,
    parse_output_descriptor,
    script_kind,
    sha256d,
    shifted_public_key,
)
from chainlead.errors import CodecError
from chainlead.findings.derivation import (
    GAP_LIMIT,
    MOST_INDICES,
    DerivedAddress,
    addresses_of_descriptor,
    addresses_of_extended_key,
    addresses_of_key,
)
from chainlead.findings.detector import SECRETS
from chainlead.findings.wallet import (
    FoundAddress,
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    candidate,
    public_texts,
    roles,
    word,
)
from chainlead.findings.wallets._raw_transaction import output_scripts
from chainlead.model import Chain, Network, Role

_MARK = re.compile(rb"[\"'](?:seed_version|wallet_type|keystore|x1/|addr_history)[\"']\s*:")
_KEYS = frozenset(
    {"wallet_type", "keystore", "accounts", "addr_history", "master_public_keys", "use_encryption",
     "master_public_key", "addresses", "keystore_type", "x1/", "transactions", "seed_version"}
)  # fmt: skip
_OWN_KEYS = frozenset(
    {"addresses", "addr_history", "accounts", "master_public_keys", "keypairs", "xpub"}
)
_COSIGNER = re.compile(r"x\d{1,2}/")
_OTHERS_KEYS = frozenset({"contacts", "invoices", "payment_requests"})
_ENCRYPTED = re.compile(rb"QklFM[Qg][0-9A-Za-z+/\r\n]{60,}={0,2}\s*")
_LARGEST_LITERAL = 4 << 20
_MOST_TRANSACTIONS = 20_000
_WRAPPERS = {"p2wsh": "wsh({})", "p2sh-p2wsh": "sh(wsh({}))"}
_SCRIPTS = {"p2pkh", "p2sh", "p2wpkh", "p2wsh", "p2tr", "p2pk"}


class Electrum(Wallet):
    """JSON, Python literal, or encrypted as a whole."""

    name = "electrum"
    starts = (b"QklF", b"{'")
    keys = frozenset({"seed_version", "wallet_type", "keystore", "x1/", "addr_history"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the keys at the top."""
        if file.head.startswith(b"QklF"):
            return _encrypted(file)
        document = file.document if isinstance(file.document, dict) else None
        if document is None and file.head.startswith(b"{'"):
            document = _read_literal(file.content)
        if document is None:
            return None
        known = _KEYS & document.keys()
        cosigners = [key for key in document if isinstance(key, str) and _COSIGNER.fullmatch(key)]
        if len(known) + len(cosigners) < 2 or not _is_electrum(document):
            return None
        mark = _MARK.search(file.content)
        owners = _owners(document)
        own = {name for name, role in owners.items() if role is Role.OWN}
        chain, network = _coin(own)
        keystore = as_dict(document.get("keystore"))
        detail = {
            "seed_version": _number(document.get("seed_version")),
            "wallet_type": word(document.get("wallet_type")),
            "encrypted_secrets": bool(document.get("use_encryption")),
            "own_values": len(own - {SECRETS}),
        }
        if keystore.get("hw_type"):
            detail["hardware"] = word(keystore["hw_type"])
        return Recognised(
            check="JSON or literal with seed_version, wallet_type or keystore and other keys of Electrum's format",
            span=mark.span() if mark else (0, 2),
            candidates=(candidate(chain, "its own addresses are of this ledger", network),)
            if own - {SECRETS}
            else (candidate(Chain.BITCOIN, "Electrum is for Bitcoin; relatives share the format"),),
            detail=detail,
            owners=owners,
            addresses=_others(document, own, chain, network),
            derived=_derived(document, chain, network),
        )


def _encrypted(file: WalletFile) -> Recognised | None:
    if _ENCRYPTED.fullmatch(file.head if len(file.content) <= 4096 else file.content) is None:
        return None
    by = "hardware device" if file.head[5:6] == b"g" else "password"
    return Recognised(
        check="base64 that starts with BIE1 or BIE2: an encrypted wallet file",
        span=(0, 5),
        candidates=(
            candidate(Chain.BITCOIN, "Electrum is for Bitcoin; relatives share the format"),
        ),
        detail={"encrypted_file": True, "encrypted_by": by},
    )


def _is_electrum(document: Mapping[str, Any]) -> bool:
    """Its own kind of values, so that other JSON with these common words is left alone."""
    if "seed_version" in document and isinstance(document["seed_version"], int | str):
        return True
    if isinstance(document.get("wallet_type"), str) and re.fullmatch(
        r"standard|imported|old|2fa|multisig|watching|\w{1,20}|\d{1,2}of\d{1,2}",
        document["wallet_type"],
    ):
        return bool(
            (_KEYS - {"wallet_type", "addresses", "transactions"}) & document.keys()
        ) or any(map(_COSIGNER.fullmatch, document))
    if isinstance(document.get("accounts"), dict) and "master_public_keys" in document:
        return True
    return isinstance(document.get("addr_history"), dict) and "keystore" in document


def _number(thing: Any) -> int | None:
    return thing if isinstance(thing, int) else None


def _read_literal(content: bytes) -> dict[str, Any] | None:
    """The format before 2.0: a Python dictionary, read as data and never run."""
    if len(content) > _LARGEST_LITERAL:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            document = ast.literal_eval(content.decode("utf-8", "replace").strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return document if isinstance(document, dict) else None


def _owners(document: Mapping[str, Any]) -> dict[str, Role]:
    owners: dict[str, Role] = {SECRETS: Role.OWN}
    for key, content in document.items():
        if key in _OTHERS_KEYS:
            owners.update(roles(content, Role.COUNTERPARTY))
    for key, content in document.items():
        if key in _OWN_KEYS or (
            isinstance(key, str)
            and (key.startswith(("keystore", "next_account")) or _COSIGNER.fullmatch(key))
        ):
            owners.update(roles(content, Role.OWN))
    for request in as_dict(document.get("payment_requests")).values():
        owners.update(roles(request, Role.OWN))  # what its owner asked others to pay to
    return owners


def _coin(own: Collection[str]) -> tuple[Chain, Network]:
    for name in sorted(own):
        parsed = lookup_address(name) if len(name) < 100 else None
        if parsed is not None:
            return parsed.chain, parsed.network
    return Chain.BITCOIN, Network.MAIN


def _others(
    document: Mapping[str, Any], own: Collection[str], chain: Chain, network: Network
) -> Iterator[FoundAddress]:
    transactions = as_dict(document.get("transactions"))
    for txid in sorted(map(str, transactions))[:_MOST_TRANSACTIONS]:
        raw = transactions[txid]
        if not isinstance(raw, str):
            continue
        try:
            scripts = output_scripts(bytes.fromhex(raw))
        except ValueError:
            continue
        for number, script in enumerate(scripts):
            if script_kind(script) not in _SCRIPTS:
                continue
            try:
                address = address_from_script(script, chain, network)
            except CodecError:
                return
            if address and address not in own and re.fullmatch(r"[0-9a-f]{64}", txid):
                detail = {"stored_as": "output of a transaction in the wallet", "output_index": number,
                          "txid": txid}  # fmt: skip
                yield FoundAddress(address, Role.COUNTERPARTY, detail)


def _derived(
    document: Mapping[str, Any], chain: Chain, network: Network
) -> Iterator[DerivedAddress]:
    """Further addresses of the wallet's one key, of its keys together, or of its 1.x master key."""
    history = as_dict(document.get("addr_history"))
    used = {address for address, entries in history.items() if entries}
    seen = used or set(public_texts(history))
    cosigners = sorted(key for key in document if isinstance(key, str) and _COSIGNER.fullmatch(key))
    keystore = as_dict(document.get("keystore"))
    old = keystore.get("mpk", document.get("master_public_key"))
    try:
        if isinstance(old, str) and re.fullmatch(r"[0-9a-fA-F]{128}", old):
            yield from _of_old_key(bytes.fromhex(old), chain, network, seen)
            return
        if cosigners:
            keys = [str(as_dict(document[name]).get("xpub")) for name in cosigners]
            yield from _of_cosigners(document, keys, chain, network, seen)
            return
        texts = [keystore.get("xpub")]
        if not keystore:
            masters = as_dict(document.get("master_public_keys"))
            texts = [masters[name] for name in sorted(masters)]
        if len(texts) > 1:
            yield from _of_cosigners(document, [str(text) for text in texts], chain, network, seen)
        if len(texts) != 1 or not isinstance(texts[0], str):
            return
        key = parse_extended_key(texts[0])
        kinds = () if key.version.derives != "p2pkh" else ("p2pkh",)
        yield from addresses_of_extended_key(key, chain, network, kinds=kinds, seen=seen)
    except CodecError:
        return


def _of_cosigners(
    document: Mapping[str, Any],
    keys: list[str],
    chain: Chain,
    network: Network,
    seen: Collection[str],
) -> Iterator[DerivedAddress]:
    match = re.fullmatch(r"(\d{1,2})of(\d{1,2})", str(document.get("wallet_type")))
    if match is None or int(match[2]) != len(keys):
        return
    wrapper = _WRAPPERS.get(parse_extended_key(keys[0]).version.derives, "sh({})")
    inner = f"sortedmulti({match[1]},{','.join(f'{key}/**' for key in keys)})"
    descriptor = parse_output_descriptor(wrapper.format(inner))
    yield from addresses_of_descriptor(descriptor, chain, network, seen=seen)


def _of_old_key(
    master: bytes, chain: Chain, network: Network, seen: Collection[str]
) -> Iterator[DerivedAddress]:
    """Electrum 1.x: the key at n is the master point plus SHA-256d of `n:branch:master` times G."""
    for branch in (0, 1):
        number, last_seen = 0, -1
        while number <= last_seen + GAP_LIMIT and number < MOST_INDICES:
            key = shifted_public_key(
                b"\4" + master, sha256d(f"{number}:{branch}:".encode() + master)
            )
            for found in addresses_of_key(key, chain, network, ("p2pkh",)):
                last_seen = number if found.address in seen else last_seen
                yield replace(found, path=f"M/{branch}/{number}")
            number += 1
