from dataclasses import FrozenInstanceError

import pytest

from chainlead.codecs import FORMS, parse_address
from chainlead.model import Certainty, Chain, Network

TEXT = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"


def test_it_answers_for_its_best_candidate_and_for_all():
    parsed = parse_address(TEXT)
    assert (parsed.chain, parsed.network) == (Chain.BITCOIN, Network.MAIN)
    assert parsed.is_candidate_of(Chain.LITECOIN)
    assert not parsed.is_candidate_of(Chain.DASH)


def test_check_and_rate_come_from_the_table_of_forms():
    parsed = parse_address(TEXT)
    assert parsed.check_made == FORMS["p2sh"].check
    assert parsed.false_positive_rate == FORMS["p2sh"].false_positive_rate
    assert parsed.certainty is Certainty.CHECKED


def test_it_does_not_change_and_equals_by_content():
    parsed = parse_address(TEXT)
    with pytest.raises(FrozenInstanceError):
        parsed.text = "other"
    assert parsed == parse_address(TEXT)
    assert len({parsed, parse_address(TEXT)}) == 1


def test_upper_and_lower_case_of_one_address_have_one_canonical_form():
    lower = parse_address("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    upper = parse_address("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
    assert lower.canonical == upper.canonical
    assert lower.text != upper.text
