from chainlead.guide import CaseFacts, FoundAddress, HiddenCoinFact, Urgency, next_steps


def steps(**facts):
    found = next_steps(CaseFacts(folder="c", **facts))
    return {step.step_id: step for step in found if step.step_id.startswith("hidden-")}


def found(value, chain="monero", role="unknown", **more):
    return FoundAddress(value, (chain,), role, more.get("state", "new"), "checked")


def proof(**more):
    given = {"proof": "payment", "txid": "aa", "has_message": True, "is_in_block": True, **more}
    return HiddenCoinFact("proof", "monero", "4abc", **given)


def test_a_found_monero_address_asks_for_what_opens_it():
    (step,) = steps(addresses=(found("4" + "a" * 94, role="own"),)).values()
    assert step.urgency is Urgency.NEXT
    assert "view key" in step.title
    assert "transaction" in step.why
    assert step.command.startswith("chainlead monero incoming c --address 4aaa")


def test_an_electroneum_address_asks_too_and_says_what_can_be_traced():
    (step,) = steps(addresses=(found("etn" + "a" * 95, "electroneum"),)).values()
    assert "can be traced" in step.why
    assert "electroneum received" in step.command


def test_an_address_that_was_opened_or_is_noise_asks_for_nothing():
    opened = HiddenCoinFact("received", "monero", "4abc", outputs=0)
    assert steps(addresses=(found("4abc"),), hidden_coins=(opened,)) == {}
    assert steps(addresses=(found("4abc", state="noise"),)) == {}
    assert steps(addresses=(found("1abc", "bitcoin"),)) == {}


def test_what_a_view_key_found_is_never_called_a_balance():
    (step,) = steps(hidden_coins=(HiddenCoinFact("received", "monero", "4abc", 3),)).values()
    assert "not a balance" in step.why
    assert "lead only" in step.why


def test_a_proof_that_fails_is_asked_for_again_unless_a_good_one_came():
    (step,) = steps(hidden_coins=(proof(holds=False),)).values()
    assert step.urgency is Urgency.NEXT
    assert "does not hold" in step.title
    assert steps(hidden_coins=(proof(holds=False), proof())) == {}


def test_a_good_proof_lacks_a_block_or_a_message_or_nothing():
    (step,) = steps(hidden_coins=(proof(is_in_block=None),)).values()
    assert "in a block" in step.title
    (step,) = steps(hidden_coins=(proof(has_message=False),)).values()
    assert "message of your own" in step.title
    assert steps(hidden_coins=(proof(),)) == {}
    key = proof(proof="transaction key", has_message=False)
    assert steps(hidden_coins=(key,)) == {}
