from types import SimpleNamespace

import pytest

from chainlead.web.explained import explained, term
from chainlead.web.words import words_in


def page(language):
    return {"visit": SimpleNamespace(words=words_in(language))}


def buttons(text, language="en"):
    return explained(page(language), text).count('class="term"')


def test_the_first_use_of_a_word_is_a_button_and_the_second_is_not():
    told = explained(page("en"), "A wallet pays a wallet.")
    assert told == (
        'A <button type="button" class="term" popovertarget="word-wallet">wallet</button> pays a wallet.'
    )


def test_words_are_known_in_the_language_of_the_page():
    told = explained(page("sv"), "Plånboken och adresserna.")
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
    told = explained(page("en"), "Run `chainlead next <CASE>` on <b>wallet</b>.")
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
