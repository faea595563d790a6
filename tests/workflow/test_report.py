import hashlib
import os
import subprocess
import sys

import msgspec
import pytest

from chainlead.workflow.case import Case, set_setting
from chainlead.workflow.report import build_report, export_report, versions


@pytest.fixture
def scanned(case, tmp_path):
    from chainlead.workflow.scan import scan

    exhibit = tmp_path / "seized"
    exhibit.mkdir()
    (exhibit / "note.txt").write_text("pay 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S please\n")
    (exhibit / "empty.txt").touch()
    scan(case, [exhibit])
    return case


def test_an_export_writes_files_with_the_digests_that_the_journal_names(scanned):
    made = export_report(scanned)
    entry = scanned.entries[-1]
    assert entry.act == "report.export"
    assert entry.what["files"] == dict(made.files)
    assert entry.what["content_head"] == made.content_head
    for name, sha256 in made.files.items():
        assert hashlib.sha256((scanned.folder / name).read_bytes()).hexdigest() == sha256
    assert {"reports/report.pdf", "reports/report.json"} <= set(made.files)


def test_a_second_export_with_nothing_new_gives_the_same_bytes_and_no_new_entry(scanned):
    first = export_report(scanned)
    length = len(scanned.entries)
    assert export_report(scanned).files == first.files
    assert len(scanned.entries) == length


def test_a_report_after_a_crash_and_reopening_has_the_same_bytes(scanned):
    first = export_report(scanned)
    scanned.close()
    with Case.open_to_write(scanned.folder) as again:
        assert export_report(again).files == first.files


def test_a_change_of_the_case_changes_the_report_and_is_noted(scanned):
    first = export_report(scanned)
    set_setting(scanned, "title", "Another name")
    second = export_report(scanned)
    assert second.content_sha256 != first.content_sha256
    assert [e.act for e in scanned.entries].count("report.export") == 2


def test_the_report_is_dated_by_the_last_act_that_it_rests_on(scanned):
    last = scanned.entries[-1]
    made = build_report(scanned.projection, scanned.entries, versions())
    document = msgspec.json.decode(made["report.json"])
    assert document["report_date"] == last.at.isoformat().replace("+00:00", "Z")
    assert document["journal"]["content_head"] == last.digest


def test_another_process_makes_the_same_bytes(scanned):
    made = build_report(scanned.projection, scanned.entries)
    folder = scanned.folder
    scanned.close()
    script = (
        "import sys, hashlib\n"
        "from pathlib import Path\n"
        "from chainlead.workflow.case import Case\n"
        "from chainlead.workflow.report import build_report\n"
        "with Case.open_to_read(Path(sys.argv[1])) as case:\n"
        "    made = build_report(case.projection, case.entries)\n"
        "for name, content in made.items():\n"
        "    print(name, hashlib.sha256(content).hexdigest())\n"
    )
    bare = {
        name: os.environ[name]
        for name in ("CHAINLEAD_DATABASE", "PYTHONPATH")
        if name in os.environ
    }
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            capture_output=True, text=True, check=True, env={**bare, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        printed = dict(line.split() for line in done.stdout.splitlines())
        assert printed == {n: hashlib.sha256(c).hexdigest() for n, c in made.items()}


def test_what_could_not_be_read_is_in_the_report(scanned):
    made = build_report(scanned.projection, scanned.entries)
    unread = msgspec.json.decode(made["report.json"])["unread"]
    assert unread["by_reason"] == {"empty": 1}


def test_no_half_written_file_stays(scanned):
    export_report(scanned)
    assert not [path for path in (scanned.folder / "reports").iterdir() if path.name[0] == "."]
