"""Look at a journal without changing it, and say what kind of damage it has, and where."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from chainlead.custody.entry import GENESIS, Entry, parse_line


class DamageKind(Enum):
    """What was done to a journal, as far as its own bytes show."""

    CHANGED = "changed"
    REMOVED = "removed"
    DUPLICATED = "duplicated"
    REORDERED = "reordered"
    INSERTED = "inserted"
    TORN = "torn"
    CUT = "cut"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Damage:
    """The first bad place: line number (from 1), the entry expected there, and a sentence."""

    kind: DamageKind
    line: int
    seq: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Audit:
    """How many entries are sound from the start, the digest of the last of them, any damage."""

    sound_entries: int
    head: str
    damage: Damage | None


@dataclass(frozen=True, slots=True)
class Examined:
    """The sound entries from the start, the damage after them, and a torn tail."""

    entries: list[Entry]
    damage: Damage | None
    torn: bytes


class UnsoundError(ValueError):
    """A line is not the entry that belongs in its place."""

    def __init__(self, found: Entry | str) -> None:
        """Say what is there: another entry, or why the line is none."""
        super().__init__(str(found))
        self.found = found


def follow(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of these lines (without line ends), each checked against the one before.

    Raises:
        UnsoundError: at the first line that is not sound.
    """
    previous = GENESIS
    for number, line in enumerate(lines):
        found = _read(line)
        if isinstance(found, str) or found.seq != number or found.previous != previous:
            raise UnsoundError(found)
        previous = found.digest
        yield found


def examine(content: bytes) -> Examined:
    """Split a journal's bytes into its sound beginning and what follows.

    A torn tail alone is no damage here: a writer may be at work. `audit_journal` reports it.
    """
    lines = content.split(b"\n")
    torn = lines.pop()
    entries: list[Entry] = []
    try:
        entries.extend(follow(lines))
    except UnsoundError as error:
        return Examined(entries, _diagnose(entries, lines, error.found), torn)
    return Examined(entries, None, torn)


def audit_journal(path: Path, *, expected_head: str = "", expected_length: int = 0) -> Audit:
    """Check every entry's bytes, digest, number and link.

    Args:
        path: the journal file.
        expected_head: a digest noted elsewhere (report, seal) that some entry must have.
        expected_length: at least so many entries must be there.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        sentence = f"{path.name} is missing."
        return Audit(0, GENESIS, Damage(DamageKind.MISSING, 0, 0, sentence))
    found = examine(content)
    count = len(found.entries)
    head = found.entries[-1].digest if found.entries else GENESIS
    damage = found.damage
    if damage is None and found.torn:
        damage = Damage(
            DamageKind.TORN,
            count + 1,
            count,
            f"Line {count + 1} (entry {count}) has no line end: {len(found.torn)} bytes of it are "
            "there. A write was interrupted, or the end was cut or changed.",
        )
    if damage is None and count < expected_length:
        damage = Damage(
            DamageKind.CUT,
            count + 1,
            count,
            f"The journal ends before entry {count}, but {expected_length} entries were written: "
            "its end was cut.",
        )
    noted = expected_head.lower()
    if damage is None and noted and noted != GENESIS and noted not in _digests(found.entries):
        damage = Damage(
            DamageKind.CUT,
            count + 1,
            count,
            f"No entry has the noted digest {noted}: the journal's end was cut, the "
            "journal was rewritten, or the digest is of another case.",
        )
    return Audit(count, head, damage)


def _digests(entries: Sequence[Entry]) -> set[str]:
    return {entry.digest for entry in entries}


def _read(line: bytes) -> Entry | str:
    try:
        return parse_line(line)
    except ValueError as error:
        return str(error)


def _diagnose(sound: list[Entry], lines: list[bytes], found: Entry | str) -> Damage:
    """Name what happened at the first bad line from what stands there and after it."""
    seq = len(sound)
    line = seq + 1
    head = sound[-1].digest if sound else GENESIS
    later = [(n, _read(text)) for n, text in enumerate(lines[line:], start=line + 1)]
    rest = [(n, entry) for n, entry in later if isinstance(entry, Entry)]
    true_line = next((n for n, e in rest if e.seq == seq and e.previous == head), 0)

    def damage(kind: DamageKind, sentence: str) -> Damage:
        return Damage(kind, line, seq, sentence)

    if isinstance(found, str):
        if true_line == line + 1:
            return damage(
                DamageKind.INSERTED,
                f"Line {line} was inserted before entry {seq}: it is no entry ({found}).",
            )
        return damage(
            DamageKind.CHANGED,
            f"Line {line} (entry {seq}) is not what was written: {found}.",
        )
    if found.seq < seq and found == sound[found.seq]:
        return damage(
            DamageKind.DUPLICATED,
            f"Line {line} is a copy of entry {found.seq} in the place of entry {seq}.",
        )
    if any(entry == found for _, entry in rest):
        return damage(
            DamageKind.DUPLICATED,
            f"Line {line} is a copy of the later entry {found.seq} in the place of entry {seq}.",
        )
    if found.seq < seq:
        return damage(
            DamageKind.INSERTED,
            f"Lines {found.seq + 1} and {line} both claim to be entry {found.seq}: one of them "
            "was inserted.",
        )
    if found.seq > seq and true_line:
        return damage(
            DamageKind.REORDERED,
            f"Line {line} holds entry {found.seq}; entry {seq}, which belongs here, is on line "
            f"{true_line}.",
        )
    if true_line:
        return damage(
            DamageKind.INSERTED,
            f"Line {line} was inserted: the true entry {seq} is on line {true_line}.",
        )
    if found.seq > seq:
        last = found.seq - 1
        gone = f"entry {seq} is" if last == seq else f"entries {seq} to {last} are"
        return damage(
            DamageKind.REMOVED,
            f"Line {line} holds entry {found.seq}, but {gone} nowhere in the file.",
        )
    return damage(
        DamageKind.CHANGED,
        f"Entry {seq} on line {line} does not follow the entry before it: entry "
        f"{seq - 1 if seq else 'zero'} was changed and its digest made new, or the journal was "
        f"rewritten from entry {seq}.",
    )
