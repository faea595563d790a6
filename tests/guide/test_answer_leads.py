"""Each lead of an answer becomes a step; a withdrawal that was followed does not."""

from chainlead.guide.facts import AnswerFact, CaseFacts
from chainlead.guide.rules.answer_leads import AnswerLeads
from chainlead.guide.step import Urgency


def titles(*leads: tuple[str, str, int], followed: frozenset[int] = frozenset()) -> list[str]:
    answer = AnswerFact("ab12", "cd34", "Kastell", (), leads=leads, followed=followed)
    return [step.title for step in AnswerLeads().steps(CaseFacts("case", answers=(answer,)))]


def test_a_withdrawal_is_to_be_followed_once() -> None:
    lead = ("withdrawal", "aa:1", 5)
    assert titles(lead) == ["Follow the money on behind Kastell"]
    assert titles(lead, followed=frozenset({5})) == []


def test_the_step_of_a_withdrawal_has_its_command() -> None:
    answer = AnswerFact("ab12", "cd34", "Kastell", (), leads=(("withdrawal", "aa:1", 5),))
    (step,) = AnswerLeads().steps(CaseFacts("my case", answers=(answer,)))
    assert step.command == "chainlead answer resume 'my case' ab12 5"


def test_one_step_for_each_kind_with_the_first_values() -> None:
    leads = tuple(("iban", f"SE{number}", number) for number in range(5))
    assert titles(*leads, ("phone", "+46", 9)) == [
        "Ask the bank of SE0, SE1, SE2 and 2 more",
        "Ask the telephone provider of +46",
    ]


def test_an_account_held_for_another_house_is_urgent() -> None:
    answer = AnswerFact("ab12", "cd34", "Kastell", (), leads=(("nested customer", "Winkel", 1),))
    (step,) = AnswerLeads().steps(CaseFacts("case", answers=(answer,)))
    assert step.title == "Ask Winkel: Kastell only holds for it"
    assert step.urgency is Urgency.NOW


def test_no_answer_asks_for_nothing() -> None:
    assert titles() == []
