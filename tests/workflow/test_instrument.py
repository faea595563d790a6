"""Which paper for which service or country: explained, dated, and never without its doubts."""

from dataclasses import replace
from datetime import date

import pytest

from chainlead.attribution import ServiceDirectory, shipped_directory
from chainlead.errors import NoInstrumentError, RequestError
from chainlead.workflow.instrument import Explained, explain_instrument

TODAY = date(2026, 12, 1)


def explain(requester: str, addressee: str, **more: object) -> Explained:
    given = {"on": TODAY, "today": TODAY, "directory": shipped_directory()} | more
    return explain_instrument(requester, addressee, **given)


@pytest.mark.parametrize(
    ("requester", "addressee", "chosen"),
    [
        ("SE", "norrsken", "se_order"),
        ("SE", "Kastell Exchange", "eio"),
        ("SE", "claddagh.example", "mla_1959_2000"),
        ("SE", "havneby", "mla_1959_2000"),
        ("SE", "prairie", "mlat_us"),
        ("SE", "lagune", "mla_general"),
        ("SE", "themse", "tca"),
        ("US", "hafen", "us_subpoena"),
        ("GB", "hafen", "tca"),
        ("SE", "nebelbank", "regulator"),
        ("SE", "altmarkt", "liquidator"),
        ("SE", "briefpost", "epoc"),
        ("SE", "stabilo", "issuer_order"),
        ("SE", "unknown", "regulator"),
        ("se", "de", "eio"),
    ],
)
def test_each_place_has_its_instrument(requester: str, addressee: str, chosen: str) -> None:
    found = explain(requester, addressee)
    assert found.choice.chosen_id == chosen
    assert found.choice.alternatives
    assert found.choice.confirm.startswith("Confirm")


def test_the_company_of_the_day_decides_the_country() -> None:
    early, late = explain("SE", "kastell", on=date(2019, 5, 1)), explain("SE", "kastell")
    assert early.choice.addressee_country == "FI"
    assert late.choice.addressee_country == "EE"
    assert early.companies[0] != late.companies[0]


def test_a_service_that_nobody_knows_is_treated_as_unknown_and_said_so() -> None:
    found = explain("SE", "Kastel")
    assert found.service is None
    assert found.choice.row_id == "unknown_seat"
    assert any("no service 'Kastel'" in note for note in found.notes)


def test_an_old_entry_nags() -> None:
    assert not explain("SE", "themse").notes
    later = date(2027, 12, 1)
    found = explain("SE", "themse", on=later, today=later)
    assert any("look at its source again" in note for note in found.notes)


def test_a_person_may_say_the_kind_and_the_emergency() -> None:
    found = explain("SE", "DE", kind="information", is_emergency=True)
    assert found.choice.chosen_id == "epoc"
    assert "epoc_emergency" in {name for name, _ in found.clocks}
    assert found.choice.first[0].instrument_id == "emergency_disclosure"


def test_the_answer_comes_in_the_language_asked_for() -> None:
    found = explain("SE", "kastell", language="sv")
    assert found.choice.chosen.name == "Europeisk utredningsorder"
    assert "åklagaren" in found.choice.confirm


def test_what_there_is_not_is_refused_with_what_there_is() -> None:
    with pytest.raises(RequestError, match="no country code"):
        explain("Sweden", "DE")
    with pytest.raises(RequestError, match="no kind 'shop'"):
        explain("SE", "DE", kind="shop")
    with pytest.raises(RequestError, match="no words in 'xx'"):
        explain("SE", "DE", language="xx")
    with pytest.raises(NoInstrumentError):
        explain("SE", "DE", instrument="fax")


def test_a_nested_service_is_named() -> None:
    hafen = shipped_directory().get("hafen")
    assert hafen is not None
    directory = ServiceDirectory([replace(hafen, nested=("kastell",))])
    notes = explain("SE", "hafen", directory=directory).notes
    assert any("customers of their own: kastell" in note for note in notes)
