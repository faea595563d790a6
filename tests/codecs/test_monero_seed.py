import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monero.seed import Seed

from chainlead.codecs import PHRASE_LISTS, Secret, parse_monero_seed, to_monero_seed
from chainlead.errors import ChecksumError, CodecError

LANGUAGES = PHRASE_LISTS["monero"]
ORACLE = {
    "chinese_simplified": "Chinese (simplified)", "dutch": "Dutch", "english": "English",
    "esperanto": "Esperanto", "french": "French", "german": "German", "italian": "Italian",
    "lojban": "Lojban", "portuguese": "Portuguese", "russian": "Russian", "spanish": "Spanish",
}  # fmt: skip


@given(st.binary(min_size=32, max_size=32), st.sampled_from(LANGUAGES))
def test_a_seed_of_32_bytes_round_trips(content, language):
    readings = parse_monero_seed(to_monero_seed(Secret(content), language))
    assert (language, Secret(content)) in [(r.language, r.secret) for r in readings]


@given(st.binary(min_size=16, max_size=16), st.sampled_from(LANGUAGES))
def test_a_seed_of_16_bytes_round_trips(content, language):
    readings = parse_monero_seed(to_monero_seed(Secret(content), language))
    assert (language, Secret(content)) in [(r.language, r.secret) for r in readings]


@given(st.binary(min_size=32, max_size=32), st.sampled_from(sorted(ORACLE)))
def test_the_oracle_writes_the_same_words(content, language):
    words = Seed(content.hex(), ORACLE[language]).phrase.split()
    assert tuple(words) == to_monero_seed(Secret(content), language)


def test_another_order_fails():
    words = list(to_monero_seed(Secret(bytes(range(32)))))
    with pytest.raises(ChecksumError):
        parse_monero_seed([*words[1:], words[0]])


@pytest.mark.parametrize("words", [[], ["abbey"] * 24, ["abbey"] * 24 + ["xyzzy"]])
def test_other_words_and_counts_are_refused(words):
    with pytest.raises(CodecError):
        parse_monero_seed(words)


def test_other_lengths_have_no_words():
    with pytest.raises(CodecError):
        to_monero_seed(Secret(bytes(20)))


@pytest.mark.real
def test_published_seeds_are_read(shared_data):
    path = shared_data / "evidence" / "vectors" / "monero-python" / "tests" / "test_seed.py"
    strings = [
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    phrases = [text.split() for text in strings if len(text.split()) == 25]
    assert len(phrases) > 10
    read = 0
    for words in phrases:
        try:
            read += bool(parse_monero_seed(words))
        except ChecksumError:
            continue
    assert read >= len(phrases) - 1  # one is there to fail
