import csv
import io

import msgspec
import pytest

from chainlead.report import report_files, report_formats
from chainlead.report.formats.tables_csv import TablesCsv


def test_every_format_gives_the_same_bytes_twice(bundle):
    assert report_files(bundle) == report_files(bundle)


def test_every_format_takes_a_new_case(empty_bundle):
    made = report_files(empty_bundle)
    assert {"report.json", "report.pdf", "findings.csv", "frontier.csv"} <= set(made)


def test_formats_have_names_and_are_documented():
    names = [form.name for form in report_formats()]
    assert names == sorted(set(names), key=names.index)
    assert all(type(form).__doc__ for form in report_formats())


def test_json_is_the_bundle(bundle):
    made = report_files(bundle)
    assert msgspec.json.decode(made["report.json"]) == bundle


def _rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_tables_hold_all_findings_and_ends(bundle):
    made = TablesCsv().files(bundle)
    assert len(_rows(made["findings.csv"])) == bundle["findings"]["listed_count"]
    frontier = _rows(made["frontier.csv"])
    ends = sum(len(rule["frontier"]) for rule in bundle["traces"][0]["rules"].values())
    assert len(frontier) == ends
    assert sum(int(r["traced_units"]) for r in frontier if r["rule"] == "haircut") == 5_000_000
    assert all(row["strength"] == "inferred" for row in frontier)


def test_no_cell_of_a_table_is_a_formula(bundle):
    made = TablesCsv().files(bundle)
    cells = [cell for row in _rows(made["findings.csv"]) for cell in row.values()]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for content in made.values() for row in _rows(content)
                for cell in row.values() if cell[:1] in {"=", "+", "-", "@"}]  # fmt: skip


@pytest.mark.parametrize("name", ["findings.csv", "frontier.csv", "transfers.csv"])
def test_an_empty_table_keeps_its_headings(empty_bundle, name):
    assert TablesCsv().files(empty_bundle)[name].count(b"\r\n") == 1
