"""A reading can be cut and gone on with: the parts together are the whole."""

import gzip
import io
import os
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from chainlead.evidence import ExhibitFile, Item, Limits, StreamRead, Unread, open_exhibit
from chainlead.evidence.journey import Cut, Journey, Lead
from chainlead.evidence.reader import has_pages_only, read_file, read_on

LIMITS = Limits(page_bytes=4096, margin_bytes=256)


def file_of(path: Path) -> ExhibitFile:
    (file,) = open_exhibit(path, "E1").files()
    assert isinstance(file, ExhibitFile)
    return file


def make(folder: Path, kind: str) -> Path:
    chance = random.Random(5)
    path = folder / kind
    texts = [f"note {n} " * chance.randrange(1, 900) for n in range(60)]
    match kind:
        case "raw":
            path.write_bytes(chance.randbytes(50_001))
        case "zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for number, text in enumerate(texts):
                    archive.writestr(f"m{number}", text)
                inner = io.BytesIO()
                with zipfile.ZipFile(inner, "w") as second:
                    for number, text in enumerate(texts):
                        second.writestr(f"i{number}", text)
                archive.writestr("inner.zip", inner.getvalue())
                archive.writestr("../after", "x" * 5000)
        case "tgz" | "cut tgz":
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w") as tar:
                for number, text in enumerate(texts):
                    info = tarfile.TarInfo(f"t{number}")
                    info.size = len(text)
                    tar.addfile(info, io.BytesIO(text.encode()))
            content = gzip.compress(buffer.getvalue(), mtime=0)
            path.write_bytes(content[: -40 if kind == "cut tgz" else None])
        case "damaged zip":
            content = bytearray(make(folder, "zip").read_bytes())
            content[400:420] = bytes(20)
            path.write_bytes(bytes(content) + os.urandom(0) + b"tail" * 4000)
        case "html":
            path.write_text("<html><body>" + "<p>one two</p>" * 4000 + "</body></html>")
    return path


KINDS = ["raw", "zip", "tgz", "cut tgz", "damaged zip", "html"]


def shown(piece: object) -> object:
    if isinstance(piece, Item):
        return (piece.provenance, piece.offset_bytes, piece.row, piece.data, piece.encoding)
    return piece


@pytest.mark.parametrize("kind", KINDS)
def test_cuts_change_nothing_of_what_is_read(tmp_path, kind):
    file = file_of(make(tmp_path, kind))
    whole = [shown(piece) for piece in read_file(file, LIMITS)]
    parts = list(read_on(file, LIMITS, Journey(cut_bytes=8000)))
    assert [shown(p) for p in parts if not isinstance(p, Cut | Lead)] == whole
    if kind != "html":
        assert sum(isinstance(p, Cut) for p in parts) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_reading_on_from_every_cut_gives_exactly_what_came_after_it(tmp_path, kind):
    file = file_of(make(tmp_path, kind))
    parts = list(read_on(file, LIMITS, Journey(cut_bytes=8000)))
    places = [n for n, piece in enumerate(parts) if isinstance(piece, Cut)]
    for place in places:
        cut = Cut.from_row(parts[place].to_row())
        rest = list(read_on(file, LIMITS, Journey(start=cut, cut_bytes=8000)))
        assert [_all_of(p) for p in rest] == [_all_of(p) for p in parts[place + 1 :]]


def _all_of(piece: object) -> object:
    return shown(piece.item) if isinstance(piece, Lead) else shown(piece)


def test_a_document_and_its_views_are_never_cut_apart(tmp_path):
    file = file_of(make(tmp_path, "html"))
    assert not [p for p in read_on(file, LIMITS, Journey(cut_bytes=1000)) if isinstance(p, Cut)]


def test_after_a_limit_the_raw_pages_can_be_cut_too(tmp_path):
    file = file_of(make(tmp_path, "zip"))
    limits = Limits(page_bytes=1024, margin_bytes=64, members=1)
    parts = list(read_on(file, limits, Journey(cut_bytes=2000)))
    places = [n for n, piece in enumerate(parts) if isinstance(piece, Cut)]
    assert places
    assert any(isinstance(p, Unread) for p in parts)
    for place in places:
        rest = list(read_on(file, limits, Journey(start=parts[place], cut_bytes=2000)))
        assert [_all_of(p) for p in rest] == [_all_of(p) for p in parts[place + 1 :]]


def test_a_file_of_pages_only_can_be_entered_at_any_page(tmp_path):
    file = file_of(make(tmp_path, "raw"))
    assert has_pages_only(file)
    whole = [p for p in read_file(file, LIMITS) if isinstance(p, Item)]
    for page in range(1, len(whole)):
        rest = list(read_on(file, LIMITS, Journey(start=Cut.before_page(page))))
        assert isinstance(rest[0], Lead)
        assert rest[0].item.data.startswith(whole[page - 1].data[-256 - 2048 : -256])
        assert [shown(p) for p in rest[1:]] == [shown(p) for p in whole[page:]]
    assert not has_pages_only(file_of(make(tmp_path, "zip")))


def test_careful_reading_gives_the_same_pieces(tmp_path):
    for kind in ("zip", "damaged zip", "html"):
        file = file_of(make(tmp_path, kind))
        careful = list(read_on(file, LIMITS, Journey(is_careful=True)))
        assert [shown(p) for p in careful] == [shown(p) for p in read_file(file, LIMITS)]


def test_raw_only_reading_asks_no_source(tmp_path):
    file = file_of(make(tmp_path, "zip"))
    pieces = list(read_on(file, LIMITS, Journey(is_raw_only=True)))
    first = next(p for p in pieces if isinstance(p, StreamRead))
    assert first.media_type.endswith("octet-stream")
    assert [p.reason.value for p in pieces if isinstance(p, Unread)] == ["decoder crashed"]
    assert sum(isinstance(p, Item) for p in pieces) == -(-file.size_bytes // 4096)
