"""The practice world is the same everywhere, makes no money from nothing, and is valid on the wire."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from chainlead.guide.practice import PracticeWorld, build_world, write_world
from chainlead.guide.practice.exhibit import build_exhibit
from chainlead.guide.practice.sqlite_bytes import database_with_wal
from chainlead.guide.practice.story import KASTELL, SHOP
from chainlead.guide.practice.wire_format import merkle_root, regtest_genesis, sha256d

REGTEST_GENESIS = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"


@pytest.fixture(scope="module")
def world() -> PracticeWorld:
    return build_world()


def test_the_first_block_is_the_published_one() -> None:
    assert regtest_genesis().hash_wire[::-1].hex() == REGTEST_GENESIS


def test_the_same_seed_gives_the_same_bytes(world: PracticeWorld, tmp_path: Path) -> None:
    def digest(folder: Path, made: PracticeWorld) -> str:
        write_world(made, folder)
        state = hashlib.sha256()
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            state.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
        return state.hexdigest()

    assert digest(tmp_path / "one", world) == digest(tmp_path / "two", build_world())
    assert digest(tmp_path / "three", build_world("another seed")) != digest(
        tmp_path / "four", world
    )


def test_blocks_link_and_meet_their_target(world: PracticeWorld) -> None:
    previous = bytes(32)
    for height, block in enumerate(world.economy.blocks):
        assert block.height == height
        assert block.header[4:36] == previous
        assert block.header[36:68] == merkle_root([t.txid_wire for t in block.transactions])
        assert int.from_bytes(sha256d(block.header), "little") >> 248 < 0x80
        previous = block.hash_wire


def test_no_transaction_makes_money_and_every_coin_is_spent_once(world: PracticeWorld) -> None:
    spent: set[str] = set()
    made: dict[str, int] = {}
    for sent in world.transactions:
        for coin in sent.spent:
            assert coin.outpoint not in spent
            assert made[coin.outpoint] == coin.amount_sat
            spent.add(coin.outpoint)
        if sent.purpose != "coinbase":
            assert sent.fee_sat > 0
        made.update({coin.outpoint: coin.amount_sat for coin in sent.made})


def test_the_story_has_all_its_parts(world: PracticeWorld) -> None:
    assert len(world.deposits_of(KASTELL, SHOP)) == 2
    mix = world.transaction("mix")
    assert sum(coin.purpose == "mixed" for coin in mix.made) == 5
    assert len({coin.owner for coin in mix.spent}) == 5
    cold = max(world.transaction("peel 5").made, key=lambda coin: coin.amount_sat)
    assert cold.outpoint not in world.spent_outpoints()
    assert world.transaction("sweep").purpose == "sweep"
    assert any(sent.purpose == "batch payout" for sent in world.transactions)
    assert len(world.transaction("dust").made) >= 15


def test_the_hand_written_database_is_read_by_the_real_library(tmp_path: Path) -> None:
    database, log = database_with_wal(
        "urls",
        "id INTEGER PRIMARY KEY, url TEXT",
        [("settled",)],
        [("only in the log",)],
        b"saltsalt",
    )
    (tmp_path / "db").write_bytes(database)
    alone = sqlite3.connect(f"file:{tmp_path}/db?immutable=1", uri=True)
    assert alone.execute("select url from urls").fetchall() == [("settled",)]
    alone.close()
    (tmp_path / "db-wal").write_bytes(log)
    whole = sqlite3.connect(tmp_path / "db")
    assert whole.execute("pragma integrity_check").fetchone() == ("ok",)
    assert whole.execute("select url from urls").fetchall() == [("settled",), ("only in the log",)]
    whole.close()


def test_no_secret_is_in_the_truth(world: PracticeWorld) -> None:
    exhibit = build_exhibit(world)
    secrets = [
        planted for planted in exhibit.planted if planted.kind in {"mnemonic", "private_key"}
    ]
    assert len(secrets) == 2
    assert all(planted.value is None for planted in secrets)
