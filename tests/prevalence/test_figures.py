import json
from datetime import UTC, datetime

import pytest

from chainlead.prevalence import CaseFacts, Trace, count_cases

MOMENT = datetime(2024, 3, 1, tzinfo=UTC)


def trace(**changes) -> Trace:
    plain = {
        "kind": "address", "certainty": "checked", "role": "unknown", "triage": "new",
        "chains": ("bitcoin", "bitcoin-cash"),
    }  # fmt: skip
    return Trace(**{**plain, **changes})


def case(
    *traces: Trace, month: int = 3, searched: bool = True, practice: bool = False
) -> CaseFacts:
    return CaseFacts(datetime(2024, month, 1, tzinfo=UTC), searched, practice, traces)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"triage": "noise"}, False),
        ({"certainty": "structured"}, False),
        ({"certainty": "shape"}, False),
        ({"certainty": "shape", "triage": "relevant"}, True),
        ({"role": "example"}, False),
        ({"role": "shipped"}, False),
        ({"role": "shipped", "triage": "relevant"}, True),
        ({"kind": "mnemonic"}, True),
        ({"kind": "e-mail", "triage": "relevant"}, False),
    ],
)
def test_a_finding_makes_its_case_count_as_the_definition_says(changes, counts):
    assert trace(**changes).counts is counts
    assert case(trace(**changes)).counts is counts


def test_the_figures_carry_everything_that_must_be_said():
    cases = [case(trace(), month=2)] * 6 + [case()] * 30 + [case(searched=False)] * 7
    document = count_cases(cases).to_document()
    assert (document["numerator"], document["denominator"]) == (6, 36)
    assert document["percent"] == "16.7"
    assert document["wilson_95_percent"] == {"low": "7.9", "high": "31.9"}
    assert document["period"] == {
        "first_case": "2024-02-01T00:00:00Z", "last_case": "2024-03-01T00:00:00Z",
    }  # fmt: skip
    assert document["unsearched_cases"] == 7
    assert document["survey_class"]["class"] == "neither"
    assert document["by_chain"] == {"bitcoin": 6}
    assert "at least one" in document["definition"]


def test_no_float_is_in_the_figures():
    text = json.dumps(count_cases([case(trace())] * 5 + [case()] * 5).to_document())
    json.loads(text, parse_float=lambda number: pytest.fail(f"a float: {number}"))


@pytest.mark.parametrize(
    ("counted", "others", "shown"),
    [
        (0, 0, 0), (0, 20, 0), (20, 0, 20), (5, 5, 5), (1, 20, "<5"), (4, 20, "<5"),
        (20, 1, "not printed"), (2, 2, "<5"), (0, 4, "<5"),
    ],
)  # fmt: skip
def test_a_count_below_five_is_not_printed_nor_given_away(counted, others, shown):
    document = count_cases([case(trace())] * counted + [case()] * others).to_document()
    assert document["numerator"] == shown
    if shown in {"<5", "not printed"}:
        assert document["percent"] is None
        assert document["wilson_95_percent"] is None
        assert document["survey_class"] is None
        assert all(isinstance(number, str) for number in document["by_chain"].values())


def test_a_chain_met_in_few_cases_is_not_printed():
    cases = [case(trace())] * 9 + [case(trace(), trace(chains=("monero",)))] * 3
    cases += [case(trace(chains=("dash",)))] * 8 + [case()] * 9
    assert count_cases(cases).to_document()["by_chain"] == {
        "bitcoin": 12, "dash": 8, "monero": "<5",
    }  # fmt: skip


def test_a_chain_met_in_nearly_all_cases_does_not_give_the_rest_away():
    cases = [case(trace())] * 9 + [case(trace(chains=("dash",)))] + [case()] * 9
    assert count_cases(cases).to_document()["by_chain"]["bitcoin"] == "not printed"


def test_practice_cases_are_left_out_unless_asked_for():
    cases = [case(trace(), practice=True)] * 5 + [case()] * 5
    assert count_cases(cases).numerator == 0
    assert count_cases(cases).practice_left_out == 5
    assert count_cases(cases, with_practice=True).numerator == 5


def test_no_cases_give_no_figures():
    document = count_cases([]).to_document()
    assert (document["numerator"], document["denominator"]) == (0, 0)
    assert document["percent"] is document["period"] is None
