"""LevelDB logs and tables, whole, damaged and hostile; what browsers keep in them."""

import json
import re
import struct

import cramjam
import numpy as np
import pytest
import zstandard

from chainlead.evidence import UnreadReason
from chainlead.kernels import sum_crc32c

MAGIC = bytes.fromhex("57fb808b247547db")


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def sized(content):
    return varint(len(content)) + content


def masked(content):
    crc = sum_crc32c(np.frombuffer(content, dtype=np.uint8))
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def fragment(kind, body):
    return struct.pack("<IHB", masked(bytes([kind]) + body), len(body), kind) + body


def batch(sequence, *writes):
    body = struct.pack("<QI", sequence, len(writes))
    for key, value in writes:
        body += b"\0" + sized(key) if value is None else b"\1" + sized(key) + sized(value)
    return body


def log(*batches):
    """A log as LevelDB writes it: fragments never cross a block of 32 KiB."""
    out = b""
    for whole in batches:
        first, body = True, whole
        while first or body:
            left = 32768 - len(out) % 32768
            if left < 7:
                out += bytes(left)
                continue
            part, body = body[: left - 7], body[left - 7 :]
            kind = {(1, 1): 1, (1, 0): 2, (0, 0): 3, (0, 1): 4}[first, not body]
            out += fragment(kind, part)
            first = False
    return out


def block(entries):
    body = b"".join(b"\0" + varint(len(k)) + varint(len(v)) + k + v for k, v in entries)
    return body + struct.pack("<II", 0, 1)


def internal(key, sequence, kind=1):
    return key + struct.pack("<Q", sequence << 8 | kind)


def table(entries, kind=1, index=None):
    packed = {
        0: bytes,
        1: lambda b: bytes(cramjam.snappy.compress_raw(b)),
        2: lambda b: zstandard.ZstdCompressor().compress(b),
    }[kind](block(entries))
    out = b""

    def put(content, how):
        nonlocal out
        handle = varint(len(out)) + varint(len(content))
        body = content + bytes([how])
        out += body + struct.pack("<I", masked(body))
        return handle

    handle = put(packed, kind)
    meta = put(block([]), 0)
    listed = put(block(index(handle) if index else [(b"z", handle)]), 0)
    footer = meta + listed
    return out + footer.ljust(40, b"\0") + MAGIC


def test_a_log_gives_live_older_and_deleted_values(tmp_path, read, address):
    content = log(
        batch(1, (b"note", address)),
        batch(2, (b"note", b"nothing here"), (b"gone", b"pay " + address)),
        batch(4, (b"gone", None)),
    )
    (tmp_path / "000003.log").write_bytes(content)
    rows = {item.row for item in read(tmp_path).holding(address) if item.row}
    assert rows == {"note#1 (older)", "gone#3 (deleted)"}


def test_a_value_longer_than_a_log_block_is_put_together(tmp_path, read, address):
    value = b"x" * 32700 + b" " + address + b" " + b"y" * 70_000
    (tmp_path / "000003.log").write_bytes(log(batch(1, (b"note", value))))
    seen = read(tmp_path)
    assert [item.row for item in seen.holding(address) if item.row] == ["note#1"]
    assert not seen.unread


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_table_is_read_whatever_its_compression(tmp_path, read, address, kind):
    content = table([(internal(b"note", 7), b"a" * 300 + b" " + address)], kind)
    (tmp_path / "anything").write_bytes(content)
    assert "note#7" in {item.row for item in read(tmp_path).holding(address)}


def test_json_in_a_record_is_read_with_its_pointer(tmp_path, read, address):
    value = json.dumps({"inner": json.dumps({"to": address.decode()})}).encode()
    (tmp_path / "a").write_bytes(table([(internal(b"data", 3), value)]))
    places = read(tmp_path).places(b'"to"') + read(tmp_path).places(address)
    assert "E1 › file:a › record:data#3 › json:/inner › text:json" in places


@pytest.mark.parametrize(("mark", "encoding"), [(b"\0", "utf-16-le"), (b"\1", "latin-1")])
def test_local_storage_is_decoded_by_its_marker(tmp_path, read, address, mark, encoding):
    key = b"_https://shop.example\0" + mark + "wallet".encode(encoding)
    value = mark + address.decode().encode(encoding)
    (tmp_path / "a").write_bytes(table([(internal(key, 5), value)]))
    assert "https://shop.example wallet#5" in {item.row for item in read(tmp_path).holding(address)}


def _v8(obj):
    out = b"o"
    for key, text in obj.items():
        out += b'"' + sized(key.encode("latin-1")) + b'"' + sized(text.encode("latin-1"))
    return b"\xff\x14\xff\x0f" + out + b"{" + varint(len(obj))


def test_indexed_db_strings_have_paths_even_where_a_length_looks_like_a_letter(tmp_path, read):
    text = "xpub" + "A" * 107  # 111 characters: the length byte is the letter o
    key = bytes([0, 1, 2, 1, 1, 3]) + "key".encode("utf-16-be")
    value = varint(9) + _v8({"descriptor": text, "label": "mine"})
    (tmp_path / "a").write_bytes(table([(internal(key, 5), value)]))
    found = [item for item in read(tmp_path).items if item.data == text.encode()]
    assert [item.row for item in found] == ["indexeddb 1/2 key#5 /descriptor"]


def test_indexed_db_values_packed_with_snappy_are_unpacked(tmp_path, read, address):
    packed = b"\xff\x11\x02" + bytes(cramjam.snappy.compress_raw(_v8({"to": address.decode()})))
    key = bytes([0, 1, 2, 1, 1, 1]) + "k".encode("utf-16-be")
    (tmp_path / "a").write_bytes(table([(internal(key, 5), varint(1) + packed)]))
    assert "indexeddb 1/2 k#5 /to" in {item.row for item in read(tmp_path).holding(address)}


def test_a_wrong_checksum_is_reported_and_the_rest_is_read(tmp_path, read, address):
    first, second = batch(1, (b"lost", b"w" * 40)), batch(2, (b"note", address))
    content = bytearray(log(first.ljust(32761 - 7, b"\0"), second))
    content[20] ^= 1
    (tmp_path / "000003.log").write_bytes(b"".join([log(batch(0, (b"a", b"bcde"))), content]))
    assert any(r is UnreadReason.DAMAGED for _, r in read(tmp_path).reasons())


def test_a_block_with_a_wrong_checksum_is_reported(tmp_path, read, address):
    content = bytearray(table([(internal(b"note", 7), address)], 0))
    content[3] ^= 1
    (tmp_path / "a").write_bytes(content)
    seen = read(tmp_path)
    assert [r for _, r in seen.reasons()] == [UnreadReason.DAMAGED]
    assert seen.holding(address)  # in the raw bytes


def test_a_cut_table_is_reported(tmp_path, read):
    content = table([(internal(b"note", 7), b"x" * 500)])
    (tmp_path / "000005.ldb").write_bytes(content[:-20])
    assert [r for _, r in read(tmp_path).reasons()] == [UnreadReason.DAMAGED]


def test_an_index_that_lists_one_block_many_times_reads_it_once(tmp_path, read, address):
    def index(handle):
        return [(bytes([n]), handle) for n in range(200)]

    (tmp_path / "a").write_bytes(table([(internal(b"note", 7), address)], 1, index))
    seen = read(tmp_path)
    assert len([item for item in seen.holding(address) if item.row]) == 1
    assert [r for _, r in seen.reasons()] == [UnreadReason.DAMAGED]


def test_a_snappy_bomb_is_refused_before_it_is_made(tmp_path, read):
    def put(out, body):
        return body + struct.pack("<I", masked(body)) if out is not None else b""

    bomb = varint(1 << 31) + b"\xfe\x01\x00" * 50
    first = put(b"", bomb + b"\1")
    listed = put(b"", block([(b"z", varint(0) + varint(len(bomb)))]) + b"\0")
    footer = varint(0) + varint(0) + varint(len(first)) + varint(len(listed) - 5)
    (tmp_path / "a").write_bytes(first + listed + footer.ljust(40, b"\0") + MAGIC)
    assert [r for _, r in read(tmp_path).reasons()] == [UnreadReason.DAMAGED]


@pytest.mark.parametrize("cut", [1, 6, 7, 12, 20, 45])
def test_a_cut_log_never_crashes(tmp_path, read, cut):
    (tmp_path / "000003.log").write_bytes(log(batch(1, (b"note", b"value" * 9)))[:cut])
    assert read(tmp_path).streams


def test_lengths_over_the_end_are_damage(tmp_path, read):
    entry = b"\x05" + varint(2**62) + varint(4) + b"key!" + struct.pack("<II", 0, 1)
    body = entry + b"\0"
    first = body + struct.pack("<I", masked(body))
    footer = varint(0) + varint(0) + varint(0) + varint(len(entry))
    (tmp_path / "a").write_bytes(first + footer.ljust(40, b"\0") + MAGIC)
    assert [r for _, r in read(tmp_path).reasons()] == [UnreadReason.DAMAGED]


@pytest.mark.real
def test_the_vault_of_a_real_profile_lies_in_packed_blocks_only(shared_data, read):
    folder = shared_data / "evidence/wallets/metamask/nkbihfbeogaeaoehlefnkodbefgpgknn-v11_12_1"
    items = [i for i in read(folder).items if i.row and i.row.endswith("/KeyringController/vault")]
    assert items
    assert {"data", "iv", "salt"} <= set(json.loads(items[0].data))
    raw = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    assert items[0].data not in raw
    assert items[0].data.replace(b'"', b'\\"') not in raw


@pytest.mark.real
def test_all_addresses_of_a_real_log_stand_in_records(shared_data, read):
    folder = shared_data / "evidence/wallets/metamask/nkbihfbeogaeaoehlefnkodbefgpgknn-v10_11_3"
    seen = read(folder)
    pattern = re.compile(rb"0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")

    def found(items):
        return {hit.lower() for item in items for hit in pattern.findall(item.data)}

    in_records = found(i for i in seen.items if i.row)
    assert in_records == found(i for i in seen.items if not i.row)
    assert len(in_records) == 501
    own = {i.row for i in seen.items if i.row and "/PreferencesController/identities/" in i.row}
    assert own
