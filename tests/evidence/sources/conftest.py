"""Makers of documents: compound files, PDFs and office archives, from their specifications."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest

from chainlead.evidence import (
    Item,
    Limits,
    Passwords,
    StreamRead,
    Unread,
    open_exhibit,
    read_file,
    reread,
)

_END = 0xFFFFFFFE
_NONE = 0xFFFFFFFF


class _Ole:
    """Writes a compound file of version 3 ([MS-CFB]): sectors of 512 bytes, a mini stream."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.fat: list[int] = []
        self.entries: list[dict] = []

    def put(self, content: bytes) -> int:
        if not content:
            return _END
        first, count = len(self.sectors), -(-len(content) // 512)
        for i in range(count):
            self.sectors.append(content[512 * i : 512 * i + 512].ljust(512, b"\0"))
            self.fat.append(first + i + 1 if i < count - 1 else _END)
        return first

    def add(self, name: str, kind: int, content: bytes = b"") -> int:
        entry = {"name": name, "kind": kind, "content": content, "start": _END, "size": 0}
        self.entries.append(entry | {"left": _NONE, "right": _NONE, "child": _NONE})
        return len(self.entries) - 1

    def fill(self, number: int, tree: dict) -> None:
        numbers = {}
        for name in sorted(tree, key=lambda name: (len(name), name.upper())):
            node = tree[name]
            is_folder = isinstance(node, dict)
            numbers[name] = self.add(name, 1 if is_folder else 2, b"" if is_folder else node)
        self.entries[number]["child"] = self.balance(list(numbers.values()))
        for name, inner in numbers.items():
            if isinstance(tree[name], dict):
                self.fill(inner, tree[name])

    def balance(self, numbers: list[int]) -> int:
        if not numbers:
            return _NONE
        middle = len(numbers) // 2
        entry = self.entries[numbers[middle]]
        entry["left"] = self.balance(numbers[:middle])
        entry["right"] = self.balance(numbers[middle + 1 :])
        return numbers[middle]

    def directory(self) -> bytes:
        rows = []
        for entry in self.entries:
            name = entry["name"].encode("utf-16-le") + b"\0\0"
            rows.append(
                name.ljust(64, b"\0")
                + struct.pack(
                    "<HBBIII16sIQQIQ", len(name), entry["kind"], 1, entry["left"], entry["right"],
                    entry["child"], b"", 0, 0, 0, entry["start"], entry["size"],
                )
            )  # fmt: skip
        return b"".join(rows)

    def write(self, tree: dict) -> bytes:
        self.fill(self.add("Root Entry", 5), tree)
        mini, links = b"", []
        for entry in self.entries:
            content = entry["content"]
            if not content:
                continue
            entry["size"] = len(content)
            if len(content) >= 4096:
                entry["start"] = self.put(content)
                continue
            entry["start"], count = len(links), -(-len(content) // 64)
            mini += content.ljust(64 * count, b"\0")
            links += [entry["start"] + i + 1 if i < count - 1 else _END for i in range(count)]
        self.entries[0] |= {"start": self.put(mini), "size": len(mini)}
        table = struct.pack(f"<{len(links)}I", *links)
        table += b"\xff" * (-len(table) % 512)
        table_start = self.put(table)
        directory_start = self.put(self.directory())
        count = 1
        while (len(self.fat) + count) * 4 > count * 512:
            count += 1
        first = len(self.sectors)
        fat = [*self.fat, *([0xFFFFFFFD] * count)]
        packed = struct.pack(f"<{len(fat)}I", *fat).ljust(512 * count, b"\xff")
        self.sectors += [packed[512 * i : 512 * i + 512] for i in range(count)]
        header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        header += struct.pack(
            "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory_start, 0, 4096,
            table_start, len(table) // 512, _END, 0,
        )  # fmt: skip
        header += struct.pack(f"<{count}I", *range(first, first + count))
        return header.ljust(512, b"\xff") + b"".join(self.sectors)


@pytest.fixture
def make_ole() -> Callable[[dict], bytes]:
    """A compound file from a tree: names to bytes, or to further trees."""
    return lambda tree: _Ole().write(tree)


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """A PDF: page contents (packed), further objects by number from 100, entries of the catalogue."""

    def make(
        *contents: bytes,
        objects: dict[int, bytes] | None = None,
        catalogue: bytes = b"",
        page: bytes = b"",
    ) -> bytes:
        bodies: dict[int, bytes] = {}
        kids = b" ".join(b"%d 0 R" % (10 + 2 * i) for i in range(len(contents)))
        bodies[1] = b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>"
        bodies[2] = b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(contents), kids)
        bodies[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        for i, content in enumerate(contents):
            packed = zlib.compress(content)
            bodies[10 + 2 * i] = (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
                b"/Resources << /Font << /F1 3 0 R >> " % (11 + 2 * i) + (page or b">>") + b" >>"
            )
            bodies[11 + 2 * i] = (
                b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
                + packed
                + b"\nendstream"
            )
        bodies |= objects or {}
        output = bytearray(b"%PDF-1.5\n")
        places = {}
        for number, body in sorted(bodies.items()):
            places[number] = len(output)
            output += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        start = len(output)
        output += b"xref\n0 1\n0000000000 65535 f \n"
        for number, place in places.items():
            output += b"%d 1\n%010d 00000 n \n" % (number, place)
        size = max(places) + 1
        output += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
        return bytes(output)

    return make


@pytest.fixture
def make_office() -> Callable[..., bytes]:
    """An office archive: its parts by path, the first one first."""

    def make(parts: dict[str, str | bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, how)
        return buffer.getvalue()

    return make


@pytest.fixture
def pieces() -> Callable[..., list[Item | StreamRead | Unread]]:
    """Everything that one file gives, with passwords if some are given."""

    def read(path, *words: str, **limits) -> list[Item | StreamRead | Unread]:
        def walk() -> Iterator[Item | StreamRead | Unread]:
            for entry in open_exhibit(path, "E1").files():
                if isinstance(entry, Unread):
                    yield entry
                else:
                    yield from read_file(entry, Limits(**limits), passwords=Passwords(words))

        return list(walk())

    return read


@pytest.fixture
def places(pieces) -> Callable[..., list[tuple[str, str | None]]]:
    """Where a needle is found: the place inside the exhibit, and the row that holds it."""

    def find(path, needle: bytes, *words: str, **limits) -> list[tuple[str, str | None]]:
        found = []
        for item in pieces(path, *words, **limits):
            if not isinstance(item, Item):
                continue
            for wanted in (needle, needle.decode().encode("utf-16-le")):
                at = item.data.find(wanted)
                if at >= 0:
                    inside = str(item.provenance).partition(" › ")[2].partition(" › ")[2]
                    found.append((inside, item.row_at(at)))
                    again = list(reread(path, item.provenance, Limits(**limits)))
                    assert any(other.data == item.data for other in again) or words
        return found

    return find


@pytest.fixture
def survives(tmp_path, pieces) -> Callable[[bytes, str], None]:
    """Cut and changed copies of a file are read without a crash; what is lost is named."""

    def check(content: bytes, name: str, steps: int = 10) -> None:
        path = tmp_path / name
        size = len(content)
        for number in range(steps):
            path.write_bytes(content[: 1 + size * number // steps])
            assert pieces(path)
            changed = bytearray(content)
            for index in range(number * 7 + 3, size, max(size // 9, 1)):
                changed[index] ^= 1 << (number % 8)
            path.write_bytes(changed)
            assert pieces(path)
        path.unlink()

    return check
