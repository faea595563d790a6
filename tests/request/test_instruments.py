"""The decision table, driven by its own data: every row is reached, flagged and explained."""

import pytest

from chainlead.errors import NoInstrumentError
from chainlead.request import LegalCertainty, choose_instrument, instrument_table
from chainlead.request.data_files import country_groups
from chainlead.request.deadlines import deadlines

TABLE = instrument_table()

CASES = [
    ("se_domestic", "SE", ["SE"], "financial", "se_order"),
    ("gb_domestic", "GB", ["GB"], "financial", "gb_order"),
    ("us_domestic", "US", ["US"], "financial", "us_subpoena_domestic"),
    ("se_information", "SE", ["SE"], "information", "se_order_information"),
    ("uk_us_information", "GB", ["US"], "information", "cloud_act_agreement"),
    ("us_uk_information", "US", ["GB"], "information", "cloud_act_agreement"),
    ("same_country", "DE", ["DE"], "financial", "national_order"),
    ("eu_eio", "SE", ["DE"], "financial", "eio"),
    ("eu_eio", "SE", ["EE"], "unknown", "eio"),
    ("eu_dk_ie", "SE", ["IE"], "financial", "mla_1959_2000"),
    ("eu_dk_ie", "DK", ["DE"], "financial", "mla_1959_2000"),
    ("eu_dk_ie", "SE", ["DK"], "information", "mla_1959_2000"),
    ("eu_information", "SE", ["DE"], "information", "epoc"),
    ("eu_information", "SE", ["IE"], "information", "epoc"),
    ("eu_information_abroad", "SE", ["US"], "information", "epoc"),
    ("eu_information_unknown", "SE", [], "information", "epoc"),
    ("eu_us", "SE", ["US"], "financial", "mlat_us"),
    ("us_eu", "US", ["MT"], "financial", "us_subpoena"),
    ("uk_eu", "GB", ["MT"], "financial", "tca"),
    ("eu_uk", "SE", ["GB"], "financial", "tca"),
    ("uk_us", "GB", ["US"], "financial", "mlat_us"),
    ("us_uk", "US", ["GB"], "financial", "us_subpoena"),
    ("eu_efta", "SE", ["CH"], "financial", "mla_1959"),
    ("offshore", "SE", ["AE"], "financial", "mla_general"),
    ("offshore", "GB", ["SC"], "financial", "mla_general"),
    ("offshore", "US", ["KY"], "financial", "mla_general"),
    ("unknown_seat", "SE", [], "financial", "regulator"),
    ("other_pair", "NO", ["DE"], "financial", "mla_general"),
    ("issuer", "SE", ["VG"], "issuer", "issuer_order"),
    ("se_unspent", "SE", [], "seizure", "se_seizure"),
    ("unspent", "DE", [], "seizure", "national_freeze"),
]


@pytest.mark.parametrize(("row", "requester", "seats", "kind", "chosen"), CASES)
def test_the_table_chooses(
    row: str, requester: str, seats: list[str], kind: str, chosen: str
) -> None:
    choice = choose_instrument(requester, seats, kind)
    assert (choice.row_id, choice.chosen_id) == (row, chosen)


def test_every_row_is_reached_by_a_case() -> None:
    closed = choose_instrument("SE", ["EE"], "financial", state="defunct")
    assert {row.row_id for row in TABLE.rows} == {closed.row_id, *(case[0] for case in CASES)}


@pytest.mark.parametrize("row", TABLE.rows, ids=lambda row: row.row_id)
def test_no_row_is_a_silent_yes_or_no(row) -> None:
    assert row.why.endswith(".")
    assert row.why_not
    assert all(each.reason.endswith(".") for each in row.why_not)
    assert row.certainty in LegalCertainty


@pytest.mark.parametrize("name", sorted(TABLE.instruments))
def test_every_instrument_has_basis_source_date_and_flag(name: str) -> None:
    instrument = TABLE.instruments[name]
    assert instrument.legal_basis
    assert instrument.source
    assert instrument.read == "2026-11-22"
    assert instrument.certainty.words
    assert set(instrument.clocks) <= deadlines().keys()


@pytest.mark.parametrize("requester", ["SE", "DK", "IE", "US", "GB", "NO"])
@pytest.mark.parametrize("addressee", ["SE", "DE", "DK", "IE", "US", "GB", "AE", "NO", ""])
@pytest.mark.parametrize("kind", ["financial", "information", "unknown"])
def test_every_pair_gets_a_choice_that_asks_for_confirmation(
    requester: str, addressee: str, kind: str
) -> None:
    choice = choose_instrument(requester, [addressee] if addressee else [], kind)
    assert choice.first
    assert choice.alternatives
    assert "Confirm" in choice.confirm


@pytest.mark.parametrize("unbound", ["DK", "IE"])
@pytest.mark.parametrize("bound", ["SE", "DE"])
def test_denmark_and_ireland_never_get_an_investigation_order(unbound: str, bound: str) -> None:
    for requester, addressee in ((unbound, bound), (bound, unbound), ("DK", "IE")):
        for kind in ("financial", "unknown"):
            choice = choose_instrument(requester, [addressee], kind)
            assert choice.chosen_id != "eio"
            assert all("2018/1805" not in each.legal_basis for each in choice.freeze)


def test_the_exclusion_of_financial_services_is_shown_as_disputed() -> None:
    choice = choose_instrument("SE", ["DE"], "financial")
    assert any("disputed" in warning for warning in choice.warnings)
    epoc = next(each for each in choice.alternatives if each.instrument_id == "epoc")
    assert epoc.why_not.startswith("Disputed")


def test_several_seats_are_all_named() -> None:
    choice = choose_instrument("SE", ["SC", "US", "MT"], "financial")
    assert choice.addressee_country == "MT"
    warning = choice.warnings[0]
    assert "SC: " in warning
    assert "US: " in warning


def test_a_person_may_choose_another_instrument_and_the_table_objects_aloud() -> None:
    choice = choose_instrument("SE", ["DE"], "financial", instrument="epoc")
    assert choice.chosen_id == "epoc"
    assert "A person chose European Production Order" in choice.warnings[0]
    assert "Disputed" in choice.warnings[0]
    assert choice.alternatives[0].instrument_id == "eio"


def test_an_unknown_instrument_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        NoInstrumentError, match="no instrument 'fax'; known: budapest_preservation, "
    ):
        choose_instrument("SE", ["DE"], "financial", instrument="fax")


def test_where_life_is_at_risk_the_emergency_channel_comes_first() -> None:
    for seat, kind in (("AE", "financial"), ("DE", "information")):
        choice = choose_instrument("SE", [seat], kind, is_emergency=True)
        assert choice.first[0] is TABLE.instruments["emergency_disclosure"]
        assert choice.warnings[0].startswith("Life or limb is at risk")


def test_the_eight_hours_of_the_e_evidence_regulation_run_only_under_it_and_in_an_emergency() -> (
    None
):
    def clocks(seat: str, kind: str, *, urgent: bool) -> tuple[str, ...]:
        return choose_instrument("SE", [seat], kind, is_emergency=urgent).clocks

    assert clocks("DE", "information", urgent=True)[:2] == ("validation", "epoc_emergency")
    assert "epoc_emergency" not in clocks("DE", "information", urgent=False)
    assert "epoc_emergency" not in clocks("AE", "financial", urgent=True)


def test_a_closed_service_leads_to_its_liquidator_by_the_instrument_of_its_last_seat() -> None:
    choice = choose_instrument("SE", ["EE"], "financial", state="defunct")
    assert choice.chosen_id == "liquidator"
    assert choice.alternatives[0].instrument_id == "eio"
    assert "EE" in choice.alternatives[0].why_not
    assert choose_instrument("SE", [], "unknown", state="defunct").row_id == "defunct"


def test_an_instrument_that_ships_switched_off_says_why_when_a_person_takes_it() -> None:
    assert not TABLE.instruments["cets_224"].is_enabled
    choice = choose_instrument("SE", ["US"], "financial", instrument="cets_224")
    assert any("was not verified" in warning for warning in choice.warnings)
    used = {row.compulsory[0] for row in TABLE.rows} | {row.first for row in TABLE.rows}
    assert "cets_224" not in used


def test_country_groups_are_what_the_treaties_say() -> None:
    groups = country_groups()
    assert len(groups["eu"]) == 27
    assert groups["eu"] - groups["eio"] == {"DK", "IE"}
    assert groups["eu"] - groups["e-evidence"] == {"DK"}
    assert groups["eea"] - groups["eu"] == {"IS", "LI", "NO"}
