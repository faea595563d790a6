import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.row_view import Row, view_rows
from chainlead.model import Provenance, Step

PLACE = Provenance("E1", (Step("file", "a"),))


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30), max_size=30),
    st.integers(1, 60),
)
def test_every_row_is_found_again_at_its_own_name(texts, block_bytes):
    rows = [Row(f"row {n}", text) for n, text in enumerate(texts)]
    found = {}
    for item in view_rows(rows, PLACE, "", "text/plain", block_bytes=block_bytes):
        for at, row in item.rows:
            assert item.row_at(at) == row
            length = len(texts[int(row.split()[1])].encode())
            found[row] = item.data[at : at + length].decode()
            if length:
                assert item.row_at(at + length - 1) == row
    assert found == {row.row: row.text for row in rows if row.text.strip()}


def test_rows_stand_together_so_that_a_phrase_in_cells_is_one_text():
    (item,) = view_rows([Row("A1", "one", "\t"), Row("B1", "two")], PLACE, "", "text/plain")
    assert item.data == b"one\ttwo\n"
    assert (item.row_at(0), item.row_at(4), item.row) == ("A1", "B1", "A1")


def test_what_came_before_a_stop_is_given():
    def rows():
        yield Row("A1", "one")
        raise StopReadingError(UnreadReason.DAMAGED, "cut")

    reading = view_rows(rows(), PLACE, "", "text/plain")
    assert next(reading).data == b"one\n"
    with pytest.raises(StopReadingError, match="cut"):
        next(reading)
