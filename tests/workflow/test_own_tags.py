"""Tags of one's own: the case's are acts, the unit's are shown and used for nothing until taken over."""

from pathlib import Path

import pytest

from chainlead.attribution import AddressBook, OwnTag
from chainlead.errors import AttributionError, PackInvalidError
from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.own_tags import (
    add_case_tag,
    add_unit_tag,
    adopt_unit_tags,
    list_unit_tags,
    unit_claims,
)
from chainlead.workflow.pack import pack_case
from chainlead.workflow.verify import verify

ADDRESS = "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"
XRP = "rBeToNo4AwHaNbRX2n4BNCYKtpTyFLQwkj"
SECRET_SOURCE = "informant report 17-4711"


def said(address: str = ADDRESS, chain: Chain = Chain.BITCOIN, **fields: str) -> OwnTag:
    told = {"service": "Kastell", "source": "answer of 2026-11-20", "lastmod": "2026-11-20"}
    return OwnTag(address=address, chain=chain, **{**told, **fields})


@pytest.mark.parametrize(("address", "chain"), [(ADDRESS, Chain.BITCOIN), (XRP, Chain.XRP)])
def test_a_tag_of_the_case_is_asserted_with_source_date_and_class(
    case: Case, address: str, chain: Chain
) -> None:
    tag = said(address, chain, category="exchange", confidence="service_data", note="by letter")
    add_case_tag(case, tag, why="answer came")
    (claim,) = AddressBook(case.store).claims(chain, address)
    assert (claim.service, claim.source, claim.lastmod) == (
        "Kastell",
        "answer of 2026-11-20",
        "2026-11-20",
    )
    assert (claim.strength.value, claim.confidence, claim.category) == (
        "asserted",
        "service_data",
        "exchange",
    )
    entry = case.entries[-1]
    assert (entry.act, entry.why) == ("tags.import", "answer came")


def test_said_again_the_newer_words_count_and_the_older_are_history(case: Case) -> None:
    add_case_tag(case, said(category="exchange"))
    add_case_tag(case, said(category="exchange"))
    assert len([e for e in case.entries if e.act == "tags.import"]) == 1
    add_case_tag(case, said(category="gambling", source="looked at it again"))
    claims = AddressBook(case.store).claims(Chain.BITCOIN, ADDRESS)
    assert [(c.category, bool(c.withdrawn)) for c in claims] == [
        ("gambling", False),
        ("exchange", True),
    ]


def test_two_people_who_disagree_are_both_kept_as_a_conflict(case: Case) -> None:
    add_case_tag(case, said())
    add_case_tag(case, said(service="Lagune"))
    book = AddressBook(case.store)
    claims = book.claims(Chain.BITCOIN, ADDRESS)
    assert {claim.service for claim in claims} == {"Kastell", "Lagune"}
    assert len(book.conflicts(claims)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1t"},
        {"address": XRP},
        {"service": " "},
        {"source": ""},
        {"category": "no such thing"},
        {"confidence": "very sure"},
        {"service": "two\nlines"},
        {"note": "x" * 2000},
    ],
)
def test_a_tag_that_cannot_be_is_refused_and_nothing_is_kept(
    case: Case, tmp_path: Path, wrong: dict[str, str]
) -> None:
    entries = len(case.entries)
    with pytest.raises(PackInvalidError):
        add_case_tag(case, said(**wrong))
    with pytest.raises(PackInvalidError):
        add_unit_tag(said(**wrong), folder=tmp_path / "unit")
    assert len(case.entries) == entries
    assert not (tmp_path / "unit").exists()


def test_a_tag_of_the_unit_is_shown_but_is_in_no_case_and_no_pack(
    case: Case, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    file = add_unit_tag(said(source=SECRET_SOURCE, kept_by="unit"), folder=unit)
    assert file.stat().st_mode & 0o077 == 0
    (claim,) = unit_claims(Chain.BITCOIN, ADDRESS, folder=unit)
    assert (claim.source, claim.strength.value) == (SECRET_SOURCE, "asserted")
    assert unit_claims(Chain.DASH, ADDRESS, folder=unit) == ()
    assert AddressBook(case.store).claims(Chain.BITCOIN, ADDRESS) == ()
    case.close()
    packed = pack_case(case.folder, tmp_path / "out.zip")
    assert SECRET_SOURCE.encode() not in packed.path.read_bytes()


def test_said_again_in_the_unit_replaces_and_others_stay(tmp_path: Path) -> None:
    unit = tmp_path / "unit"
    add_unit_tag(said(kept_by="unit"), folder=unit)
    add_unit_tag(said(XRP, Chain.XRP, service="Lagune", kept_by="unit"), folder=unit)
    add_unit_tag(said(source="newer", kept_by="unit"), folder=unit)
    assert [(t.label, t.source) for t in list_unit_tags(folder=unit)] == [
        ("Lagune", "answer of 2026-11-20"),
        ("Kastell", "newer"),
    ]


def test_taken_over_it_is_the_cases_by_an_act_and_can_be_made_again(
    case: Case, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    add_unit_tag(said(kept_by="unit", category="exchange"), folder=unit)
    adopt_unit_tags(case, Chain.BITCOIN, ADDRESS, folder=unit, why="needed for the trace")
    (claim,) = AddressBook(case.store).service_claims(Chain.BITCOIN, ADDRESS)
    assert claim.category == "exchange"
    with pytest.raises(AttributionError):
        adopt_unit_tags(case, Chain.XRP, XRP, folder=unit)
    add_case_tag(case, said(source="the case's own word"))
    sources = [c.source for c in AddressBook(case.store).service_claims(Chain.BITCOIN, ADDRESS)]
    assert sorted(sources) == ["answer of 2026-11-20", "the case's own word"]
    case.close()
    assert verify(case.folder).problems == []


def test_a_broken_file_in_the_units_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags" / "notes.csv").write_text("what,else\n1,2\n")
    with pytest.raises(PackInvalidError, match=r"notes\.csv"):
        list_unit_tags(folder=tmp_path)
