"""The whole practice case, once in a file and once on a server, says the same in every byte."""

import hashlib
import time

import msgspec
import pytest

from chainlead.store import Store
from chainlead.workflow.case import Case, content_entries
from chainlead.workflow.case_place import place_of
from chainlead.workflow.demo import run_demo
from chainlead.workflow.move_store import move_to_folder, move_to_server
from chainlead.workflow.report import build_report
from chainlead.workflow.verify import verify


@pytest.fixture(scope="module")
def url(postgresql_cluster):
    postgresql_cluster.sql("create database practice owner chainlead")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAINLEAD_DATABASE", postgresql_cluster.url("practice"))
        yield postgresql_cluster.url("practice")


@pytest.fixture(scope="module")
def built(url, tmp_path_factory):
    """What a run in a file said, and one on a server at the same path, which stays."""
    folder = tmp_path_factory.mktemp("practice") / "run"
    said = []
    for database in ("", url):
        began = time.perf_counter()
        demo = run_demo(folder, database=database)
        print(
            f"practice case {'server' if database else 'file'}: {time.perf_counter() - began:.1f} s"
        )
        with Case.open_to_read(demo.case) as case:
            entries = content_entries(case.entries)
        said.append((demo, digests(demo.case), entries))
    return said


def digests(folder):
    with Store.open(place_of(folder)) as store:
        return store.table_digests()


def made_reports(folder):
    """The report, made again from the tables where they are."""
    bundle = msgspec.json.decode((folder / "reports" / "report.json").read_bytes())
    with Case.open_to_read(folder) as case:
        export = next(e for e in reversed(case.entries) if e.act == "report.export")
        made = build_report(case.projection, case.entries[: export.seq], bundle["versions"])
    return export.what["files"], made


def test_both_say_the_same(built):
    (file, in_file, file_entries), (server, on_server, server_entries) = built
    assert file.problems == server.problems == 0
    assert file.next_steps == server.next_steps
    unlike = {name for name in in_file if in_file[name] != on_server[name]}
    assert unlike == {"meta"}, "each act's digest follows on the seals before it, which differ"
    assert len(file_entries) > 10
    for one, two in zip(file_entries, server_entries, strict=True):
        assert (one.seq, one.act, one.at, one.who, one.why) == (
            two.seq,
            two.act,
            two.at,
            two.who,
            two.why,
        )
        if one.act != "report.export":
            assert (one.what, one.blobs) == (two.what, two.blobs)


def test_the_report_of_one_case_has_the_same_bytes_from_both(built, url):
    folder = built[1][0].case
    before = digests(folder)
    exported, made = made_reports(folder)
    to_folder = move_to_folder(folder, url)
    assert digests(folder) == before
    assert verify(folder).problems == []
    _, made_from_file = made_reports(folder)
    assert made == made_from_file
    for name, content in made.items():
        assert hashlib.sha256(content).hexdigest() == exported[f"reports/{name}"]
    assert move_to_server(folder, url).tables_sha256 == to_folder.tables_sha256
    assert digests(folder) == before
    assert verify(folder).problems == []
