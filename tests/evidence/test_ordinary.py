import base64
import shutil
import sqlite3
import subprocess

import pytest

from chainlead.evidence import ordinary_way
from chainlead.model import Provenance, Step

TOOLS = ("bash", "unzip", "tar", "gzip", "bzip2", "xz", "sqlite3", "tail", "head", "xxd")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
needs_tools = pytest.mark.skipif(bool(missing), reason=f"not on this machine: {missing}")


def run(lines, folder):
    script = "set -e -o pipefail\n" + "\n".join(lines)
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, check=True, text=True
    ).stdout


def hexdump(output):
    return bytes.fromhex(
        "".join(line[10:50] for line in output.splitlines() if ": " in line).replace(" ", "")
    )


@needs_tools
@pytest.mark.parametrize(
    "name",
    [
        "plain.txt",
        "with space.txt",
        "it's.txt",
        "a*[b]?.txt",
        "-rf",
        "$(touch x)",
        "caf\\xe9",
        "x\\x07",
        "å",
    ],
)
def test_the_lines_reach_the_same_bytes_in_nested_archives(  # noqa: PLR0917  (fixtures)
    tmp_path, read, make_zip, make_gzip, make_tar, address, name
):  # fmt: skip
    raw = (
        name.encode().decode("unicode_escape").encode("latin-1") if "\\x" in name else name.encode()
    )
    if b"\xe9" in raw:
        pytest.skip("zip member names are text")
    member = raw.decode()
    exhibit = tmp_path / "seized goods"
    exhibit.mkdir()
    (exhibit / "o.zip").write_bytes(
        make_zip((f"d/{member}.gz", make_gzip(make_tar((f"e/{member}", b"before " + address)))))
    )
    (item,) = read(exhibit).holding(address)
    offset = item.offset_bytes + item.data.index(address)
    lines = ordinary_way(item.provenance, offset, len(address), item.row, exhibit_path=str(exhibit))
    work = tmp_path / "work"
    work.mkdir()
    assert hexdump(run(lines[:-1] if "dd " in lines[-1] else lines, work)) == address
    assert not (work / "x").exists()


@needs_tools
def test_a_cell_is_reached_with_sqlite3(tmp_path, read, address):
    connection = sqlite3.connect(tmp_path / "h.db", isolation_level=None)
    connection.execute('CREATE TABLE "odd \'t" (a TEXT)')
    connection.execute('INSERT INTO "odd \'t" (rowid, a) VALUES (12, ?)', (address.decode(),))
    connection.close()
    item = read(tmp_path).holding(address)[-1]
    lines = ordinary_way(item.provenance, None, len(address), item.row, exhibit_path=str(tmp_path))
    assert run(lines, tmp_path).strip() == address.decode()


@needs_tools
def test_a_json_value_is_reached_by_its_pointer(tmp_path, read, address):
    (tmp_path / "w.json").write_bytes(b'{"a/b": [{"c": "%s"}]}' % address)
    item = next(i for i in read(tmp_path).holding(address) if i.row)
    assert item.row == "/a~1b/0/c"
    lines = ordinary_way(item.provenance, None, len(address), item.row, exhibit_path=str(tmp_path))
    assert run(lines, tmp_path).strip() == address.decode()


def test_what_needs_a_person_is_a_comment():
    place = Provenance("E1", (Step("file", "m.mbox"), Step("message", "3"), Step("part", "2")))
    lines = ordinary_way(place, 5, 10, None)
    assert lines[0].startswith("#")
    assert "message 3" in lines[0]
    assert lines[-1] == "tail -c +6 decoded.bin | head -c 10 | xxd"


@needs_tools
@pytest.mark.parametrize("kind", ["base64", "hex"])
def test_an_encoded_run_is_decoded_by_the_lines(tmp_path, read, address, kind):
    content = b"pay to " + address + b" today"
    packed = content.hex().encode() if kind == "hex" else base64.urlsafe_b64encode(content)
    (tmp_path / "a.txt").write_bytes(b"key=" + packed.rstrip(b"=") + b";")
    (item,) = [i for i in read(tmp_path).holding(address) if f"{kind}:" in str(i.provenance)]
    place = item.data.index(address)
    lines = ordinary_way(item.provenance, place, len(address), None, exhibit_path=str(tmp_path))
    assert hexdump(run(lines, tmp_path)).startswith(address)


def test_a_record_of_a_store_is_named_for_a_person():
    steps = (Step("file", "a.ldb"), Step("record", "data#3"), Step("text", "json"))
    lines = ordinary_way(Provenance("E1", steps), None, 10, "/a", exhibit_path="/e")
    assert lines[0] == "# record, in a program for the format of /e/a.ldb: data#3 (/a)"
    assert lines[-1].startswith("python3 -c ")


def way(*steps, row=None, offset=None):
    provenance = Provenance("E1", (Step("file", "d/a.bin"), *(Step(*step) for step in steps)))
    return ordinary_way(provenance, offset, 34, row, exhibit_path="/e")


@pytest.mark.parametrize(
    ("steps", "row", "line"),
    [
        (
            [("zip", "xl/worksheets/sheet1.xml"), ("table", "S")],
            "S!B7",
            "# open /e/d/a.bin in a program",
        ),
        (
            [("ole", "Workbook"), ("table", "cells")],
            "S!B7 (hidden sheet)",
            "# open /e/d/a.bin in a program",
        ),
        ([("text", "pdf")], "page 3", "pdftotext -f 3 -l 3 -layout /e/d/a.bin -"),
        ([("pdf", "page 3 picture 1")], None, "pdfimages -all -f 3 -l 3 /e/d/a.bin"),
        ([("pdf", "attachment x")], None, "pdfdetach -saveall /e/d/a.bin"),
        ([("7z", "in a/b.txt")], None, "7z x -so -spd /e/d/a.bin -- 'in a/b.txt'"),
        ([("ole", "__substg1.0_0037001F (subject)")], None, "-- __substg1.0_0037001F"),
        ([("ole", "\\x05SummaryInformation")], None, "-- '[5]SummaryInformation'"),
        ([("ole", "(free bytes at 1024)")], None, "tail -c +1025 /e/d/a.bin"),
        (
            [("pst", "Inbox/3"), ("table", "properties")],
            "subject",
            "readpst -S -D -o unpacked /e/d/a.bin",
        ),
        ([("warc", "7")], None, "grep -abn '^WARC/' /e/d/a.bin"),
    ],
)
def test_documents_and_mail_stores_have_their_lines(steps, row, line):
    assert any(line in written for written in way(*steps, row=row))
