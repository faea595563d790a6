"""Vectors: BIP-0039 (the authors' `vectors.json`: entropy and phrase only); published phrases."""

import json
import re
import unicodedata
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from bip_utils import Bip39Languages, Bip39MnemonicDecoder, Bip39MnemonicEncoder
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic as Trezor

from chainlead.codecs import (
    LANGUAGES,
    Secret,
    is_list_word,
    parse_mnemonic,
    to_mnemonic,
    word_languages,
    word_list,
)
from chainlead.errors import ChecksumError, CodecError

VECTORS = [
    ("00" * 16, "abandon " * 11 + "about"),
    ("7f" * 16, "legal winner thank year wave sausage worth useful legal winner thank yellow"),
    ("80" * 16, "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"),
    ("ff" * 16, "zoo " * 11 + "wrong"),
    ("00" * 24, "abandon " * 17 + "agent"),
    ("ff" * 24, "zoo " * 17 + "when"),
    ("00" * 32, "abandon " * 23 + "art"),
    ("ff" * 32, "zoo " * 23 + "vote"),
]
ENDS = {
    "chinese_simplified": "的 歇",
    "chinese_traditional": "的 歇",
    "czech": "abdikace zvyk",
    "english": "abandon zoo",
    "french": "abaisser zoologie",
    "italian": "abaco zuppa",
    "japanese": "あいこくしん われる",
    "korean": "가격 힘껏",
    "portuguese": "abacate zumbido",
    "spanish": "ábaco zurdo",
}
ORACLES = [language for language in LANGUAGES if language != "japanese"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_the_published_ones(language: str):
    words = word_list(language)
    assert len(set(words)) == len(words) == 2048
    ends = unicodedata.normalize("NFKD", ENDS[language])
    if not language.startswith("chinese"):
        assert f"{words[0]} {words[-1]}" == ends
    folder = files("chainlead.codecs").joinpath("data", "bip39")
    digest = sha256(folder.joinpath(f"{language}.txt").read_bytes()).hexdigest()
    rows = re.findall(
        r"^\| (\w+)\.txt \| `(\w{64})` \|$",
        folder.joinpath("README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert dict(rows)[language] == digest
    assert sorted(dict(rows)) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", ["english", "italian", "portuguese", "korean"])
def test_sorted_lists_are_sorted(language: str):
    assert list(word_list(language)) == sorted(word_list(language))


def test_english_words_are_told_apart_by_four_letters():
    assert len({word[:4] for word in word_list("english")}) == 2048


@pytest.mark.parametrize(("entropy", "phrase"), VECTORS)
def test_published_vectors_hold_both_ways(entropy: str, phrase: str):
    words = phrase.split()
    (found,) = parse_mnemonic(words)
    assert (found.language, found.word_count) == ("english", len(words))
    assert found.entropy.reveal().hex() == entropy
    assert found.distinct_words == len(set(words))
    assert list(to_mnemonic(found.entropy)) == words
    assert entropy not in repr(found)
    assert words[0] not in repr(found)


@pytest.mark.real
def test_vectors_of_the_authors_in_all_languages(shared_data: Path):
    file = shared_data / "evidence" / "vectors" / "bip39" / "vectors.json"
    vectors = json.loads(file.read_text("utf-8"))
    seen = 0
    for language in LANGUAGES:
        for entropy, phrase, *_ in vectors[language]:
            words = unicodedata.normalize("NFKD", phrase).split()
            if len(words) < 12:  # the file also has lengths that the BIP does not permit
                with pytest.raises(CodecError):
                    parse_mnemonic(words)
                continue
            found = {m.language: m.entropy for m in parse_mnemonic(words)}
            assert found[language].reveal().hex() == entropy
            assert [unicodedata.normalize("NFKD", w) for w in words] == list(
                to_mnemonic(Secret(bytes.fromhex(entropy)), language)
            )
            seen += 1
    assert seen >= 180


@pytest.mark.parametrize("language", ORACLES)
def test_phrases_equal_the_oracle(language: str, rng: Random, rounds: int):
    encoder = Bip39MnemonicEncoder(Bip39Languages[language.upper()])
    decoder = Bip39MnemonicDecoder(Bip39Languages[language.upper()])
    for number in range(rounds):
        entropy = rng.randbytes(rng.choice([16, 20, 24, 28, 32]))
        words = to_mnemonic(Secret(entropy), language)
        phrase = encoder.Encode(entropy).ToStr()
        assert unicodedata.normalize("NFKD", phrase).split() == list(words)
        assert {m.language: m.entropy for m in parse_mnemonic(words)}[language] == Secret(entropy)
        if number % 20 == 0:
            assert decoder.Decode(phrase) == entropy


def test_japanese_phrases_equal_their_own_oracle(rng: Random, rounds: int):
    """The first oracle has no Japanese list."""
    oracle = Trezor("japanese")
    for _ in range(rounds):
        entropy = rng.randbytes(rng.choice([16, 20, 24, 28, 32]))
        words = to_mnemonic(Secret(entropy), "japanese")
        phrase = unicodedata.normalize("NFKD", oracle.to_mnemonic(entropy))
        assert phrase.split() == list(words)
        assert {m.language: m.entropy for m in parse_mnemonic(words)}["japanese"] == Secret(entropy)


@given(
    st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.booleans(),
)
def test_phrases_round_trip_in_every_spelling(
    entropy: bytes, language: str, form: str, upper: bool
):
    words = [unicodedata.normalize(form, w) for w in to_mnemonic(Secret(entropy), language)]
    words = [word.upper() for word in words] if upper else words
    assert {m.language: m.entropy for m in parse_mnemonic(words)}[language] == Secret(entropy)
    assert all(language in word_languages(word) for word in words)


def test_a_wrong_last_word_fails_as_often_as_the_checksum_says():
    words = ["abandon"] * 11
    passed = 0
    for last in word_list("english"):
        try:
            passed += any(m.language == "english" for m in parse_mnemonic([*words, last]))
        except ChecksumError:
            continue
    assert passed == 2048 // 16


def test_a_phrase_may_be_read_in_two_lists():
    shared = [w for w in word_list("chinese_simplified") if len(word_languages(w)) == 2]
    assert len(shared) > 1000
    rng = Random(0)
    for _ in range(20_000):
        words = rng.choices(shared, k=12)
        try:
            found = parse_mnemonic(words)
        except ChecksumError:
            continue
        if len(found) == 2:
            assert [m.language for m in found] == ["chinese_simplified", "chinese_traditional"]
            return
    raise AssertionError("no phrase was found that both lists read")


@pytest.mark.parametrize("count", [0, 1, 3, 6, 9, 11, 13, 14, 16, 25, 1000])
def test_other_counts_are_refused(count: int):
    with pytest.raises(CodecError, match="12, 15, 18, 21 or 24"):
        parse_mnemonic(["abandon"] * count)


def test_words_of_no_list_or_of_two_lists_are_refused():
    with pytest.raises(CodecError, match="no BIP-39 list"):
        parse_mnemonic(["abandon"] * 11 + ["chainlead"])
    with pytest.raises(CodecError, match="no BIP-39 list"):
        parse_mnemonic(["abandon"] * 11 + ["zuppa"])


def test_errors_never_hold_a_word():
    for words in (["legal"] * 12, ["legal"] * 11 + ["quux"], ["legal"] * 13):
        with pytest.raises(CodecError) as caught:
            parse_mnemonic(words)
        assert "legal" not in repr(caught.value)


@pytest.mark.parametrize(
    ("word", "languages"),
    [
        ("abandon", {"english", "french"}),
        ("ABANDON", {"english", "french"}),
        ("Zoo", {"english"}),
        ("ábaco", {"spanish"}),
        ("a\u0301baco", {"spanish"}),
        ("ÁBACO", {"spanish"}),
        ("abaco", {"italian"}),
        ("がいき", {"japanese"}),
        ("がいぎ", set()),
        ("힘껏", {"korean"}),
        ("的", {"chinese_simplified", "chinese_traditional"}),
        ("", set()),
        ("x" * 100_000, set()),
    ],
)
def test_words_know_their_lists(word: str, languages: set[str]):
    assert word_languages(word) == languages
    assert is_list_word(word) == bool(languages)


def test_japanese_words_are_found_in_their_usual_spelling():
    voiced = [w for w in word_list("japanese") if unicodedata.normalize("NFC", w) != w]
    assert len(voiced) > 500
    assert all(word_languages(unicodedata.normalize("NFC", w)) == {"japanese"} for w in voiced)


def test_unknown_lists_and_lengths_are_refused():
    with pytest.raises(CodecError):
        word_list("klingon")
    for size in (0, 15, 17, 12, 36):
        with pytest.raises(CodecError):
            to_mnemonic(Secret(bytes(size)))
