"""The unit's own fields win, are marked, and stay with the unit."""

from pathlib import Path

import pytest

from chainlead.attribution import Service, shipped_directory, unit_directory
from chainlead.attribution.services.overlay import read_overlays
from chainlead.errors import PackInvalidError


def write(unit: Path, name: str, text: str) -> None:
    (unit / "services" / name).write_text(text, "utf-8")


def get(unit: Path, service_id: str, **options: bool) -> Service:
    found = unit_directory(unit, **options).get(service_id)
    assert found is not None
    return found


def test_a_stated_field_wins_and_the_others_stay(unit: Path) -> None:
    write(unit, "k.yaml", "service_id: kraken\nnote: ask for Jo\nread: 2026-12-01\n")
    before, after = shipped_directory().get("kraken"), get(unit, "kraken")
    assert before is not None
    assert (after.note, after.read.isoformat()) == ("ask for Jo", "2026-12-01")
    assert (after.facts, after.domains) == (before.facts, before.domains)
    assert (after.origin, after.own_fields) == ("unit", ("note", "read"))


def test_a_stated_list_replaces_and_an_added_one_adds(unit: Path) -> None:
    phone = (
        "{kind: phone, address: '+46 8 000', certainty: verified, source: SIRIUS, read: 2026-11-30}"
    )
    write(unit, "b.yaml", f"service_id: bitget\nadd_channels:\n- {phone}\n")
    write(unit, "o.yaml", f"service_id: okx\nchannels:\n- {phone}\n")
    assert [(c.kind, c.origin) for c in get(unit, "bitget").channels] == [
        ("phone", "unit"), ("portal", "shipped"), ("mail", "shipped"),
    ]  # fmt: skip
    assert [(c.kind, c.origin) for c in get(unit, "okx").channels] == [("phone", "unit")]


def test_a_service_that_is_not_shipped_is_new(unit: Path) -> None:
    write(unit, "n.yaml", "service_id: ny\nbrand: Ny\ndomains: [ny.example]\ntarget_days: 5\n")
    assert unit_directory(unit).lookup("law@ny.example") == get(unit, "ny")
    assert get(unit, "ny").origin == "unit"
    assert get(unit, "ny").target_days == 5


def test_without_own_files_nothing_of_the_unit_is_left(unit: Path) -> None:
    write(unit, "k.yaml", "service_id: kraken\nnote: private\n")
    write(unit, "n.yaml", "service_id: ny\nbrand: Ny\n")
    bare = unit_directory(unit, with_own=False)
    assert bare.get("ny") is None
    assert bare.get("kraken") == shipped_directory().get("kraken")


def test_no_unit_folder_is_the_shipped_directory(tmp_path: Path) -> None:
    assert unit_directory(None) is shipped_directory()
    assert unit_directory(tmp_path / "missing") is shipped_directory()
    assert read_overlays(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("brand: X\n", "x.yaml: the field service_id is missing"),
        ("service_id: ny\n", "x.yaml: the entry: a field is missing"),
        (
            "service_id: kraken\ncolour: red\n",
            "x.yaml: the entry: there is no field named 'colour'",
        ),
        ("service_id: kraken\nadd_note: x\n", "'add_note' is no list that can be added to"),
        ("service_id: kraken\nadd_channels: x\n", "is no list that can be added to"),
        ("service_id: kraken\nchannels: [x]\n", "each is a mapping"),
        ("service_id: kraken\ntarget_days: soon\n", "no number of days"),
        ("service_id: kraken\nread: 1/12/2026\n", "no date"),
        ("service_id: &a kraken\n", "anchors"),
        ("- a\n", "mapping"),
        ("service_id: kraken\nnote: " + "x" * 600_000, "more than 524288 bytes"),
    ],
)
def test_a_file_that_is_no_entry_stops_with_its_name(unit: Path, text: str, why: str) -> None:
    write(unit, "x.yaml", text)
    with pytest.raises(PackInvalidError, match=why):
        unit_directory(unit)


def test_two_files_for_one_service_stop(unit: Path) -> None:
    write(unit, "a.yaml", "service_id: kraken\nnote: a\n")
    write(unit, "b.yaml", "service_id: kraken\nnote: b\n")
    with pytest.raises(PackInvalidError, match=r"b\.yaml and a\.yaml are both for kraken"):
        unit_directory(unit)
