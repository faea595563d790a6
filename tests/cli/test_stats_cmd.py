import json
from datetime import UTC, datetime

import pytest

from chainlead.custody import SteppingClock
from chainlead.store import Store
from chainlead.workflow.case import Case

COUNTED, OTHERS = 6, 8


def fill(store: Store, chain: str | None) -> None:
    """Rows as a scan leaves them; only their public columns matter here."""
    from chainlead.store.tables import METADATA

    def row(table: str, **given: object) -> dict[str, object]:
        empty = {"JSON": [], "VARCHAR": "", "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False}
        columns = METADATA.tables[table].c
        plain = {c.name: None if c.nullable else empty[str(c.type)] for c in columns}
        return {**plain, **given}

    store.insert("exhibits", [row("exhibits", exhibit="E1", state="scanned")])
    if chain:
        finding = row(
            "findings", finding_id="a" * 20, kind="address", certainty="checked", role="unknown",
            candidates=[{"chain": chain, "network": "main", "reason": ""}],
        )  # fmt: skip
        store.insert("findings", [finding])


@pytest.fixture
def folders(tmp_path):
    made = []
    for number in range(COUNTED + OTHERS):
        clock = SteppingClock(datetime(2024, 1, 1 + number, tzinfo=UTC))
        folder = tmp_path / f"case{number:02}"
        with Case.create(folder, key=bytes(32), clock=clock, who="tester") as case:
            fill(case.store, "bitcoin" if number < COUNTED else None)
        made.append(folder)
    return made


def test_stats_prints_everything_that_must_be_said(run, folders):
    code, out, _ = run("stats", *folders)
    assert code == 0
    assert f"{COUNTED} of {COUNTED + OTHERS}" in out
    assert "42.9 %" in out
    assert "2024-01-01T00:00:00Z to 2024-01-14T00:00:00Z" in out
    assert "Definition: A case counts when" in out
    assert "Our convention" in out


def test_stats_json_is_one_document_without_floats(run, folders):
    _, out, _ = run("stats", *folders, "--json")
    document = json.loads(out, parse_float=pytest.fail)
    assert (document["numerator"], document["denominator"]) == (COUNTED, COUNTED + OTHERS)
    assert document["wilson_95_percent"] == {"low": "21.4", "high": "67.4"}
    assert document["by_chain"] == {"bitcoin": COUNTED}


def test_a_case_given_twice_counts_once(run, folders):
    once = run("stats", *folders, "--json")[1]
    assert run("stats", *folders, *folders[:3], "--json")[1] == once


def test_a_judgement_changes_the_count(run, folders):
    for folder in folders[:2]:
        with Store.open(folder / "case.db", write=True) as store:
            judged = {"finding_id": "a" * 20, "state": "noise", "why": "", "journal_seq": 1}
            store.insert("triage", [judged])
    document = json.loads(run("stats", *folders, "--json")[1])
    assert document["numerator"] == "<5"
    assert document["percent"] is None


def test_practice_cases_are_counted_only_when_asked_for(run, tmp_path):
    folder = tmp_path / "practice"
    with Case.create(folder, key=bytes(32), settings={"practice": "yes"}) as case:
        fill(case.store, "bitcoin")
    assert json.loads(run("stats", folder, "--json")[1])["practice_cases_left_out"] == 1
    document = json.loads(run("stats", folder, "--json", "--practice")[1])
    assert (document["denominator"], document["practice_cases_left_out"]) == ("<5", 0)


def test_a_damaged_case_is_named(run, folders):
    path = folders[3] / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"tester", b"Tester"))
    code, _, err = run("stats", *folders)
    assert code == 21
    assert "case03" in err


def test_no_case_is_a_wrong_use(run, tmp_path):
    assert run("stats")[0] == 2
    assert run("stats", tmp_path)[0] == 11
