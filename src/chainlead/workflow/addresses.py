"""Addresses only: from a found phrase its public accounts, without anybody reading the phrase.

Act: `addresses.derive`, with the public keys and addresses in a blob. They are put among the
findings at the phrase's place, marked as derived, use unproven. Phrase, passphrase and private keys
exist in memory only; see docs/design/secrets.md.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from chainlead.codecs import Secret
from chainlead.custody import Entry
from chainlead.errors import CodecError, ConfigError, FindingNotFoundError
from chainlead.evidence import NO_PASSWORDS, Passwords
from chainlead.findings import Account, Finding, derive_accounts
from chainlead.model import Candidate, Certainty, Network
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.findings import lookup_finding
from chainlead.workflow.seal import reveal

DETECTOR = "addresses_only"
_NO_WORD = re.compile(r"[^A-Za-z\u00aa-\U0010ffff]+|[\u00b7\u2022\u3000]+")


@dataclass(frozen=True, slots=True)
class DerivedAccounts:
    """What was derived from one phrase: public only."""

    finding_id: str
    with_passphrase: bool
    accounts: tuple[Account, ...]


def derive_addresses(
    case: Case,
    finding_id: str,
    *,
    passphrase: Secret | None = None,
    exhibit: Path | None = None,
    passwords: Passwords = NO_PASSWORDS,
    why: str = "",
) -> DerivedAccounts:
    """Derive the public accounts of a phrase, and keep them among the findings.

    Args:
        case: open for writing.
        finding_id: of a mnemonic, or its beginning.
        passphrase: the word beside the phrase, if there is one; it is not kept.
        exhibit: where the exhibit lies now; where it was scanned if left out.
        passwords: for what is encrypted around the phrase, as for its scan.
        why: the reason, for the journal.

    Raises:
        FindingNotFoundError: no such finding, or no mnemonic.
        ConfigError: a phrase of a kind whose accounts are not derived here.
        ExhibitNotFoundError: the exhibit is not there.
        ExhibitChangedError: the exhibit no longer has this phrase at this place.
    """
    row = lookup_finding(case, finding_id)
    if row["kind"] != "mnemonic":
        raise FindingNotFoundError(
            f"The finding {row['id']} is no mnemonic.",
            next_step="List them with `chainlead findings CASE --kind mnemonic`.",
        )
    finding, revealed = reveal(case, row["id"], exhibit, passwords)
    words = _NO_WORD.sub(" ", revealed.written.reveal().decode()).split()
    try:
        accounts = derive_accounts(words, passphrase)
    except CodecError as error:
        raise ConfigError(
            "Accounts are derived from phrases of BIP-39, and of Electrum from version 2 on, only.",
            next_step="Seal this one for a person who can: `chainlead findings seal`.",
        ) from error
    has_passphrase = bool(passphrase and passphrase.reveal())
    rows = [made.to_row() for made in _findings(finding, accounts, has_passphrase=has_passphrase)]
    case.act(
        "addresses.derive",
        why=why,
        what={"finding_id": row["id"], "with_passphrase": has_passphrase, "findings": len(rows)},
        blobs={"result": msgspec.json.encode({"findings": rows}, order="sorted")},
    )
    return DerivedAccounts(row["id"], has_passphrase, accounts)


def _findings(
    phrase: Finding, accounts: tuple[Account, ...], *, has_passphrase: bool
) -> list[Finding]:
    made = []
    for account in accounts:
        reason = f"derived by {account.standard} at {account.path}"
        detail: dict[str, Any] = {
            "derived": True,
            "use": "unproven",
            "derived_from": phrase.finding_id,
            "standard": account.standard,
            "with_passphrase": has_passphrase,
            "script": account.script,
        }
        candidates = (Candidate(account.chain, Network.MAIN, reason),)
        made.append(
            _finding(phrase, "extended_key", account.public_key, candidates,
                     {**detail, "path": account.path})
        )  # fmt: skip
        made.extend(
            _finding(phrase, "address", derived.address, candidates,
                     {**detail, "path": account.path + derived.path.removeprefix("M")})
            for derived in account.addresses
        )  # fmt: skip
    return made


def _finding(
    phrase: Finding,
    kind: str,
    value: str,
    candidates: tuple[Candidate, ...],
    detail: dict[str, Any],
) -> Finding:
    return Finding(
        kind=kind,
        value=value,
        fingerprint=None,
        candidates=candidates,
        certainty=Certainty.STRUCTURED,
        check_made=f"derived from a recovery phrase at {detail['path']}; that it was used is not shown",
        false_positive_rate="as for the phrase",
        role=phrase.role,
        provenance=phrase.provenance,
        offset_bytes=phrase.offset_bytes,
        length_bytes=phrase.length_bytes,
        row=phrase.row,
        encoding=phrase.encoding,
        context="",
        detector=DETECTOR,
        item_sha256=phrase.item_sha256,
        detail=detail,
    )


def read_passphrase(path: Path) -> Secret:
    """The passphrase in a file: its first line, without the line end.

    Raises:
        ConfigError: not readable as UTF-8 text.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as UTF-8 text.") from error
    return Secret(text.split("\n", 1)[0].rstrip("\r").encode())


def apply_derive(projection: Projection, entry: Entry) -> None:
    """`addresses.derive`: the derived keys and addresses are findings."""
    content = msgspec.json.decode(projection.blobs.get(entry.blobs["result"]))
    projection.store.insert("findings", content["findings"], replace=True)
