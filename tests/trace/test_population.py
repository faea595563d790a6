"""Every taint rule and heuristic carries what the report must print about it."""

import pytest

from chainlead.errors import UnknownRuleError
from chainlead.registry import residents
from chainlead.trace import Heuristic, Least, Most, Source, find_rules

RULES = (*find_rules(), Least(), Most())
HEURISTICS = residents("chainlead.trace.heuristics", Heuristic)


@pytest.mark.parametrize("thing", [*RULES, *HEURISTICS], ids=lambda thing: thing.name)
def test_it_states_assumption_known_failure_and_citation(thing):
    for sentence in (thing.assumption, thing.known_failure, thing.citation):
        assert len(sentence) > 20
        assert sentence.endswith(".")
    assert thing.version >= 1
    assert thing.name.islower()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_gives_nothing_for_nothing_and_all_for_all(rule):
    untraced = [Source(3, None), Source(4, None)]
    whole = [Source(3, rule.mark_whole(3)), Source(4, rule.mark_whole(4))]
    assert rule.spread(untraced, [5, 0, 2]) == [None, None, None]
    given = rule.spread(whole, [5, 0, 2])
    assert given[1] is None
    assert [rule.traced_units(state) for state in (given[0], given[2])] == [5, 2]
    assert [rule.traced_units(state) for state in rule.gather(whole, [6, 1])] == [6, 1]


def test_rules_are_found_by_name_and_an_unknown_one_is_refused_with_the_list():
    assert [rule.name for rule in find_rules(["haircut", "fifo"])] == ["fifo", "haircut"]
    assert find_rules(["all"]) == find_rules()
    with pytest.raises(UnknownRuleError, match="haircut"):
        find_rules(["no such rule"])
    with pytest.raises(UnknownRuleError):
        find_rules([])
