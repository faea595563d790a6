"""What goes wrong with a server has a name, a next step, and never the password or a value."""

import contextlib
import os
import shutil
import subprocess
import traceback
from pathlib import Path

import pytest

from chainlead.config import database_url
from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    ConfigError,
    DatabaseAwayError,
    DatabaseRefusedError,
    DiskFullError,
    StoreError,
)
from chainlead.store import Store
from chainlead.store.postgresql import PostgresqlSchema
from chainlead.workflow.case import Case

SECRET = "hunter2"
SCHEMA = "case_0123456789abcdef"


def told(error: BaseException) -> str:
    """All that a person, a log or a report of a crash could see."""
    return "\n".join([*traceback.format_exception(error), repr(error), *error.sentences()])


@pytest.fixture
def password_cluster(postgresql_cluster, tmp_path):
    """The same server, which asks one role for a password."""
    folder = postgresql_cluster.folder
    rules = folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    postgresql_cluster.sql("create role guarded login password 'right'")
    postgresql_cluster.sql("create database guarded owner guarded")
    rules.write_text("local all guarded scram-sha-256\n" + before)
    postgresql_cluster.sql("select pg_reload_conf()")
    yield postgresql_cluster
    rules.write_text(before)
    postgresql_cluster.sql("select pg_reload_conf()")
    postgresql_cluster.sql("drop database guarded with (force)")
    postgresql_cluster.sql("drop role guarded")


def test_a_right_password_lets_in_and_a_wrong_one_is_named(password_cluster, monkeypatch, tmp_path):
    host = password_cluster.folder
    right = f"postgresql://guarded:right@/guarded?host={host}"
    with Store.open(PostgresqlSchema(right, SCHEMA), write=True) as store:
        assert store.count("meta") == 0
    for url in (
        f"postgresql://guarded:{SECRET}@/guarded?host={host}",
        f"postgresql://guarded@/guarded?host={host}&password={SECRET}",
    ):
        with pytest.raises(DatabaseRefusedError, match="password is wrong") as refused:
            Store.open(PostgresqlSchema(url, SCHEMA))
        assert SECRET not in told(refused.value)
        assert refused.value.exit_code == 29
    with pytest.raises(DatabaseRefusedError, match="no password"):
        Store.open(PostgresqlSchema(f"postgresql://guarded@/guarded?host={host}", SCHEMA))
    passwords = tmp_path / "pgpass"
    passwords.write_text("*:*:guarded:guarded:right\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    Store.open(PostgresqlSchema(f"postgresql://guarded@/guarded?host={host}", SCHEMA)).close()


@pytest.mark.parametrize(
    ("url", "kind", "words"),
    [
        ("postgresql://chainlead:hunter2@/nothing?host={host}", DatabaseRefusedError, "does not exist"),
        ("postgresql://nobody:hunter2@/postgres?host={host}", DatabaseRefusedError, "does not exist"),
        ("postgresql://x:hunter2@/x?host={nowhere}", DatabaseAwayError, "nothing listens"),
        ("postgresql://x:hunter2@/x?host={nowhere}&bad=hunter2", ConfigError, "no address"),
        ("postgresql://x:hunter2/@h:port:hunter2/x", ConfigError, "no address"),
        ("postgresql://[hunter2", ConfigError, "no address"),
    ],
)  # fmt: skip
def test_a_server_that_cannot_be_used_is_named_without_the_password(
    postgresql_cluster, tmp_path, url, kind, words
):
    url = url.format(host=postgresql_cluster.folder, nowhere=tmp_path / "nothing-here")
    for use in (
        lambda: Store.open(PostgresqlSchema(url, SCHEMA)),
        lambda: Case.create(tmp_path / "case", key=bytes(32), database=url),
    ):
        with pytest.raises(kind, match=words) as refused:
            use()
        assert SECRET not in told(refused.value)
        assert not (tmp_path / "case").exists(), "nothing was made"


@pytest.mark.parametrize("given", ["hunter2", "mysql://x:hunter2@h/d", "host=h password=hunter2"])
def test_an_address_of_another_kind_is_refused_without_showing_it(monkeypatch, given):
    monkeypatch.setenv("CHAINLEAD_DATABASE", given)
    with pytest.raises(ConfigError) as refused:
        database_url()
    assert SECRET not in told(refused.value)


def test_no_address_and_a_padded_one(monkeypatch):
    monkeypatch.delenv("CHAINLEAD_DATABASE", raising=False)
    assert database_url() == ""
    monkeypatch.setenv("CHAINLEAD_DATABASE", "  postgresql://h/d  ")
    assert database_url() == "postgresql://h/d"


@pytest.mark.parametrize("rows", [1, 100])
def test_a_refusal_repeats_no_value(place, rows):
    secret = [{"name": f"{SECRET}{n}", "text": "x"} for n in range(rows)]
    with Store.open(place, write=True) as store:
        store.insert("settings", secret)
        for harm in (secret, [{"name": SECRET, "text": None}] * rows):
            with pytest.raises(StoreError) as refused:
                store.insert("settings", harm)
            assert SECRET not in told(refused.value)
        assert SECRET not in repr(place)
        assert SECRET not in repr(store)


def test_a_role_without_rights_is_named(postgresql_cluster, postgresql_url):
    database = postgresql_url.split("/")[3].split("?")[0]
    with contextlib.suppress(subprocess.CalledProcessError):
        postgresql_cluster.run(
            "createuser", "-h", str(postgresql_cluster.folder), "-U", "postgres", "guest"
        )
    url = postgresql_cluster.url(database, "guest")
    with pytest.raises(DatabaseRefusedError):
        Store.open(PostgresqlSchema(url, SCHEMA), write=True)
    Store.open(PostgresqlSchema(postgresql_url, SCHEMA), write=True).close()
    with pytest.raises(CaseDamagedError, match="not on the database server"):
        Store.open(PostgresqlSchema(url, SCHEMA))


def test_a_database_of_another_encoding_is_refused(postgresql_cluster):
    postgresql_cluster.sql(
        "create database latin owner chainlead encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0"
    )
    with pytest.raises(ConfigError, match="LATIN1"):
        Store.open(PostgresqlSchema(postgresql_cluster.url("latin"), SCHEMA), write=True)


def test_a_second_writer_is_told_so_in_a_few_seconds(place):
    with Store.open(place, write=True), pytest.raises(CaseBusyError):
        Store.open(PostgresqlSchema(place._url, place.schema), write=True)
    Store.open(place, write=True).close()


def test_a_server_with_too_many_connections_is_named(postgresql_cluster, postgresql_url, place):
    Store.open(place, write=True).close()
    database = postgresql_url.split("/")[3].split("?")[0]
    postgresql_cluster.sql(f"alter database {database} connection limit 1")
    with Store.open(place), pytest.raises(DatabaseAwayError, match="as many connections"):
        Store.open(place)


def test_a_lost_connection_is_not_made_again_in_silence(place, postgresql_cluster):
    store = Store.open(place, write=True)
    store.insert("settings", [{"name": "a", "text": "b"}])
    listing = store.rows("settings")
    postgresql_cluster.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chainlead'"
    )
    for use in (
        lambda: list(store.rows("settings")),
        lambda: store.insert("settings", [{"name": "c", "text": "d"}]),
        lambda: store.insert("settings", [{"name": f"c{n}", "text": "d"} for n in range(50)]),
        lambda: store.count("settings"),
        lambda: list(listing),
        store.prepare_to_write,
        store.seal,
    ):
        with pytest.raises(DatabaseAwayError) as lost:
            use()
        assert lost.value.safe
        assert lost.value.next_step
    store.close()


def test_a_full_tablespace_is_named_and_taken_back(
    place, postgresql_cluster, postgresql_url, tmp_path
):
    """A small file system of its own, where this user may make one."""
    folder = postgresql_cluster.folder / "small"
    folder.mkdir(exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this user cannot mount a small file system")
    database = postgresql_url.split("/")[3].split("?")[0]
    try:
        space = folder / "space"
        space.mkdir()
        if not os.getuid():
            shutil.chown(space, "postgres", "postgres")
        postgresql_cluster.sql(f"create tablespace small owner chainlead location '{space}'")
        with Store.open(place, write=True) as store:
            store.insert("settings", [{"name": "a", "text": "b"}])
            postgresql_cluster.sql(f"alter table {SCHEMA}.settings set tablespace small", database)
            rows = ({"name": f"{n}", "text": os.urandom(2_000).hex()} for n in range(20_000))
            with pytest.raises(DiskFullError) as full:
                store.insert("settings", rows)
            assert full.value.exit_code == 26
            assert [row["name"] for row in store.rows("settings")] == ["a"]
            store.insert("settings", [{"name": "b", "text": "c"}])
            assert store.count("settings") == 2
    finally:
        postgresql_cluster.sql(f"drop schema if exists {SCHEMA} cascade", database)
        with contextlib.suppress(subprocess.CalledProcessError):
            postgresql_cluster.sql("drop tablespace if exists small")
        subprocess.run(["umount", str(Path(folder))], check=False)
