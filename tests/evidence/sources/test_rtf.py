import time

from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.budget import Budget
from chainlead.evidence.limits import Limits
from chainlead.evidence.sources.rtf import _Reading


def test_an_address_over_runs_escapes_and_units_is_joined(tmp_path, places, address):
    a = address.decode()
    escaped = "".join(f"\\'{ord(c):02x}" for c in a)
    units = "".join(f"\\u{ord(c)}?" for c in a)
    path = tmp_path / "a.rtf"
    path.write_text(
        "{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}first\\par pay {\\b " + a[:9] + "}{\\i " + a[9:] + "}\\par\n"
        + escaped + "\\par " + units + '\\par{\\field{\\*\\fldinst HYPERLINK "bitcoin:' + a + '"}{\\fldrslt x}}}'
    )  # fmt: skip
    assert ("text:rtf", "paragraph 2") in places(path, address)
    found = [i for i in _items(path, places) if i.layer is Layer.DECODED]
    (view,) = found
    starts = [i for i in range(len(view.data)) if view.data.startswith(address, i)]
    assert [view.row_at(at) for at in starts] == [f"paragraph {n}" for n in (2, 3, 4, 5)]


def _items(path, places):
    from chainlead.evidence import open_exhibit, read_file

    (file,) = open_exhibit(path, "E1").files()
    return [p for p in read_file(file, Limits()) if isinstance(p, Item)]


def test_code_pages_and_letters_beyond_them_are_read(tmp_path, places):
    path = tmp_path / "a.rtf"
    path.write_text("{\\rtf1\\ansicpg1251 \\'cf\\'f0\\'e8 \\u26085?\\u-10179?\\u-8704? \\'e5\\par}")
    assert places(path, "При 日\U0001f600 е".encode()) == [("text:rtf", "paragraph 1")]


def test_objects_and_pictures_in_hex_are_streams(tmp_path, pieces, places, address):
    path = tmp_path / "a.rtf"
    inner = b"\x01\x05\0\0" + address + address.decode().encode("utf-16-le")
    path.write_bytes(
        b"{\\rtf1{\\object{\\*\\objdata " + inner.hex().encode() + b"}}{\\pict\\pngblip "
        + b"89504e470d0a1a0a".ljust(60, b"0") + b"}}"
    )  # fmt: skip
    assert places(path, address) == [("rtf:object 1", None)] * 2
    names = [str(p.provenance) for p in pieces(path) if isinstance(p, StreamRead)]
    assert names[-1] == "E1 › file:a.rtf › rtf:picture 2"


def test_deep_groups_are_listed_and_a_million_braces_take_no_time(tmp_path, pieces):
    path = tmp_path / "a.rtf"
    path.write_bytes(b"{\\rtf1 " + b"{" * 1_000_000)
    begun = time.monotonic()
    reasons = [p.reason for p in pieces(path) if isinstance(p, Unread)]
    assert reasons == [UnreadReason.TOO_DEEP]
    assert time.monotonic() - begun < 60


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=80))
def test_any_text_comes_back_from_its_escapes(text):
    escaped = "".join(
        "".join(f"\\u{unit if unit < 32768 else unit - 65536}?" for unit in _units(c)) for c in text
    )
    reading = _Reading(Budget(Limits()))
    reading.run(b"{\\rtf1 " + escaped.encode() + b"}")
    assert "".join(reading.text) == text


def _units(character):
    raw = character.encode("utf-16-le")
    return [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]


def test_cut_and_changed_documents_are_survived(survives, address):
    survives(
        b"{\\rtf1\\ansi {\\b " + address + b"}\\bin5 abcde \\u233? {\\pict 00ff00}\\par}", "a.rtf"
    )
