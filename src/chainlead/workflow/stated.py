"""`ledger add --mapping`: rows of a wallet's, exchange's or explorer's export, as what they are: stated.

Each file becomes one journal entry `stated.add` with the file and its mapping as they were; what a row
says stays asserted by this one source, beside the ledger and never in it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chainlead.custody import Entry
from chainlead.errors import LedgerError, LedgerSourceError
from chainlead.ledger import (
    Skipped,
    StatedPayment,
    find_mapping,
    keep_stated,
    parse_mapping,
    read_stated,
)
from chainlead.model import Chain
from chainlead.workflow.case import Case, Projection

MAX_BYTES = 1 << 28
_SKIPPED_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class StatedReport:
    """What became of one file: rows kept and left out; `reason` where all of it was refused."""

    name: str
    sha256: str
    is_known: bool = False
    payments: int = 0
    skipped: tuple[Skipped, ...] = ()
    reason: str = ""


def add_stated(
    case: Case,
    paths: Sequence[Path],
    *,
    mapping: str,
    chain: Chain,
    zone: str = "",
    why: str = "",
) -> tuple[StatedReport, ...]:
    """Read exports into the case.

    Args:
        case: open for writing.
        paths: files.
        mapping: name of a shipped mapping, or a YAML file.
        chain: whose payments.
        zone: IANA name, for local times.
        why: the reason, for the journal.

    Raises:
        LedgerSourceError: the mapping is none, or no file could be used.
    """
    meant, mapping_bytes = find_mapping(mapping)
    reports = []
    errors: list[LedgerError] = []
    for path in sorted(paths, key=lambda path: path.name):
        content = _content(path)
        sha256 = hashlib.sha256(content).hexdigest()
        if case.store.lookup("stated_sources", sha256=sha256, chain=chain.value) is not None:
            reports.append(StatedReport(path.name, sha256, is_known=True))
            continue
        try:
            read = list(read_stated(content, meant, chain, zone))
            what = {
                "name": path.name, "sha256": sha256, "chain": chain.value, "mapping": meant.name,
                "certainty": meant.certainty, "source": meant.source, "given_zone": zone,
                "zone": zone or meant.time.zone,
            }  # fmt: skip
            reports.append(_keep(case, read, (content, mapping_bytes), what, why))
        except LedgerError as error:
            errors.append(error)
            reports.append(StatedReport(path.name, sha256, reason=error.message))
    if errors and len(errors) == len(reports):
        raise errors[0]
    return tuple(reports)


def _keep(
    case: Case,
    read: Sequence[StatedPayment | Skipped],
    blobs: tuple[bytes, bytes],
    facts: dict[str, str],
    why: str,
) -> StatedReport:
    skipped = tuple(one for one in read if isinstance(one, Skipped))
    payments = len(read) - len(skipped)
    if not payments:
        reason = skipped[0].reason if skipped else "it has no rows"
        raise LedgerSourceError(f"No row of {facts['name']} can be used: {reason}.")
    what = {
        **facts,
        "payments": payments,
        "skipped": [
            {"start": one.start, "end": one.end, "reason": one.reason}
            for one in skipped[:_SKIPPED_LISTED]
        ],
        "skipped_count": len(skipped),
    }
    case.act("stated.add", why=why, what=what, blobs={"source": blobs[0], "mapping": blobs[1]})
    return StatedReport(facts["name"], facts["sha256"], payments=payments, skipped=skipped)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LedgerSourceError(f"{path.name} is larger than {MAX_BYTES} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise LedgerSourceError(f"{path} cannot be read: {error.strerror}.") from error


def apply_add(projection: Projection, entry: Entry) -> None:
    """`stated.add`: read the file again by its mapping."""
    what = entry.what
    content = projection.blobs.get(entry.blobs["source"])
    mapping = parse_mapping(projection.blobs.get(entry.blobs["mapping"]))
    chain = Chain(what["chain"])
    row = {
        "sha256": what["sha256"],
        "chain": what["chain"],
        "name": what["name"],
        "mapping": what["mapping"],
        "certainty": what["certainty"],
        "zone": what["zone"],
        "size_bytes": len(content),
        "journal_seq": entry.seq,
        "summary": {
            **{name: what[name] for name in ("payments", "skipped", "skipped_count")},
            "mapping_sha256": entry.blobs["mapping"],
            "mapping_source": what["source"],
        },
    }
    projection.store.insert("stated_sources", [row])
    read = read_stated(content, mapping, chain, what["given_zone"])
    payments = [one for one in read if isinstance(one, StatedPayment)]
    keep_stated(projection.store, chain, what["sha256"], payments)
