"""Base64 and hex in pages and values: what is read, what is not, and bombs of them."""

import base64
import gzip
import hashlib
import json
import random

import pytest

from chainlead.evidence import UnreadReason


def wrapped(content, width, end=b"\n"):
    packed = base64.b64encode(content)
    return end.join(packed[i : i + width] for i in range(0, len(packed), width))


def layers(seen, needle, kind):
    return [str(i.provenance) for i in seen.holding(needle) if f"› {kind}:" in str(i.provenance)]


@pytest.mark.parametrize(
    "writing",
    [
        (base64.b64encode, "base64"),
        (base64.urlsafe_b64encode, "base64"),
        (lambda c: base64.b64encode(c).rstrip(b"="), "base64"),
        (lambda c: wrapped(c * 5, 64), "base64"),
        (lambda c: wrapped(c * 5, 76, b"\r\n"), "base64"),
        (lambda c: c.hex().encode(), "hex"),
        (lambda c: c.hex().upper().encode(), "hex"),
    ],
)
@pytest.mark.parametrize("padding", [10, 9000])
def test_text_with_an_address_is_decoded(tmp_path, read, address, writing, padding):
    write, kind = writing
    content = b"pay to " + address + b" today. "
    page = b"key = " + write(content) + b";\n" + b". " * padding
    (tmp_path / "a.txt").write_bytes(page)
    places = layers(read(tmp_path), address, kind)
    assert len(places) == 1
    assert places[0].startswith(f"E1 › file:a.txt › {kind}:@6+")


def test_utf16_inside_base64_is_read(tmp_path, read, address):
    content = base64.b64encode(("send " + address.decode()).encode("utf-16-le"))
    (tmp_path / "a.txt").write_bytes(b"powershell -e " + content)
    items = [i for i in read(tmp_path).items if "base64:" in str(i.provenance)]
    assert [i.encoding for i in items] == ["utf-16-le"]


def test_a_container_inside_base64_is_taken_apart(tmp_path, read, address):
    noise = hashlib.sha256(b"").digest()
    packed = base64.b64encode(gzip.compress(noise + address, mtime=0))
    (tmp_path / "a.txt").write_bytes(b"data:;base64," + packed + b"'")
    assert any("› gzip:" in place for place in layers(read(tmp_path), address, "base64"))


def test_base64_in_a_json_string_is_found_once(tmp_path, read, address):
    packed = base64.b64encode(b'{"to": "' + address + b'"}').decode()
    (tmp_path / "a.json").write_bytes(json.dumps({"state": packed}).encode())
    seen = read(tmp_path)
    assert sorted(layers(seen, address, "base64")) == [
        "E1 › file:a.json › base64:@11+60",
        "E1 › file:a.json › base64:@11+60 › text:json",
    ]


def test_the_same_run_in_two_members_is_read_in_both(tmp_path, read, address, make_zip):
    packed = base64.b64encode(b"pay to " + address + b" today")
    (tmp_path / "a.zip").write_bytes(make_zip(("a", packed), ("b", packed)))
    assert len(layers(read(tmp_path), address, "base64")) == 2


def test_each_kind_is_undone_once_and_no_more(tmp_path, read, address):
    once = base64.b64encode(b"pay to " + address + b" today")
    twice = base64.b64encode(b"see " + once)
    mixed = base64.b64encode(b"see " + (b"pay to " + address + b" now").hex().encode())
    for name, content in (("twice", twice), ("mixed", mixed)):
        (tmp_path / name).write_bytes(content)
    seen = read(tmp_path)
    assert not [p for p in layers(seen, address, "base64") if "file:twice" in p]
    assert [p for p in layers(seen, address, "base64") if "file:mixed" in p]


def test_keys_hashes_and_paths_are_left_alone(tmp_path, read):
    noise = random.Random(7)
    lines = [base64.b64encode(noise.randbytes(48)) for _ in range(200)]
    lines += [noise.randbytes(64).hex().encode() for _ in range(200)]
    lines += [b"/usr/share/locale/en_GB/LC_MESSAGES/some_long_name/with/more/parts"] * 20
    (tmp_path / "a.txt").write_bytes(b"\n\n".join(lines))
    assert not [i for i in read(tmp_path).items if "base64:" in str(i.provenance)]


def test_a_bomb_of_nested_base64_ends_soon(tmp_path, read, address):
    content = b"pay to " + address + b" today"
    for _ in range(25):
        content = base64.b64encode(b"see " + content)
    (tmp_path / "a.txt").write_bytes(content)
    assert len(read(tmp_path).items) < 10


def test_many_runs_stop_at_the_limit_of_members(tmp_path, read, address):
    lines = [base64.b64encode(b"pay %d to " % n + address) for n in range(300)]
    (tmp_path / "a.txt").write_bytes(b"\n\n".join(lines))
    seen = read(tmp_path, members=100)
    assert [r for _, r in seen.reasons()] == [UnreadReason.TOO_MANY]
    assert 90 <= len(layers(seen, address, "base64")) <= 100


def test_a_run_that_crosses_pages_is_read_once(tmp_path, read, address):
    packed = base64.b64encode(b"pay to " + address + b" today, and not tomorrow")
    page = b". " * 2030 + packed + b" ." * 3000
    (tmp_path / "a.txt").write_bytes(page)
    seen = read(tmp_path, page_bytes=4096, margin_bytes=256)
    assert len(layers(seen, address, "base64")) == 1


@pytest.mark.parametrize(
    "before", [b"key=", b"?data=", b"0x", b"https://shop.example/pay/v1/", b"\x00\xff", b"'"]
)
def test_what_stands_in_front_of_a_run_does_not_hide_it(tmp_path, read, address, before):
    content = b"pay to " + address + b" today"
    packed = content.hex().encode() if before == b"0x" else base64.b64encode(content)
    (tmp_path / "a").write_bytes(before + packed)
    kind = "hex" if before == b"0x" else "base64"
    assert len(layers(read(tmp_path), address, kind)) == 1
