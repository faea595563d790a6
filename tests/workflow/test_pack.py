import hashlib
import zipfile

import pytest

from chainlead.custody import Journal, SystemClock
from chainlead.errors import CaseBusyError, CaseDamagedError, CaseNotFoundError, ReportError
from chainlead.workflow.case import Case
from chainlead.workflow.pack import MANIFEST, pack_case


@pytest.fixture
def closed(tmp_path, clock):
    folder = tmp_path / "case"
    with Case.create(folder, key=bytes(range(32)), clock=clock, who="tester") as made:
        made.act("case.set", what={"name": "title", "text": "A case"}, blobs={"answer": b"bytes"})
    return folder


def test_a_pack_holds_every_file_of_the_case_with_its_digest(closed):
    """Where the tables are in case.db; for those on a server see tests/postgresql."""
    packed = pack_case(closed)
    files = {
        f"case/{p.relative_to(closed).as_posix()}": p for p in closed.rglob("*") if p.is_file()
    }
    with zipfile.ZipFile(packed.path) as made:
        lines = made.read(MANIFEST).decode().splitlines()
        assert dict(reversed(line.split("  ", 1)) for line in lines) == {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
        }
        assert set(made.namelist()) == {*files, MANIFEST}
        assert all(made.read(name) == path.read_bytes() for name, path in files.items())
    assert packed.file_count == len(files)
    assert packed.sha256 == hashlib.sha256(packed.path.read_bytes()).hexdigest()


def test_two_packs_of_one_case_are_the_same_bytes_and_leave_the_case_alone(closed, tmp_path):
    before = {p: p.read_bytes() for p in closed.rglob("*") if p.is_file()}
    first = pack_case(closed, tmp_path / "one.zip")
    second = pack_case(closed, tmp_path / "two.zip")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert {p: p.read_bytes() for p in closed.rglob("*") if p.is_file()} == before
    assert pack_case(closed, tmp_path / "one.zip").sha256 == first.sha256


def test_an_unpacked_case_verifies(closed, tmp_path):
    from chainlead.workflow.verify import verify

    with zipfile.ZipFile(pack_case(closed).path) as made:
        made.extractall(tmp_path / "there")
    assert verify(tmp_path / "there" / "case").problems == []


def test_a_pack_never_overwrites_another_file_unless_told_to(closed, tmp_path):
    target = tmp_path / "precious.zip"
    target.write_bytes(b"precious")
    with pytest.raises(ReportError, match="stays as it is"):
        pack_case(closed, target)
    assert target.read_bytes() == b"precious"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case", "precious.zip"]
    assert pack_case(closed, target, replace=True).file_count > 0


def test_a_pack_cannot_lie_inside_its_case(closed):
    with pytest.raises(ReportError, match="inside the case"):
        pack_case(closed, closed / "pack.zip")


def test_a_link_in_the_case_folder_is_refused_not_followed(closed, tmp_path):
    (tmp_path / "outside").write_text("secret")
    (closed / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(CaseDamagedError, match="link"):
        pack_case(closed)
    assert not (tmp_path / "case.zip").exists()


def test_a_case_that_is_being_written_is_not_packed(closed):
    with (
        Journal(closed / "journal.jsonl", SystemClock(), "other"),
        pytest.raises(CaseBusyError),
    ):
        pack_case(closed)


def test_no_case_is_a_named_error(tmp_path):
    with pytest.raises(CaseNotFoundError):
        pack_case(tmp_path / "nothing")


def test_a_changed_stored_file_is_not_packed_as_if_it_were_sound(closed, tmp_path):
    stored = next(path for path in (closed / "blobs").rglob("*") if path.is_file())
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes() + b"!")
    with pytest.raises(CaseDamagedError, match=stored.name):
        pack_case(closed, tmp_path / "case.zip")
    assert not (tmp_path / "case.zip").exists()


def test_a_place_that_does_not_exist_is_not_called_a_full_disk(closed, tmp_path):
    with pytest.raises(ReportError, match="No such file or directory"):
        pack_case(closed, tmp_path / "nowhere" / "case.zip")
