import threading

import pytest

from chainlead.errors import CaseVersionError, ConfigError, DatabaseAwayError, StoreError
from chainlead.store import TeamStore
from chainlead.store.team_tables import marks


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return tmp_path / "deeper" / "team.db"


def test_the_tables_outlive_the_program_and_keep_their_secret(place, now):
    with TeamStore.open(place) as team:
        team.add_person("ada", "Ada", "hash", at=now)
        assert team.secret() == ""
        assert team.keep_secret("one") == "one"
    with TeamStore.open(place) as team:
        assert team.person("ada").full_name == "Ada"
        assert team.keep_secret("two") == "one"
        assert team.secret() == "one"


def test_a_newer_layout_is_refused(place):
    with TeamStore.open(place) as team, team._begin() as connection:
        connection.execute(marks.update().where(marks.c.name == "layout").values(text="2"))
    with pytest.raises(CaseVersionError):
        TeamStore.open(place)


def test_many_may_open_the_tables_first_at_one_time(place):
    opened, failed = [], []

    def first():
        try:
            with TeamStore.open(place) as team:
                opened.append(team.keep_secret(threading.current_thread().name))
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=first) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert len(opened) == 6
    assert len(set(opened)) == 1


def test_the_file_is_its_owners_alone(tmp_path):
    with TeamStore.open(tmp_path / "team.db"):
        assert (tmp_path / "team.db").stat().st_mode & 0o077 == 0


def test_an_address_that_is_none_is_refused_without_telling_it(socket_enabled):
    for url in (
        "postgresql://chainlead:hunter2@127.0.0.1:1/x",
        "postgresql://chainlead:hunter2@[/x",
    ):
        with pytest.raises((ConfigError, DatabaseAwayError)) as caught:
            TeamStore.open(url)
        assert "hunter2" not in "".join(caught.value.sentences())


def test_a_place_where_no_file_can_be_is_a_named_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        TeamStore.open(tmp_path / "file" / "team.db")


def test_a_file_that_is_no_database_is_a_named_error(tmp_path):
    (tmp_path / "team.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreError):
        TeamStore.open(tmp_path / "team.db")


def test_no_case_knows_these_tables():
    from chainlead.store.tables import METADATA
    from chainlead.store.team_tables import TEAM_METADATA

    assert not {table.split(".")[-1] for table in TEAM_METADATA.tables} & set(METADATA.tables)
