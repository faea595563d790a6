"""The section on patterns: inferred lines with exact amounts, and a card for each pattern once."""

import json
from dataclasses import replace

import pytest

from chainlead.report import build_bundle
from chainlead.report.sections.patterns import SHOWN
from chainlead.report.story import story

CARD = {
    "name": "peel_chain",
    "version": 1,
    "assumption": "One hand holds the rest.",
    "known_failure": "Any wallet that pays often.",
    "citation": "Meiklejohn et al. 2013.",
    "parameters": {"least_hops": "3"},
    "error_rate": "measured on simulated wallets, seed S: precision 98.3 %",
}
FOUND = {
    "pattern": "peel_chain",
    "version": 1,
    "parameters": {"least_hops": "3"},
    "strength": "inferred",
    "summary": "3 transactions in a row peel one payment each off a shrinking rest.",
    "txids": ["ab" * 32, "cd" * 32, "ef" * 32],
    "addresses": ["addr-a"],
    "amounts_units": {"peeled": "150000", "rest at the end": "1"},
    "counts": {"hops": 3},
    "parts": [],
    "heights": [5, 9],
    "times": [],
}
PART = {
    "trace_id": "0123456789abcdef",
    "origin": "ab" * 32 + ":0",
    "strength": "inferred",
    "pinned": {"chain": "bitcoin", "network": "main", "height": 9, "block_hash": None},
    "looked_at": {"transactions": 3},
    "patterns": [FOUND],
    "inferences": [CARD, {**CARD, "name": "coinjoin_gate"}],
    "services": [],
}


def told(filled, *parts):
    bundle = build_bundle(replace(filled, patterns=parts))
    return bundle, next(s for s in story(bundle) if s["title"] == "Patterns on the trails")


@pytest.mark.parametrize("parts", [(), ({**PART, "patterns": []},)], ids=["no trail", "no find"])
def test_nothing_found_is_said_in_words(filled, parts):
    _, section = told(filled, *parts)
    assert section["blocks"][0]["text"].startswith("No pattern was found")


def test_a_find_is_one_inferred_line_with_exact_amounts(filled):
    bundle, section = told(filled, PART)
    (table,) = [block for block in section["blocks"] if block["block"] == "table"]
    ((strength, pattern, what, amounts, first),) = table["rows"]
    assert (strength, pattern, first) == ("inferred", "peel_chain v1", "ab" * 32)
    assert what.endswith("Heights 5 to 9.")
    assert list(amounts) == ["peeled: 0.00150000 BTC", "rest at the end: 0.00000001 BTC"]
    assert bundle["patterns"][0]["patterns"][0]["amounts"]["peeled"]["units"] == "150000"


def test_the_card_of_each_pattern_stands_once_with_its_rate(filled):
    _, section = told(filled, PART, {**PART, "trace_id": "f" * 16})
    text = json.dumps(section["blocks"])
    assert text.count("Any wallet that pays often.") == 1
    assert "precision 98.3 %" in text
    assert "coinjoin_gate" not in text


def test_a_long_list_is_cut_in_print_and_whole_in_the_bundle(filled):
    bundle, section = told(filled, {**PART, "patterns": [FOUND] * (SHOWN + 7)})
    assert "7 further ones: see report.json." in json.dumps(section["blocks"])
    assert len(bundle["patterns"][0]["patterns"]) == SHOWN + 7
