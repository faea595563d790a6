"""Where things are found, in which encoding, and from which layer."""

import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import Secret, to_mnemonic
from chainlead.evidence import Item, Layer
from chainlead.findings import load_knowledge, scan_items
from chainlead.findings import scan as scan_module
from chainlead.findings.detector import Detector
from chainlead.findings.view import Mark
from chainlead.model import Certainty, Chain, Provenance, Role, Step
from chainlead.registry import residents

KEY = bytes(range(32))
VALUES = [
    "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3",
    "3QJmV3qfvL9SuYo34YihAf3sRCW3qSinyC",
    "bc1qwqdg6squsna38e46795at95yu9atm8azzmyvckulcc7kytlcckxswvvzej",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "rEhxGqkqPPSxQ3P25J66ft5TwpzV14k2de",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
]
SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"


def test_importing_the_room_loads_no_numba():
    code = "import sys, chainlead.findings; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_the_bytes_at_the_place_decode_to_the_value(find, value, encoding, shift):
    text = f"\nto {value}, thanks"
    content = b"\x07\x01" * 5 + b"\x01" * shift + text.encode(encoding) + b"\x01\x02" * 4
    found = [f for f in find(content) if f.value == value]
    assert len(found) == 1
    place = content[found[0].offset_bytes : found[0].offset_bytes + found[0].length_bytes]
    assert place.decode(found[0].encoding) == value


@given(
    st.integers(0, 700), st.sampled_from(VALUES), st.sampled_from(["ascii", "utf-16-le"]),
    st.sampled_from([64, 128, 256]),
)  # fmt: skip
def test_a_hit_across_pages_is_found_once_and_at_its_place(gap, value, encoding, page_bytes):
    content = (" " * gap + value + " " * 40).encode(encoding)
    provenance = Provenance("E1", (Step("file", "x"),))
    items = [
        Item(provenance, content[o : o + page_bytes + 256], "bytes", "", Layer.RAW, "0" * 64, o,
             min(page_bytes, len(content) - o))
        for o in range(0, len(content), page_bytes)
    ]  # fmt: skip
    found = scan_items(iter(items), case_key=KEY)
    assert [f.value for f in found] == [value]
    assert found[0].offset_bytes == len((" " * gap).encode(encoding))


@pytest.mark.parametrize("glue", ["x{}", "{}x", "7{}", "a{}b"])
def test_a_candidate_glued_into_a_longer_run_is_no_address(find, glue):
    assert find(" " + glue.format(SOLO) + " ") == ()


@pytest.mark.parametrize("glue", ["_{}_", "({})", "'{}'", "/{}/", "bitcoin:{}", "é{}é", "a%3A{}"])
def test_punctuation_and_escapes_are_borders(find, glue):
    assert SOLO in [f.value for f in find(glue.format(SOLO))]


@pytest.mark.parametrize("escape", ["\\n", "\\t", "\\u003a"])
def test_an_escape_of_json_is_a_border(find, escape):
    assert [f.value for f in find('{"text": "pay to' + escape + SOLO + '"}')] == [SOLO]


def test_a_run_cut_by_the_page_before_is_not_taken_for_a_whole_one(pages):
    content = b"a" * 30 + SOLO.encode() + b" " * 300
    items = pages(content, page_bytes=30, margin=64)
    assert scan_items(items, case_key=KEY) == ()


def test_upper_case_bech32_of_a_qr_code_is_found_with_its_canonical_form(find):
    (found,) = find(VALUES[2].upper())
    assert found.value == VALUES[2].upper()
    assert found.detail["canonical"] == VALUES[2]


def test_one_case_evm_addresses_are_shape_only_and_placeholders_nothing(find):
    (found,) = find("0x66f9c0910000000000000000000000000002070a 0x" + "0" * 40)
    assert found.certainty is Certainty.SHAPE
    assert found.candidates[0].chain is Chain.ETHEREUM


def _decoded(data, *, row, steps=(), encoding="utf-8", sha="5" * 64):
    provenance = Provenance("E1", (Step("file", "x"), *steps))
    return Item(provenance, data, encoding, "", Layer.DECODED, sha, None, None, row)


def _raw(data, sha="5" * 64):
    return Item(Provenance("E1", (Step("file", "x"),)), data, "bytes", "", Layer.RAW, sha)


def test_a_decoded_view_loses_to_the_raw_bytes_of_the_same_stream():
    items = [
        _raw(b"<p>" + SOLO.encode() + b"</p>"),
        _decoded(SOLO.encode(), row="text", steps=(Step("text", "html"),)),
    ]
    (found,) = scan_items(items, case_key=KEY)
    assert found.offset_bytes == 3


def test_a_decoded_view_alone_is_kept():
    item = _decoded(SOLO.encode("utf-16-le"), row="/a", encoding="utf-16-le")
    (found,) = scan_items([_raw(b"nothing here"), item], case_key=KEY)
    assert (found.row, found.offset_bytes, found.encoding) == ("/a", None, "utf-16-le")


def test_a_cell_wins_over_the_raw_bytes_of_its_database():
    cell = _decoded(SOLO.encode(), row="urls.url#7", steps=(Step("table", "urls.url#7"),))
    (found,) = scan_items([_raw(b"SQLite.." + SOLO.encode()), cell], case_key=KEY)
    assert found.row == "urls.url#7"


def test_findings_are_sorted_and_the_same_every_time(find):
    text = " ".join(VALUES)
    first, second = find(text), find(text)
    assert first == second
    assert [f.offset_bytes for f in first] == sorted(f.offset_bytes for f in first)
    assert len({f.finding_id for f in first}) == len(first)


def test_a_finding_survives_its_row(find):
    for found in find(" ".join(VALUES)):
        assert type(found).from_row(found.to_row()) == found


def test_published_examples_and_shipped_lists_have_their_role(find):
    assert find("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")[0].role is Role.EXAMPLE
    assert find(SOLO, path="app/node_modules/eth/contract-map.json")[0].role is Role.SHIPPED
    assert find(SOLO)[0].role is Role.UNKNOWN


@pytest.mark.parametrize("size", [0, 1, 2, 24, 25])
def test_tiny_and_empty_items_are_searched_without_trouble(find, size):
    assert find(b"\x00" * size) == ()
    assert find(b"a" * size) == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_searched_without_trouble(content):
    digest = sha256(content).hexdigest()
    raw = Item(Provenance("E", (Step("file", "x"),)), content, "bytes", "", Layer.RAW, digest)
    wide = replace(raw, encoding="utf-16-le", layer=Layer.DECODED)
    assert scan_items([raw, wide], case_key=KEY) is not None


def test_more_services_can_be_given(pages):
    text = (
        "services:\n- {name: Shop, domains: [shop.example], mail_senders: [pay@shop.example],\n"
        "   source: practice case, date: '2024-03-01'}\n"
    )
    known = load_knowledge((text,))
    items = pages(b"From: pay@shop.example\nhttps://www.shop.example/account")
    found = scan_items(items, case_key=KEY, knowledge=known)
    assert [(f.kind, f.value) for f in found] == [
        ("exchange_mail", "pay@shop.example"),
        ("exchange_domain", "www.shop.example"),
    ]
    assert found[0].detail["known_sender"] is True


def test_an_utf_16_mnemonic_is_found_inside_other_bytes(find):
    phrase = " ".join(to_mnemonic(Secret(bytes(range(40, 56)))))
    content = b"\x01\x02\x03" + phrase.encode("utf-16-le") + b"\x05"
    (found,) = [f for f in find(content) if f.kind == "mnemonic"]
    place = content[found.offset_bytes : found.offset_bytes + found.length_bytes]
    assert place.decode(found.encoding) == phrase


def test_marks_have_the_numbers_of_the_kernels():
    from chainlead import kernels

    assert {mark.name: int(mark) for mark in Mark} == {
        mark.name: getattr(kernels, mark.name or "") for mark in Mark
    }


@pytest.mark.parametrize("size", [30, 5_000])
def test_a_detector_is_asked_only_where_its_mark_is(size, pages, monkeypatch):
    asked = []
    for detector in residents("chainlead.findings.detectors", Detector):
        monkeypatch.setattr(
            type(detector), "find", lambda self, *_: asked.append(self.name) or iter(())
        )
    scan_module._searchers.cache_clear()
    scan_items(pages(b"=" * size), case_key=KEY)
    needy = {d.name for d in residents("chainlead.findings.detectors", Detector) if d.needs}
    assert len(needy) >= 8
    assert asked
    assert not needy & set(asked)
    scan_module._searchers.cache_clear()
