"""A row comes back from PostgreSQL as it was given."""

import pytest

from chainlead.store import Store
from chainlead.store.postgresql import PostgresqlSchema

SCHEMA = "case_0123456789abcdef"


@pytest.fixture
def place(postgresql_url) -> PostgresqlSchema:
    return PostgresqlSchema(postgresql_url, SCHEMA)


def test_a_row_comes_back_from_both_stores_alike(place, tmp_path):
    rows = [{"name": f"n{n}\x00\x01å\U0001f600", "text": "x" * n} for n in range(300)]
    with Store.open(place, write=True) as one, Store.open(tmp_path / "c.db", write=True) as two:
        for store in (one, two):
            store.insert("settings", rows)
            assert list(store.rows("settings")) == sorted(rows, key=lambda row: row["name"])
        assert one.table_digests() == two.table_digests()
    with Store.open(place) as one:
        assert one.count("settings") == 300
