"""A pack is checked as a stranger's zip, and then as the case that it holds."""

import hashlib
import io
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

from chainlead.errors import CaseNotFoundError
from chainlead.workflow import unpack
from chainlead.workflow.case import Case
from chainlead.workflow.pack import MANIFEST, pack_case
from chainlead.workflow.unpack import is_pack, verify_pack


@pytest.fixture
def pack(tmp_path, clock):
    folder = tmp_path / "case"
    with Case.create(folder, key=bytes(range(32)), clock=clock, who="tester") as made:
        made.act("case.set", what={"name": "title", "text": "A case"}, blobs={"answer": b"bytes"})
    return pack_case(folder).path


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Where packs are unpacked; empty again behind each test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def members(pack: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(pack) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def write(pack: Path, files: dict[str, bytes], *, manifest: bool = True, kind: int = 0) -> Path:
    """A zip of these files with a fresh list of them."""
    lines = [f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in files.items()]
    if manifest:
        files = {**files, MANIFEST: "".join(lines).encode()}
    with zipfile.ZipFile(pack, "w") as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind or stat.S_IFREG | 0o600) << 16
            made.writestr(entry, content)
    return pack


def test_a_pack_verifies_and_stays_as_it_is(pack):
    before = pack.read_bytes()
    assert is_pack(pack)
    done = verify_pack(pack)
    assert done.problems == []
    assert done.entries > 1
    assert done.notes[0] == f"SHA-256 of the pack: {hashlib.sha256(before).hexdigest()}"
    assert not [note for note in done.notes if "zip around" in note]
    assert pack.read_bytes() == before


def test_a_changed_byte_anywhere_in_a_pack_is_told(pack):
    content = pack.read_bytes()
    with zipfile.ZipFile(pack) as zipped:
        headers = [member.header_offset for member in zipped.infolist()]
    spread = range(0, len(content), len(content) // 12)
    for place in sorted({*spread, *(at + 12 for at in headers), len(content) - 9}):
        pack.write_bytes(content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :])
        try:
            done = verify_pack(pack)
        except CaseNotFoundError:
            continue
        assert done.problems or any("zip around" in note for note in done.notes), place


@pytest.mark.parametrize("added", [(b"", b"x"), (b"x", b"")])
def test_bytes_before_or_behind_a_pack_are_told(pack, added):
    pack.write_bytes(added[0] + pack.read_bytes() + added[1])
    done = verify_pack(pack)
    assert done.problems == []
    assert any("zip around" in note for note in done.notes)


def test_a_zip_made_anew_of_the_same_files_says_so(pack):
    files = members(pack)
    done = verify_pack(write(pack, {n: c for n, c in files.items() if n != MANIFEST}))
    assert done.problems == []
    assert any("the zip around them is not the one that `pack` writes" in n for n in done.notes)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/evil", "case/../../evil", "case\\..\\evil", "case//evil", "evil", "case/C:evil",
     "case/" + "a/" * 10 + "b", "case/\x1b[31mred", "case/\N{RIGHT-TO-LEFT OVERRIDE}evil", "case"],
)  # fmt: skip
def test_a_name_that_is_none_of_a_case_ends_it(pack, tmp_path, name):
    before = {path for path in tmp_path.rglob("*") if path != pack}
    done = verify_pack(write(pack, {**members(pack), name: b"evil"}, manifest=False))
    assert [p.sentence for p in done.problems] == ["This is no name of a file of a case."]
    assert done.problems[0].place.isprintable()
    assert {path for path in tmp_path.rglob("*") if path != pack} == before


def test_a_link_in_a_pack_ends_it(pack):
    files = {name: text for name, text in members(pack).items() if name != MANIFEST}
    done = verify_pack(write(pack, files, kind=stat.S_IFLNK | 0o777))
    assert {p.sentence for p in done.problems} == {"It is a link or no plain file."}


def test_a_packed_or_encrypted_member_ends_it(pack):
    files = members(pack)
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    assert all("compressed" in p.sentence for p in verify_pack(pack).problems)


def test_members_that_share_their_bytes_end_it(pack):
    """A bomb without compression: many names for one place."""
    large = b"\0" * 100_000
    write(pack, {**{n: c for n, c in members(pack).items() if n != MANIFEST}, "case/a": large})
    made = io.BytesIO(pack.read_bytes())
    with zipfile.ZipFile(made, "a") as zipped:
        shared = next(each for each in zipped.infolist() if each.filename == "case/a")
        for number in range(50):
            other = zipfile.ZipInfo(f"case/b{number}")
            for field in ("header_offset", "file_size", "compress_size", "CRC", "external_attr"):
                setattr(other, field, getattr(shared, field))
            zipped.filelist.append(other)
            zipped.NameToInfo[other.filename] = other
        zipped._didModify = True
    pack.write_bytes(made.getvalue())
    problems = verify_pack(pack).problems
    assert [p.place for p in problems] == ["pack"]
    assert "Its files say that they are" in problems[0].sentence


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_with_one_name_end_it(pack):
    with zipfile.ZipFile(pack, "a") as made:
        made.writestr("case/case.key", b"other")
    assert [p.place for p in verify_pack(pack).problems] == ["case/case.key"]


def test_a_file_too_many_too_few_or_changed_is_named(pack):
    files = {name: text for name, text in members(pack).items() if name != MANIFEST}
    listed = members(pack)[MANIFEST]
    others = {
        "case/more": {**files, "case/more": b"x"},
        "case/case.key": {n: c for n, c in files.items() if n != "case/case.key"},
        "case/case.db": {**files, "case/case.db": files["case/case.db"][::-1]},
    }
    for name, changed in others.items():
        done = verify_pack(write(pack, {**changed, MANIFEST: listed}, manifest=False))
        assert [p.place for p in done.problems] == [name]


def test_a_list_of_files_that_is_none_is_named_by_its_line(pack):
    files = {**members(pack), MANIFEST: b"nonsense\n"}
    places = [p.place for p in verify_pack(write(pack, files, manifest=False)).problems]
    assert places[0] == f"{MANIFEST}, line 1"
    assert "case/case.key" in places


def test_a_case_that_was_changed_before_it_was_packed_does_not_verify(pack):
    files = {name: text for name, text in members(pack).items() if name != MANIFEST}
    lines = files["case/journal.jsonl"].splitlines(keepends=True)
    files["case/journal.jsonl"] = b"".join(lines[:-1])
    problems = verify_pack(write(pack, files)).problems
    assert any("no seal" in p.sentence for p in problems)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\xff" * 18, b"nothing"])
def test_what_is_no_zip_is_no_pack(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    if is_pack(path):
        with pytest.raises(CaseNotFoundError, match="is no pack") as refused:
            verify_pack(path)
        assert "ask for the pack again" in refused.value.next_step


def test_a_disk_without_room_is_named(pack, monkeypatch):
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unpack, "_copy", full)
    with pytest.raises(unpack.DiskFullError, match="No space left") as refused:
        verify_pack(pack)
    assert "TMPDIR" in " ".join(refused.value.sentences())
