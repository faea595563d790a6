"""A case on a server is a case: whole acts, one writer, recovery, purge, packs, both ways of moving."""

import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile

import msgspec
import pytest

from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    CaseVersionError,
    ConfigError,
    DatabaseAwayError,
    StoreError,
)
from chainlead.store import Store
from chainlead.workflow.case import Case, set_setting
from chainlead.workflow.journal import verify_journal
from chainlead.workflow.move_store import move_to_folder, move_to_server
from chainlead.workflow.pack import pack_case
from chainlead.workflow.purge import confirm_purge, order_purge
from chainlead.workflow.verify import verify


def files(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_the_folder_names_the_schema_and_never_the_server(new_case, tmp_path, team_database):
    new_case().close()
    kept = files(tmp_path / "case")
    assert sorted(kept) == ["case.key", "case.store", "journal.jsonl", "journal.lock"]
    kind, schema = kept["case.store"].decode().split()
    assert kind == "postgresql"
    assert schema.startswith("case_")
    assert not any(b"postgresql://" in content or b"host=" in content for content in kept.values())


def test_two_cases_of_one_key_have_a_schema_each(new_case, tmp_path):
    with new_case("one") as one, new_case("two") as two:
        set_setting(one, "title", "one")
        set_setting(two, "title", "two")
    read = [Case.open_to_read(tmp_path / name) for name in ("one", "two")]
    assert [case.settings["title"] for case in read] == ["one", "two"]
    for case in read:
        case.close()
    assert (tmp_path / "one" / "case.store").read_bytes() != (
        tmp_path / "two" / "case.store"
    ).read_bytes()


def test_without_its_server_a_case_says_what_is_missing(new_case, tmp_path, monkeypatch):
    new_case().close()
    monkeypatch.delenv("CHAINLEAD_DATABASE")
    for opened in (Case.open_to_read, Case.open_to_write):
        with pytest.raises(ConfigError, match="names none"):
            opened(tmp_path / "case")
    verdict = verify_journal(tmp_path / "case")
    assert verdict.is_sound
    assert [anchor.agrees for anchor in verdict.anchors] == [None, None]


@pytest.mark.parametrize("text", ["", "postgresql", "postgresql public", "mysql case_0123456789abcdef",
                                  "postgresql case_0123456789abcdef; drop", "\x00\xff"])  # fmt: skip
def test_a_damaged_store_file_is_named(new_case, tmp_path, text):
    new_case().close()
    (tmp_path / "case" / "case.store").write_text(text, "latin-1")
    with pytest.raises(CaseDamagedError, match=r"case\.store"):
        Case.open_to_read(tmp_path / "case")
    assert [problem.place for problem in verify(tmp_path / "case").problems] == ["case.store"]


def test_looking_changes_nothing(new_case, tmp_path, place_of_case):
    with new_case() as case:
        set_setting(case, "title", "x")
    before = files(tmp_path / "case")
    Case.open_to_read(tmp_path / "case").close()
    Case.open_to_write(tmp_path / "case").close()
    assert files(tmp_path / "case") == before
    with pytest.raises(StoreError, match="readonly"), Case.open_to_read(tmp_path / "case") as case:
        case.store.insert("settings", [{"name": "a", "text": "b"}])


def test_a_seal_is_over_all_rows_and_made_of_changed_tables_only(new_case, tmp_path, monkeypatch):
    digested = []
    real = Store.digest_of
    monkeypatch.setattr(
        Store, "digest_of", lambda store, name: digested.append(name) or real(store, name)
    )
    with new_case() as case:
        set_setting(case, "title", "x")
    assert "outputs" in digested
    digested.clear()
    with Case.open_to_write(tmp_path / "case") as case:
        set_setting(case, "title", "y")
    assert digested == ["meta", "settings"]
    verdict = verify_journal(tmp_path / "case")
    assert verdict.is_sealed
    assert [anchor.agrees for anchor in verdict.anchors] == [True, True]
    done = verify(tmp_path / "case")
    assert done.problems == []


@pytest.mark.parametrize(
    "harm",
    ["update settings set text = 'z' where name = 'title'", "delete from settings where name = 'title'",
     "insert into persons values ('p', 'n', 1)"],
)  # fmt: skip
def test_a_row_that_somebody_changed_on_the_server_is_found(
    new_case, tmp_path, postgresql_cluster, team_database, harm
):
    with new_case() as case:
        set_setting(case, "title", "x")
    schema = (tmp_path / "case" / "case.store").read_text().split()[1]
    database = team_database.split("/")[3].split("?")[0]
    postgresql_cluster.sql(f"set search_path to {schema}; {harm}", database)
    done = verify(tmp_path / "case")
    places = [problem.place for problem in done.problems]
    table = "persons" if "persons" in harm else "settings"
    assert places == [f"the schema {schema}, table {table}", f"the schema {schema}"]
    assert [anchor.agrees for anchor in verify_journal(tmp_path / "case").anchors] == [True, False]


def test_tables_that_are_gone_are_made_again_from_the_journal(new_case, tmp_path, place_of_case):
    with new_case() as case:
        set_setting(case, "title", "x")
        digests = case.store.table_digests()
    place_of_case(tmp_path / "case").remove()
    with pytest.raises(CaseDamagedError, match="not on the database server"):
        Case.open_to_read(tmp_path / "case")
    Case.open_to_write(tmp_path / "case").close()
    with Case.open_to_read(tmp_path / "case") as case:
        assert case.store.table_digests() == digests
        assert case.entries[-2].act == "case.recover"
    assert verify(tmp_path / "case").problems == []


def test_older_tables_that_were_put_back_are_brought_up_to_date_by_a_reader(
    new_case, tmp_path, postgresql_cluster, team_database
):
    new_case().close()
    database = team_database.split("/")[3].split("?")[0]
    schema = (tmp_path / "case" / "case.store").read_text().split()[1]
    dump = postgresql_cluster.run(
        "pg_dump", "-h", str(postgresql_cluster.folder), "-U", "postgres", "-n", schema, database
    ).stdout
    with Case.open_to_write(tmp_path / "case") as case:
        set_setting(case, "title", "later")
    postgresql_cluster.sql(f"drop schema {schema} cascade", database)
    (postgresql_cluster.folder / "dump.sql").write_text(dump, "utf-8")
    postgresql_cluster.run(
        "psql", "-Xq", "-h", str(postgresql_cluster.folder), "-U", "postgres", "-d", database,
        "-v", "ON_ERROR_STOP=1", "-f", str(postgresql_cluster.folder / "dump.sql"),
    )  # fmt: skip
    with Case.open_to_read(tmp_path / "case") as case:
        assert case.settings["title"] == "later"
    assert verify(tmp_path / "case").problems == []


def test_one_writer_and_many_readers(new_case, tmp_path):
    with new_case() as writer:
        set_setting(writer, "title", "a")
        readers = [Case.open_to_read(tmp_path / "case") for _ in range(3)]
        with pytest.raises(CaseBusyError):
            Case.open_to_write(tmp_path / "case")
        with writer.store.transaction():
            writer.store.insert("settings", [{"name": "title", "text": "half"}], replace=True)
            assert [reader.settings["title"] for reader in readers] == ["a"] * 3
        assert [reader.settings["title"] for reader in readers] == ["half"] * 3
        for reader in readers:
            reader.close()


def test_a_copied_folder_cannot_write_beside_the_first(new_case, tmp_path):
    with new_case() as case:
        shutil.copytree(tmp_path / "case", tmp_path / "copy")
        with pytest.raises(CaseBusyError):
            Case.open_to_write(tmp_path / "copy")
        set_setting(case, "title", "x")
    with pytest.raises(CaseDamagedError, match="journal ends"):
        Case.open_to_write(tmp_path / "copy")


def test_a_newer_layout_is_refused(new_case, tmp_path, postgresql_cluster, team_database):
    new_case().close()
    schema = (tmp_path / "case" / "case.store").read_text().split()[1]
    database = team_database.split("/")[3].split("?")[0]
    postgresql_cluster.sql(f"update {schema}.alembic_version set version_num = '9999'", database)
    before = files(tmp_path / "case")
    for opened in (Case.open_to_read, Case.open_to_write):
        with pytest.raises(CaseVersionError, match="9999"):
            opened(tmp_path / "case")
    assert files(tmp_path / "case") == before


def test_a_lost_connection_is_named_and_the_next_opening_finishes(
    new_case, tmp_path, postgresql_cluster
):
    case = new_case()
    set_setting(case, "title", "a")
    postgresql_cluster.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chainlead'"
    )
    before = (tmp_path / "case" / "journal.jsonl").read_bytes()
    with pytest.raises(DatabaseAwayError) as lost:
        set_setting(case, "title", "b")
    assert lost.value.exit_code == 28
    assert all(lost.value.sentences())
    assert (tmp_path / "case" / "journal.jsonl").read_bytes() == before, "nothing was recorded"
    with pytest.raises(DatabaseAwayError):
        list(case.store.rows("settings"))
    with pytest.raises(DatabaseAwayError):
        case.close()
    with Case.open_to_write(tmp_path / "case") as again:
        assert again.settings["title"] == "a"
        set_setting(again, "title", "b")
    assert verify(tmp_path / "case").problems == []


def test_a_connection_lost_in_the_middle_of_an_act_leaves_it_recorded_and_not_half(
    new_case, tmp_path, postgresql_cluster, monkeypatch
):
    from chainlead.workflow import case as module

    real = module.apply_set

    def cut(projection, entry):
        real(projection, entry)
        postgresql_cluster.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chainlead'"
        )

    case = new_case()
    monkeypatch.setattr(module, "apply_set", cut)
    with pytest.raises(DatabaseAwayError), case:
        set_setting(case, "title", "b")
    monkeypatch.setattr(module, "apply_set", real)
    with Case.open_to_read(tmp_path / "case") as again:
        assert again.settings["title"] == "b"
        assert [e.act for e in again.entries[-3:]] == ["case.set", "case.recover", "case.seal"]
    assert verify(tmp_path / "case").problems == []


def test_a_server_that_lost_power_comes_back_with_whole_acts(
    new_case, tmp_path, postgresql_cluster
):
    case = new_case()
    for number in range(20):
        set_setting(case, "title", str(number))
    postgresql_cluster.stop("immediate")
    with pytest.raises(DatabaseAwayError), case:
        set_setting(case, "title", "later")
    with pytest.raises(DatabaseAwayError):
        Case.open_to_read(tmp_path / "case")
    postgresql_cluster.start()
    with Case.open_to_read(tmp_path / "case") as again:
        assert again.settings["title"] == "19"
    assert verify(tmp_path / "case").problems == []


WRITER = """
import sys
from pathlib import Path
from chainlead.workflow.case import Case, set_setting
with Case.open_to_write(Path(sys.argv[1]), who="child") as case:
    print("ready", flush=True)
    for number in range(100_000):
        set_setting(case, "title", str(number))
"""


@pytest.mark.parametrize("pause", [0.0, 0.03, 0.1, 0.25])
def test_a_killed_writer_leaves_nothing_half(new_case, tmp_path, pause):
    new_case().close()
    arguments = [sys.executable, "-c", WRITER, str(tmp_path / "case")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"ready\n"
        time.sleep(pause)
        child.kill()
    with Case.open_to_write(tmp_path / "case") as case:
        last = [e for e in case.entries if e.act == "case.set"]
        if last:
            assert case.settings["title"] == last[-1].what["text"]
    assert verify(tmp_path / "case").problems == []


def test_a_purge_erases_the_rows_on_the_server(
    new_case, tmp_path, clock, postgresql_cluster, team_database
):
    with new_case() as case:
        set_setting(case, "title", "hunter2 secret title")
        code = order_purge(case, why="the time is over").code
    with Case.open_to_write(tmp_path / "case", clock=clock, who="second") as case:
        confirm_purge(case, code)
        assert case.settings["title"] == ""
        set_setting(case, "reference", "after")
    database = team_database.split("/")[3].split("?")[0]
    dump = postgresql_cluster.run(
        "pg_dump", "-h", str(postgresql_cluster.folder), "-U", "postgres", database
    ).stdout
    assert "after" in dump
    assert "hunter2" not in dump
    assert verify(tmp_path / "case").problems == []


def test_a_purge_that_was_interrupted_goes_on(new_case, tmp_path, clock, monkeypatch):
    from chainlead.store.postgresql import PostgresqlSchema

    with new_case() as case:
        set_setting(case, "title", "gone")
        code = order_purge(case, why="the time is over").code

    def lost(_place):
        raise DatabaseAwayError("The connection to the database server was lost.")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresqlSchema, "erase", lost)
        case = Case.open_to_write(tmp_path / "case", clock=clock, who="second")
        with pytest.raises(DatabaseAwayError):
            confirm_purge(case, code)
        case._journal.close()
    with Case.open_to_read(tmp_path / "case") as case:
        assert case.settings["title"] == ""
    assert verify(tmp_path / "case").problems == []


def test_a_pack_needs_no_server(new_case, tmp_path, monkeypatch):
    with new_case() as case:
        set_setting(case, "title", "packed \x00 \x01 é")
        digests = case.store.table_digests()
    packed = pack_case(tmp_path / "case")
    again = pack_case(tmp_path / "case", tmp_path / "again.zip")
    assert packed.sha256 == again.sha256
    monkeypatch.delenv("CHAINLEAD_DATABASE")
    with zipfile.ZipFile(packed.path) as made:
        names = made.namelist()
        made.extractall(tmp_path / "out")
    assert "case/case.db" in names
    assert "case/case.store" not in names
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.zip", "case", "case.zip", "out"]
    folder = tmp_path / "out" / "case"
    assert verify(folder).problems == []
    assert [anchor.agrees for anchor in verify_journal(folder).anchors] == [True, True]
    with Case.open_to_read(folder) as case:
        assert case.store.table_digests() == digests
    with Case.open_to_write(folder) as case:
        set_setting(case, "title", "goes on in the file")
    assert verify(folder).problems == []


def test_a_packed_file_with_a_changed_row_is_found(new_case, tmp_path):
    with new_case() as case:
        set_setting(case, "title", "x")
    packed = pack_case(tmp_path / "case")
    with zipfile.ZipFile(packed.path) as made:
        made.extractall(tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "case" / "case.db") as connection:
        connection.execute("update settings set text = 'y' where name = 'title'")
    connection.close()
    places = [problem.place for problem in verify(tmp_path / "out" / "case").problems]
    assert places == ["case.db, table settings", "case.db"]


def test_tables_move_to_the_server_and_back_with_equal_digests(case, team_database):
    set_setting(case, "title", "moved \x00 \x01 å")
    case.close()
    folder = case.folder
    with Case.open_to_read(folder) as opened:
        digests = opened.store.table_digests()
    moved = move_to_server(folder, team_database)
    assert not (folder / "case.db").exists()
    assert verify(folder).problems == []
    with Case.open_to_read(folder) as opened:
        assert opened.store.table_digests() == digests
    back = move_to_folder(folder, team_database)
    assert back.tables_sha256 == moved.tables_sha256
    assert not (folder / "case.store").exists()
    assert verify(folder).problems == []
    with Case.open_to_read(folder) as opened:
        assert opened.store.table_digests() == digests
        assert [e.act for e in opened.entries[-4:]] == ["case.move_store", "case.seal"] * 2
    with pytest.raises(CaseError, match="already"):
        move_to_folder(folder, team_database)


def test_what_is_there_already_is_not_moved(new_case, tmp_path, team_database):
    new_case().close()
    before = files(tmp_path / "case")
    with pytest.raises(CaseError, match="already"):
        move_to_server(tmp_path / "case", team_database)
    assert files(tmp_path / "case") == before


@pytest.mark.parametrize("step", ["copy_tables", "write_store_file"])
def test_a_move_to_the_server_that_stops_leaves_the_case_where_it_was(
    case, team_database, monkeypatch, step
):
    case.close()
    folder = case.folder

    def stop(*_given):
        raise DatabaseAwayError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr(f"chainlead.workflow.move_store.{step}", stop)
        with pytest.raises(DatabaseAwayError):
            move_to_server(folder, team_database)
    assert (folder / "case.db").exists()
    assert verify(folder).problems == []
    move_to_server(folder, team_database)
    assert verify(folder).problems == []


def test_what_a_stopped_move_left_over_goes(case, team_database, monkeypatch, place_of_case):
    from chainlead.store.postgresql import PostgresqlSchema
    from chainlead.store.sqlite import SqliteFile

    case.close()
    folder = case.folder

    def stop(*_given):
        raise DatabaseAwayError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr(SqliteFile, "erase", stop)
        with pytest.raises(DatabaseAwayError):
            move_to_server(folder, team_database)
    assert (folder / "case.db").exists()
    assert [problem.place for problem in verify(folder).problems] == ["case.db"]
    Case.open_to_write(folder).close()
    assert verify(folder).problems == []
    place = place_of_case(folder)
    with monkeypatch.context() as patch:
        patch.setattr(PostgresqlSchema, "remove", stop)
        with pytest.raises(DatabaseAwayError):
            move_to_folder(folder, team_database)
    assert verify(folder).problems == []
    assert place.exists()
    move_to_folder(folder, team_database)
    assert not place.exists()


def test_the_journal_of_a_move_holds_no_address(case, team_database, postgresql_cluster):
    case.close()
    move_to_server(case.folder, team_database)
    for line in (case.folder / "journal.jsonl").read_bytes().splitlines():
        assert "host" not in msgspec.json.decode(line)["what"]
    assert bytes(postgresql_cluster.folder) not in (case.folder / "journal.jsonl").read_bytes()
