import shutil
import sqlite3

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, String

from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseVersionError,
    DiskFullError,
    StoreError,
)
from chainlead.store import Store
from chainlead.store.tables import METADATA


def setting(name: str, text: str = "x") -> dict[str, str]:
    return {"name": name, "text": text}


def output(number: int, **changes) -> dict[str, object]:
    plain = {
        "tx_id": number, "output_index": 0, "amount_units": number, "script": b"\x00\xff",
        "address": None,
    }  # fmt: skip
    return {**plain, **changes}


def numbers(store: Store, **how) -> list[int]:
    return [row["tx_id"] for row in store.rows("outputs", **how)]


def test_rows_come_back_as_they_were_given(store, make_finding):
    of_type = {
        Integer: 7,
        BigInteger: -(2**63),
        String: "",
        LargeBinary: b"\x00\xff",
        Boolean: True,
    }
    rows = [
        make_finding("a", detail={"z": [1, None, True], "å": 2**70}, location=["x", "y"]),
        make_finding("b", value=None, offset_bytes=2**63 - 1, context="\x00\u2028😀"),
    ]
    with store.transaction():
        assert store.insert("findings", rows) == 2
    assert list(store.rows("findings")) == rows
    block = {name: of_type[type(c.type)] for name, c in METADATA.tables["blocks"].c.items()}
    store.insert("blocks", [block])
    (kept,) = store.rows("blocks")
    assert kept == block
    assert kept["on_best_chain"] is True


def test_no_rows_are_no_rows(store):
    assert store.insert("settings", []) == 0
    assert list(store.rows("settings")) == []
    assert store.lookup("settings", name="a") is None
    assert store.largest("outputs", "tx_id") is None
    assert store.group_counts("settings", "text") == {}


def test_the_default_order_is_the_key(store):
    store.insert("outputs", [output(n) for n in (3, 1, 2)])
    assert numbers(store) == [1, 2, 3]


def test_an_order_can_be_turned_and_mixed(store):
    rows = [output(1, amount_units=5), output(2, amount_units=9), output(3, amount_units=5)]
    store.insert("outputs", rows)
    assert numbers(store, order_by=["-amount_units", "tx_id"]) == [2, 1, 3]
    assert numbers(store, order_by=["amount_units", "-tx_id"]) == [3, 1, 2]
    assert numbers(store, order_by=["-tx_id"], limit=2) == [3, 2]


def test_columns_can_be_chosen(store):
    store.insert("outputs", [output(1)])
    (row,) = store.rows("outputs", columns=["amount_units", "tx_id"])
    assert row == {"amount_units": 1, "tx_id": 1}
    assert list(row) == ["amount_units", "tx_id"]


def test_whole_columns_say_what_the_rows_say(store, make_finding):
    names = ["finding_id", "value", "candidates", "offset_bytes", "location"]
    made = [
        make_finding(f"f{n}", value=value, candidates=[{"chain": chain}], offset_bytes=n)
        for n, (value, chain) in enumerate([("a\x00b\x01ø€🙂", "bitcoin"), (None, "dæsh")])
    ]
    store.insert("findings", made)
    lists = store.columns("findings", names)
    found = [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]
    for row in found:
        row["candidates"] = msgspec.json.decode(row["candidates"])
        row["location"] = msgspec.json.decode(row["location"])
    assert sorted(found, key=lambda row: row["finding_id"]) == [
        {name: row[name] for name in names} for row in made
    ]
    assert store.columns("findings", names[:2], value=None) == [["f1"], [None]]


def test_columns_without_rows_are_empty_lists(store):
    assert store.columns("findings", ["kind", "value"]) == [[], []]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"tx_id": 2}, [2]),
        ({"tx_id": ("<", 2)}, [0, 1]),
        ({"tx_id": ("<=", 2)}, [0, 1, 2]),
        ({"tx_id": (">", 2)}, [3, 4]),
        ({"tx_id": (">=", 2)}, [2, 3, 4]),
        ({"tx_id": ("!=", 2)}, [0, 1, 3, 4]),
        ({"tx_id": ("in", [1, 3, 9])}, [1, 3]),
        ({"tx_id": ("in", {4})}, [4]),
        ({"tx_id": ("in", [])}, []),
        ({"tx_id": ("in", (0, 0, 1))}, [0, 1]),
        ({"address": None}, [0, 1, 2]),
        ({"address": "a"}, [3, 4]),
        ({"address": "a", "amount_units": (">", 3)}, [4]),
        ({"script": b"\x00\xff"}, [0, 1, 2, 3, 4]),
    ],
    ids=str,
)
def test_a_condition_chooses_rows(store, condition, expected):
    store.insert("outputs", [output(n, address="a" if n > 2 else None) for n in range(5)])
    assert numbers(store, **condition) == expected
    if "in" not in str(condition):
        assert store.count("outputs", **condition) == len(expected)


@pytest.mark.parametrize("size", [5_000, 5_001, 40_000])
def test_a_list_of_any_length_can_be_asked_for(store, size):
    store.insert("outputs", [output(n) for n in range(0, 100_000, 7)])
    wanted = [*range(size), *range(size)]
    expected = list(range(0, size, 7))
    assert numbers(store, tx_id=("in", wanted)) == expected
    assert numbers(store, tx_id=("in", wanted), order_by=["-tx_id"], limit=3) == expected[:-4:-1]
    assert store.count("outputs", tx_id=("in", wanted)) == len(expected)
    assert store.largest("outputs", "tx_id", tx_id=("in", wanted)) == expected[-1]
    assert sum(store.group_counts("outputs", "script", tx_id=("in", wanted)).values()) == len(
        expected
    )


def test_two_long_lists_can_be_asked_for_at_once(store):
    store.insert("outputs", [output(n, script=n.to_bytes(4, "big")) for n in range(10_000)])
    scripts = [n.to_bytes(4, "big") for n in range(0, 10_000, 2)] + [b"x%d" % n for n in range(9)]
    outer = store.rows("outputs", tx_id=("in", range(3, 9_000)), script=("in", scripts * 2))
    assert next(outer)["tx_id"] == 4
    assert store.count("outputs", tx_id=("in", range(6_000))) == 6_000
    assert next(outer)["tx_id"] == 6
    outer.close()


def test_a_long_list_works_on_a_file_opened_for_reading(path):
    with Store.open(path, write=True) as store, store.transaction():
        store.insert("outputs", [output(n) for n in range(10)])
    with Store.open(path) as store:
        assert numbers(store, tx_id=("in", range(5, 20_000))) == [5, 6, 7, 8, 9]
    assert [p.name for p in path.parent.iterdir() if not p.name.endswith(("-wal", "-shm"))] == [
        "case.db"
    ]


def test_many_long_lists_use_few_temporary_tables(path):
    store = Store.open(path, write=True)
    for start in range(20):
        assert numbers(store, tx_id=("in", range(start, 6_000 + start))) == []
    found = store._connection.exec_driver_sql(
        "select name from sqlite_temp_master where type='table'"
    )
    assert found.all() == [("wanted_0",)]
    store.close()


def test_a_long_list_that_was_read_holds_no_lock(path):
    Store.open(path, write=True).close(settle=True)
    with Store.open(path) as reader, Store.open(path, write=True) as writer:
        assert numbers(reader, tx_id=("in", range(6_000))) == []
        writer.insert("outputs", [output(1)])
        assert numbers(reader, tx_id=("in", range(6_000))) == [1]


def test_a_long_list_survives_a_roll_back(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.count("outputs", tx_id=("in", range(6_000))) / 0
    store.insert("outputs", [output(1)])
    assert numbers(store, tx_id=("in", range(6_000))) == [1]


def test_a_write_outside_a_transaction_is_one_by_itself(path):
    with Store.open(path, write=True) as store:
        store.insert("settings", [setting("a"), setting("b")])
        store.delete("settings", name="b")
    with Store.open(path) as store:
        assert [row["name"] for row in store.rows("settings")] == ["a"]


def test_delete_removes_what_matches(store):
    store.insert("outputs", [output(n) for n in range(5)])
    store.delete("outputs", tx_id=(">", 2))
    assert numbers(store) == [0, 1, 2]
    store.delete("outputs")
    assert store.count("outputs") == 0


def test_replace_overwrites_by_key_and_only_there(store):
    store.insert("settings", [setting("a", "1"), setting("b", "1")])
    store.insert("settings", [setting("a", "2"), setting("c", "2")], replace=True)
    kept = [(row["name"], row["text"]) for row in store.rows("settings")]
    assert kept == [("a", "2"), ("b", "1"), ("c", "2")]


def test_a_key_that_exists_is_refused_without_replace(store):
    store.insert("settings", [setting("a")])
    with pytest.raises(StoreError, match="UNIQUE"), store.transaction():
        store.insert("settings", [setting("a")])


def test_a_refusal_does_not_repeat_the_values(store):
    with pytest.raises(StoreError) as refused, store.transaction():
        store.insert("settings", [{"name": "hunter2", "text": None}])
    error: BaseException | None = refused.value
    while error:
        assert "hunter2" not in str(error)
        error = error.__cause__


def test_a_transaction_is_whole_or_nothing(store):
    with store.transaction():
        store.insert("settings", [setting("a")])
    with pytest.raises(StoreError), store.transaction():
        store.insert("settings", [setting("b"), setting("a")])
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.insert("settings", [setting("c")]) / 0
    assert [row["name"] for row in store.rows("settings")] == ["a"]


def test_a_transaction_inside_another_is_part_of_it(store):
    def inner():
        with store.transaction():
            return store.insert("settings", [setting("a")])

    with pytest.raises(ZeroDivisionError), store.transaction():
        inner() / 0
    assert store.count("settings") == 0


def test_what_is_committed_is_there_after_closing_without_settling(path):
    with Store.open(path, write=True) as store, store.transaction():
        store.insert("settings", [setting("a")])
    with Store.open(path) as store:
        assert store.count("settings") == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: list(s.rows("nothing")), lambda s: list(s.rows("settings", colour=1)),
        lambda s: list(s.rows("settings", columns=["colour"])), lambda s: s.count("nothing"),
        lambda s: list(s.rows("settings", order_by=["-colour"])), lambda s: s.largest("outputs", "x"),
        lambda s: s.insert("settings", [{"colour": 1}]),
        lambda s: s.insert("settings", [setting("a"), {"name": "b"}]),
        lambda s: s.insert("settings", [setting("a"), {"name": "b", "colour": 1}]),
        lambda s: s.insert("outputs", [output(1, amount_units=2**63)]),
        lambda s: s.insert("settings", [setting("a", "\udc80")]),
        lambda s: s.insert("settings", [setting("a", ("a", "tuple"))]),
        lambda s: list(s.rows("settings", name="\udc80")),
        lambda s: list(s.rows("outputs", tx_id=2**64)),
    ],
)  # fmt: skip
def test_what_cannot_be_done_has_a_name(store, ask):
    with pytest.raises(StoreError):
        ask(store)


def test_a_store_opened_for_reading_cannot_be_written(path):
    Store.open(path, write=True).close(settle=True)
    with (
        Store.open(path) as store,
        pytest.raises(StoreError, match="readonly"),
        store.transaction(),
    ):
        store.insert("settings", [setting("a")])


@pytest.mark.parametrize("settled", [True, False])
def test_opening_for_reading_makes_no_side_files_and_changes_nothing(path, settled):
    store = Store.open(path, write=True)
    with store.transaction():
        store.insert("settings", [setting("a")])
    store.close(settle=settled)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    with Store.open(path) as reader:
        assert reader.count("settings") == 1
        assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_a_settled_file_opens_on_a_read_only_medium(path):
    Store.open(path, write=True).close(settle=True)
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with Store.open(path) as store:
            assert store.count("settings") == 0
    finally:
        path.parent.chmod(0o700)


def test_settling_leaves_one_file(path):
    store = Store.open(path, write=True)
    with store.transaction():
        store.insert("settings", [setting("a")])
    assert (path.parent / "case.db-wal").exists()
    abandoned = store.rows("settings")
    next(abandoned)
    assert store.close(settle=True) is True
    assert [p.name for p in path.parent.iterdir()] == ["case.db"]
    abandoned.close()


def test_opening_for_writing_changes_no_byte_of_a_settled_file(path):
    store = Store.open(path, write=True)
    with store.transaction():
        store.insert("settings", [setting("a")])
    store.close(settle=True)
    before = path.read_bytes()
    Store.open(path, write=True).close(settle=True)
    assert path.read_bytes() == before


def test_two_writers_of_one_file_are_told_apart(path):
    with (
        Store.open(path, write=True) as one,
        Store.open(path, write=True) as two,
        one.transaction(),
    ):
        one.insert("settings", [setting("a")])
        with pytest.raises(CaseBusyError), two.transaction():
            two.insert("settings", [setting("b")])


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"no database at all" * 500])
def test_what_is_no_case_database_is_named(path, content):
    path.write_bytes(content)
    with pytest.raises(CaseDamagedError) as refused:
        Store.open(path)
    assert refused.value.exit_code == 14


def test_a_missing_file_is_named_and_not_made(path):
    with pytest.raises(CaseDamagedError):
        Store.open(path)
    assert not path.exists()


def test_another_database_is_named(path):
    with sqlite3.connect(path) as connection:
        connection.execute("create table notes (text)")
    connection.close()
    with pytest.raises(CaseDamagedError):
        Store.open(path)


@pytest.mark.parametrize("write", [False, True])
def test_a_newer_layout_is_refused(path, write):
    Store.open(path, write=True).close(settle=True)
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = '0999'")
    connection.close()
    with pytest.raises(CaseVersionError, match="0999"):
        Store.open(path, write=write)


def test_an_older_layout_is_not_read_but_brought_up_to_date(path, monkeypatch):
    from chainlead.store import revision

    store = Store.open(path, write=True)
    assert store.was_upgraded
    store.close(settle=True)
    monkeypatch.setattr(revision, "known_revisions", lambda: ("0001", "0002"))
    with pytest.raises(CaseVersionError, match="older"):
        Store.open(path)


def test_a_damaged_page_is_named_when_it_is_met(path):
    store = Store.open(path, write=True)
    with store.transaction():
        store.insert("outputs", [output(n) for n in range(20_000)])
    store.close(settle=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xa5" * (len(content) - len(content) // 2)
    path.write_bytes(content)

    def read_all():
        with Store.open(path) as damaged:
            return damaged.table_digests()

    with pytest.raises(CaseDamagedError):
        read_all()


def test_a_full_disk_is_named_and_rolls_back(path):
    store = Store.open(path, write=True)
    with store.transaction():
        store.insert("settings", [setting("a")])
        pages = store._connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store._connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
    store._connection.rollback()
    with pytest.raises(DiskFullError) as refused, store.transaction():
        store.insert("outputs", [output(n, script=b"x" * 500) for n in range(5_000)])
    assert refused.value.exit_code == 26
    assert store.count("outputs") == 0
    with store.transaction():
        store.insert("settings", [setting("b")])
    assert store.count("settings") == 2
    store.close()


def test_digests_do_not_depend_on_the_order_of_insertion(tmp_path):
    def digests(order):
        with Store.in_memory() as store:
            for number in order:
                store.insert("outputs", [output(number)])
            return store.table_digests()

    assert digests([1, 2, 3]) == digests([3, 1, 2])
    assert digests([1, 2, 3]) != digests([1, 2])
    assert digests([]).keys() == digests([1]).keys()


def test_a_file_and_memory_give_the_same_digests(path, make_finding):
    rows = [make_finding(f"{n:020}", detail={"b": n, "a": [n]}) for n in range(50)]
    with Store.open(path, write=True) as one, Store.in_memory() as two:
        for store in (one, two):
            store.insert("findings", rows)
        assert one.table_digests() == two.table_digests()


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"])),
        max_size=8,
    )
)
def test_any_text_is_kept_exactly(pairs):
    with Store.in_memory() as store:
        store.insert("settings", [setting(name, text) for name, text in pairs.items()])
        assert {row["name"]: row["text"] for row in store.rows("settings")} == pairs


def test_group_counts_are_sorted(store):
    store.insert("settings", [setting("a", "z"), setting("b", "y"), setting("c", "z")])
    counts = store.group_counts("settings", "text")
    assert list(counts.items()) == [("y", 1), ("z", 2)]


def test_a_copy_of_a_settled_file_is_a_whole_case_database(path, tmp_path):
    store = Store.open(path, write=True)
    with store.transaction():
        store.insert("settings", [setting("a")])
    store.close(settle=True)
    copy = shutil.copy(path, tmp_path / "copy with spaces, %41 and #.db")
    with Store.open(copy) as again:
        assert again.count("settings") == 1


def test_a_long_look_apart_holds_no_writer_up_and_sees_its_own_moment(tmp_path):
    file = tmp_path / "case.db"
    with Store.open(file, write=True) as store:
        store.insert("settings", [setting("a"), setting("b")])
        store.close(settle=True)
    with Store.open(file) as reader, reader.apart() as apart:
        looking = apart.rows("settings")
        assert next(looking)["name"] == "a"
        with Store.open(file, write=True) as writer:
            writer.insert("settings", [setting("c")])
        assert [row["name"] for row in looking] == ["b"]
        assert apart.count("settings") == 2
