import random
import shutil
import sqlite3

import pytest

from chainlead.evidence.sqlite_wal import as_rollback, fold_wal


def rows(connection):
    return connection.execute("SELECT id, body FROM notes ORDER BY id").fetchall()


@pytest.mark.parametrize("seed", range(8))
def test_folding_shows_what_sqlite_itself_shows(tmp_path, seed):
    chance = random.Random(seed)
    path = tmp_path / "a.db"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute(f"PRAGMA page_size={chance.choice([512, 1024, 4096, 32768])}")
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)")
    for _ in range(chance.randint(5, 60)):
        match chance.randrange(6):
            case 0:
                writer.execute("DELETE FROM notes WHERE id % 3 = ?", (chance.randrange(3),))
            case 1:
                writer.execute(f"PRAGMA wal_checkpoint({chance.choice(['PASSIVE', 'RESTART'])})")
            case 2:
                writer.execute("BEGIN")
                writer.execute("UPDATE notes SET body = 'never'")
                writer.execute("ROLLBACK")
            case _:
                writer.execute(
                    "INSERT INTO notes (body) VALUES (?)", ("x" * chance.randrange(3000),)
                )
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    shutil.copy(f"{path}-wal", f"{copy}-wal")
    image, _ = fold_wal(path.read_bytes(), (tmp_path / "a.db-wal").read_bytes())
    writer.close()
    oracle = sqlite3.connect(copy)
    ours = sqlite3.connect(":memory:")
    ours.deserialize(as_rollback(image))
    assert rows(ours) == rows(oracle)
    ours.close()
    oracle.close()


def test_frames_after_the_last_commit_are_left_out(make_wal_pair):
    database, wal = make_wal_pair()
    whole, frames = fold_wal(database, wal)
    assert frames >= 1
    cut, fewer = fold_wal(database, wal[: 32 + (24 + 4096) * (frames - 1) + 100])
    assert fewer < frames
    assert cut != whole


@pytest.mark.parametrize("damage", [b"", b"\0" * 32, b"\x37\x7f\x06\x82" + b"\xff" * 60])
def test_a_log_that_is_none_adds_nothing(make_wal_pair, damage):
    database, _ = make_wal_pair()
    assert fold_wal(database, damage) == (bytearray(database), 0)


def test_a_log_of_another_round_adds_nothing(make_wal_pair):
    database, wal = make_wal_pair()
    other = bytearray(wal)
    other[32 + 8] ^= 1  # the frame's salt
    assert fold_wal(database, bytes(other))[1] == 0
