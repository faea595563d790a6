"""The nightly address lists, as text and as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution import lookup_importer, parse_pack
from chainlead.errors import PackInvalidError

BITCOIN = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


def test_text_and_json_say_the_same() -> None:
    text = parse_pack("sanctioned_addresses_XBT.txt", f"{BITCOIN}\r\nodd\n".encode())
    listed = parse_pack("sanctioned_addresses_XBT.json", json.dumps([BITCOIN, "odd"]).encode())
    assert [tag.address for tag in text.tags] == [tag.address for tag in listed.tags]
    assert [tag.is_address for tag in listed.tags] == [True, False]


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"[", b"[" * 5000, b'["a"', b"\xff"])
def test_what_is_no_list_of_texts_is_refused(content: bytes) -> None:
    with pytest.raises(PackInvalidError, match="no JSON list of texts"):
        parse_pack("sanctioned_addresses_XBT.json", content)


def test_the_currency_is_a_parameter_of_the_pack() -> None:
    content = json.dumps(["0x8589427373D6D84E98730D7795D8f6f8731FDA16"]).encode()
    ids = {
        parse_pack(f"sanctioned_addresses_{symbol}.json", content).pack_id
        for symbol in ("ETH", "USDT")
    }
    assert len(ids) == 2
    importer = lookup_importer("sanctioned_addresses_ETH.json", content)
    assert importer is not None
    assert importer.parameters("sanctioned_addresses_eth.json") == "ETH"


@given(st.binary(max_size=200))
def test_any_bytes_give_a_pack_or_the_named_error(content: bytes) -> None:
    for name in ("sanctioned_addresses_XBT.txt", "sanctioned_addresses_XBT.json"):
        try:
            parse_pack(name, content)
        except PackInvalidError:
            continue
