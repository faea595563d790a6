import hashlib
import json
import shutil

import pytest

from chainlead.custody import GENESIS, DamageKind
from chainlead.errors import CaseNotFoundError, ConfigError, JournalDamagedError
from chainlead.workflow.case import Case, set_setting
from chainlead.workflow.journal import list_journal, verify_journal


@pytest.fixture
def folder(case):
    set_setting(case, "title", "one", why="a reason")
    set_setting(case, "title", "two")
    case.close()
    return case.folder


def rewrite(path, **changes):
    """Write the journal again from the start, with other fields, digests and links all right."""
    previous, lines = GENESIS, []
    for line in path.read_text("utf-8").splitlines():
        fields = json.loads(line) | changes | {"previous": previous}
        fields.pop("digest")
        body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(b"chainlead journal entry v1\n" + body.encode()).hexdigest()
        fields["digest"] = previous
        lines.append(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def test_a_sound_case_agrees_with_all_its_anchors(folder):
    verdict = verify_journal(folder)
    assert verdict.is_sound
    assert verdict.is_sealed
    assert verdict.warnings == ()
    assert [anchor.agrees for anchor in verdict.anchors] == [True, True]
    assert verdict.audit.sound_entries == 4


def test_a_noted_head_is_found_with_what_came_after_it(folder):
    entries = list(list_journal(folder))
    verdict = verify_journal(folder, head=f" {entries[1].digest.upper()} ")
    assert verdict.is_sound
    assert verdict.anchors[-1].sentence == "The noted digest is entry 1's; 2 entries came after it."
    other = verify_journal(folder, head="ab" * 32)
    assert other.audit.damage.kind is DamageKind.CUT


@pytest.mark.parametrize("head", ["x", "ab", "g" * 64, "a" * 63])
def test_a_mistyped_head_is_refused(folder, head):
    with pytest.raises(ConfigError, match="64"):
        verify_journal(folder, head=head)


def test_a_cut_that_the_tables_know_of_is_found(folder):
    path = folder / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]))
    damage = verify_journal(folder).audit.damage
    assert (damage.kind, damage.seq) == (DamageKind.CUT, 2)


def test_a_cut_seal_is_a_warning(folder):
    path = folder / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    verdict = verify_journal(folder)
    assert verdict.is_sound
    assert not verdict.is_sealed
    assert "no seal" in verdict.warnings[0]


def test_a_rewritten_journal_does_not_agree_with_the_tables(folder):
    rewrite(folder / "journal.jsonl", who="somebody else")
    damage = verify_journal(folder).audit.damage
    assert (damage.kind, damage.seq) == (DamageKind.CHANGED, 2)
    assert "rewritten" in damage.sentence


def test_changed_tables_do_not_agree_with_the_seal(folder):
    database = folder / "case.db"
    content = bytearray(database.read_bytes())
    content[-1] ^= 1
    database.write_bytes(content)
    verdict = verify_journal(folder)
    assert verdict.is_sound
    assert any("not the file that entry 3 sealed" in warning for warning in verdict.warnings)


@pytest.mark.parametrize("harm", ["missing", "garbage", "empty"])
def test_a_journal_is_checked_beside_a_database_that_cannot_be_read(folder, harm):
    database = folder / "case.db"
    database.unlink()
    if harm != "missing":
        database.write_bytes(b"no database" * 500 if harm == "garbage" else b"")
    verdict = verify_journal(folder)
    assert verdict.is_sound
    assert verdict.anchors[0].agrees is None
    assert any("cannot be read" in warning for warning in verdict.warnings)
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"a reason", b"no reason"))
    assert verify_journal(folder).audit.damage.seq == 1


def test_a_missing_and_an_empty_journal_are_damage(folder):
    path = folder / "journal.jsonl"
    path.write_bytes(b"")
    assert verify_journal(folder).audit.damage.kind is DamageKind.CUT
    (folder / "case.db").unlink()
    assert verify_journal(folder).audit.damage.kind is DamageKind.CUT
    path.unlink()
    assert verify_journal(folder).audit.damage.kind is DamageKind.MISSING


def test_verifying_changes_nothing(folder):
    def state():
        return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}

    before = state()
    verify_journal(folder)
    list(list_journal(folder))
    assert state() == before


def test_a_case_that_is_being_written_to_can_be_verified(folder):
    with Case.open_to_write(folder, who="tester") as case:
        set_setting(case, "title", "three")
        verdict = verify_journal(folder)
    assert verdict.is_sound
    assert not verdict.is_sealed


def test_no_case_is_named(tmp_path):
    with pytest.raises(CaseNotFoundError):
        verify_journal(tmp_path / "nothing")
    with pytest.raises(CaseNotFoundError):
        verify_journal(tmp_path)
    with pytest.raises(CaseNotFoundError):
        list(list_journal(tmp_path))


def test_listing_a_damaged_journal_gives_the_sound_part_first(folder):
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"two", b"TWO"))
    seen = []
    with pytest.raises(JournalDamagedError, match="entry 2"):
        seen.extend(entry.act for entry in list_journal(folder))
    assert seen == ["case.new", "case.set"]


def test_a_copied_case_verifies_the_same(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert verify_journal(copy).to_document() == verify_journal(folder).to_document()
