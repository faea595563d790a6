"""The reasons behind a picture are those of the report's appendix, word for word."""

import json

import pytest

from chainlead.report import COMPARE, live_trail
from chainlead.report.story import story
from chainlead.report.why.trail import ASSERTED, FOLDED, INFERRED, OBSERVED


@pytest.fixture
def trace(bundle):
    return bundle["traces"][0]


def test_each_node_and_line_has_a_reason_of_its_own_strength(trace):
    picture = live_trail(trace, "haircut")
    assert picture.reasons.keys() >= {OBSERVED, INFERRED, ASSERTED, FOLDED}
    for name, why in picture.reasons.items():
        assert why.about == name
        assert all(why.sentences)
    for edge in picture.graph.edges:
        assert picture.reasons[edge.strength.value].strength == edge.strength.value


def test_the_cards_are_those_of_the_report(bundle, trace):
    appendix = next(s for s in story(bundle) if s["title"] == "Inferences")
    printed = json.dumps(appendix, ensure_ascii=False)
    (card,) = live_trail(trace, "haircut").reasons[INFERRED].cards
    assert card.name == "haircut"
    for name, value in card.named:
        assert json.dumps(str(name), ensure_ascii=False) in printed
        assert str(value) in printed
    both = live_trail(trace, COMPARE).reasons[INFERRED].cards
    assert [card.name for card in both] == sorted(trace["rules"])
