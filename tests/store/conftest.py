from collections.abc import Iterator
from pathlib import Path

import pytest

from chainlead.store import Store


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture(params=["file", "memory", "postgresql"])
def store(request, path) -> Iterator[Store]:
    """An empty store: as a file, in memory, and as a schema on a server."""
    if request.param == "memory":
        opened = Store.in_memory()
    elif request.param == "file":
        opened = Store.open(path, write=True)
    else:
        from chainlead.store.postgresql import PostgresqlSchema

        url = request.getfixturevalue("postgresql_url")
        opened = Store.open(PostgresqlSchema(url, "case_0123456789abcdef"), write=True)
    with opened as made:
        yield made


@pytest.fixture
def make_finding():
    def make(finding_id: str, **changes):
        plain = {
            "finding_id": finding_id, "kind": "address", "value": "x", "fingerprint": None,
            "candidates": [], "certainty": "checked", "check_made": "", "false_positive_rate": "",
            "role": "unknown", "exhibit": "E1", "location": ["a", "b"], "offset_bytes": 0,
            "length_bytes": 1, "row": None, "encoding": "utf-8", "context": "", "detail": {},
            "detector": "d", "item_sha256": "",
        }  # fmt: skip
        return {**plain, **changes}

    return make
