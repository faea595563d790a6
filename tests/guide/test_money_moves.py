from chainlead.guide import CaseFacts, MovementFact, Urgency, next_steps


def steps(*movements):
    found = next_steps(CaseFacts(folder="c", movements=movements))
    return {step.step_id: step for step in found if step.step_id.startswith("moved:")}


SPENT = MovementFact("spent", "bitcoin", "bc1qa", "aa", "1 BTC", 7, "bb")


def test_leaving_money_comes_first_of_all_and_asks_whether_to_freeze():
    first = next_steps(CaseFacts(folder="c", movements=(SPENT,)))[0]
    assert (first.step_id, first.urgency) == ("moved:spent:aa", Urgency.NOW)
    assert "freeze now?" in first.title
    assert first.command == "chainlead trace c aa --rules all"


def test_a_transaction_that_spends_several_outputs_is_one_step():
    assert len(steps(SPENT, MovementFact("spent", "bitcoin", "bc1qb", "aa", "2 BTC", 7, "bb"))) == 1


def test_money_that_comes_is_traced_backward():
    came = MovementFact("received", "bitcoin", "bc1qa", "dd", "1 BTC", 8, "ee")
    assert steps(came)["moved:received:dd"].command.endswith("--rules all --backward")


def test_a_block_that_concerns_an_address_for_no_known_reason_is_not_passed_over():
    unknown = MovementFact("concerned", "bitcoin", "", "", "", None, "ff" * 32)
    assert "ffffffffffffffff" in steps(unknown)["moved:concerned:" + "ff" * 32].title
