"""Seal a secret: the only way in which its value leaves the exhibit, on an order in two steps.

Acts: `seal.order` (a person orders it, with a reason and the recipients' public keys) and `seal.done`
(the secret was read from the exhibit and encrypted to them). Neither changes a table. The value
exists in memory and in the age file; see docs/design/secrets.md.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from chainlead.custody import Entry
from chainlead.errors import ConfigError, ExhibitChangedError, FindingNotFoundError
from chainlead.evidence import NO_PASSWORDS, Passwords, reread
from chainlead.findings import Finding, RevealedSecret, lookup_secret
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.findings import lookup_finding, scan_limits
from chainlead.workflow.scan import exhibit_path, scan_knowledge

VAULT = "vault"
ORDER_LIVES = timedelta(hours=24)
_MOST_RECIPIENTS = 50
_CODE_CHARACTERS = 8
_LARGEST_LIST = 64 << 10


@dataclass(frozen=True, slots=True)
class SealOrder:
    """What was ordered, and the code that a second call has to give."""

    finding_id: str
    recipients: tuple[str, ...]
    code: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """The file in the vault."""

    finding_id: str
    file: str
    sha256: str
    recipients: tuple[str, ...]
    ordered_by: str


def read_recipients(path: Path) -> tuple[str, ...]:
    """Public keys of age (`age1…`) or SSH, one per line; lines from `#` on are comments.

    Raises:
        ConfigError: not readable, no key, a private key, or a key of another kind.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_LIST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as a list of recipients.") from error
    lines = [line.strip() for line in text.splitlines()]
    keys = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if any("SECRET-KEY" in key.upper() or "PRIVATE KEY" in key.upper() for key in keys):
        raise ConfigError(
            f"{path} holds a private key.",
            next_step="Give a file with public keys only; the private ones stay with their owners.",
        )
    if not 0 < len(keys) <= _MOST_RECIPIENTS:
        raise ConfigError(f"{path} names no recipient, or too many.")
    for number, key in enumerate(keys, start=1):
        _recipient(key, f"recipient {number} of {path}")
    return keys


def _recipient(key: str, name: str) -> Any:
    from pyrage import RecipientError, ssh, x25519

    try:
        if key.startswith("age1"):
            return x25519.Recipient.from_str(key)
        return ssh.Recipient.from_str(key)
    except RecipientError as error:
        raise ConfigError(
            f"The {name} is no public key of age or SSH.",
            next_step="A line is `age1…`, `ssh-ed25519 …` or `ssh-rsa …`.",
        ) from error


def order_seal(case: Case, finding_id: str, recipients: Sequence[str], *, why: str) -> SealOrder:
    """Record the order to seal a secret; nothing is read from the exhibit yet.

    Args:
        case: open for writing.
        finding_id: of a secret, or its beginning.
        recipients: public keys from `read_recipients`.
        why: the reason; it has to be given.

    Raises:
        ConfigError: no reason.
        FindingNotFoundError: no such finding, or it is no secret.
    """
    row = _secret_row(case, finding_id)
    if not why.strip():
        raise ConfigError("A secret is sealed for a reason.", next_step="Give it with --why.")
    what = {"finding_id": row["id"], "recipients": list(recipients)}
    entry = case.act("seal.order", why=why, what=what)
    until = (entry.at + ORDER_LIVES).isoformat()
    return SealOrder(row["id"], tuple(recipients), _code(case, entry), until)


def confirm_seal(
    case: Case,
    finding_id: str,
    recipients: Sequence[str],
    code: str,
    *,
    why: str = "",
    exhibit: Path | None = None,
    passwords: Passwords = NO_PASSWORDS,
) -> Sealed:
    """Do what was ordered: read the secret again, encrypt it, keep the file in the vault.

    Args:
        case: open for writing.
        finding_id: as in the order.
        recipients: as in the order.
        code: the code that the order gave.
        why: a further reason of the person who confirms.
        exhibit: where the exhibit lies now; where it was scanned if left out.
        passwords: for what is encrypted around it, as for its scan.

    Raises:
        ConfigError: no such order, another code or other recipients, or the order is too old.
        ExhibitNotFoundError: the exhibit is not there.
        ExhibitChangedError: the exhibit no longer has this secret at this place.
    """
    row = _secret_row(case, finding_id)
    order = _lookup_order(case, row["id"], recipients, code)
    finding, revealed = reveal(case, row["id"], exhibit, passwords)
    content = _encrypt(_letter(finding, revealed), recipients)
    earlier = sum(e.act == "seal.done" and e.what["finding_id"] == row["id"] for e in case.entries)
    name = f"{VAULT}/{row['id']}{f'-{earlier + 1}' if earlier else ''}.age"
    _write(case.folder / name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    what = {
        "finding_id": row["id"],
        "order_seq": order.seq,
        "ordered_by": order.who,
        "recipients": list(recipients),
        "files": {name: sha256},
    }
    case.act("seal.done", why=why or order.why, what=what)
    return Sealed(row["id"], name, sha256, tuple(recipients), order.who)


def reveal(
    case: Case, finding_id: str, exhibit: Path | None, passwords: Passwords = NO_PASSWORDS
) -> tuple[Finding, RevealedSecret]:
    """A secret from its exhibit, in memory.

    Raises:
        FindingNotFoundError: no such finding.
        ExhibitNotFoundError: the exhibit is not there.
        ExhibitChangedError: the exhibit no longer has this secret at this place.
    """
    stored = case.store.lookup("findings", finding_id=finding_id)
    if stored is None:
        raise FindingNotFoundError(f"The case has no finding {finding_id!r}.")
    finding = Finding.from_row(stored)
    name = finding.provenance.exhibit
    path = exhibit or exhibit_path(case, name)
    limits = scan_limits(case, name)
    items = reread(path, finding.provenance, limits, passwords=passwords)
    knowledge = scan_knowledge(case, name)
    revealed = lookup_secret(items, finding, case_key=case.key, knowledge=knowledge)
    if revealed is None:
        raise ExhibitChangedError(
            f"{path} no longer has this secret at this place.",
            safe="Nothing was read out of it.",
            next_step="Give the place of an untouched copy with --exhibit.",
        )
    return finding, revealed


def _secret_row(case: Case, finding_id: str) -> dict[str, Any]:
    row = lookup_finding(case, finding_id)
    if not row["fingerprint"]:
        raise FindingNotFoundError(
            f"The finding {row['id']} is no secret: its value stands in the list of findings.",
            next_step="List the secrets with `chainlead findings CASE --kind mnemonic` and "
            "`--kind private_key`.",
        )
    return row


def _code(case: Case, order: Entry) -> str:
    """A code that only who saw the order's answer gives: bound to this order of this case."""
    digest = hmac.new(case.key, b"seal order " + order.digest.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:_CODE_CHARACTERS]


def _lookup_order(case: Case, finding_id: str, recipients: Sequence[str], code: str) -> Entry:
    done = {entry.what["order_seq"] for entry in case.entries if entry.act == "seal.done"}
    for entry in reversed(case.entries):
        if entry.act != "seal.order" or entry.what["finding_id"] != finding_id:
            continue
        if not hmac.compare_digest(_code(case, entry), code.strip().upper()) or entry.seq in done:
            continue
        if entry.what["recipients"] != list(recipients):
            raise ConfigError(
                "The recipients are not those of the order.",
                next_step="Give the same file, or order again with the new one.",
            )
        if case.now() - entry.at > ORDER_LIVES:
            raise ConfigError("The order is more than a day old.", next_step="Order again.")
        return entry
    raise ConfigError(
        "There is no open order with this code for this finding.",
        next_step="Order it first, without --confirm; the answer names the code.",
    )


def _letter(finding: Finding, revealed: RevealedSecret) -> bytes:
    """What the recipient reads: the secret as written, and where it comes from."""
    return msgspec.json.encode(
        {
            "kind": finding.kind,
            "written": revealed.written.reveal().decode(),
            "content_hex": revealed.content.reveal().hex(),
            "detail": finding.detail,
            "finding_id": finding.finding_id,
            "exhibit": finding.provenance.exhibit,
            "location": finding.provenance.as_list(),
            "offset_bytes": finding.offset_bytes,
            "row": finding.row,
        },
        order="sorted",
    )


def _encrypt(letter: bytes, recipients: Sequence[str]) -> bytes:
    import pyrage

    keys = [_recipient(key, "recipient") for key in recipients]
    content: bytes = pyrage.encrypt(letter, keys)
    return content


def _write(path: Path, content: bytes) -> None:
    """The whole file or none; only ciphertext ever touches the disk."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def apply_order(projection: Projection, entry: Entry) -> None:
    """`seal.order`: nothing to project; the journal holds it."""


def apply_done(projection: Projection, entry: Entry) -> None:
    """`seal.done`: nothing to project; the journal holds it."""
