"""Every row is the same in a file and on a server: what comes back, in which order, with which digest."""

import string
import tracemalloc

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BIGINT,
    JSON,
    TEXT,
    BigInteger,
    Boolean,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    create_engine,
    inspect,
)

from chainlead.errors import StoreError
from chainlead.store import Store
from chainlead.store.tables import METADATA

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x00\x01\x02"), max_size=12
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
LONG = tuple(
    f"{table.name}_{end}"
    for table in METADATA.tables.values()
    for column in table.primary_key
    if isinstance(column.type, Text)
    for end in ("key", f"by_{column.name}")
)
"""Indexes that only the server needs."""
HASHED = {
    index.name
    for table in METADATA.tables.values()
    for index in table.indexes
    if any(isinstance(column.type, Text) for column in index.columns)
}
OF_TYPE = {
    JSON: JSONS,
    Boolean: st.booleans(),
    BigInteger: st.integers(-(2**63), 2**63 - 1),
    Integer: st.integers(-(2**63), 2**63 - 1),
    LargeBinary: st.binary(max_size=12),
}


def rows_of(table: Table):
    columns = {}
    for column in table.c:
        of_type = OF_TYPE.get(type(column.type), TEXTS)
        columns[column.name] = of_type | st.none() if column.nullable else of_type
    key = [column.name for column in table.primary_key]
    return st.lists(
        st.fixed_dictionaries(columns),
        max_size=5,
        unique_by=lambda r: tuple(r[name] for name in key),
    )


@pytest.fixture
def both(place, tmp_path):
    """A store on the server and one in a file."""
    with Store.open(place, write=True) as one, Store.open(tmp_path / "c.db", write=True) as two:
        yield one, two


def test_the_migrations_make_every_table_on_the_server(place):
    def is_ours(_thing, name, kind, *_more):
        return name != "kept_digests" and not (kind == "index" and name in LONG)

    Store.open(place, write=True).close()
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(place._url, options=f"-c search_path={place.schema}"),
    )
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, METADATA)
        integers = inspect(connection).get_columns("placements")
    engine.dispose()
    assert [difference for difference in found if not is_widening(difference)] == []
    assert {str(column["type"]) for column in integers} == {"BIGINT"}


def is_widening(difference) -> bool:
    """A number has 64 bits there, text sorts by bytes, an index on text of any length is another."""
    if not isinstance(difference, list):
        kind, index = difference
        return kind in {"add_index", "remove_index"} and index.name in HASHED
    ((kind, *_where, before, after),) = difference
    is_text = isinstance(before, TEXT) and before.collation == "C" and isinstance(after, String)
    is_number = isinstance(before, BIGINT) and isinstance(after, Integer)
    return kind == "modify_type" and (is_text or is_number)


@pytest.fixture(scope="module")
def table_store(postgresql_cluster):
    from chainlead.store.postgresql import PostgresqlSchema

    postgresql_cluster.sql("create database all_tables owner chainlead")
    place = PostgresqlSchema(postgresql_cluster.url("all_tables"), "case_0123456789abcdef")
    with Store.open(place, write=True) as store:
        yield store


@pytest.fixture(scope="module")
def memory_store():
    with Store.in_memory() as store:
        yield store


@given(data=st.data())
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_any_row_is_the_same_in_both(table_store, memory_store, data):
    name = data.draw(st.sampled_from(sorted(METADATA.tables)))
    table = METADATA.tables[name]
    rows = data.draw(rows_of(table))
    both = (table_store, memory_store)
    try:
        for store in both:
            store.insert(name, rows)
        assert list(table_store.rows(name)) == list(memory_store.rows(name))
        assert table_store.digest_of(name) == memory_store.digest_of(name)
        plain = [c.name for c in table.c if not isinstance(c.type, JSON)]
        for column in data.draw(st.lists(st.sampled_from(plain), max_size=3)):
            order = [data.draw(st.sampled_from(["", "-"])) + column]
            order += [c.name for c in table.primary_key]
            one, two = (list(store.rows(name, order_by=order)) for store in both)
            assert one == two
            for row in rows[:1]:
                value = row[column]
                wheres = [value, ("in", [value])]
                if value is not None:
                    wheres += [(sign, value) for sign in ("<=", ">", "!=")]
                for where in wheres:
                    one, two = (store.count(name, **{column: where}) for store in both)
                    assert one == two
        for store in both:
            store.insert(name, rows, replace=True)
        assert table_store.digest_of(name) == memory_store.digest_of(name)
    finally:
        for store in both:
            store.delete(name)


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_what_is_kept_of_a_text_sorts_as_the_text_and_is_no_other_texts(one, two):
    from chainlead.store.kept_text import bound_text, kept_text, restored_text

    assert "\x00" not in kept_text(one)
    assert bound_text(one) == kept_text(one)
    assert restored_text(kept_text(one)) == one
    assert (kept_text(one).encode() < kept_text(two).encode()) == (one.encode() < two.encode())


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc80b"])
@pytest.mark.parametrize("rows", [1, 100])
def test_half_a_surrogate_pair_is_refused_by_both(both, text, rows):
    for store in both:
        with pytest.raises(StoreError, match="surrogate"):
            store.insert("settings", [{"name": f"{n}{text}", "text": ""} for n in range(rows)])
        with pytest.raises(StoreError):
            list(store.rows("settings", name=text))
        assert store.count("settings") == 0


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**80])
@pytest.mark.parametrize("rows", [1, 100])
def test_a_number_of_more_than_64_bits_is_refused_by_both(both, number, rows):
    for store in both:
        made = [{"tx_id": n, "source_sha256": "", "chain": ""} for n in range(rows - 1)]
        with pytest.raises(StoreError, match="whole number"):
            store.insert(
                "unproved_transactions",
                [*made, {"tx_id": number, "source_sha256": "", "chain": ""}],
            )
        assert store.count("unproved_transactions") == 0


def test_a_path_of_any_length_is_a_key_in_both(both, make_random_text):
    long = [make_random_text(size) for size in (2_000, 2_800, 9_000, 70_000)]
    rows = [
        {"exhibit": "E1", "location": text, "reason": text[::-1], "detail": "", "steps": []}
        for text in long
    ]
    for store in both:
        store.insert("unread", rows)
        store.insert("unread", rows, replace=True)
        assert store.count("unread") == 4
        assert store.lookup("unread", location=long[3])["location"] == long[3]
        with pytest.raises(StoreError, match="UNIQUE"):
            store.insert("unread", rows[:1])
    assert both[0].table_digests() == both[1].table_digests()


@pytest.fixture
def make_random_text():
    import random

    source = random.Random(7)
    return lambda size: "".join(source.choices(string.printable, k=size))


def rows(count: int, size: int = 10):
    return ({"name": f"{n:07}", "text": "x" * size} for n in range(count))


def test_a_listing_goes_on_while_rows_are_written(both):
    for store in both:
        store.insert("settings", rows(5_000))
        listing = store.rows("settings")
        first = [next(listing)["name"] for _ in range(3)]
        store.insert("meta", [{"name": "a", "text": "b"}])
        with store.transaction():
            store.insert("meta", [{"name": "c", "text": "d"}])
            first += [next(listing)["name"]]
        other = store.rows("settings", order_by=["-name"])
        assert next(other)["name"] == "0004999"
        other.close()
        assert [*first, *(row["name"] for row in listing)] == [f"{n:07}" for n in range(5_000)]


def test_a_listing_outlives_a_roll_back_that_it_is_no_part_of(both):
    for store in both:
        store.insert("settings", rows(5_000))
        listing = store.rows("settings")
        assert next(listing)["name"] == "0000000"
        with pytest.raises(StoreError), store.transaction():
            store.insert("meta", [{"name": "c", "text": "d"}] * 2)
        assert sum(1 for _ in listing) == 4_999
        assert store.count("meta") == 0


def test_a_listing_inside_a_transaction_that_is_taken_back_harms_nothing_after_it(both):
    store = both[0]
    store.insert("settings", rows(5_000))
    listing = store.rows("settings")
    with pytest.raises(StoreError), store.transaction():
        store.insert("meta", ({"name": "c", "text": next(listing)["text"]} for _ in range(2)))
    with store.transaction():
        store.insert("meta", [{"name": "c", "text": "d"}])
        listing.close()
    assert store.count("meta") == 1


def test_a_reader_holds_nothing_open_after_a_listing(both, postgresql_cluster):
    store = both[0]
    store.insert("settings", rows(3_000))
    assert sum(1 for _ in store.rows("settings")) == 3_000
    given_up = store.rows("settings")
    next(given_up)
    given_up.close()
    states = postgresql_cluster.sql(
        "select distinct state from pg_stat_activity where application_name = 'chainlead'"
    )
    assert states == "idle"


def test_a_long_listing_is_not_in_memory_at_once(both):
    store = both[0]
    store.insert("settings", rows(60_000, 500))
    tracemalloc.start()
    try:
        assert sum(1 for _ in store.rows("settings")) == 60_000
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()
