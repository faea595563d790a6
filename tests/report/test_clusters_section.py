"""The section on clusters: levels apart, contested links with both sides, a card beside the lines."""

import json

import pytest

from chainlead.report import build_bundle
from chainlead.report.story import story

CARD = {
    "name": "common_input",
    "version": 2,
    "assumption": "One hand signs.",
    "known_failure": "PayJoin.",
    "citation": "Reid, Harrigan 2011.",
    "parameters": {"dust_units": "1000"},
}
PART = {
    "chain": "bitcoin",
    "strength": "inferred",
    "pinned": {"chain": "bitcoin", "network": "main", "height": 7, "block_hash": None},
    "levels": [
        {"level": "co-spend", "meaning": "Signed together.", "worked_out": True},
        {"level": "co-spend plus change", "meaning": "And change.", "worked_out": False},
    ],
    "addresses": [
        {
            "address": "addr-a",
            "levels": {"co-spend": {"name": "addr-a", "size": 3, "parties": ["Kronbyte"]}},
        }
    ],
    "contested": [
        {
            "txid": "ab" * 32,
            "height": 5,
            "rule": "common_input",
            "version": 2,
            "state": "open",
            "doubts": ["different parties"],
            "reasons": ["The two sides are said to belong to different parties."],
            "sides": [
                {"name": "addr-a", "size": 3, "parties": ["Kronbyte"], "addresses": ["addr-b"]},
                {"name": "addr-x", "size": 9, "parties": ["Lagune"], "addresses": ["addr-y"]},
            ],
        }
    ],
    "decisions": [
        {
            "txid": "cd" * 32,
            "rule": "common_input",
            "verdict": "refuse",
            "doubts": ["two large clusters"],
            "sides": [["p"], ["q"]],
            "why": "two different shops",
            "journal_seq": 12,
        }
    ],
    "inferences": [CARD],
}


def _section(bundle):
    (found,) = [s for s in story(bundle) if s["title"] == "Addresses that belong together"]
    return found["blocks"], json.dumps(found["blocks"])


def test_a_case_without_clusters_says_so(empty_bundle):
    blocks, _ = _section(empty_bundle)
    assert [block["block"] for block in blocks] == ["paragraph"]


@pytest.mark.parametrize("rate", [None, "measured on simulated wallets, seed 1: precision 9.9 %"])
def test_every_inferred_line_stands_with_its_rule_s_card(empty_bundle, rate):
    card = CARD if rate is None else CARD | {"error_rate": rate}
    bundle = {**empty_bundle, "clusters": [{**PART, "inferences": [card]}]}
    blocks, text = _section(bundle)
    for said in ("One hand signs.", "PayJoin.", "dust_units = 1000", rate or "not measured"):
        assert said in text
    tables = [block for block in blocks if block["block"] == "table"]
    assert tables[0]["rows"] == [
        ["inferred", "addr-a", "addr-a, 3 addresses, said to belong to Kronbyte"]
    ]
    assert tables[1]["rows"][0][3] == [
        "addr-a, 3 addresses, said to belong to Kronbyte",
        "addr-x, 9 addresses, said to belong to Lagune",
    ]
    assert tables[2]["rows"] == [
        ["refuse", "cd" * 32 + ", common_input", "two different shops", "12"]
    ]
    assert "Not worked out here: the ledger is too large." in text


def test_a_transaction_of_many_clusters_does_not_fill_pages(empty_bundle):
    (link,) = PART["contested"]
    many = {**link, "sides": [{**link["sides"][0], "name": f"c{n}"} for n in range(400)]}
    blocks, _ = _section({**empty_bundle, "clusters": [{**PART, "contested": [many]}]})
    cell = [block for block in blocks if block["block"] == "table"][1]["rows"][0][3]
    assert len(cell) == 13
    assert cell[-1] == "and 388 more, in report.json"


def test_the_bundle_holds_what_workflow_worked_out(filled):
    from dataclasses import replace

    assert build_bundle(replace(filled, clusters=(PART,)))["clusters"] == [PART]
    assert build_bundle(filled)["clusters"] == []
