"""From brand to company: by domain, trade name, number; always with the register's day."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from chainlead.attribution import channel_warnings, unit_directory

LEI = "5493007WZ7IFULIL8G21"
KRAKEN = f"Irish Authority,IE,Nordmark Europe Ltd,{LEI},IE,Kraken,,www.kraken.com,,25/06/2025,{{end}},a. providing custody | c. exchange,SE|DE,,{{day}},"
KASTELL = "Estonian Authority,EE,Kastell Europe OU,984500BBFE52FE449926,EE,Kastell,,,,01/02/2025,,a. custody,EE,,{day},"
NEU = "Austrian Authority,AT,Neuland GmbH,,AT,Neuland,,neuland.example,,09/04/2025,,a. providing custody,AT|SE,,{day},"
FAKE = "Belgian Authority,BE,Kraken Pro Invest,,,Kraken,kraken-invest.test|kraken-pro.test,No,poses as another,29/06/2026,,07/09/2026"
SCAM = "Italian Authority,IT,Dobobo,,,Dobobo,dobobo.test,No,,12/02/2025,,{day}"


def test_a_company_is_found_by_the_brands_domain(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, KRAKEN.replace("{end}", ""), day="01/10/2026")
    kraken = unit_directory(unit).get("kraken")
    assert kraken is not None
    found = kraken.entity_at(date(2026, 1, 1), "SE")
    assert found is not None
    assert (found.name, found.seat, found.lei) == ("Nordmark Europe Ltd", "IE", LEI)
    assert found.certainty == "inference"
    assert found.source == "esma-casps as of 2026-10-01, found by web domain"
    assert kraken.entity_at(date(2019, 1, 1), "SE") is None


def test_an_authorisation_that_ended_covers_no_later_day(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, KRAKEN.replace("{end}", "31/03/2026"), day="01/10/2026")
    kraken = unit_directory(unit).get("kraken")
    assert kraken is not None
    assert kraken.entity_at(date(2026, 3, 31), "SE") is not None
    assert kraken.entity_at(date(2026, 4, 1), "SE") is None
    assert kraken.entities[-1].status == "ended (esma-casps)"


def test_a_line_that_left_the_register_is_known_for_its_time(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, KRAKEN.replace("{end}", ""), NEU, day="01/10/2026")
    add_register(casps_header, NEU, day="01/11/2026")
    kraken = unit_directory(unit).get("kraken")
    assert kraken is not None
    assert kraken.entity_at(date(2026, 1, 1), "SE") is not None
    assert kraken.entity_at(date(2026, 11, 2), "SE") is None
    assert kraken.entities[-1].status == "no longer listed (esma-casps)"


def test_a_known_company_gets_its_number_and_keeps_its_own_days(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, KASTELL, day="01/10/2026")
    kastell = unit_directory(unit).get("kastell")
    assert kastell is not None
    found = kastell.entity_at(date(2024, 1, 1))
    assert found is not None
    assert (found.name, found.lei) == ("Kastell Europe OÜ", "984500BBFE52FE449926")
    assert found.since == date(2021, 1, 1)
    assert re.fullmatch(r"esma-casps as of 2026-10-01, snapshot [0-9a-f]{16}", found.register)
    assert len(kastell.entities) == 2


def test_a_brand_that_only_the_register_knows_gets_an_entry(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, NEU, day="01/10/2026")
    directory = unit_directory(unit)
    neuland = directory.lookup("https://app.neuland.example")
    assert neuland is not None
    assert neuland == directory.lookup("Neuland GmbH")
    assert (neuland.origin, neuland.kind, neuland.hosts_wallets) == ("register", "financial", "yes")
    assert neuland.read == date(2026, 10, 1)
    assert neuland.channels == ()
    assert any("knows no channel" in w for w in channel_warnings(directory, "law@neuland.example"))


def test_a_warning_sticks_to_the_domains_it_names(
    unit: Path, add_register: Callable, ncasp_header: str
) -> None:
    add_register(ncasp_header, FAKE, SCAM, day="01/10/2026")
    directory = unit_directory(unit)
    assert any("not complying with MiCA" in w for w in channel_warnings(directory, "x@dobobo.test"))
    assert any("poses as another" in w for w in channel_warnings(directory, "x@kraken-pro.test"))


def test_a_namesake_is_no_warning_of_the_service_itself(
    unit: Path, add_register: Callable, ncasp_header: str
) -> None:
    add_register(ncasp_header, FAKE, day="01/10/2026")
    directory = unit_directory(unit)
    kraken = directory.lookup("Kraken")
    assert kraken is not None
    assert kraken.service_id == "kraken"
    assert [f.about for f in kraken.facts if f.origin == "register"] == ["namesake"]
    assert not any("MiCA" in w for w in channel_warnings(directory, "law@kraken.com"))


def test_a_company_that_gleif_says_ended_covers_no_later_day(unit: Path, tmp_path: Path) -> None:
    import json
    from datetime import UTC, datetime

    from chainlead.attribution import RegisterStore

    entity = {
        "legalName": {"name": "KASTELL EUROPE OÜ"},
        "legalAddress": {"country": "EE"},
        "status": "INACTIVE",
        "expiration": {"date": "2025-12-31T00:00:00Z", "reason": "DISSOLVED"},
    }
    record = {"type": "lei-records", "attributes": {"lei": LEI, "entity": entity}}
    path = tmp_path / "lei-records.json"
    path.write_text(json.dumps({"data": [record]}), "utf-8")
    RegisterStore(unit).add(path, imported_at=datetime(2026, 11, 22, tzinfo=UTC), by="A. Person")
    kastell = unit_directory(unit).get("kastell")
    assert kastell is not None
    assert kastell.entity_at(date(2025, 12, 31)) is not None
    assert kastell.entity_at(date(2026, 1, 1)) is None
    assert "inactive (gleif)" in kastell.entities[1].status


def test_two_companies_with_one_name_give_no_number(unit: Path, tmp_path: Path) -> None:
    import json
    from datetime import UTC, datetime

    from chainlead.attribution import RegisterStore

    def record(lei: str) -> dict:
        entity = {"legalName": {"name": "Lagune Digital FZE"}, "legalAddress": {"country": "AE"}}
        return {"type": "lei-records", "attributes": {"lei": lei, "entity": entity}}

    path = tmp_path / "lei-records.json"
    path.write_text(json.dumps({"data": [record(LEI), record("984500BBFE52FE449926")]}), "utf-8")
    RegisterStore(unit).add(path, imported_at=datetime(2026, 11, 22, tzinfo=UTC), by="A. Person")
    lagune = unit_directory(unit).get("lagune")
    assert lagune is not None
    assert lagune.entities[0].lei == ""


def test_an_end_without_a_readable_day_is_the_registers_day_at_the_latest(
    unit: Path, add_register: Callable, casps_header: str
) -> None:
    add_register(casps_header, KRAKEN.replace("{end}", "withdrawn"), day="01/10/2026")
    kraken = unit_directory(unit).get("kraken")
    assert kraken is not None
    assert kraken.entities[-1].until == date(2026, 10, 1)
