"""Damaged inputs, made from a seed and a number; and a child process that they are tried in."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import random
import sqlite3
import tarfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

import pytest

from chainlead.evidence import Limits, UnreadReason
from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.child_reader import read_in_child
from chainlead.evidence.exhibit import open_exhibit
from chainlead.evidence.item import Item, Layer, Unread
from chainlead.evidence.reader import read_file
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.evidence.walk import Walk
from chainlead.findings import scan_items
from chainlead.findings.detectors import wallet_files
from chainlead.findings.view import View
from chainlead.findings.wallet import Wallet, WalletFile
from chainlead.model import Provenance, Step

SEED_BYTES = 256 << 10
SEEDS_PER_READER = 6
MEMBER_BYTES = 8 << 20
SLOW_SECONDS = 10.0
HERE = Provenance("E1", (Step("file", "fuzz"),))
LIMITS = Limits(
    step_seconds=30, seconds=600, total_bytes=64 << 20, member_bytes=MEMBER_BYTES, members=20_000,
    document_bytes=4 << 20, database_bytes=16 << 20, child_bytes=1 << 30,
)  # fmt: skip
_EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 40)


def damaged(seed: bytes, number: int, others: list[bytes]) -> bytes:
    """Damage number `number` of a seed: the same on every machine."""
    chance = random.Random(f"{hashlib.sha256(seed).hexdigest()}:{number}")
    content = bytearray(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if not content:
            break
        place = _place(chance, len(content))
        size = min(chance.choice((1, 2, 4, 16, 64, 512, 4096)), len(content))
        other = chance.randrange(len(content))
        match chance.randrange(9):
            case 0:
                content[place] ^= 1 << chance.randrange(8)
            case 1:
                content[place] = chance.randrange(256)
            case 2:
                del content[place:]
            case 3:
                first, second = content[place : place + size], content[other : other + size]
                content[other : other + size], content[place : place + size] = first, second
            case 4:
                content[place:place] = content[other : other + size] * chance.choice((1, 1, 50))
            case 5:
                content[place : place + size] = bytes(size)
            case 6:
                width = chance.choice((1, 2, 4, 8))
                value = chance.choice(_EDGES) + chance.choice((-1, 0, 1, len(content)))
                order = chance.choice(("little", "big"))
                edited = (value % (1 << (8 * width))).to_bytes(width, order)
                content[place : place + width] = edited
            case 7:
                stranger = chance.choice(others)
                content = content[:place] + bytearray(stranger[_place(chance, len(stranger)) :])
            case _:
                del content[place : place + size]
    return bytes(content[: 4 * SEED_BYTES])


def _place(chance: random.Random, length: int) -> int:
    """Anywhere, but often near the head or the tail, where formats keep their tables."""
    if not length:
        return 0
    reach = chance.choice((length, length, min(length, 64), min(length, 512)))
    place = chance.randrange(reach)
    return place if chance.random() < 0.8 else length - 1 - place


class Trial(Source):
    """Runs some work on many inputs inside one child, and says before each which comes."""

    name = "trial"
    media_type = "application/x-trial"
    risky = True

    def __init__(self, work: Callable[[bytes], None], inputs: list[bytes], preload=()) -> None:
        self._work = work
        self._inputs = inputs
        self.preload = preload

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        return False

    def read(self, place: Place) -> Iterator[Piece]:
        for content in self._inputs:
            yield place.unread(UnreadReason.EMPTY, "next")
            started = time.monotonic()
            try:
                self._work(content)
            except (StopReadingError, MemoryError):
                pass
            except Exception as error:  # noqa: BLE001  (that is what it looks for)
                where = traceback.extract_tb(error.__traceback__)[-1]
                name = where.filename.rpartition("/")[2]
                words = f"{type(error).__name__} in {name}:{where.lineno} {where.name}"
                yield place.unread(UnreadReason.CRASHED, words)
            if time.monotonic() - started > SLOW_SECONDS:
                yield place.unread(UnreadReason.TOO_SLOW, "slow")


def tried(work: Callable[[bytes], None], inputs: list[bytes], preload=()) -> list[tuple[int, str]]:
    """Number of each input that failed, and how; the inputs after a crash are tried again."""
    failures: list[tuple[int, str]] = []
    start = 0
    while start < len(inputs):
        number = start - 1
        place = Place(HERE, Stream.of_bytes(b"x"), "fuzz", Budget(LIMITS))
        try:
            for piece in read_in_child(Trial(work, inputs[start:], preload), place):
                assert isinstance(piece, Unread)
                if piece.detail == "next":
                    number += 1
                else:
                    failures.append((number, f"{piece.reason.value}: {piece.detail}"))
            break
        except StopReadingError as error:
            failures.append((number, f"{error.reason.value}: {error.detail}"))
            start = number + 1
    return failures


def read_with(source: Source) -> Callable[[bytes], None]:
    """What a reader of this source does, with all that its members give."""

    def work(content: bytes) -> None:
        stream = Stream.of_bytes(content)
        place = Place(HERE, stream, "fuzz", Budget(LIMITS))
        source.matches(content[:4096], "fuzz", stream)
        for piece in source.read(place):
            if isinstance(piece, Member):
                size = 0
                try:
                    for chunk in piece.chunks():
                        size += len(chunk)
                        if size > MEMBER_BYTES:
                            break
                except StopReadingError:
                    continue

    return work


@pytest.fixture(scope="session")
def fuzz_seconds() -> float:
    """Time for each reader; 0: a short form."""
    return float(os.environ.get("FUZZ_SECONDS", "0"))


_WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "xl/workbook.xml": '<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/sharedStrings.xml": "<sst><si><t>12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S</t></si></sst>",
    "xl/worksheets/sheet1.xml": '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
    '<c r="B1"><v>7</v></c></row></sheetData></worksheet>',
}


def _small_files() -> Iterator[bytes]:
    """Files of the formats that the standard library writes."""
    text = b"pay 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S now\n" * 20
    yield gzip.compress(text, mtime=0)
    yield bz2.compress(text)
    yield lzma.compress(text)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text)
        archive.writestr("b/c.json", b'{"a": ["12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S", {"b": "c"}]}')
    yield buffer.getvalue()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in _WORKBOOK.items():
            archive.writestr(zipfile.ZipInfo(name), body)
    yield buffer.getvalue()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("a" * 120)
        info.size = len(text)
        info.pax_headers = {"comment": "words"}
        tar.addfile(info, io.BytesIO(text))
    yield buffer.getvalue()
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)")
    connection.executemany("INSERT INTO t (a, b) VALUES (?, ?)", [("word " * 9, text)] * 30)
    connection.execute("CREATE INDEX i ON t (a)")
    connection.commit()
    yield connection.serialize()
    connection.close()
    yield b'{"list": [1, 2.5, null, "\\ud83d\\ude00", {"deep": {"er": "12cbQLTFMXRnSzktFk"}}]}'
    yield b"<html><head><title>t</title></head><body><a href='bitcoin:12cb'>&amp;x</a></body></html>"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@shop.example", "b@c.example", "=?utf-8?q?hi?="
    mail.set_content("text")
    mail.add_attachment(text, maintype="text", subtype="plain", filename="a.txt")
    yield mail.as_bytes()
    yield b"From a@shop.example Thu Jan  1 00:00:00 2020\n" + mail.as_bytes() + b"\n"


def recognise_with(wallet: Wallet, path: str) -> Callable[[bytes], None]:
    """What a wallet reader does with a file at this path, with all the addresses that it gives."""
    provenance = Provenance("E1", tuple(Step("file", part) for part in path.split("/") if part))

    def work(content: bytes) -> None:
        if len(content) < wallet_files._SHORTEST:
            return
        item = Item(provenance, content, "bytes", "application/x-fuzz", Layer.RAW, "0" * 64)
        file = WalletFile(View(item, content, at_start=True, is_whole=True))
        is_asked = any(called.name == wallet.name for called in wallet_files._called(file))
        recognised = wallet.recognise(file) if is_asked else None
        if recognised is not None:
            for found in (recognised.addresses, recognised.derived):
                for _ in islice(found, 5_000):
                    pass

    return work


SEEDS = Path(__file__).parent / "seeds"


@pytest.fixture(scope="session")
def wallet_seeds(tmp_path_factory) -> dict[str, list[tuple[str, bytes]]]:
    """Path and content of small files for each wallet reader: ours, and real ones where present."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for folder in sorted((SEEDS / "wallets").iterdir()):
        paths = json.loads((folder / "paths.json").read_text("utf-8"))
        for file in sorted(folder.iterdir()):
            if file.suffix != ".json":
                found.setdefault(folder.name, []).append((paths[file.name], file.read_bytes()))
    shared = Path(__file__).parents[3] / "shared" / "data" / "evidence"
    if not shared.is_dir():
        return found
    real = wallet_files._hits

    def note(wallet, recognised, view):
        kept = found.setdefault(wallet.name, [])
        if len(kept) < SEEDS_PER_READER and len(view.data) <= SEED_BYTES:
            kept.append((WalletFile(view).path, view.data))
        yield from real(wallet, recognised, view)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wallet_files, "_hits", note)
        for name in ("wallets", "electrum", "bitcoinj", "sparrow", "bluewallet"):
            for file in open_exhibit(shared / name, "E1").files():
                if isinstance(file, Unread) or file.size_bytes > SEED_BYTES:
                    continue
                pieces = read_file(file, Limits(seconds=5, members=300))
                items = (piece for piece in pieces if isinstance(piece, Item))
                scan_items(items, case_key=bytes(32), threads=1)
    return found


@pytest.fixture(scope="session")
def seeds(tmp_path_factory) -> dict[str, list[bytes]]:
    """Small good inputs for each source, by its name: made here, and real ones where present."""
    found: dict[str, dict[bytes, None]] = {}
    real = Walk._source_of

    def note(self, place, source_name):
        source = real(self, place, source_name)
        if source is not None and 0 < place.stream.size_bytes <= SEED_BYTES:
            kept = found.setdefault(source.name, {})
            if len(kept) < SEEDS_PER_READER:
                kept[place.stream.read_all()] = None
        return source

    folder = tmp_path_factory.mktemp("seeds")
    for number, content in enumerate(_small_files()):
        (folder / f"s{number:02}").write_bytes(content)
    folders = [folder]
    shared = Path(__file__).parents[3] / "shared" / "data" / "evidence"
    if shared.is_dir():
        folders += [path for path in sorted(shared.iterdir()) if path.is_dir()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Walk, "_source_of", note)
        until = time.monotonic() + 60
        for root in folders:
            for file in open_exhibit(root, "E1").files():
                if isinstance(file, Unread) or file.size_bytes > 4 << 20:
                    continue
                if time.monotonic() > until:
                    break
                for _ in read_file(file, Limits(seconds=5, members=300)):
                    pass
    kept: dict[str, list[bytes]] = {}
    for root in [SEEDS, *map(Path, filter(None, [os.environ.get("FUZZ_SEEDS")]))]:
        for path in sorted(root.glob("*/*")):
            if path.is_file():
                kept.setdefault(path.parent.name, []).append(path.read_bytes())
    names = sorted({*kept, *found})
    return {
        name: list(dict.fromkeys([*kept.get(name, []), *found.get(name, [])])) for name in names
    }
