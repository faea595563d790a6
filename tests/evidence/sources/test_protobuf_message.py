"""Protobuf without a schema: only what parses whole, in bounded depth."""

import pytest


def field(number, content):
    length = len(content)
    size = b""
    while length >= 0x80:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content


def test_strings_are_cut_out_of_messages_in_messages(tmp_path, read, address):
    text = b"xpub" + b"A" * 107  # 111 characters: the length byte is the letter o
    (tmp_path / "a").write_bytes(
        field(1, b"\x08\x01" + field(3, text)) + field(1, b"\x10\x05" + field(2, address))
    )
    found = {item.row: item.data for item in read(tmp_path).items if item.row}
    assert found == {"1.3": text, "1#2.2": address}


@pytest.mark.parametrize(
    "content",
    [
        b"\x0a" + b"\xff" * 11 + b"x" * 20,  # a length of more than 64 bits
        b"\x0a\xff\xff\xff\xff\x7f" + b"x" * 20,
        field(1, b"some text here")[:-1],
        field(1, b"some text here") + b"\x0b\x00",  # groups are not used
    ],
)
def test_what_does_not_parse_whole_is_no_message(tmp_path, read, content):
    (tmp_path / "a").write_bytes(content)
    assert {s.media_type for s in read(tmp_path).streams} == {"application/octet-stream"}


def test_messages_nested_without_end_stop(tmp_path, read):
    content = b"\x08\x01text"
    for _ in range(200):
        content = field(1, b"\x10\x01" + content)
    (tmp_path / "a").write_bytes(content)
    assert read(tmp_path).streams


@pytest.mark.real
def test_a_real_bitcoinj_wallet_is_cut_into_strings(shared_data, read):
    seen = read(shared_data / "evidence/wallets/bitcoinj-wallet.wallet")
    assert any(item.data == b"org.bitcoin.production" for item in seen.items)
