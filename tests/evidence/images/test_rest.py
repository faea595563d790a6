import pytest

from chainlead.evidence.budget import Budget
from chainlead.evidence.images.rest import read_rest
from chainlead.evidence.images.spans import Spans
from chainlead.evidence.limits import Limits
from chainlead.model import Provenance


@pytest.fixture
def rest_of():
    def rest(content, *taken, page_bytes=1 << 20, margin_bytes=64):
        def read_at(offset, length):
            return content[offset : offset + length]

        budget = Budget(Limits(page_bytes=page_bytes, margin_bytes=margin_bytes))
        return list(
            read_rest(
                read_at,
                len(content),
                Spans(taken),
                Provenance("E1", ()),
                image_sha256="",
                budget=budget,
            )
        )

    return rest


def test_bytes_of_files_are_blanked_and_offsets_stay(rest_of):
    (page,) = rest_of(b"free one. FILE BYTES. free two", (10, 21))
    assert page.data == b"free one. " + bytes(11) + b" free two"
    assert page.offset_bytes == 0


def test_a_word_that_runs_over_a_border_is_seen_whole(rest_of):
    (page,) = rest_of(b"file ends 1BoatSLRHtKNngkdX then", (0, 20))
    assert page.data == bytes(10) + b"1BoatSLRHtKNngkdX then"
    (page,) = rest_of(b"free 1BoatSLRHtKNngkdX then file", (10, 32))
    assert page.data == b"free 1BoatSLRHtKNngkdX" + bytes(10)


def test_a_page_of_zeros_or_files_is_left_out(rest_of):
    content = bytes(4096) + b"a" * 4096 + b"b" * 4096
    pages = rest_of(content, (8192, 12288), page_bytes=4096)
    assert [page.offset_bytes for page in pages] == [4096]
    assert pages[0].core_bytes == 4096


def test_what_cannot_be_read_stays_blank(rest_of):
    def read_at(offset, length):
        if offset >= 1 << 16:
            raise OSError
        return b"x" * length

    pages = list(
        read_rest(
            read_at,
            1 << 17,
            Spans(),
            Provenance("E1", ()),
            image_sha256="",
            budget=Budget(Limits()),
        )
    )
    assert pages[0].data == b"x" * (1 << 16) + bytes(1 << 16)
