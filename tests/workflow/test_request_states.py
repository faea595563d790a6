"""What happens to a request is kept as events, rebuilt from the journal, and needs two persons."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from chainlead.attribution import ServiceDirectory
from chainlead.attribution.services.service import Channel, Service
from chainlead.custody import SteppingClock
from chainlead.errors import (
    AddresseeUnconfirmedError,
    DraftNotFoundError,
    ReasonMissingError,
    RequestError,
    RequestOrderError,
    SecondPersonError,
)
from chainlead.request import State
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.request_addressee import confirm_addressee, record_sent
from chainlead.workflow.request_states import record_moment, record_state, state_of, states

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAIL = "le@northwind.example"
DRAFT = "0123456789abcdef"


TODAY = DAY.date()


def directory(read=TODAY) -> ServiceDirectory:
    channel = Channel("portal", "https://le.northwind.example", read=read)
    return ServiceDirectory(
        [
            Service("northwind", "Northwind", domains=("northwind.example",), read=read,
                    channels=(channel, Channel("mail", MAIL, read=read))),
            Service("other", "Other", domains=("other.example",), read=read,
                    channels=(Channel("portal", "https://other.example/le", read=read),
                              Channel("mail", "le@other.example", read=read))),
        ]
    )  # fmt: skip


def make_draft(
    case, draft_id=DRAFT, *, country="FR", text=b"please keep", kind="preservation+production"
):
    choice = {"clocks": ["eio_decision", "eio_execution"], "first": [], "freeze": [],
              "addressee_country": country, "is_emergency": False}  # fmt: skip
    blobs = {"draft.json": json.dumps({"choice": choice}).encode(), "preservation.md": text}
    case.act(
        "request.draft",
        what={
            "draft_id": draft_id, "lead_id": "l", "trace_id": "t", "kind": kind, "instrument": "eio",
            "parameters": {"language": "en", "service": {"service_id": "northwind"}},
            "files": {f"requests/{n}": hashlib.sha256(b).hexdigest() for n, b in blobs.items()},
        },
        blobs=blobs,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32), who="ann", clock=SteppingClock(DAY)) as case:
        make_draft(case)
    return tmp_path / "case"


def as_(folder, who, days=0):
    clock = SteppingClock(DAY + timedelta(days=days, hours=1))
    return Case.open_to_write(folder, who=who, clock=clock)


def send(folder, **more):
    with as_(folder, "bo") as case:
        record_state(case, DRAFT, "reviewed", note="read it all")
        confirm_addressee(case, DRAFT, MAIL, directory=directory())
    with as_(folder, "ann", 1) as case:
        return record_sent(case, DRAFT, MAIL, **more)


def test_a_request_goes_its_way_and_every_step_is_kept(folder) -> None:
    assert send(folder).state is State.SENT
    with as_(folder, "ann", 2) as case:
        record_state(
            case, DRAFT[:6], "acknowledged", reference="NW-7", until=DAY + timedelta(days=90)
        )
        record_state(case, DRAFT, "partial", person="answer desk", note="accounts only")
        state = state_of(case.store, DRAFT)
    assert state.state is State.PARTIAL
    assert [event.event for event in state.events] == [
        "drafted", "reviewed", "addressee_confirmed", "sent", "acknowledged", "partial",
    ]  # fmt: skip
    assert (state.reference, state.events[-1].person) == ("NW-7", "answer desk")


def test_the_journal_rebuilds_the_events_byte_for_byte(folder) -> None:
    send(folder)
    with Case.open_to_read(folder) as case, Store.in_memory() as again:
        for entry in case.entries:
            apply_entry(Projection(again, case.blobs, case.key), entry)
        assert again.table_digests() == case.store.table_digests()


def test_the_same_person_cannot_do_both(folder) -> None:
    with as_(folder, "ann") as case:
        before = len(case.entries)
        for refused in (
            lambda: record_state(case, DRAFT, "reviewed"),
            lambda: confirm_addressee(case, DRAFT, MAIL, directory=directory()),
            lambda: record_sent(case, DRAFT, MAIL),
        ):
            with pytest.raises(SecondPersonError) as error:
                refused()
            assert error.value.next_step
        assert len(case.entries) == before


def test_a_draft_that_changed_has_to_be_reviewed_again(folder) -> None:
    with as_(folder, "bo") as case:
        record_state(case, DRAFT, "reviewed")
    with as_(folder, "ann") as case:
        make_draft(case, text=b"please keep more")
        state = state_of(case.store, DRAFT)
        assert (state.state, state.lost_review) == (State.DRAFTED, True)
        with pytest.raises(SecondPersonError, match="changed after its review"):
            record_sent(case, DRAFT, MAIL)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("le@northwind-le.example", "stands in no entry|looks like"),
        ("someone@gmail.com", "free mail"),
        ("le@other.example", "belongs to Other"),
        ("Prosecutor's office, 1 Rue X", "no domain"),
    ],
)
def test_the_directory_warns_and_a_person_has_to_say_how_it_is_known(folder, address, said) -> None:
    with as_(folder, "bo") as case:
        for more in ({}, {"despite_warnings": True}, {"note": "known"}):
            with pytest.raises(AddresseeUnconfirmedError, match=said):
                confirm_addressee(case, DRAFT, address, directory=directory(), **more)
        made = confirm_addressee(
            case, DRAFT, address, directory=directory(), despite_warnings=True, note="SIRIUS"
        )
        assert made.warnings
        event = made.state.newest("addressee_confirmed")
        assert event.detail["warnings"] == list(made.warnings)
        assert event.note == "SIRIUS"


def test_an_old_entry_of_the_directory_warns(folder) -> None:
    with (
        as_(folder, "bo") as case,
        pytest.raises(AddresseeUnconfirmedError, match="look at its source"),
    ):
        confirm_addressee(
            case, DRAFT, MAIL, directory=directory((DAY - timedelta(days=200)).date())
        )


def test_a_real_draft_keeps_its_review(demo, tmp_path) -> None:
    """The digest of a review is that of the act of drafting, whatever files a draft has."""
    import shutil

    folder = shutil.copytree(demo.case, tmp_path / "case")
    with Case.open_to_write(folder, who="second") as case:
        for draft_id in demo.drafts:
            assert record_state(case, draft_id, "reviewed").reviewed_by == "second"


def test_only_the_confirmed_address_can_be_sent_to(folder) -> None:
    with as_(folder, "bo") as case:
        record_state(case, DRAFT, "reviewed")
        confirm_addressee(case, DRAFT, MAIL, directory=directory())
        with pytest.raises(AddresseeUnconfirmedError, match="not an address"):
            record_sent(case, DRAFT, "le@northwind.example.evil.example")
        assert record_sent(case, DRAFT, MAIL.upper()).state is State.SENT


@pytest.mark.parametrize("country", ["AE", "US", "GB", ""])
def test_a_transfer_out_of_the_eu_needs_its_own_reason(tmp_path, country) -> None:
    folder = tmp_path / "case"
    with Case.create(folder, key=bytes(32), who="ann", clock=SteppingClock(DAY)) as case:
        make_draft(case, country=country)
    with pytest.raises(ReasonMissingError, match="Art"):
        send(folder)
    with as_(folder, "ann", 1) as case:
        state = record_sent(case, DRAFT, MAIL, outside_eu="no authority answers in time")
    assert state.newest("sent").detail["outside_eu"] == "no authority answers in time"
    assert state.newest("sent").detail["country"] == country


def test_a_transfer_inside_the_eu_or_from_elsewhere_needs_none(folder, tmp_path) -> None:
    assert send(folder).newest("sent").detail["country"] == "FR"
    other = tmp_path / "us"
    with Case.create(other, key=bytes(32), who="ann", settings={"country": "US"},
                     clock=SteppingClock(DAY)) as case:  # fmt: skip
        make_draft(case, country="AE")
    assert "outside_eu" not in send(other).newest("sent").detail


def test_moments_are_about_the_parts_that_were_sent(folder) -> None:
    send(folder, parts=["preservation"])
    with as_(folder, "ann", 3) as case:
        state = record_moment(case, DRAFT, "receipt")
        assert state.newest("receipt").detail["parts"] == ["preservation"]
        with pytest.raises(RequestOrderError, match="was sent"):
            record_moment(case, DRAFT, "decision", parts=["production"])
        for name in ("addressee_confirmed", "sent", "paid"):
            with pytest.raises(RequestOrderError, match="no event named"):
                record_moment(case, DRAFT, name)


def test_unknown_drafts_and_clocks_have_named_errors(folder) -> None:
    with as_(folder, "bo") as case:
        make_draft(case, "0123ffffffffffff")
        for draft_id in ("ffff", "", "0123"):
            with pytest.raises(DraftNotFoundError):
                record_state(case, draft_id, "reviewed")
        with pytest.raises(RequestError, match="no clock named"):
            record_sent(case, DRAFT, MAIL, clocks=["tomorrow"])
        assert [state.draft_id for state in states(case.store)] == [DRAFT, "0123ffffffffffff"]
