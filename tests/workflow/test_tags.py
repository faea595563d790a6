"""Tag files into a case: once, one act each, bad ones refused, replay gives the same tables."""

from pathlib import Path

import pytest

from chainlead.store import Store
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.tags import import_tags

GOOD = b"""title: T
creator: C
currency: BTC
source: https://s.example
tags:
- {address: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S, label: One, category: exchange}
"""
ACTORS = b"title: A\ncreator: C\nactors:\n- {id: k, label: K, jurisdictions: [SE]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "packs"
    (made / "deep").mkdir(parents=True)
    (made / "good.yaml").write_bytes(GOOD)
    (made / "bad.yaml").write_bytes(GOOD.replace(b"label", b"lable"))
    (made / "deep" / "actors.yaml").write_bytes(ACTORS)
    (made / "README.md").write_bytes(b"hello")
    return made


def test_a_bad_pack_is_refused_and_the_others_go_on(case: Case, folder: Path) -> None:
    done = {Path(file.path).name: file for file in import_tags(case, [folder])}
    assert {name: file.state for name, file in done.items()} == {
        "README.md": "passed", "bad.yaml": "refused", "actors.yaml": "imported", "good.yaml": "imported",
    }  # fmt: skip
    assert "bad.yaml, line 6: the field label is missing" in done["bad.yaml"].reason
    assert (case.store.count("tags"), case.store.count("actors")) == (1, 1)


def test_the_same_file_twice_changes_nothing(case: Case, folder: Path) -> None:
    list(import_tags(case, [folder]))
    entries, digests = len(case.entries), case.store.table_digests()
    renamed = folder / "other name.yaml"
    renamed.write_bytes(GOOD)
    assert {file.state for file in import_tags(case, [folder])} == {"known", "refused", "passed"}
    assert (len(case.entries), case.store.table_digests()) == (entries, digests)


def test_each_file_is_one_act_with_the_file_as_its_blob(case: Case, folder: Path) -> None:
    list(import_tags(case, [folder / "good.yaml"], why="from the partner"))
    entry = case.entries[-1]
    assert (entry.act, entry.why, entry.what["form"]) == (
        "tags.import", "from the partner", "graphsense.tagpack",
    )  # fmt: skip
    assert case.blobs.get(entry.blobs["pack"]) == GOOD


def test_replay_gives_the_same_tables(case: Case, folder: Path) -> None:
    list(import_tags(case, [folder]))
    with Store.in_memory() as store:
        for entry in case.entries:
            apply_entry(Projection(store, case.blobs, case.key), entry)
        digests = store.table_digests()
    assert {name: digests[name] for name in ("packs", "tags", "actors")} == {
        name: case.store.table_digests()[name] for name in ("packs", "tags", "actors")
    }


def test_a_missing_file_and_a_named_stranger_are_refused(case: Case, folder: Path) -> None:
    done = list(import_tags(case, [folder / "none.yaml", folder / "README.md"]))
    assert [file.state for file in done] == ["refused", "refused"]


def test_links_in_a_folder_are_not_followed(case: Case, folder: Path) -> None:
    (folder / "link.yaml").symlink_to(folder / "good.yaml")
    assert all(not file.path.endswith("link.yaml") for file in import_tags(case, [folder]))
