"""The shipped entries: every fact says where it was read, nothing unverified looks verified."""

from datetime import date

import pytest

from chainlead.attribution import Service, registrable_domain, shipped_directory
from chainlead.attribution.services.portals import portals

REAL = [service for service in shipped_directory() if not service.is_practice]
PRACTICE = [service for service in shipped_directory() if service.is_practice]
WANTED = [
    "binance", "okx", "bitget", "crypto-com", "kucoin", "bitfinex", "coinbase", "kraken", "bybit",
    "bitstamp", "gemini", "gate", "htx", "mexc", "localbitcoins", "tether", "circle",
]  # fmt: skip


def test_every_wanted_service_has_an_entry() -> None:
    assert sorted(service.service_id for service in REAL) == sorted(WANTED)


@pytest.mark.parametrize("service", REAL, ids=lambda service: service.service_id)
def test_what_is_more_than_unknown_has_a_source_and_a_day(service: Service) -> None:
    parts = (*service.entities, *service.channels, *service.facts, service)
    for part in parts:
        if part.certainty != "unknown":
            assert part.source, part
            assert part.read == date(2026, 11, 22), part
        else:
            assert not part.source, part


@pytest.mark.parametrize("name", ["kraken", "bybit", "bitstamp", "gemini", "gate", "htx", "mexc"])
def test_a_channel_that_nobody_retrieved_is_empty_and_says_so(name: str) -> None:
    service = shipped_directory().get(name)
    assert service is not None
    assert service.channels == ()
    assert any(f.about == "channels" and "not known here" in f.text for f in service.facts)
    assert "SIRIUS" in service.note


def test_an_entry_that_nobody_read_is_stale_from_the_first_day() -> None:
    entry = shipped_directory().get("mexc")
    assert entry is not None
    assert entry.is_stale(date(2026, 11, 23))


def test_a_transfer_of_2019_is_not_laid_at_todays_company() -> None:
    binance = shipped_directory().get("binance")
    assert binance is not None
    assert binance.entity_at(date(2019, 5, 1)) is None
    assert "not known for that date" in binance.entity_words(date(2019, 5, 1))
    today = binance.entity_at(date(2026, 2, 1))
    assert today is not None
    assert (today.name, today.seat) == ("Nest Clearing and Custody", "AE")


def test_the_customers_country_names_the_company_of_okx() -> None:
    okx = shipped_directory().lookup("OKEx")
    assert okx is not None
    seats = {region: okx.entity_at(date(2025, 6, 1), region) for region in ("SE", "BR", "US")}
    assert {r: e.seat for r, e in seats.items() if e} == {"SE": "MT", "BR": "BR", "US": "SC"}
    assert okx.entity_at(date(2025, 6, 1)) is None
    assert okx.entity_at(date(2023, 6, 1), "SE") is None


def test_the_shared_portal_is_known_by_name() -> None:
    through = {s.service_id for s in REAL if any(c.portal == "kodex" for c in s.channels)}
    assert through == {"okx", "bitget", "crypto-com", "bitfinex", "coinbase"}
    for service in REAL:
        for channel in service.channels:
            domains = portals()[channel.portal].domains if channel.portal else service.domains
            assert registrable_domain(channel.address) in domains


def test_practice_services_end_in_example_and_real_ones_do_not() -> None:
    assert all(d.endswith(".example") for s in PRACTICE for d in s.domains)
    assert not any(d.endswith(".example") for s in REAL for d in s.domains)
    assert {s.service_id for s in PRACTICE} >= {"kastell", "lagune"}


def test_a_practice_service_stands_for_each_place_of_the_table() -> None:
    day = date(2024, 1, 15)
    seats = {e.seat for s in PRACTICE if (e := s.entity_at(day))}
    assert {"SE", "EE", "IE", "DK", "US", "AE", "GB", "DE"} <= seats
    assert any(s.state == "defunct" and s.liquidator for s in PRACTICE)
    assert any(s.kind == "information" for s in PRACTICE)
    assert any(not s.entities for s in PRACTICE)


def test_no_two_entries_share_a_name() -> None:
    assert shipped_directory().shared_names == {}
