"""Each form holds the same findings, as text, with nothing that runs and no secret."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.report import FindingsToExport, findings_formats

openpyxl = pytest.importorskip("openpyxl")

SCANNED = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
FORMS = {form.name: form for form in findings_formats()}


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"{number:020}", "kind": "address", "value": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "fingerprint": None, "candidates": ["bitcoin"],
        "candidate_reasons": [{"chain": "bitcoin", "network": "main", "reason": "version 0x00"}],
        "certainty": "checked", "check_made": "base58check", "false_positive_rate": "2^-32",
        "role": "unknown", "state": "new", "why": "", "exhibit": "E1",
        "location": ["file:a/b.zip", "zip:c.txt"], "offset_bytes": 90_071_992_547_409_931,
        "length_bytes": 34, "row": None, "encoding": "ascii", "context": "pay to [it]",
        "detail": {}, "detector": "address.base58", "item_sha256": "ab" * 32,
    }  # fmt: skip
    return made | changes


def export(*rows: dict[str, Any]) -> FindingsToExport:
    return FindingsToExport(rows, {"E1": SCANNED}, {"case": "=1+1", "version": "1.0"})


def book(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


SECRET = row(2, kind="mnemonic", value=None, fingerprint="cd" * 32, context="words: [masked]")
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "a\nb\x1b[31m\u202e",
    "http://x.example",
]


def test_every_form_is_found_under_its_name() -> None:
    assert sorted(FORMS) == ["bulk-extractor", "csv", "jsonl", "timesketch", "xlsx"]


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_same_findings_give_the_same_bytes(name: str) -> None:
    made = FORMS[name].files(export(row(), SECRET))
    assert made == FORMS[name].files(export(row(), SECRET))
    assert all(made.values())


@pytest.mark.parametrize("name", sorted(FORMS))
def test_no_findings_give_a_valid_file(name: str) -> None:
    assert isinstance(FORMS[name].files(export()), dict)


def test_json_lines_hold_every_field() -> None:
    [content] = FORMS["jsonl"].files(export(row(), SECRET)).values()
    assert [json.loads(line) for line in content.splitlines()] == [row(), SECRET]


def test_csv_reads_back_with_formulas_disarmed() -> None:
    rows = [row(n, context=text) for n, text in enumerate(HOSTILE)]
    [content] = FORMS["csv"].files(export(*rows)).values()
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [line["id"] for line in read] == [r["id"] for r in rows]
    assert read[0]["offset_bytes"] == "90071992547409931"
    assert not any(line["context"].startswith(("=", "+", "-", "@", "\t")) for line in read)
    assert "\x1b" not in content.decode()


def test_the_workbook_reads_back_as_text_only() -> None:
    rows = [row(n, context=text) for n, text in enumerate(HOSTILE)]
    [content] = FORMS["xlsx"].files(export(*rows, SECRET)).values()
    sheet = book(content)["Findings"]
    headings = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert not any(cell.hyperlink for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    first = dict(zip(headings, (cell.value for cell in sheet[2]), strict=True))
    assert first["id"] == rows[0]["id"]
    assert first["offset_bytes"] == "90071992547409931"
    assert first["place"] == "E1 › file:a/b.zip › zip:c.txt"
    last = dict(zip(headings, (cell.value for cell in sheet[len(rows) + 2 - 0]), strict=True))
    assert (last["value"], last["fingerprint"]) == (None, "cd" * 32)


def test_the_workbook_says_where_it_came_from() -> None:
    [content] = FORMS["xlsx"].files(export(row())).values()
    about = book(content)["About"]
    assert (about["A1"].value, about["B1"].value, about["B1"].data_type) == ("case", "=1+1", "s")


def test_a_long_text_is_cut_with_a_mark() -> None:
    [content] = FORMS["xlsx"].files(export(row(context="x" * 40_000))).values()
    sheet = book(content)["Findings"]
    column = [cell.value for cell in sheet[1]].index("context")
    assert len(sheet[2][column].value) == 32_767
    assert "cut" in sheet[2][column].value[-40:]


def test_findings_beyond_one_sheet_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    from chainlead.report.findings_forms import workbook

    monkeypatch.setattr(workbook, "MOST_LINES", 2)
    [content] = FORMS["xlsx"].files(export(*(row(n) for n in range(5)))).values()
    made = book(content)
    assert made.sheetnames == ["Findings", "Findings 2", "Findings 3", "About"]
    assert [made[name].max_row - 1 for name in made.sheetnames[:3]] == [2, 2, 1]


def test_feature_files_have_three_fields_and_a_histogram() -> None:
    tabbed = row(3, context="a\tb\\c\nd")
    files = FORMS["bulk-extractor"].files(export(row(), tabbed, SECRET))
    assert sorted(files) == [
        "chainlead_address.txt",
        "chainlead_address_histogram.txt",
        "chainlead_mnemonic.txt",
        "chainlead_mnemonic_histogram.txt",
    ]
    lines = files["chainlead_address.txt"].decode().splitlines()
    features = [line.split("\t") for line in lines if not line.startswith("#")]
    assert features[0] == [
        "E1/a/b.zip\U0010001czip:c.txt\U0010001c90071992547409931",
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "pay to [it]",
    ]
    assert features[1][2] == "a\\x09b\\x5Cc\\x0Ad"
    histogram = files["chainlead_address_histogram.txt"].decode().splitlines()
    assert histogram[-1] == "n=2\t1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"


def test_an_event_has_its_own_time_or_says_that_it_is_the_scan() -> None:
    timed = row(3, detail={"made_at": "2024-02-01T10:00:00Z", "paid_at": "never"})
    [content] = FORMS["timesketch"].files(export(row(), timed)).values()
    scan, own = [json.loads(line) for line in content.splitlines()]
    assert (scan["datetime"], scan["has_own_time"]) == ("2024-03-01T09:00:00+00:00", False)
    assert "Scan time" in scan["timestamp_desc"]
    assert (own["datetime"], own["has_own_time"]) == ("2024-02-01T10:00:00+00:00", True)
    assert own["timestamp_desc"] == "made (in the finding)"
    for event in (scan, own):
        assert {"message", "datetime", "timestamp_desc"} <= event.keys()


@given(st.text(max_size=80))
def test_no_text_breaks_a_form(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    for name, form in FORMS.items():
        files = form.files(export(row(context=clean, why=clean, row=clean, offset_bytes=None)))
        for content in files.values():
            if name in {"jsonl", "timesketch"}:
                assert len(content.splitlines()) == 1
            if name == "bulk-extractor":
                body = [x for x in content.decode().split("\n") if x and not x.startswith("#")]
                assert all(line.count("\t") in {1, 2} for line in body)
