"""A contested link around the case's addresses is a next step; none is none."""

from chainlead.guide import CaseFacts, ContestedFact, Urgency, next_steps


def _steps(facts):
    return [step for step in next_steps(facts) if step.step_id.startswith("contested-links")]


def test_open_contested_links_are_one_step_for_each_ledger():
    links = (
        ContestedFact("aa" * 32, "bitcoin", ("different parties",), ("x", "y")),
        ContestedFact("bb" * 32, "bitcoin", ("rests on dust only",), ("x", "z")),
        ContestedFact("cc" * 32, "litecoin", ("two large clusters",), ("L", "M")),
    )
    bitcoin, litecoin = _steps(CaseFacts(folder="my case", contested=links))
    assert bitcoin.command == "chainlead contested 'my case' --chain bitcoin"
    assert "2 contested links" in bitcoin.title
    assert "different parties, rests on dust only" in bitcoin.why
    assert bitcoin.urgency is Urgency.SOON
    assert "1 contested link " in litecoin.title


def test_a_case_without_contested_links_is_not_told_of_them():
    assert _steps(CaseFacts(folder="c")) == []
