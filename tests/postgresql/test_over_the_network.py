"""A server that is reached by TCP and TLS: who it is, who we are, and what is said when it fails."""

import json
import logging
import os
import shutil
import subprocess
import sys
import traceback

import pytest

from chainlead.errors import CaseError, ConfigError, DatabaseAwayError, DatabaseRefusedError
from chainlead.store import Store, TeamStore
from chainlead.store import postgresql_address as address
from chainlead.store.postgresql import PostgresqlSchema
from chainlead.store.postgresql_connection import Watched, connect
from chainlead.workflow.case import Case, set_setting
from chainlead.workflow.verify import verify

SECRET = "hunter2"
SCHEMA = "case_0123456789abcdef"
KEY = bytes(range(32))


def told(error):
    """All that a person, a log or a report of a crash could see."""
    return "\n".join([*traceback.format_exception(error), repr(error), *error.sentences()])


def refusal(url, kind, words):
    """The refusal by the tables of a case, which is that by the tables of a team."""
    for use in (
        lambda: Store.open(PostgresqlSchema(url, SCHEMA), write=True),
        lambda: TeamStore.open(url),
    ):
        with pytest.raises(kind, match=words) as refused:
            use()
        error = refused.value
        assert all((error.message, error.safe, error.next_step))
        assert SECRET not in told(error)
        assert "right" not in [word.strip("':@/") for word in told(error).split()], "the password"
    return error


def test_a_case_is_kept_over_tls_by_the_name_in_the_certificate(
    server, tmp_path, clock, monkeypatch
):
    monkeypatch.setenv("CHAINLEAD_DATABASE", server.url())
    folder = tmp_path / "case"
    with Case.create(folder, key=KEY, clock=clock, who="tester", database=server.url()) as case:
        set_setting(case, "title", "over TLS")
        used = server.cluster.sql(
            "select string_agg(distinct version, ' ') from pg_stat_ssl join pg_stat_activity using (pid) "
            "where ssl and application_name = 'chainlead'"
        )
        assert used == "TLSv1.3"
    assert verify(folder).problems == []
    everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    for word in (b"db.police.example", b"right@", b":right"):
        assert word not in everything


def test_a_command_that_a_page_starts_reaches_the_server_too(server, tmp_path, monkeypatch):
    from chainlead.config import program_environment

    monkeypatch.setenv("CHAINLEAD_DATABASE", server.url(sslrootcert="", sslmode=""))
    monkeypatch.setenv("PGSSLROOTCERT", str(server.papers / "authority.pem"))
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    done = subprocess.run(
        [sys.executable, "-m", "chainlead", "case", "new", str(tmp_path / "case"), "--database", "--json"],
        env=program_environment("ada"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert (tmp_path / "case" / "case.store").is_file()


def test_the_address_of_another_machine_needs_no_word_about_tls(server, monkeypatch):
    monkeypatch.setattr(address, "_is_here", lambda _host: False)
    with connect(server.url(sslmode="")) as connection:
        assert connection.pgconn.ssl_in_use
    server.restart(ssl="off", ssl_cert_file="server.pem")
    refusal(server.url(sslmode=""), DatabaseRefusedError, "offers no TLS")


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"host": "other.police.example"}, DatabaseRefusedError, "certificate is for another name"),
        ({"sslrootcert": "stranger.pem"}, DatabaseRefusedError, "not from the expected authority"),
        ({"sslrootcert": "system"}, DatabaseRefusedError, "not from the expected authority"),
        ({"sslrootcert": "nothing-here.pem"}, ConfigError, "certificate of the authority"),
        ({"sslrootcert": "server.key"}, ConfigError, "certificate of the authority"),
        ({"sslmode": "disable"}, DatabaseRefusedError, "takes no connections without TLS"),
    ],
)
def test_a_server_that_is_not_who_it_should_be_gets_no_password(server, how, kind, words):
    how = dict(how)
    if how.get("sslrootcert", "system") != "system":
        how["sslrootcert"] = str(server.papers / how["sslrootcert"])
    error = refusal(server.url(**how), kind, words)
    assert ("Neither a password nor a row was sent" in error.safe) == ("sslmode" not in how)


def test_without_a_file_of_the_authority_the_next_step_says_how_to_name_it(
    server, monkeypatch, tmp_path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    error = refusal(server.url(sslrootcert=""), ConfigError, "certificate of the authority")
    assert "sslrootcert=FILE" in error.next_step


def test_a_certificate_that_has_expired_is_not_believed(server):
    server.restart(ssl_cert_file="expired.pem", ssl_key_file="expired.key")
    refusal(server.url(), DatabaseRefusedError, "has expired")


def test_a_server_without_tls_is_told_nothing_where_the_address_demands_it(server):
    server.restart(ssl="off")
    for mode in ("verify-full", "verify-ca", "require"):
        error = refusal(server.url(sslmode=mode), DatabaseRefusedError, "offers no TLS")
        assert "ssl = on" in error.next_step


def test_a_client_certificate_stands_in_place_of_a_password(server):
    papers = server.papers
    url = server.url(
        "bearer", sslcert=str(papers / "bearer.pem"), sslkey=str(papers / "bearer.key")
    )
    with Store.open(PostgresqlSchema(url, SCHEMA), write=True) as store:
        assert store.count("meta") == 0


@pytest.mark.parametrize(
    "how",
    [
        ("bearer", "", "", DatabaseRefusedError, "asks for a client certificate"),
        ("other", "bearer.pem", "bearer.key", DatabaseRefusedError, "for another role"),
        ("bearer", "lapsed.pem", "lapsed.key", DatabaseRefusedError, "client certificate"),
        ("bearer", "foreign.pem", "foreign.key", DatabaseRefusedError, "client certificate"),
        ("bearer", "bearer.pem", "nothing-here.key", ConfigError, "key"),
        ("bearer", "bearer.pem", "lapsed.key", ConfigError, "sslkey"),
        ("bearer", "bearer.pem", "open.key", ConfigError, "sslkey"),
        ("bearer", "broken.pem", "bearer.key", ConfigError, "sslcert"),
        ("bearer", "bearer.pem", "locked.key", ConfigError, "sslkey"),
    ],
)
def test_a_client_certificate_that_does_not_fit_is_named(server, tmp_path, how):
    role, certificate, key, kind, words = how
    for name in ("bearer", "lapsed", "foreign"):
        for end in ("pem", "key"):
            shutil.copy(server.papers / f"{name}.{end}", tmp_path)
            (tmp_path / f"{name}.{end}").chmod(0o600)
    shutil.copy(tmp_path / "bearer.key", tmp_path / "open.key")
    (tmp_path / "open.key").chmod(0o666)
    (tmp_path / "broken.pem").write_text("no certificate\n")
    subprocess.run(
        ["openssl", "ec", "-in", "bearer.key", "-aes256", "-passout", f"pass:{SECRET}", "-out", "locked.key"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / "locked.key").chmod(0o600)
    given = {"sslcert": certificate, "sslkey": key}
    refusal(
        server.url(role, **{name: str(tmp_path / file) for name, file in given.items() if file}),
        kind,
        words,
    )


@pytest.mark.parametrize(
    "how",
    [
        ((":right@", f":{SECRET}@"), DatabaseRefusedError, "password is wrong"),
        ((":right@", "@"), DatabaseRefusedError, "no password"),
        (
            ("//chainlead:right@", f"//nobody:{SECRET}@"),
            DatabaseRefusedError,
            "lets? nobody in|password is wrong",
        ),
        (("/chainlead?", f"/{SECRET}?"), DatabaseRefusedError, "does not exist"),
        (("127.0.0.1", "127.0.0.9"), DatabaseAwayError, "nothing listens"),
    ],
)
def test_a_login_that_fails_over_the_network_is_named(server, monkeypatch, tmp_path, how):
    change, kind, words = how
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    url = server.url().replace(*change)
    assert url != server.url()
    refusal(url, kind, words)


def test_a_server_that_speaks_another_language_is_understood(server, socket_enabled, monkeypatch):
    """What is said then fits every cause: its words are no sign."""
    for state, sentence in (
        ("28P01", "lösenordsautentisering misslyckades"),
        ("3D000", "databasen finns inte"),
    ):
        with speaking(state, sentence) as port:
            url = f"postgresql://chainlead:{SECRET}@127.0.0.1:{port}/d?sslmode=disable&gssencmode=disable"
            with pytest.raises(
                DatabaseRefusedError, match="role, the password or the database"
            ) as refused:
                connect(url)
        assert SECRET not in told(refused.value)


def speaking(state, sentence):
    """A server that asks for a password in the open and then refuses."""
    import contextlib
    import socket
    import struct
    import threading

    def message(kind, body):
        return kind + struct.pack(">i", len(body) + 4) + body

    def answer(listening):
        with contextlib.suppress(OSError):
            taken, _ = listening.accept()
            with taken:
                taken.recv(4096)
                taken.sendall(message(b"R", struct.pack(">i", 3)))
                taken.recv(4096)
                fields = f"SÖDESDIGERT\0VFATAL\0C{state}\0M{sentence}\0\0".encode()
                taken.sendall(message(b"E", fields))

    @contextlib.contextmanager
    def run():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            thread = threading.Thread(target=answer, args=(listening,))
            thread.start()
            yield listening.getsockname()[1]
            thread.join(10)

    return run()


def test_an_act_in_whose_middle_the_server_is_restarted_is_finished_by_the_next_command(
    server, tmp_path, clock, monkeypatch
):
    monkeypatch.setenv("CHAINLEAD_DATABASE", server.url())
    folder = tmp_path / "case"
    case = Case.create(folder, key=KEY, clock=clock, who="tester", database=server.url())
    set_setting(case, "title", "before")
    real = Store.insert

    def insert(store, *given, **named):
        real(store, *given, **named)
        monkeypatch.setattr(Store, "insert", real)
        server.restart("immediate")

    monkeypatch.setattr(Store, "insert", insert)
    with pytest.raises(DatabaseAwayError, match="was lost") as lost:
        set_setting(case, "title", "in the middle")
    assert "in the case's journal" in lost.value.safe
    assert "finishes what was left undone" in lost.value.next_step
    assert "right@" not in told(lost.value)
    with pytest.raises(CaseError, match="is recorded, but the tables do not hold it yet"):
        set_setting(case, "title", "on a connection that is gone")
    case.close()
    with Case.open_to_write(folder, clock=clock, who="tester") as again:
        assert again.settings["title"] == "in the middle"
        set_setting(again, "title", "after")
    with Case.open_to_read(folder) as read:
        assert read.settings["title"] == "after"
        assert [e.what["text"] for e in read.entries if e.act == "case.set"] == [
            "before", "in the middle", "after",
        ]  # fmt: skip
    assert verify(folder).problems == []


def test_a_team_goes_on_by_itself_after_the_server_was_restarted(server, clock):
    with TeamStore.open(server.url()) as team:
        team.add_person("ada", "Ada Berg", "x", None, False, at=clock.now())
        server.restart()
        assert team.person("ada").full_name == "Ada Berg"
        server.cluster.stop("fast")
        try:
            with pytest.raises(DatabaseAwayError) as away:
                team.person("ada")
            assert "right@" not in told(away.value)
        finally:
            server.cluster.start()
        assert team.person("ada").full_name == "Ada Berg"
    server.cluster.sql("drop schema chainlead_team cascade", "chainlead")


@pytest.fixture
def impatient(monkeypatch):
    """A second in place of half a minute."""
    monkeypatch.setattr(Watched, "rounds", 5)
    monkeypatch.setattr(Watched, "rounds_in_doubt", 3)
    monkeypatch.setattr("chainlead.store.postgresql_connection._Asking.rounds", 5)


def test_a_connection_that_falls_silent_is_given_up(server, pipe, impatient):
    url = server.url(port=pipe.port, connect_timeout="2")
    store = Store.open(PostgresqlSchema(url, SCHEMA), write=True)
    store.insert("settings", [{"name": "a", "text": "b"}])
    pipe.fall_silent()
    with pytest.raises(DatabaseAwayError, match="stopped answering") as silent:
        list(store.rows("settings"))
    assert "right@" not in told(silent.value)
    assert silent.value.safe
    assert silent.value.next_step
    with pytest.raises(DatabaseAwayError, match="was lost"):
        store.insert("settings", [{"name": "c", "text": "d"}])
    store.close()


@pytest.mark.parametrize("rows", [1, 500])
def test_rows_that_fall_into_silence_are_not_half_there(server, pipe, impatient, rows):
    place = PostgresqlSchema(server.url(), SCHEMA)
    Store.open(place, write=True).close()
    url = server.url(port=pipe.port, connect_timeout="2")
    store = Store.open(PostgresqlSchema(url, SCHEMA), write=True)
    pipe.fall_silent()
    with pytest.raises(DatabaseAwayError):
        store.insert("settings", [{"name": f"{n}", "text": "x" * 1_000} for n in range(rows)])
    store.close()
    pipe.close()
    with Store.open(place) as read:
        assert read.count("settings") == 0


def test_an_answer_that_takes_long_is_waited_for(server, impatient):
    with connect(server.url()) as connection:
        assert connection.execute("select 7 from pg_sleep(3)").fetchone() == (7,)


def test_whoever_cannot_be_asked_in_the_meantime_counts_as_at_work(server, impatient):
    with connect(server.url()) as connection:
        server.cluster.sql("alter role chainlead connection limit 1")
        try:
            assert connection.execute("select 7 from pg_sleep(2)").fetchone() == (7,)
        finally:
            server.cluster.sql("alter role chainlead connection limit -1")


def test_an_answer_that_got_lost_on_its_way_is_not_waited_for(server, impatient, monkeypatch):
    """The server waits for the next question while we wait for an answer."""
    with connect(server.url()) as connection:
        assert connection.is_at_work() is False
        monkeypatch.setattr(connection, "address", server.url(port=1))
        assert connection.is_at_work() is True, "nothing is known"


def test_a_server_that_takes_a_connection_and_says_nothing_is_away(server, pipe):
    pipe.fall_silent()
    refusal(
        server.url(port=pipe.port, connect_timeout="2"), DatabaseAwayError, "nothing answers there"
    )


def test_the_driver_logs_no_password(server, caplog):
    caplog.set_level(logging.DEBUG)
    refusal(
        server.url().replace(":right@", f":{SECRET}@"), DatabaseRefusedError, "password is wrong"
    )
    assert SECRET not in caplog.text


def test_a_command_says_what_happened_what_is_safe_and_what_to_do(server, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "chainlead", "case", "new", str(tmp_path / "case"), "--database"],
        env={**os.environ, "CHAINLEAD_DATABASE": server.url(host="other.police.example")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 29
    said = " ".join(done.stderr.split())
    for words in (
        "certificate is for another name",
        "Neither a password nor a row was sent",
        "Write the host",
    ):
        assert words in said
    assert "right" not in said.split("@")[0].split(":")
    assert "Traceback" not in said
    assert not (tmp_path / "case").exists()
