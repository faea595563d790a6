"""What a case does when the disk, another run or the tables refuse."""

import errno
import hashlib
import os

import pytest

from chainlead.custody import audit_journal
from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    CaseVersionError,
    DiskFullError,
    JournalError,
    StoreError,
)
from chainlead.store import Store
from chainlead.workflow.case import Case, set_setting


def reopened(folder):
    return Case.open_to_read(folder)


def test_a_second_writer_is_refused(case):
    with pytest.raises(CaseBusyError) as refused:
        Case.open_to_write(case.folder)
    assert refused.value.exit_code == 13
    set_setting(case, "title", "still writable")


def test_a_reader_beside_a_writer_sees_what_is_finished(case):
    set_setting(case, "title", "one")
    with reopened(case.folder) as reader:
        assert reader.settings["title"] == "one"
        set_setting(case, "title", "two")
    with reopened(case.folder) as reader:
        assert reader.settings["title"] == "two"


def test_opening_without_an_act_changes_no_byte(case):
    set_setting(case, "title", "one")
    case.close()
    before = {p.name: p.read_bytes() for p in case.folder.iterdir()}
    Case.open_to_write(case.folder).close()
    Case.open_to_read(case.folder).close()
    assert {p.name: p.read_bytes() for p in case.folder.iterdir()} == before


def test_a_reader_that_was_first_makes_the_case_busy_and_nothing_is_recorded(case):
    case.close()
    before = (case.folder / "journal.jsonl").read_bytes()
    with Store.open(case.folder / "case.db") as reader:
        open_cursor = reader.rows("settings")
        next(open_cursor)
        with (
            Case.open_to_write(case.folder, who="tester") as writer,
            pytest.raises(CaseBusyError, match="listing"),
        ):
            set_setting(writer, "title", "not yet")
        open_cursor.close()
    assert (case.folder / "journal.jsonl").read_bytes() == before


def test_a_reader_that_stays_delays_the_seal_and_nothing_else(case):
    case.close()
    with Case.open_to_write(case.folder, who="tester") as writer:
        set_setting(writer, "title", "kept")
        reader = Store.open(case.folder / "case.db")
        open_cursor = reader.rows("settings")
        next(open_cursor)
    open_cursor.close()
    reader.close()
    with reopened(case.folder) as again:
        assert again.settings["title"] == "kept"
        assert again.entries[-1].act == "case.seal"
    assert sorted(p.name for p in case.folder.iterdir()) == [
        "case.db", "case.key", "journal.jsonl", "journal.lock",
    ]  # fmt: skip


def test_an_act_that_cannot_be_recorded_leaves_no_blob(case, monkeypatch):
    held = case.blobs.put(b"kept before")
    real = os.fsync
    journal_handle = case._journal._file.fileno()

    def full(handle: int) -> None:
        if handle == journal_handle:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    what = {"name": "title", "text": "x"}
    with pytest.raises(DiskFullError):
        case.act("case.set", what=what, blobs={"a": b"new", "b": b"kept before"})
    monkeypatch.undo()
    assert list(case.blobs.names()) == [held]
    assert case.settings["title"] == ""
    case.act("case.set", what=what)
    case.close()
    with reopened(case.folder) as again:
        assert again.settings["title"] == "x"


def test_a_value_that_the_journal_refuses_leaves_no_blob(case):
    with pytest.raises(JournalError, match=r"what\.rate"):
        case.act("case.set", what={"rate": 0.1}, blobs={"a": b"new"})
    assert list(case.blobs.names()) == []


def test_an_act_that_the_tables_refuse_is_applied_when_the_case_is_opened_again(case, monkeypatch):
    set_setting(case, "title", "one")

    def full(*_args, **_options):
        raise DiskFullError("No space left for the case database.")

    monkeypatch.setattr(Store, "insert", full)
    with pytest.raises(DiskFullError):
        set_setting(case, "title", "two")
    monkeypatch.undo()
    with pytest.raises(CaseError, match="recorded"):  # no act may overtake it
        set_setting(case, "title", "three")
    case.close()
    assert case.entries[-1].act == "case.set"  # and such a case is not sealed
    with reopened(case.folder) as again:
        assert again.settings["title"] == "two"
        assert [e.act for e in again.entries[-2:]] == ["case.recover", "case.seal"]


def test_a_run_killed_before_its_first_act_is_sealed_again(case):
    case.close()
    with Store.open(case.folder / "case.db", write=True) as store:
        store.prepare_to_write()
    with reopened(case.folder) as again:
        assert [e.act for e in again.entries[-2:]] == ["case.recover", "case.seal"]
        database = (case.folder / "case.db").read_bytes()
        assert again.entries[-1].what["case_db_sha256"] == hashlib.sha256(database).hexdigest()


def test_an_empty_side_file_that_a_kill_left_goes(case):
    case.close()
    (case.folder / "case.db-journal").touch()
    with reopened(case.folder) as again:
        assert again.entries[-1].act == "case.seal"
        assert not (case.folder / "case.db-journal").exists()


def test_a_torn_line_is_kept_as_a_blob_and_recorded(case):
    set_setting(case, "title", "one")
    case.close()
    journal = case.folder / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"act":"case.set","at":"20')
    Case.open_to_write(case.folder, who="tester").close()
    assert audit_journal(journal).damage is None
    with reopened(case.folder) as again:
        recovered = again.entries[-2]
        assert recovered.act == "case.recover"
        assert recovered.what == {"applied_entries": 0, "torn_bytes": 26}
        assert again.blobs.get(recovered.blobs["torn"]) == b'{"act":"case.set","at":"20'


def test_files_of_an_act_that_was_killed_are_taken_in(case):
    case.close()
    sha256 = case.blobs.put(b"of an act that was never recorded")
    with reopened(case.folder) as again:
        assert again.entries[-2].blobs == {"unfinished_0001": sha256}


def test_a_case_whose_making_was_interrupted_says_so(tmp_path, case):
    folder = tmp_path / "half"
    folder.mkdir()
    (folder / "case.key").write_bytes(bytes(32))
    (folder / "journal.jsonl").write_bytes(b'{"act":"case')
    with pytest.raises(CaseDamagedError, match="making"):
        Case.open_to_write(folder)
    with pytest.raises(CaseDamagedError, match="making"):
        Case.open_to_read(folder)


def test_a_journal_cut_behind_the_tables_is_refused(case):
    set_setting(case, "title", "one")
    case.close()
    journal = case.folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(CaseDamagedError, match="cut"):
        Case.open_to_write(case.folder)


def test_another_key_is_refused(case):
    case.close()
    (case.folder / "case.key").write_bytes(b"\x01" * 32)
    with pytest.raises(CaseDamagedError, match=r"case\.key"):
        Case.open_to_read(case.folder)


@pytest.mark.parametrize("harm", ["garbage", "empty", "missing"])
def test_a_case_without_its_database_is_refused_to_readers(case, harm):
    set_setting(case, "title", "one")
    case.close()
    database = case.folder / "case.db"
    database.unlink()
    if harm != "missing":
        database.write_bytes(b"x" * 5000 if harm == "garbage" else b"")
    with pytest.raises(CaseDamagedError):
        Case.open_to_read(case.folder)


def test_a_case_of_a_newer_chainlead_is_refused_and_left_alone(case):
    import sqlite3

    case.close()
    database = case.folder / "case.db"
    with sqlite3.connect(database) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    before = hashlib.sha256(database.read_bytes()).digest()
    for open_ in (Case.open_to_read, Case.open_to_write):
        with pytest.raises(CaseVersionError, match="9999"):
            open_(case.folder)
    assert hashlib.sha256(database.read_bytes()).digest() == before


def test_a_row_that_the_tables_cannot_hold_stops_the_act_with_a_name(case):
    with pytest.raises((StoreError, CaseError)):
        case.act("case.set", what={"name": "title", "text": None})
