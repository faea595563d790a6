"""A company over the snapshots of a register: listed, changed, dropped, back again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from chainlead.attribution import Listing, RegisterStore
from chainlead.attribution.services.register_listing import ListingIndex, read_listings

ONE = "A,EE,One OU,,EE,One,,one.example,,01/02/2025,,a. custody,EE,,{day},"
TWO = "A,MT,Two Ltd,,MT,Two,,two.example,,01/03/2025,,a. custody,MT,,{day},"


def listings(unit: Path) -> dict[str, Listing]:
    return {each.entry.legal_name: each for each in read_listings(RegisterStore(unit))}


def test_a_company_that_left_has_the_day_on_which_it_was_gone(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, ONE, TWO, day="01/10/2026")
    add_register(casps_header, TWO, day="08/10/2026")
    add_register(casps_header, TWO, day="15/10/2026")
    found = listings(unit)
    assert (found["One OU"].dropped, found["One OU"].as_of) == (
        date(2026, 10, 8),
        date(2026, 10, 1),
    )
    assert found["Two Ltd"].dropped is None
    assert found["Two Ltd"].words == "esma-casps as of 2026-10-15"


def test_a_company_that_came_back_is_listed(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, ONE, TWO, day="01/10/2026")
    add_register(casps_header, TWO, day="08/10/2026")
    add_register(casps_header, ONE, TWO, day="15/10/2026")
    assert listings(unit)["One OU"].dropped is None


def test_the_order_of_imports_does_not_matter(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, TWO, day="08/10/2026")
    add_register(casps_header, ONE, TWO, day="01/10/2026")
    assert listings(unit)["One OU"].dropped == date(2026, 10, 8)


def test_a_listing_is_found_by_each_of_its_names(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, ONE, TWO, day="01/10/2026")
    index = ListingIndex(read_listings(RegisterStore(unit)))
    for by, text in (("legal name", "one"), ("trade name", "one"), ("domain", "one.example")):
        assert [each.entry.legal_name for each in index.find(by, text)] == ["One OU"]
    assert index.find("lei", "") == ()
