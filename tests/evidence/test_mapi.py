import struct

import pytest

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.mapi import unpack_rtf

# The two examples of [MS-OXRTFCP], section 4.1.
SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


@pytest.mark.parametrize(
    ("packed", "text"),
    [
        (SIMPLE, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (REPEATED, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    ],
)
def test_the_published_examples_unpack(packed, text):
    assert b"".join(unpack_rtf(packed)) == text


def test_unpacked_content_is_given_as_it_is():
    assert (
        b"".join(unpack_rtf(struct.pack("<II4sI", 20, 8, b"MELA", 0) + b"{\\rtf1 }"))
        == b"{\\rtf1 }"
    )


def test_an_unknown_packing_and_a_cut_header_are_named():
    for content in (b"short", struct.pack("<II4sI", 20, 8, b"XXXX", 0) + b"abc"):
        with pytest.raises(StopReadingError):
            list(unpack_rtf(content))


def test_a_cut_body_gives_its_start_and_is_named():
    found = []
    with pytest.raises(StopReadingError):
        found.extend(unpack_rtf(SIMPLE[:-8]))
    for end in range(len(SIMPLE)):
        try:
            found = list(unpack_rtf(SIMPLE[:end]))
        except StopReadingError:
            continue
        assert b"".join(found)
