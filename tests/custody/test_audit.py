import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.custody import (
    GENESIS,
    DamageKind,
    Journal,
    SteppingClock,
    audit_journal,
    read_entries,
)
from chainlead.custody.audit import examine
from chainlead.errors import JournalDamagedError

COUNT = 6


@pytest.fixture
def path(make_journal) -> Path:
    return make_journal(COUNT)


@pytest.fixture
def lines(path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def audited(path: Path, lines: list[bytes], **expected):
    path.write_bytes(b"".join(lines))
    return audit_journal(path, **expected)


def forged(line: bytes, **changes: object) -> bytes:
    """The line with other fields and a digest that fits them: what a knowing forger writes."""
    fields = json.loads(line) | changes
    fields.pop("digest")
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(b"chainlead journal entry v1\n" + body.encode()).hexdigest()
    fields["digest"] = digest
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n"


def test_a_sound_journal_has_no_damage(path):
    audit = audit_journal(path)
    entries = tuple(read_entries(path))
    assert (audit.sound_entries, audit.head, audit.damage) == (COUNT, entries[-1].digest, None)


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80, 0xFF])
def test_every_flipped_byte_is_found_in_its_entry(path, flip):
    content = path.read_bytes()
    found = []
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= flip
        path.write_bytes(changed)
        audit = audit_journal(path)
        line = content.count(b"\n", 0, place)
        last = place == len(content) - 1
        found.append(
            audit.damage is not None
            and audit.damage.seq == line
            and audit.damage.line == line + 1
            and audit.sound_entries == line
            and audit.damage.kind in ({DamageKind.TORN} if last else {DamageKind.CHANGED})
        )
    assert all(found)
    assert len(found) == len(content)


def test_every_byte_turned_into_a_line_end_is_found(path):
    content = path.read_bytes()
    for place in range(len(content) - 1):
        if content[place] == 0x0A:
            continue
        changed = bytearray(content)
        changed[place] = 0x0A
        path.write_bytes(changed)
        damage = audit_journal(path).damage
        assert damage is not None
        assert damage.seq == content.count(b"\n", 0, place)


def test_every_removed_and_every_added_byte_is_found(path):
    content = path.read_bytes()
    for place in range(len(content)):
        for changed in (
            content[:place] + content[place + 1 :],
            content[:place] + b" " + content[place:],
        ):
            path.write_bytes(changed)
            damage = audit_journal(path).damage
            assert damage is not None
            assert damage.seq == content.count(b"\n", 0, place)


def test_a_cut_at_every_place_is_found(path):
    content = path.read_bytes()
    head = audit_journal(path).head
    for end in range(len(content)):
        path.write_bytes(content[:end])
        whole = content.count(b"\n", 0, end)
        at_a_line_end = end == 0 or content[end - 1 : end] == b"\n"
        plain = audit_journal(path).damage
        assert (plain is None) == at_a_line_end  # a clean cut needs an anchor
        for expected in ({"expected_length": COUNT}, {"expected_head": head}):
            damage = audit_journal(path, **expected).damage
            assert damage is not None
            assert damage.seq == whole
            assert damage.kind is (DamageKind.CUT if at_a_line_end else DamageKind.TORN)


@pytest.mark.parametrize("gone", range(COUNT - 1))
@pytest.mark.parametrize("number", [1, 2])
def test_removed_entries_are_named(path, lines, gone, number):
    if gone + number >= COUNT:
        number = 1
    damage = audited(path, lines[:gone] + lines[gone + number :]).damage
    assert damage is not None
    assert (damage.kind, damage.seq, damage.line) == (DamageKind.REMOVED, gone, gone + 1)


def test_a_removed_last_entry_needs_an_anchor(path, lines):
    assert audited(path, lines[:-1]).damage is None
    assert audited(path, lines[:-1], expected_length=COUNT).damage.kind is DamageKind.CUT


@pytest.mark.parametrize("first", range(COUNT))
@pytest.mark.parametrize("second", range(COUNT))
def test_two_swapped_entries_are_named(path, lines, first, second):
    if first >= second:
        assert audited(path, lines).damage is None
        return
    lines[first], lines[second] = lines[second], lines[first]
    damage = audited(path, lines).damage
    assert damage is not None
    assert (damage.kind, damage.seq) == (DamageKind.REORDERED, first)
    assert f"line {second + 1}" in damage.sentence


@pytest.mark.parametrize("copied", range(COUNT))
@pytest.mark.parametrize("place", range(COUNT + 1))
def test_a_duplicated_entry_is_named(path, lines, copied, place):
    damage = audited(path, [*lines[:place], lines[copied], *lines[place:]]).damage
    assert damage is not None
    # A copy put directly before its original is the same file as one put after it.
    expected = copied + 1 if place == copied else place
    assert (damage.kind, damage.seq) == (DamageKind.DUPLICATED, expected)


@pytest.mark.parametrize("place", range(COUNT))
@pytest.mark.parametrize("strange", [b"{}\n", b"\n", b"a note\n", b"\x00\xff\n"])
def test_an_inserted_line_is_named(path, lines, place, strange):
    damage = audited(path, [*lines[:place], strange, *lines[place:]]).damage
    assert damage is not None
    assert (damage.kind, damage.seq, damage.line) == (DamageKind.INSERTED, place, place + 1)


@pytest.mark.parametrize("place", range(COUNT))
def test_an_inserted_entry_with_a_right_digest_and_link_is_named(path, lines, place):
    false = forged(lines[place], who="somebody else")
    damage = audited(path, [*lines[:place], false, *lines[place:]]).damage
    assert damage is not None
    assert damage.kind is DamageKind.INSERTED
    assert f"Lines {place + 1} and {place + 2}" in damage.sentence


@pytest.mark.parametrize("place", range(COUNT))
def test_an_entry_of_another_journal_is_named(path, lines, place, make_journal):
    strange = forged(lines[place], previous="ab" * 32)
    damage = audited(path, [*lines[:place], strange, *lines[place:]]).damage
    assert damage is not None
    assert (damage.kind, damage.seq) == (DamageKind.INSERTED, place)


@pytest.mark.parametrize("place", range(COUNT - 1))
def test_an_entry_changed_with_a_new_digest_breaks_the_link_after_it(path, lines, place):
    lines[place] = forged(lines[place], why="another reason")
    damage = audited(path, lines).damage
    assert damage is not None
    assert (damage.kind, damage.seq) == (DamageKind.CHANGED, place + 1)
    assert f"entry {place} was changed" in damage.sentence


def test_a_rewritten_journal_needs_an_anchor_and_is_found_with_it(path, lines):
    head = audit_journal(path).head
    previous, rewritten = GENESIS, []
    for line in lines:
        rewritten.append(forged(line, who="somebody else", previous=previous))
        previous = json.loads(rewritten[-1])["digest"]
    assert audited(path, rewritten).damage is None
    assert audited(path, rewritten, expected_head=head).damage.kind is DamageKind.CUT


def test_entries_added_after_the_noted_head_are_no_damage(path):
    head = audit_journal(path).head
    with Journal(path, SteppingClock(datetime(2024, 3, 2, tzinfo=UTC)), "later") as journal:
        journal.append("case.set")
    assert audit_journal(path, expected_head=head.upper()).damage is None


def test_a_missing_journal_is_named(tmp_path):
    audit = audit_journal(tmp_path / "journal.jsonl")
    assert (audit.sound_entries, audit.head) == (0, GENESIS)
    assert audit.damage is not None
    assert audit.damage.kind is DamageKind.MISSING


def test_an_empty_journal_is_cut_when_entries_are_expected(path):
    path.write_bytes(b"")
    assert audit_journal(path).damage is None
    assert audit_journal(path, expected_length=1).damage.kind is DamageKind.CUT


@given(content=st.binary(max_size=200))
def test_any_bytes_are_examined_without_a_crash(content):
    found = examine(content)
    assert found.entries == []
    assert (found.damage is None) == (b"\n" not in content)


def test_reading_gives_the_sound_entries_before_the_damage(path, lines):
    lines[3] = lines[3].replace(b"tester", b"Tester")
    path.write_bytes(b"".join(lines))
    seen = []
    with pytest.raises(JournalDamagedError, match="entry 3"):
        seen.extend(entry.seq for entry in read_entries(path))
    reader = read_entries(path)
    assert [next(reader).seq for _ in range(3)] == [0, 1, 2]
