"""Companies over time: a transfer of 2019 is never laid at the door of today's company."""

from datetime import date

import pytest

from chainlead.attribution import LegalEntity, Service
from chainlead.attribution.services.service import STALE_AFTER_DAYS

READ = date(2026, 11, 22)
OLD = LegalEntity("Alt OY", "FI", since=date(2012, 6, 1), until=date(2020, 12, 31), read=READ)
NEW = LegalEntity("Neu GmbH", "AT", since=date(2021, 1, 1), read=READ)
EEA = LegalEntity("Insel Ltd", "MT", serves=("EEA",), as_of=date(2024, 4, 1), read=READ)
REST = LegalEntity("Meer Ltd", "SC", serves=("rest",), as_of=date(2024, 4, 1), read=READ)


def service(*entities: LegalEntity, read: date | None = READ) -> Service:
    return Service("s", "Brand", entities=entities, read=read)


def test_a_transfer_concerns_the_company_of_its_day() -> None:
    both = service(NEW, OLD)
    assert both.entity_at(date(2019, 5, 1)) == OLD
    assert both.entity_at(date(2020, 12, 31)) == OLD
    assert both.entity_at(date(2021, 1, 1)) == NEW


def test_a_day_that_no_source_speaks_of_has_no_company() -> None:
    one = service(NEW)
    assert one.entity_at(date(2019, 5, 1)) is None
    words = one.entity_words(date(2019, 5, 1))
    assert "not known for that date" in words
    assert "Neu GmbH (AT)" in words


def test_a_company_without_a_first_day_is_known_from_the_day_of_its_source() -> None:
    one = service(EEA)
    assert one.entity_at(date(2024, 3, 31)) is None
    assert one.entity_at(date(2024, 4, 1)) == EEA
    assert service(LegalEntity("X", "SE")).entity_at(date(2030, 1, 1)) is None


def test_the_customers_country_chooses_the_company() -> None:
    two = service(EEA, REST)
    day = date(2025, 1, 1)
    assert two.entity_at(day, "SE") == EEA
    assert two.entity_at(day, "no") == EEA
    assert two.entity_at(day, "BR") == REST
    assert two.entity_at(day) is None
    assert two.entities_at(day) == (EEA, REST)
    assert "depends on where the customer lives" in two.entity_words(day)


def test_companies_that_serve_the_same_customers_are_asked_in_the_files_order() -> None:
    day = date(2026, 2, 1)
    custody = LegalEntity("Custody", "AE", since=day)
    trading = LegalEntity("Trading", "AE", since=day)
    assert service(custody, trading).entity_at(day) == custody


@pytest.mark.parametrize(
    ("read", "stale"),
    [(None, True), (READ, False), (date(2026, 5, 26), False), (date(2026, 5, 25), True)],
)
def test_an_entry_is_stale_after_180_days(read: date | None, stale: bool) -> None:
    assert (READ - date(2026, 5, 26)).days == STALE_AFTER_DAYS
    assert service(read=read).is_stale(READ) is stale


def test_companies_of_two_countries_for_the_same_customers_are_both_named() -> None:
    day = date(2026, 2, 1)
    irish = LegalEntity("Eins Ltd", "IE", since=day, serves=("EEA",))
    other = LegalEntity("Zwei SA", "LU", since=day, serves=("EEA",))
    both = service(irish, other)
    assert both.entity_at(day, "SE") is None
    assert both.entities_at(day, "SE") == (irish, other)
    assert "is not known; these are named: Eins Ltd (IE); Zwei SA (LU)" in both.entity_words(
        day, "SE"
    )
