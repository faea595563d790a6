"""GLEIF: a page of the API, and the golden copy of millions of lines."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import PackInvalidError

COLUMNS = (
    "LEI", "Entity.LegalName", "Entity.LegalName.xmllang",
    "Entity.OtherEntityNames.OtherEntityName.1", "Entity.OtherEntityNames.OtherEntityName.1.type",
    "Entity.LegalAddress.Country", "Entity.HeadquartersAddress.Country",
    "Entity.LegalJurisdiction", "Entity.EntityStatus", "Entity.EntityCreationDate",
    "Entity.EntityExpirationDate", "Registration.LastUpdateDate",
    "Registration.RegistrationStatus",
)  # fmt: skip


def record(lei: str, name: str, **entity: object) -> dict:
    return {
        "type": "lei-records",
        "id": lei,
        "attributes": {
            "lei": lei,
            "entity": {
                "legalName": {"name": name, "language": "en"},
                "otherNames": [{"name": "Kastell", "language": "en", "type": "TRADING_NAME"}],
                "legalAddress": {"city": "Tallinn", "country": "EE"},
                "headquartersAddress": {"country": "FI"},
                "jurisdiction": "EE",
                "status": "ACTIVE",
                "creationDate": "2018-03-01T00:00:00Z",
                "expiration": {"date": None, "reason": None},
                "successorEntity": {"lei": None, "name": None},
                **entity,
            },
            "registration": {"status": "ISSUED", "lastUpdateDate": "2026-05-02T10:11:12Z"},
            "bic": None,
        },
    }


def page(*records: dict) -> str:
    return json.dumps(
        {"meta": {"goldenCopy": {"publishDate": "2026-11-01T08:00:00Z"}}, "data": list(records)}
    )


def golden(*rows: tuple[str, ...]) -> str:
    quoted = (",".join(f'"{cell}"' for cell in row) for row in (COLUMNS, *rows))
    return "\n".join(quoted) + "\n"


def row(lei: str, name: str, status: str = "ACTIVE", ended: str = "") -> tuple[str, ...]:
    return (
        lei, name, "en", "Kastell", "TRADING_NAME", "EE", "FI", "EE", status,
        "2018-03-01T00:00:00.000Z", ended, "2026-05-02T10:11:12.000Z", "ISSUED",
    )  # fmt: skip


def test_a_page_of_the_api_is_read(read: Callable, leis: dict[str, str]) -> None:
    reading = read("lei-records.json", page(record(leis["kastell"], "Kastell OÜ")))
    (entry,) = reading.entries
    assert (reading.as_of, reading.is_complete) == (date(2026, 11, 1), False)
    assert (entry.key, entry.legal_name, entry.seat) == (leis["kastell"], "Kastell OÜ", "EE")
    assert (entry.status, entry.since, entry.until) == ("active", date(2018, 3, 1), None)
    assert entry.commercial_names == ("Kastell",)
    assert entry.detail == {"headquarters": "FI", "jurisdiction": "EE", "registration": "ISSUED"}


def test_one_record_alone_is_read(read: Callable, leis: dict[str, str]) -> None:
    text = json.dumps({"data": record(leis["kastell"], "Kastell OÜ")})
    assert [e.key for e in read("one.json", text).entries] == [leis["kastell"]]


def test_a_company_that_ended_names_its_successor(read: Callable, leis: dict[str, str]) -> None:
    gone = record(
        leis["kastell"],
        "Kastell OÜ",
        status="INACTIVE",
        expiration={"date": "2024-12-31T00:00:00Z", "reason": "CORPORATE_ACTION"},
        successorEntity={"lei": leis["lagune"], "name": "Lagune Ltd"},
    )
    (entry,) = read("a.json", page(gone)).entries
    assert (entry.status, entry.until) == ("inactive", date(2024, 12, 31))
    assert entry.detail["successor_lei"] == leis["lagune"]


def test_the_golden_copy_and_the_api_say_the_same(read: Callable, leis: dict[str, str]) -> None:
    (one,) = read("lei-records.json", page(record(leis["kastell"], "Kastell OÜ"))).entries
    (two,) = read("golden.csv", golden(row(leis["kastell"], "Kastell OÜ"))).entries
    assert one == two


def test_only_wanted_lines_of_the_golden_copy_are_kept(
    read: Callable, leis: dict[str, str]
) -> None:
    text = golden(row(leis["kastell"], "Kastell OÜ"), row(leis["lagune"], "Lagune Ltd"))
    reading = read("g.csv", text, wanted=lambda lei, name: lei == leis["lagune"])
    assert [e.legal_name for e in reading.entries] == ["Lagune Ltd"]
    assert reading.row_count == 2


def test_the_published_zip_is_read_as_it_is(read: Callable, leis: dict[str, str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "20261101-gleif-goldencopy-lei2-golden-copy.csv", golden(row(leis["kastell"], "K"))
        )
    reading = read("20261101-0800-gleif-goldencopy-lei2-golden-copy.csv.zip", packed.getvalue())
    assert [e.key for e in reading.entries] == [leis["kastell"]]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.json", '{"data": [{"type": "lei-records"', "is not JSON"),
        ("a.json", '{"data": [{"type": "other"}], "x": "lei-records"}', "record 1: it is no LEI record"),
        ("a.json", '{"x": "lei-records"}', "record 1"),
        ("a.json", "[" * 5000 + '"lei-records"', "is not JSON"),
        ("g.csv", golden(("a", "b")), "2 cells for 13 columns"),
        ("g.csv", golden() + '"' + "x" * 400_001, "400000 characters"),
        ("g.csv", golden().encode() + b"\xff\xfe", "not UTF-8|cells"),
        ("gleif.zip", b"PK\x03\x04rubbish", "no zip that can be read"),
    ],
)  # fmt: skip
def test_hostile_files_end_with_a_named_error(
    read: Callable, name: str, content: str | bytes, why: str
) -> None:
    with pytest.raises(PackInvalidError, match=why):
        read(name, content)


def test_a_record_without_a_valid_lei_is_left_out_and_counted(read: Callable) -> None:
    reading = read("a.json", page(record("NOLEI", "K")))
    assert reading.entries == ()
    assert reading.problems == ("1 × a record has no valid LEI or no name and was left out",)


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["data", "type", "attributes", "lei", "entity", "legalName", "name", "meta"]
                ),
                c,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_entries_or_the_named_error(document: object) -> None:
    from chainlead.attribution.importers.gleif_api_json import GleifApiJson

    try:
        GleifApiJson().read(
            "x.json", io.BytesIO(json.dumps(document).encode()), lambda lei, name: True
        )
    except PackInvalidError:
        return


def test_a_damaged_zip_ends_with_a_named_error(read: Callable, leis: dict[str, str]) -> None:
    packed = io.BytesIO()
    rows = [row(leis["kastell"], f"K{n}") for n in range(3000)]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lei2.csv", golden(*rows))
    whole = packed.getvalue()
    for at in range(60, len(whole), max(1, len(whole) // 40)):
        damaged = whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :]
        try:
            read("gleif.csv.zip", damaged)
        except PackInvalidError:
            continue


@given(st.binary(max_size=400))
def test_any_bytes_below_the_header_give_entries_or_the_named_error(tail: bytes) -> None:
    from chainlead.attribution.importers.esma_ncasp import EsmaNcasp
    from chainlead.attribution.importers.gleif_golden_copy_csv import GleifGoldenCopyCsv

    mica = b"ae_commercial_name,ae_website,ae_infrigment,ae_decision_date,ae_lei\n"
    for form, head in ((GleifGoldenCopyCsv(), golden().encode()), (EsmaNcasp(), mica)):
        try:
            form.read("x.csv", io.BytesIO(head + tail), lambda lei, name: True)
        except PackInvalidError:
            continue
