"""The practice answer: the same bytes each time, and its traps are what its truth says."""

import io

import openpyxl
import pytest

from chainlead.guide.practice import PracticeWorld, build_world
from chainlead.guide.practice.answer import (
    HIDDEN_SHEET,
    MISSING_SHEET,
    PracticeAnswer,
    build_answer,
)
from chainlead.request import is_iban


@pytest.fixture(scope="module")
def world() -> PracticeWorld:
    return build_world()


@pytest.fixture(scope="module")
def answer(world: PracticeWorld) -> PracticeAnswer:
    return build_answer(world)


def test_the_same_world_gives_the_same_bytes(answer: PracticeAnswer) -> None:
    assert build_answer(build_world()).content == answer.content


def test_the_wrong_id_is_no_transaction_and_two_characters_from_one(
    world: PracticeWorld, answer: PracticeAnswer
) -> None:
    wrong, right = answer.truth["wrong_txid"], answer.truth["right_txid"]
    known = {sent.txid for sent in world.transactions}
    assert wrong not in known
    assert right in known
    assert sum(a != b for a, b in zip(wrong, right, strict=True)) == 2


def test_the_withdrawals_stand_among_other_peoples_payouts(
    world: PracticeWorld, answer: PracticeAnswer
) -> None:
    for outpoint in answer.truth["withdrawals"]:
        txid = outpoint.partition(":")[0]
        sent = next(sent for sent in world.transactions if sent.txid == txid)
        assert len({coin.owner for coin in sent.made}) >= 4


def test_the_sheets_are_those_of_the_story(answer: PracticeAnswer) -> None:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert MISSING_SHEET not in book.sheetnames
    assert book[HIDDEN_SHEET].sheet_state == "hidden"
    assert book["Insättningar krypto"]["D4"].value == "=SUM(D2:D3)"


def test_the_account_and_hosts_are_invented(answer: PracticeAnswer) -> None:
    assert is_iban(answer.truth["iban"])
    assert answer.truth["email"].endswith(".example")
