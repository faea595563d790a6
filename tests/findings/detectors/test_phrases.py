"""Phrases that are not of BIP-39: Monero, Electrum, SLIP-39, polyseed."""

import json

import pytest

from chainlead.codecs import PHRASE_LISTS, Secret, phrase_list, to_monero_seed, to_old_electrum_seed
from chainlead.model import Certainty, Chain

SEED = Secret(bytes((41 + 37 * n) % 256 for n in range(32)))
SLIP39 = (
    "duckling enlarge academic academic agency result length solution fridge kidney coal piece "
    "deal husband erode duke ajar critical decision keyboard"
)
POLYSEED = (
    "raven tail swear infant grief assist regular lamp duck valid someone little harsh puppy "
    "airport language"
)
ELECTRUM = "wild father tree among universe such mobile favorite target dynamic credit identify"
OLD = "powerful random nobody notice nothing important anyway look away hidden message over"


def of_form(found, form):
    return [f for f in found if f.kind == "mnemonic" and f.detail.get("form") == form]


def hides(found, phrase):
    text = json.dumps([f.to_row() for f in found], ensure_ascii=False).lower()
    return not any(f'{word.lower()}"' in text or f" {word.lower()} " in text
                   for word in phrase.split() if len(word) > 5)  # fmt: skip


@pytest.mark.parametrize("language", PHRASE_LISTS["monero"])
def test_a_monero_seed_of_every_list_is_found(find, language):
    words = to_monero_seed(SEED, language)
    (hit,) = of_form(find(f"<{' '.join(words)}>"), "monero")
    assert hit.value is None
    assert language in hit.detail["languages"]
    assert hit.candidates[0].chain is Chain.MONERO
    assert hit.certainty is Certainty.STRUCTURED


def test_a_mymonero_seed_is_found(find):
    words = to_monero_seed(Secret(SEED.reveal()[:16]))
    (hit,) = of_form(find("\n".join(words)), "mymonero")
    assert hit.detail["word_count"] == 13


def test_another_last_word_is_no_monero_seed(find):
    words = to_monero_seed(SEED)
    other = next(word for word in words if word != words[-1])
    assert of_form(find(" ".join([*words[:-1], other])), "monero") == []


@pytest.mark.parametrize(
    ("phrase", "form"),
    [(SLIP39, "slip39"), (POLYSEED, "polyseed"), (ELECTRUM, "electrum")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_published_phrases_are_found_and_hidden(find, phrase, form, encoding):
    found = find(f"backup of mine: {phrase}\nend".encode(encoding))
    (hit,) = of_form(found, form)
    assert hit.value is None
    assert len(hit.fingerprint or "") == 64
    assert hides(found, phrase)


def test_a_polyseed_says_when_its_wallet_was_made(find):
    (hit,) = of_form(find(POLYSEED), "polyseed")
    assert hit.detail["wallet_made_about"] == "2021-12"


def test_shares_of_one_secret_are_told_by_their_identifier(find):
    (hit,) = of_form(find(SLIP39), "slip39")
    assert hit.certainty is Certainty.CHECKED
    assert hit.detail["identifier"] == 7945
    assert hit.detail["member"] == "1, 1 needed"


def test_an_electrum_seed_says_its_kind_of_wallet(find):
    (hit,) = of_form(find(ELECTRUM), "electrum")
    assert hit.detail["wallet_kind"] == "segwit"


def test_an_old_electrum_seed_needs_a_word_in_front(find):
    assert of_form(find(f"my electrum seed:\n{OLD}\n"), "electrum_old")
    assert of_form(find(f"a poem:\n{OLD}\n"), "electrum_old") == []
    assert of_form(find(f"my electrum seed: {OLD} moon {OLD}"), "electrum_old") == []


def test_an_old_seed_round_trips(find):
    secret = Secret(bytes(range(16)))
    (hit,) = of_form(find("seed: " + " ".join(to_old_electrum_seed(secret))), "electrum_old")
    (same,) = of_form(find("wallet\n" + "\n".join(to_old_electrum_seed(secret))), "electrum_old")
    assert hit.fingerprint == same.fingerprint


@pytest.mark.parametrize("phrase", [SLIP39, POLYSEED, ELECTRUM])
def test_two_words_changed_are_no_phrase(find, phrase):
    words = phrase.split()
    words[4], words[9] = words[9], words[4]
    assert [f for f in find(" ".join(words)) if "form" in f.detail] == []


@pytest.mark.parametrize(
    ("family", "language"), [(f, lang) for f, langs in PHRASE_LISTS.items() for lang in langs]
)
def test_a_published_list_is_no_phrase(find, family, language):
    assert find("seed words\n" + "\n".join(phrase_list(family, language))) == ()


def test_prose_of_everyday_words_is_no_phrase(find):
    text = "just like never want time out there make look eye down only think heart back then into "
    assert find(text * 40) == ()
