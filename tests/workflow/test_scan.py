"""Scanning into a case: names, digests, resuming, change between runs."""

import hashlib
import sqlite3
import zipfile
from pathlib import Path

import pytest

from chainlead.errors import ExhibitChangedError, ExhibitNotFoundError
from chainlead.evidence import Limits
from chainlead.store import Blobs, Store
from chainlead.workflow import scan as module
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.scan import exhibit_path, scan

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


@pytest.fixture
def exhibit(tmp_path: Path) -> Path:
    folder = tmp_path / "seized"
    folder.mkdir()
    (folder / "note.txt").write_text(f"pay to {ADDRESS} please")
    (folder / "empty").touch()
    (folder / "link").symlink_to("note.txt")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("in.txt", f"again {ADDRESS}")
    connection = sqlite3.connect(folder / "h.db")
    connection.execute("CREATE TABLE t (a TEXT)")
    connection.execute("INSERT INTO t VALUES (?)", (ADDRESS,))
    connection.commit()
    connection.close()
    return folder


def rows(case: Case) -> dict[str, list[dict[str, object]]]:
    found = {name: list(case.store.rows(name)) for name in ("findings", "items", "unread")}
    found["exhibits"] = [
        {name: value for name, value in row.items() if name != "journal_seq"}
        for row in case.store.rows("exhibits")
    ]
    return found


def test_a_scan_records_findings_manifest_and_unread(case, exhibit):
    (done,) = scan(case, [exhibit]).exhibits
    assert (done.exhibit, done.kind, done.state, done.file_count) == ("E1", "folder", "scanned", 4)
    assert done.findings["checked"]["address"] == 3
    assert done.unread == {"empty": 1, "link not followed": 1}
    places = sorted(tuple(row["location"]) for row in case.store.rows("findings", value=ADDRESS))
    assert places == [
        ("file:a.zip", "zip:in.txt"), ("file:h.db", "table:t.a"), ("file:note.txt",),
    ]  # fmt: skip
    assert case.store.count("items") == 5


def test_the_digest_of_a_folder_is_that_of_its_sorted_manifest(case, exhibit):
    (done,) = scan(case, [exhibit]).exhibits
    lines = sorted(
        f"{hashlib.sha256(p.read_bytes()).hexdigest()} {p.stat().st_size} {p.name}\n"
        for p in exhibit.iterdir()
        if not p.is_symlink()
    )
    assert done.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_the_digest_of_a_file_is_its_own(case, exhibit):
    (done,) = scan(case, [exhibit / "note.txt"]).exhibits
    assert done.sha256 == hashlib.sha256((exhibit / "note.txt").read_bytes()).hexdigest()
    assert done.kind == "file"
    assert not done.unread


def test_exhibits_are_numbered_in_order_and_keep_their_names(case, exhibit):
    first = scan(case, [exhibit / "note.txt", exhibit / "a.zip"])
    assert [e.exhibit for e in first.exhibits] == ["E1", "E2"]
    again = scan(case, [exhibit / "a.zip", exhibit / "h.db"])
    assert [(e.exhibit, e.state) for e in again.exhibits] == [
        ("E2", "done before"), ("E3", "scanned"),
    ]  # fmt: skip
    named = scan(case, [exhibit], names=["2024-17 laptop"])
    assert named.exhibits[0].exhibit == "2024-17 laptop"
    assert exhibit_path(case, "2024-17 laptop") == exhibit
    with pytest.raises(ExhibitNotFoundError):
        exhibit_path(case, "E9")


@pytest.mark.parametrize("names", [["E1"], [""], ["a", "b"]])
def test_a_taken_empty_or_superfluous_name_is_refused(case, exhibit, names):
    scan(case, [exhibit / "note.txt"])
    with pytest.raises(ValueError):
        scan(case, [exhibit / "a.zip"], names=names)


def test_a_missing_exhibit_begins_nothing(case, exhibit, tmp_path):
    with pytest.raises(ExhibitNotFoundError):
        scan(case, [exhibit, tmp_path / "nowhere"])
    assert not [e for e in case.entries if e.act.startswith("scan.")]


def test_a_finished_exhibit_is_not_read_again(case, exhibit):
    first = rows_after(case, exhibit)
    acts = len(case.entries)
    (again,) = scan(case, [exhibit]).exhibits
    assert again.state == "done before"
    assert again.findings["checked"]["address"] == 3
    assert len(case.entries) == acts
    assert rows(case) == first


def rows_after(case: Case, exhibit: Path) -> dict[str, list[dict[str, object]]]:
    scan(case, [exhibit])
    return rows(case)


def test_replaying_the_journal_rebuilds_every_table(case, exhibit):
    scan(case, [exhibit])
    with Store.in_memory() as store:
        projection = Projection(store, Blobs(case.folder / "blobs"), case.key)
        for entry in case.entries:
            apply_entry(projection, entry)
        assert store.table_digests() == case.store.table_digests()


def interrupted(case: Case, exhibit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan that stops after its second batch."""
    monkeypatch.setattr(module, "BATCH_FILES", 2)
    real = module._read_batch
    calls = []

    def stops(*arguments, **named):
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    monkeypatch.setattr(module, "_read_batch", stops)
    with pytest.raises(KeyboardInterrupt):
        scan(case, [exhibit])
    monkeypatch.setattr(module, "_read_batch", real)


def test_a_resumed_scan_ends_like_an_uninterrupted_one(tmp_path, case, clock, exhibit, monkeypatch):
    interrupted(case, exhibit, monkeypatch)
    assert case.store.lookup("exhibits", exhibit="E1")["state"] == "scanning"
    (done,) = scan(case, [exhibit]).exhibits
    assert done.state == "scanned"
    with Case.create(tmp_path / "other", key=case.key, clock=clock, who="tester") as whole:
        scan(whole, [exhibit])
        assert rows(case) == rows(whole)


@pytest.mark.parametrize("change", ["content", "new file", "gone"])
def test_an_exhibit_that_changed_since_its_scan_began_is_refused(
    case, exhibit, monkeypatch, change
):
    interrupted(case, exhibit, monkeypatch)
    before = rows(case)
    if change == "content":
        old = (exhibit / "a.zip").read_bytes()
        (exhibit / "a.zip").write_bytes(old[:-1] + b"\1")
    elif change == "new file":
        (exhibit / "zz").write_bytes(b"new")
    else:
        (exhibit / "note.txt").unlink()
    with pytest.raises(ExhibitChangedError):
        scan(case, [exhibit])
    assert rows(case) == before


def test_progress_ends_at_the_total(case, exhibit):
    seen: list[tuple[int, int]] = []
    scan(case, [exhibit], progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] > 0


def test_limits_are_recorded_and_what_they_stop_is_listed(case, exhibit):
    scan(case, [exhibit], limits=Limits(depth=1, members=1, seconds=2.5))
    (begin,) = [e for e in case.entries if e.act == "scan.begin"]
    assert begin.what["limits"]["members"] == 1
    assert begin.what["limits"]["seconds"] == "2.5"


def test_several_notes_on_one_place_become_one_row(case, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../x", "one")
        archive.NameToInfo.clear()
        archive.writestr("../x", "two")
    scan(case, [tmp_path / "a.zip"])
    found = [(row["location"], row["reason"]) for row in case.store.rows("unread")]
    assert len(found) == len(set(found)) == 3


@pytest.mark.real
def test_real_evidence_is_scanned_without_a_published_secret_in_the_case(case, shared_data):
    (done,) = scan(case, [shared_data / "evidence" / "wallets"]).exhibits
    assert done.file_count > 5
    assert not any(
        row["value"] for kind in ("private_key", "mnemonic")
        for row in case.store.rows("findings", kind=kind)
    )  # fmt: skip
