"""A draft keeps the entry it used: JSON and back loses nothing, and takes nothing odd."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution import (
    Channel,
    Fact,
    LegalEntity,
    Service,
    service_document,
    service_from_document,
    shipped_directory,
)
from chainlead.attribution.services.service import CERTAINTIES, CHANNEL_KINDS, KINDS, STATES
from chainlead.errors import PackInvalidError

TEXT = st.text(max_size=20)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
DAY = st.none() | st.dates()
SURE = st.sampled_from(CERTAINTIES)
DAYS = st.none() | st.integers(0, 3660)
SERVICES = st.builds(
    Service,
    service_id=st.text(min_size=1, max_size=9),
    brand=st.text(min_size=1, max_size=9),
    aliases=TEXTS,
    actors=TEXTS,
    domains=TEXTS,
    kind=st.sampled_from(KINDS),
    hosts_wallets=st.sampled_from(["yes", "no", "unknown"]),
    entities=st.lists(
        st.builds(LegalEntity, name=TEXT.filter(bool), serves=TEXTS, since=DAY, certainty=SURE),
        max_size=2,
    ).map(tuple),
    channels=st.lists(
        st.builds(
            Channel, kind=st.sampled_from(CHANNEL_KINDS), address=TEXT.filter(bool), days=DAYS
        ),
        max_size=2,
    ).map(tuple),
    facts=st.lists(st.builds(Fact, text=TEXT.filter(bool), read=DAY), max_size=2).map(tuple),
    target_days=DAYS,
    read=DAY,
    state=st.sampled_from(STATES),
    is_practice=st.booleans(),
)


@given(SERVICES)
def test_json_and_back_is_the_same_entry(service: Service) -> None:
    document = json.loads(json.dumps(service_document(service)))
    assert service_from_document(document) == service


def test_every_shipped_entry_survives_json() -> None:
    for service in shipped_directory():
        assert service_from_document(json.loads(json.dumps(service_document(service)))) == service


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("colour", "red", "no field named 'colour'"),
        ("aliases", "one", "list of texts"),
        ("entities", ["one"], "list of mappings"),
        ("entities", [{"seat": "SE"}], "a field is missing"),
        ("channels", [{"kind": "pigeon", "address": "x"}], "none of portal, mail, post, phone"),
        ("certainty", "sure", "none of verified"),
        ("read", "22/11/2026", "no date"),
        ("read", 20261122, "a date"),
        ("target_days", "30", "number of days"),
        ("target_days", True, "number of days"),
        ("target_days", -1, "number of days"),
        ("is_practice", "yes", "true or false"),
        ("brand", 7, "a text"),
    ],
)
def test_what_no_entry_has_is_refused_by_name(field: str, value: object, why: str) -> None:
    with pytest.raises(PackInvalidError, match=why):
        service_from_document({"service_id": "s", "brand": "S", field: value})


def test_dates_are_dates_again() -> None:
    document = {"service_id": "s", "brand": "S", "read": "2026-11-22"}
    assert service_from_document(document).read == date(2026, 11, 22)


def test_the_private_note_is_in_no_document() -> None:
    service = Service("s", "S", note="for all", private_note="PRIVATE")
    document = service_document(service)
    assert document["note"] == "for all"
    assert "PRIVATE" not in json.dumps(document)
