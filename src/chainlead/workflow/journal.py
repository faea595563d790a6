"""Show the journal of a case, and test it against what else is known of it.

Works on a damaged case: it reads the files as they lie and opens nothing for writing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainlead.custody import (
    GENESIS,
    Audit,
    Damage,
    DamageKind,
    Entry,
    audit_journal,
    read_entries,
)
from chainlead.errors import CaseNotFoundError, ChainleadError, ConfigError
from chainlead.model import moment_to_text
from chainlead.store import SqliteFile, Store
from chainlead.workflow.case import JOURNAL, KEY
from chainlead.workflow.case_place import DATABASE, STORE, has_seal, place_of
from chainlead.workflow.purged import purge_sentences

_SEAL = "case.seal"
_UNSEALED = (
    "The last entry is no seal: a run is under way or was interrupted, or the end was cut. "
    "Any command that opens the case brings it up to date and seals it."
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something that knows the journal: what it is, whether it agrees, and a sentence."""

    name: str
    agrees: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class JournalVerdict:
    """What a check of the journal gave.

    Attributes:
        audit: the journal by itself and against the digests that were noted elsewhere.
        is_sealed: the last sound entry is a seal.
        anchors: what else was compared, in order.
        purges: what was erased on purpose, one sentence for each purge.
    """

    audit: Audit
    is_sealed: bool
    anchors: tuple[Anchor, ...]
    purges: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """No damage to the journal was found."""
        return self.audit.damage is None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is no damage to the journal and still should be looked at."""
        if not self.is_sound:
            return ()
        disagreeing = tuple(anchor.sentence for anchor in self.anchors if anchor.agrees is not True)
        return disagreeing if self.is_sealed else (_UNSEALED, *disagreeing)

    def to_document(self) -> dict[str, Any]:
        """The verdict as a JSON document."""
        damage = self.audit.damage
        return {
            "sound": self.is_sound,
            "sealed": self.is_sealed,
            "entries": self.audit.sound_entries,
            "head": self.audit.head,
            "damage": damage
            and {
                "kind": damage.kind.value,
                "line": damage.line,
                "seq": damage.seq,
                "sentence": damage.sentence,
            },
            "anchors": [
                {"name": a.name, "agrees": a.agrees, "sentence": a.sentence} for a in self.anchors
            ],
            "purges": list(self.purges),
            "warnings": list(self.warnings),
        }


def list_journal(folder: Path) -> Iterator[Entry]:
    """The entries, first to last; those before a damage come before the error.

    Raises:
        CaseNotFoundError: no journal there.
        JournalDamagedError: an entry is not what was written.
    """
    if not (folder / JOURNAL).is_file():
        raise CaseNotFoundError(f"{folder} holds no journal.")
    yield from read_entries(folder / JOURNAL)


def verify_journal(folder: Path, *, head: str = "") -> JournalVerdict:
    """Check every entry, and the whole against the anchors of docs/design/journal.md.

    Args:
        folder: the case folder.
        head: a digest that was noted elsewhere, for example in a printed report.

    Raises:
        CaseNotFoundError: not a case folder.
        ConfigError: `head` is no digest.
    """
    if not any((folder / name).exists() for name in (JOURNAL, DATABASE, STORE, KEY)):
        raise CaseNotFoundError(f"{folder} holds no case.")
    noted = head.strip().lower()
    if noted and (len(noted) != 64 or not set(noted) <= set("0123456789abcdef")):
        raise ConfigError(
            "The noted digest is not 64 hexadecimal digits.",
            next_step="Copy the journal digest from the report in full.",
        )
    path = folder / JOURNAL
    applied_seq, applied_digest, tables = _applied(folder)
    audit = audit_journal(path, expected_length=applied_seq + 1)
    if audit.damage is None and noted:
        audit = audit_journal(path, expected_head=noted)
    if audit.damage:
        return JournalVerdict(audit, is_sealed=False, anchors=())
    entries = tuple(read_entries(path))
    if applied_digest and entries[applied_seq].digest != applied_digest:
        rewritten = Damage(
            DamageKind.CHANGED,
            applied_seq + 1,
            applied_seq,
            f"Entry {applied_seq} is not the one that the tables hold: the journal was rewritten at "
            f"or before entry {applied_seq}, or the tables are of another case.",
        )
        return JournalVerdict(Audit(0, GENESIS, rewritten), is_sealed=False, anchors=())
    anchors = [tables, _sealed_tables(folder, entries)]
    if noted:
        seq = next(entry.seq for entry in entries if entry.digest == noted)
        after = len(entries) - 1 - seq
        anchors.append(
            Anchor(
                "noted digest",
                agrees=True,
                sentence=f"The noted digest is entry {seq}'s; {after} entries came after it.",
            )
        )
    is_sealed = bool(entries) and entries[-1].act == _SEAL
    return JournalVerdict(audit, is_sealed, tuple(anchors), purge_sentences(entries))


def _applied(folder: Path) -> tuple[int, str, Anchor]:
    name = "last act in the tables"
    try:
        place = place_of(folder)
        name = f"last act in {place.name}"
        with Store.open(place) as store:
            marks = {row["name"]: row["text"] for row in store.rows("meta")}
            seq, digest = int(marks["applied_seq"]), marks["applied_digest"]
    except (ChainleadError, KeyError, ValueError):
        what = name.removeprefix("last act in ")
        sentence = f"{what} cannot be read, so the journal's end cannot be compared with it."
        return 0, "", Anchor(name, agrees=None, sentence=sentence)
    sentence = f"The tables hold act {seq}, with the digest that the journal has."
    return seq, digest, Anchor(name, agrees=True, sentence=sentence)


def _sealed_tables(folder: Path, entries: tuple[Entry, ...]) -> Anchor:
    name = "seal of the tables"
    last = entries[-1] if entries else None
    try:
        place = place_of(folder)
        name = f"seal of {place.name}"
        if last is None or last.act != _SEAL:
            return Anchor(name, agrees=True, sentence="There is no newest seal to compare.")
        agrees = has_seal(place, last)
    except ChainleadError as error:
        return Anchor(name, agrees=None, sentence=error.message)
    thing = "the file that" if isinstance(place, SqliteFile) else "what"
    if agrees:
        return Anchor(name, agrees=True, sentence=f"{place.name} is {thing} was sealed.")
    sentence = (
        f"{place.name} is not {thing} entry {last.seq} sealed on {moment_to_text(last.at)}. "
        "Run `chainlead verify` on the case."
    )
    return Anchor(name, agrees=False, sentence=sentence)
