"""List, show again, judge and un-judge, and replay to the same tables."""

import pytest

from chainlead.errors import ConfigError, ExhibitNotFoundError, FindingNotFoundError
from chainlead.store import Store
from chainlead.workflow.case import Projection, apply_entry
from chainlead.workflow.findings import (
    Filters,
    list_findings,
    lookup_finding,
    show_finding,
    triage,
    undo,
)
from chainlead.workflow.scan import scan

SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
EXAMPLE = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"


@pytest.fixture
def exhibit(tmp_path):
    folder = tmp_path / "seized"
    folder.mkdir()
    (folder / "notes.txt").write_bytes(f"pay {SOLO}\nold {EXAMPLE}\n".encode("utf-16"))
    (folder / "keys.txt").write_text(f"{KEY}\n")
    return folder


@pytest.fixture
def scanned(case, exhibit):
    scan(case, [exhibit])
    return case


def id_of(case, value):
    return next(row["id"] for row in list_findings(case) if row["value"] == value)


def test_findings_are_listed_with_their_state_and_own_ones_first(scanned):
    rows = list_findings(scanned)
    assert {row["value"] for row in rows} == {SOLO, EXAMPLE, None}
    assert {row["state"] for row in rows} == {"new"}
    assert rows[-1]["value"] == EXAMPLE
    assert rows[0]["candidates"][0] == "bitcoin"


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(kind="address"), 2),
        (Filters(kind="private_key", certainty="checked"), 1),
        (Filters(chain="bitcoin-cash"), 3),
        (Filters(chain="monero"), 0),
        (Filters(state="noise"), 0),
    ],
)
def test_filters_choose(scanned, filters, count):
    assert len(list_findings(scanned, filters)) == count


@pytest.mark.parametrize("wrong", [Filters(chain="gold"), Filters(role="x"), Filters(state="y")])
def test_a_filter_that_fits_nothing_ever_is_refused(scanned, wrong):
    with pytest.raises(ConfigError):
        list_findings(scanned, wrong)


def test_showing_reads_the_same_bytes_again(scanned, exhibit):
    shown = show_finding(scanned, id_of(scanned, SOLO)[:8])
    assert shown.proved
    assert any(str(exhibit) in line for line in shown.ordinary_way)


def test_showing_a_secret_compares_its_fingerprint_and_prints_no_part_of_it(scanned):
    shown = show_finding(scanned, id_of(scanned, None))
    assert shown.proved
    assert "fingerprint" in shown.proof
    assert KEY[:8] not in str(shown)


def test_a_moved_exhibit_is_found_at_its_new_place(scanned, exhibit, tmp_path):
    finding = id_of(scanned, SOLO)
    moved = exhibit.rename(tmp_path / "moved")
    assert not show_finding(scanned, finding).proved
    assert show_finding(scanned, finding, moved).proved
    with pytest.raises(ExhibitNotFoundError):
        show_finding(scanned, finding, tmp_path / "nowhere")


def test_a_changed_exhibit_is_said_to_be_changed(scanned, exhibit):
    finding = id_of(scanned, None)
    (exhibit / "keys.txt").write_text("gone\n")
    shown = show_finding(scanned, finding)
    assert (shown.proved, shown.proof) == (
        False,
        "The exhibit no longer has this at this place.",
    )


def test_a_judgement_is_kept_undone_and_redone(scanned):
    finding = id_of(scanned, SOLO)
    assert triage(scanned, finding, "relevant", why="the shop")["state"] == "relevant"
    assert triage(scanned, finding, "noise")["state"] == "noise"
    assert undo(scanned)["state"] == "relevant"
    assert lookup_finding(scanned, finding)["why"] == "the shop"
    assert undo(scanned)["state"] == "noise"


def test_undo_can_name_a_finding(scanned):
    first, second = id_of(scanned, SOLO), id_of(scanned, EXAMPLE)
    triage(scanned, first, "relevant")
    triage(scanned, second, "noise")
    assert undo(scanned, first)["id"] == first
    assert lookup_finding(scanned, second)["state"] == "noise"
    assert lookup_finding(scanned, first)["state"] == "new"


def test_nothing_to_undo_and_unknown_ids_are_named_errors(scanned):
    with pytest.raises(FindingNotFoundError):
        undo(scanned)
    with pytest.raises(FindingNotFoundError):
        triage(scanned, "0" * 20, "noise")
    with pytest.raises(ConfigError):
        triage(scanned, id_of(scanned, SOLO), "important")


def test_replaying_the_journal_gives_the_same_judgements(scanned):
    finding = id_of(scanned, SOLO)
    triage(scanned, finding, "relevant")
    triage(scanned, id_of(scanned, EXAMPLE), "noise", why="published")
    undo(scanned, finding)
    replayed = Store.in_memory()
    for entry in scanned.entries:
        apply_entry(Projection(replayed, scanned.blobs, scanned.key), entry)
    assert replayed.table_digests()["triage"] == scanned.store.table_digests()["triage"]
    replayed.close()


def test_the_secret_is_nowhere_in_the_case_folder(scanned):
    for path in scanned.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()
