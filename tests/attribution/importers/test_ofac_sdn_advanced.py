"""The sanctions list as published: as a stream, with names, and hostile XML ends with a named error."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution import lookup_importer, parse_pack
from chainlead.attribution.importers.ofac_sdn_advanced import OfacSdnAdvanced
from chainlead.errors import PackInvalidError

BITCOIN = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
EVM = "0xD882cFc20F52f2599D84b8e8D58C7FB62cfE344b"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
OLD = "http://www.un.org/sanctions/1.0"
NEW = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML"


def feature(number: int, kind: int, *details: str) -> str:
    versions = "".join(
        f'<FeatureVersion ID="{number}{n}" ReliabilityID="1"><Comment /><VersionDetail '
        f'DetailTypeID="1432">{text}</VersionDetail></FeatureVersion>'
        for n, text in enumerate(details)
    )
    return f'<Feature ID="{number}" FeatureTypeID="{kind}">{versions}<IdentityReference IdentityID="1" IdentityFeatureLinkTypeID="1" /></Feature>'


def party(number: int, name: tuple[str, ...], *features: str, alias: str = "") -> str:
    def documented(parts: tuple[str, ...], primary: str) -> str:
        values = "".join(
            f'<DocumentedNamePart><NamePartValue NamePartGroupID="{n}" ScriptID="215" ScriptStatusID="1" '
            f'Acronym="false">{part}</NamePartValue></DocumentedNamePart>'
            for n, part in enumerate(parts)
        )
        return (
            f'<Alias FixedRef="{number}" AliasTypeID="1403" Primary="{primary}" LowQuality="false">'
            f'<DocumentedName ID="{number}" FixedRef="{number}" DocNameStatusID="1">{values}'
            "</DocumentedName></Alias>"
        )

    aliases = (documented((alias,), "false") if alias else "") + documented(name, "true")
    return (
        f'<DistinctParty FixedRef="{number}" DeltaAction="none"><Comment /><Profile ID="{number}" '
        f'PartySubTypeID="4"><Identity ID="{number}" FixedRef="{number}" Primary="true" False="false">'
        f"{aliases}<NamePartGroups /></Identity>{''.join(features)}</Profile></DistinctParty>"
    )


def entry(number: int, day: tuple[int, int, int], program: str) -> str:
    year, month, of_month = day
    return (
        f'<SanctionsEntry ID="{number}" ProfileID="{number}" ListID="1550"><EntryEvent ID="1" '
        'EntryEventTypeID="1" LegalBasisID="1"><Comment /><Date CalendarTypeID="1">'
        f"<Year>{year}</Year><Month>{month}</Month><Day>{of_month}</Day></Date></EntryEvent>"
        '<SanctionsMeasure ID="2" SanctionsTypeID="1"><Comment>'
        f"{program}</Comment></SanctionsMeasure></SanctionsEntry>"
    )


def sdn(*, namespace: str = NEW, parties: str = "", entries: str = "", day: int = 20) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
        f'<Sanctions xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{namespace}">'
        f'<DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>11</Month><Day>{day}</Day></DateOfIssue>'
        "<ReferenceValueSets><FeatureTypeValues>"
        '<FeatureType ID="8" FeatureTypeGroupID="1">Birthdate</FeatureType>'
        '<FeatureType ID="344" FeatureTypeGroupID="1">Digital Currency Address - XBT</FeatureType>'
        '<FeatureType ID="345" FeatureTypeGroupID="1">Digital Currency Address - ETH</FeatureType>'
        '<FeatureType ID="887" FeatureTypeGroupID="1">Digital Currency Address - USDT</FeatureType>'
        "</FeatureTypeValues><SanctionsTypeValues>"
        '<SanctionsType ID="1">Program</SanctionsType></SanctionsTypeValues></ReferenceValueSets>'
        "<Locations><Location ID='1'><LocationCountry CountryID='1' /></Location></Locations>"
        f"<DistinctParties>{parties}</DistinctParties>"
        f"<SanctionsEntries>{entries}</SanctionsEntries></Sanctions>"
    ).encode()


@pytest.fixture
def real_form() -> bytes:
    return sdn(
        parties=party(
            25308,
            ("Group", "One"),
            feature(1, 344, BITCOIN, "not an address"),
            feature(2, 8, "1970"),
            alias="G. ONE &amp; CO",
        )
        + party(7157, ("NOBODY",), feature(3, 8, "1980"))
        + party(36901, ("Second",), feature(4, 345, EVM), feature(5, 887, TRON, EVM.upper())),
        entries=entry(25308, (2019, 9, 13), "DPRK3")
        + entry(25308, (2018, 11, 28), "CYBER2")
        + entry(7157, (2001, 1, 1), "OTHER"),
    )


def test_addresses_are_read_with_their_party(real_form: bytes) -> None:
    pack = parse_pack("sdn_advanced.xml", real_form)
    assert pack.form == "ofac.sdn-advanced"
    assert pack.header == {"issued": "2026-11-20"}
    first = pack.tags[0]
    assert (first.currency, first.chain, first.address) == ("XBT", "bitcoin", BITCOIN)
    assert first.label == "Named in the OFAC SDN list: Group One"
    assert (first.actor, first.abuse, first.confidence) == (
        "ofac-25308",
        "sanction",
        "authority_data",
    )
    assert first.detail["programs"] == ["CYBER2", "DPRK3"]
    assert (first.detail["listed"], first.lastmod) == ("2018-11-28", "2026-11-20")


def test_only_parties_with_an_address_become_actors(real_form: bytes) -> None:
    actors = parse_pack("sdn_advanced.xml", real_form).actors
    assert [(a.label, a.aliases) for a in actors] == [
        ("Group One", ("G. ONE & CO",)),
        ("Second", ()),
    ]


def test_evm_addresses_are_compared_without_case_and_others_exactly(real_form: bytes) -> None:
    tags = parse_pack("sdn_advanced.xml", real_form).tags
    evm = [tag.canonical for tag in tags if tag.address.casefold() == EVM.casefold()]
    assert evm == [EVM.lower(), EVM.lower()]
    assert [tag.chain for tag in tags if tag.address == TRON] == ["tron"]
    assert next(tag.canonical for tag in tags if tag.address == BITCOIN) == BITCOIN


def test_a_text_that_is_no_address_is_kept_and_flagged(real_form: bytes) -> None:
    pack = parse_pack("sdn_advanced.xml", real_form)
    assert [tag.address for tag in pack.tags if not tag.is_address] == ["not an address"]
    assert pack.problems == ("1 × no XBT address",)


def test_both_namespaces_are_read(real_form: bytes) -> None:
    old = parse_pack("sdn_advanced.xml", real_form.replace(NEW.encode(), OLD.encode()))
    new = parse_pack("sdn_advanced.xml", real_form)
    assert [tag.address for tag in old.tags] == [tag.address for tag in new.tags]


def test_the_condensed_list_says_the_same_and_condenses_to_itself(real_form: bytes) -> None:
    importer = OfacSdnAdvanced()
    condensed = importer.condense("sdn_advanced.xml", io.BytesIO(real_form))
    assert condensed.size_bytes == len(real_form)
    assert b"NOBODY" not in condensed.content
    whole, part = parse_pack("x.xml", real_form), parse_pack("x.xml", condensed.content)
    assert whole.header == part.header
    assert [(t.address, t.label, t.detail) for t in whole.tags] == [
        (t.address, t.label, t.detail) for t in part.tags
    ]
    assert [(a.actor, a.aliases, a.detail) for a in whole.actors] == [
        (a.actor, a.aliases, a.detail) for a in part.actors
    ]
    again = importer.condense("sdn_advanced.xml", io.BytesIO(condensed.content))
    assert [t.address for t in parse_pack("x.xml", again.content).tags] == [
        t.address for t in whole.tags
    ]


def test_what_has_no_address_does_not_change_the_condensed_list(real_form: bytes) -> None:
    def condensed(content: bytes) -> bytes:
        return OfacSdnAdvanced().condense("x.xml", io.BytesIO(content)).content

    assert condensed(real_form) == condensed(real_form.replace(b"NOBODY", b"ANYBODY"))
    assert condensed(real_form) != condensed(real_form.replace(b">Second<", b">Third<"))


def test_a_list_without_addresses_is_a_list() -> None:
    content = sdn(parties=party(1, ("Nobody",)))
    condensed = OfacSdnAdvanced().condense("x.xml", io.BytesIO(content))
    assert parse_pack("x.xml", condensed.content).tags == ()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda x: x[:-40], "is not the XML of the list"),
        (lambda x: x.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1), "is not the XML"),
        (lambda x: x.replace(b"?>", b'?><!DOCTYPE a SYSTEM "file:///etc/passwd">', 1), "is not the XML"),
        (lambda x: x.replace(b"DistinctParties", b"Others"), "no OFAC list"),
        (lambda x: x.replace(b"Group</", b"\xff\xfe</"), "is not the XML"),
        (lambda x: x.replace(b"Group</", b"&bomb;</"), "is not the XML"),
        (lambda x: x.replace(b"<Comment />", b"<a>" * 200_001 + b"</a>" * 200_001, 1), "more than 200000 parts"),
    ],
)  # fmt: skip
def test_hostile_xml_ends_with_a_named_error(
    real_form: bytes, make: Callable[[bytes], bytes], why: str
) -> None:
    with pytest.raises(PackInvalidError, match=why):
        parse_pack("sdn_advanced.xml", make(real_form), form="ofac.sdn-advanced")


def test_limits_have_names(real_form: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from chainlead.attribution.importers import ofac_sdn_advanced as module

    for name, limit, why in (
        ("_MOST_BYTES", 1000, "more than 1000 bytes"),
        ("_MOST_PARTIES", 2, "more than 2 parties"),
        ("_MOST_ADDRESSES", 2, "more than 2 addresses"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, limit)
            with pytest.raises(PackInvalidError, match=why):
                parse_pack("sdn_advanced.xml", real_form)


def test_one_endless_text_is_refused_before_it_fills_the_memory(real_form: bytes) -> None:
    long = real_form.replace(b"Group</", b"x" * 2_000_000 + b"</")
    with pytest.raises(PackInvalidError, match="bytes without a tag"):
        parse_pack("sdn_advanced.xml", long)


@given(st.data())
def test_a_damaged_list_gives_a_pack_or_the_named_error(data: st.DataObject) -> None:
    whole = sdn(
        parties=party(1, ("One",), feature(1, 344, BITCOIN)), entries=entry(1, (2020, 1, 1), "P")
    )
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 30))
    damaged = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + cut :]
    try:
        pack = parse_pack("x.xml", damaged, form="ofac.sdn-advanced")
    except PackInvalidError:
        return
    assert len(pack.tags) <= 1


def test_other_xml_is_not_taken_for_the_list() -> None:
    assert lookup_importer("a.xml", b"<sdnList><sdnEntry/></sdnList>") is None
    assert lookup_importer("a.xml", b"<SanctionsOther></SanctionsOther>") is None
