"""Codes of requests, answers and files are said in words; what has no words stays readable."""

import pytest

from chainlead.web.told_states import file_told, row_told, state_told
from chainlead.web.words import words_in


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("addressee_confirmed", "addressee compared"),
        ("partial", "answered in part"),
        ("new", "new"),
    ],
)
def test_a_state_is_said_in_words(code, said):
    assert state_told(code) == said


def test_the_rows_of_an_answer_are_said_in_words():
    assert row_told("crypto", "out") == "coins out"
    assert row_told("some_kind", "") == "some kind"


def test_a_file_says_what_it_holds():
    assert file_told("frontier.csv") == "Where each trail stops"
    assert file_told("unheard.of") == ""


def test_the_words_are_said_in_swedish_too():
    swedish = words_in("sv")
    for told in (state_told("partial"), row_told("travel_rule", ""), file_told("annex.csv")):
        assert swedish(told) != told
