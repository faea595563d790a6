from types import SimpleNamespace

import pytest

from chainlead.model import Sentence
from chainlead.web.explained import explained, term
from chainlead.web.words import words_in


def page(language):
    return {"visit": SimpleNamespace(words=words_in(language))}


def buttons(text, language="en"):
    return explained(page(language), text if isinstance(text, Sentence) else Sentence(text)).count(
        'class="term"'
    )


def test_the_first_use_of_a_word_is_a_button_and_the_second_is_not():
    told = explained(page("en"), Sentence("A wallet pays a wallet."))
    assert told == (
        'A <button type="button" class="term" popovertarget="word-wallet">wallet</button> pays a wallet.'
    )


def test_words_are_known_in_the_language_of_the_page():
    told = explained(page("sv"), Sentence("Plånboken och adresserna."))
    assert 'popovertarget="word-wallet">Plånboken</button>' in told
    assert 'popovertarget="word-address">adresserna</button>' in told
    assert buttons("Plånboken") == 0


@pytest.mark.parametrize(
    "text",
    [
        "wallet.dat", "file:wallet", "E1/wallet", "my_wallet", "wallets2", "walletfile", "--node",
        "node@host", "chain=bitcoin", "`chainlead trace CASE`", "exchange.example",
    ],
)  # fmt: skip
def test_identifiers_commands_and_parts_of_words_are_left_alone(text):
    assert buttons(text) == 0


def test_a_command_stands_as_code_and_evidence_stays_text():
    told = explained(page("en"), Sentence("Run `chainlead next <CASE>` on <b>wallet</b>."))
    assert "<code>chainlead next &lt;CASE&gt;</code>" in told
    assert "&lt;b&gt;" in told


def test_a_text_has_few_buttons():
    text = "wallet node block cluster haircut fifo tag lead draft trace hop"
    assert 0 < buttons(text) <= 4


def test_a_word_is_asked_for_by_its_english_name():
    assert 'popovertarget="word-peel-chain">skalningskedja</button>' in term(
        page("sv"), "peel chain"
    )
    assert term(page("en"), "<no word>") == "&lt;no word&gt;"


def test_a_value_is_never_explained_whatever_it_says():
    told = Sentence(
        "{source} says that {address} is a wallet.", source="The Wallet Exchange", address="x"
    )
    assert buttons(told) == 1
    assert (
        explained(page("en"), "The Wallet Exchange wrote this") == "The Wallet Exchange wrote this"
    )
    assert buttons(Sentence.joined(("an exchange", Sentence("a node")))) == 1


def test_a_word_is_explained_once_in_one_place():
    seen = set()
    first = explained(page("en"), Sentence("A wallet."), seen)
    second = explained(page("en"), Sentence("A wallet."), seen)
    assert 'class="term"' in first
    assert second == "A wallet."


def test_a_sentence_that_the_case_keeps_has_its_words_explained_and_not_its_values():
    told = explained(page("sv"), "The case's ledger holds no transaction wallet.")
    assert told.count('class="term"') == 1
    assert told.endswith("wallet.")
