from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlead.custody import Journal, SteppingClock


@pytest.fixture
def make_journal(tmp_path: Path) -> Callable[..., Path]:
    """A closed journal of n entries with varied content; the same bytes each time."""

    def make(entries: int = 6, name: str = "journal.jsonl") -> Path:
        path = tmp_path / name
        clock = SteppingClock(datetime(2024, 3, 1, 9, 0, tzinfo=UTC))
        with Journal(path, clock, "tester") as journal:
            for number in range(entries):
                journal.append(
                    f"scan.batch_{number}",
                    why='åäö \u2028 "quoted" \\ \x01' if number % 2 else "",
                    what={"number": number, "z": [None, True, {"b": 2**70, "a": -1}], "a": "x"},
                    blobs={"found": f"{number:064x}"},
                )
        return path

    return make
