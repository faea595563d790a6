"""The findings on paper: what was derived from one place is folded, everything else is a line."""

from typing import Any

from chainlead.report.sections.findings import Findings
from chainlead.report.sections.inferences import Inferences

CHECK = "derived from a public key in a file of electrum; that it was used is not shown"
CARD = {"name": "common_input", "version": 2, "assumption": "One hand signs.", "citation": "R."}


def entry(number: int, check: str = CHECK, **more: Any) -> dict[str, Any]:
    return {
        "id": f"id{number:02}", "value": f"addr{number:02}", "fingerprint": None, "check": check,
        "role": "own", "state": "new", "candidates": [{"chain": "bitcoin", "network": "main"}],
        "place": "E1 › file:wallet", "row": None, "offset_bytes": 934, **more,
    }  # fmt: skip


def rows(*entries: dict[str, Any]) -> list[Any]:
    group = {"certainty": "structured", "kind": "address", "findings": list(entries)}
    blocks = Findings().blocks({"findings": {"groups": [group], "folded": []}})
    return [row for block in blocks if block["block"] == "table" for row in block["rows"]]


def test_many_addresses_of_one_key_are_one_row_that_says_how_many_and_where() -> None:
    (row,) = rows(*(entry(number) for number in range(26)))
    assert "addr00" in str(row[0])
    assert "and 25 more values derived from the same place, listed in findings.csv" in str(row[0])
    assert "[id00]" in str(row[4])


def test_a_judged_one_a_second_place_and_a_few_are_not_folded() -> None:
    judged = entry(3, state="relevant")
    elsewhere = entry(4, id="other", place="E1 › file:note.txt")
    shown = rows(*(entry(number) for number in range(20) if number != 3), judged, elsewhere)
    assert [("addr03" in str(r[0]), "addr04" in str(r[0])) for r in shown] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip
    assert len(rows(*(entry(number) for number in range(5)))) == 5


def test_what_was_read_as_such_is_never_folded() -> None:
    assert len(rows(*(entry(number, "Base58Check") for number in range(30)))) == 30


def test_a_card_that_stands_with_the_clusters_is_pointed_to_and_not_printed_twice() -> None:
    trace = {"trace_id": "t", "rules": {}, "inferences": [{**CARD, "strength": "inferred"}]}
    part = {"addresses": ["a"], "contested": [], "inferences": [{**CARD, "strength": "inferred"}]}
    twice = {"traces": [trace], "clusters": [part]}
    assert "stand above" in str(list(Inferences().blocks(twice)))
    for other in ({**part, "addresses": []}, {**part, "inferences": [{**CARD, "version": 3}]}):
        told = str(list(Inferences().blocks({"traces": [trace], "clusters": [other]})))
        assert "One hand signs." in told
        assert "stand above" not in told
