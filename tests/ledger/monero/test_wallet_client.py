"""Answers of monero-wallet-rpc: a verdict, a bad proof, or no answer; never one for another."""

import json

import pytest

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger import monero


def wallet(answer):
    asked = []

    def ask(question, path, body):
        asked.append((question, path, json.loads(body)))
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    client = monero.MoneroWallet(ask)
    client.asked = asked
    return client


def error(message):
    return {"error": {"code": -1, "message": message}}


def test_a_good_proof_says_what_was_received():
    good = {"result": {"good": True, "received": 5, "in_pool": False, "confirmations": 3}}
    client = wallet(good)
    verdict = client.check_payment_proof("aa", "4A", "m", "OutProofV2x")
    assert (verdict.holds, verdict.received_units, verdict.in_pool) == (True, 5, False)
    [(question, path, sent)] = client.asked
    assert (question, path, sent["method"]) == ("wallet", "json_rpc", "check_tx_proof")


def test_a_reserve_proof_says_what_is_spent_of_it():
    verdict = wallet({"result": {"good": True, "total": 9, "spent": 4}}).check_reserve_proof(
        "4A", "m", "ReserveProofV2x"
    )
    assert (verdict.holds, verdict.received_units, verdict.spent_units) == (True, 9, 4)


def test_a_bad_proof_shows_no_amount():
    bad = {"result": {"good": False, "received": 7}}
    verdict = wallet(bad).check_payment_proof("aa", "4A", "m", "OutProofV2x")
    assert (verdict.holds, verdict.received_units) == (False, None)


@pytest.mark.parametrize("words", ["Signature header check error", "Signature decoding error"])
def test_a_damaged_proof_does_not_hold_with_the_programs_words(words):
    verdict = wallet(error(words)).check_spend_proof("aa", "m", "SpendProofV1x")
    assert (verdict.holds, verdict.reason) == (False, words)


@pytest.mark.parametrize(
    "words", ["Failed to get transaction from daemon", "No wallet file", "no connection to daemon"]
)
def test_a_program_that_cannot_tell_gives_no_verdict(words):
    with pytest.raises(NodeUnfitError, match=words):
        wallet(error(words)).check_spend_proof("aa", "m", "SpendProofV1x")


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"{", {"result": 5}, {"result": {"good": "yes"}}, {}]
)
def test_an_answer_that_is_none_is_refused(answer):
    with pytest.raises(AnswerRefusedError):
        wallet(answer).check_payment_proof("aa", "4A", "m", "OutProofV2x")


def test_words_with_control_characters_are_not_passed_on():
    with pytest.raises(NodeUnfitError) as caught:
        wallet(error("\x1b[31mred\x07")).check_spend_proof("aa", "m", "x")
    assert "\x1b" not in caught.value.message
