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


NEWER = GOOD.replace(
    b"- {address: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S, label: One, category: exchange}",
    b"- {address: 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3, label: Two, category: exchange}",
)


def test_an_update_keeps_what_was_and_says_what_changed(case: Case, folder: Path) -> None:
    from chainlead.attribution import AddressBook

    file = folder / "good.yaml"
    (first,) = import_tags(case, [file])
    file.write_bytes(NEWER)
    (second,) = import_tags(case, [file])
    assert (first.replaces, second.state, second.added_count, second.removed_count) == (
        "", "imported", 1, 1,
    )  # fmt: skip
    assert second.replaces == next(case.store.rows("packs", order_by=["journal_seq"]))["pack_id"]
    book = AddressBook(case.store)
    (old,) = book.claims("bitcoin", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S")
    assert old.withdrawn
    assert "the newer version" in old.note
    assert book.service_claims("bitcoin", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S") == ()
    assert [
        c.service for c in book.service_claims("bitcoin", "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3")
    ] == ["Two"]


def test_a_tag_that_both_versions_have_is_said_once(case: Case, folder: Path) -> None:
    from chainlead.attribution import AddressBook

    file = folder / "good.yaml"
    list(import_tags(case, [file]))
    file.write_bytes(GOOD + b"- {address: 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3, label: Two}\n")
    (second,) = import_tags(case, [file])
    assert (second.added_count, second.removed_count) == (1, 0)
    (claim,) = AddressBook(case.store).claims("bitcoin", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S")
    assert not claim.withdrawn


def test_a_third_version_may_bring_a_tag_back(case: Case, folder: Path) -> None:
    from chainlead.attribution import AddressBook

    file = folder / "good.yaml"
    for content in (
        GOOD,
        NEWER,
        GOOD + b"- {address: 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3, label: Two}\n",
    ):
        file.write_bytes(content)
        list(import_tags(case, [file]))
    claims = AddressBook(case.store).claims("bitcoin", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S")
    assert [(claim.service, claim.withdrawn) for claim in claims] == [("One", "")]


def test_another_file_is_no_update(case: Case, folder: Path) -> None:
    list(import_tags(case, [folder / "good.yaml"]))
    (folder / "else.yaml").write_bytes(NEWER)
    (done,) = import_tags(case, [folder / "else.yaml"])
    assert done.replaces == ""


SDN = (
    '<Sanctions xmlns="http://www.un.org/sanctions/1.0"><DateOfIssue><Year>2026</Year><Month>11</Month>'
    "<Day>20</Day></DateOfIssue><ReferenceValueSets><FeatureTypeValues>"
    '<FeatureType ID="344">Digital Currency Address - XBT</FeatureType></FeatureTypeValues>'
    "</ReferenceValueSets><DistinctParties>"
    '<DistinctParty FixedRef="9"><Profile ID="9"><Feature FeatureTypeID="8"><VersionDetail>1970'
    "</VersionDetail></Feature></Profile></DistinctParty>"
    '<DistinctParty FixedRef="1"><Profile ID="1"><Feature ID="5" FeatureTypeID="344"><FeatureVersion>'
    "<VersionDetail>12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S</VersionDetail></FeatureVersion></Feature>"
    "</Profile></DistinctParty></DistinctParties></Sanctions>"
)


def test_of_the_large_list_only_the_part_that_counts_is_kept(case: Case, tmp_path: Path) -> None:
    import hashlib

    file = tmp_path / "sdn_advanced.xml"
    file.write_text(SDN)
    (done,) = import_tags(case, [file])
    assert (done.state, done.form, done.tag_count) == ("imported", "ofac.sdn-advanced", 1)
    entry = case.entries[-1]
    assert entry.what["original"] == {
        "sha256": hashlib.sha256(SDN.encode()).hexdigest(), "size_bytes": len(SDN),
    }  # fmt: skip
    kept = case.blobs.get(entry.blobs["pack"])
    assert b"1970" not in kept
    assert b"12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S" in kept
    assert [file.state for file in import_tags(case, [file])] == ["known"]
    file.write_text(SDN.replace("1970", "1971"))
    assert [file.state for file in import_tags(case, [file])] == ["known"]
