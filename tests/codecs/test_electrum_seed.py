import pytest
from bip_utils import (
    ElectrumV1MnemonicDecoder,
    ElectrumV2MnemonicGenerator,
    ElectrumV2MnemonicTypes,
    ElectrumV2WordsNum,
)
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import (
    Secret,
    parse_electrum_seed,
    parse_old_electrum_seed,
    phrase_list,
    to_old_electrum_seed,
)
from chainlead.codecs.electrum_seed import seed_text
from chainlead.errors import ChecksumError, CodecError

SEGWIT = "bitter grass shiver impose acquire brush forget axis eager alone wine silver"
KINDS = {
    "standard": ElectrumV2MnemonicTypes.STANDARD, "segwit": ElectrumV2MnemonicTypes.SEGWIT,
    "2fa": ElectrumV2MnemonicTypes.STANDARD_2FA, "2fa_segwit": ElectrumV2MnemonicTypes.SEGWIT_2FA,
}  # fmt: skip


def test_a_published_seed_names_its_kind():
    seed = parse_electrum_seed(SEGWIT.split())
    assert (seed.kind, seed.language, seed.word_count, seed.check_bits) == (
        "segwit",
        "english",
        12,
        12,
    )
    assert parse_electrum_seed(SEGWIT.upper().split()).secret == seed.secret


@pytest.mark.parametrize("kind", KINDS)
def test_the_oracle_writes_seeds_of_each_kind(kind):
    words = ElectrumV2MnemonicGenerator(KINDS[kind]).FromWordsNumber(
        ElectrumV2WordsNum.WORDS_NUM_12
    )
    assert parse_electrum_seed(words.ToList()).kind == kind


def test_a_list_of_monero_serves_portuguese():
    words = phrase_list("monero", "portuguese")
    for start in range(4000):
        chosen = [words[(start * 31 + 97 * n * n) % 1626] for n in range(12)]
        try:
            assert parse_electrum_seed(chosen).language == "portuguese"
        except ChecksumError:
            continue
        return
    pytest.fail("one in 200 has to hold")


def test_chinese_text_has_no_spaces_and_accents_are_dropped():
    assert seed_text(["的", "一", "zoo", "Ábaco"]) == "的一 zoo abaco"
    assert seed_text([]) == ""


@pytest.mark.parametrize("words", [[], ["zoo"] * 11, ["xyzzy"] * 12])
def test_other_words_and_counts_are_refused(words):
    with pytest.raises(CodecError):
        parse_electrum_seed(words)


def test_another_order_fails():
    with pytest.raises(ChecksumError):
        parse_electrum_seed(SEGWIT.split()[::-1])


@given(st.binary(min_size=16, max_size=16))
def test_an_old_seed_round_trips_and_the_oracle_agrees(content):
    words = to_old_electrum_seed(Secret(content))
    seed = parse_old_electrum_seed(words)
    assert (seed.secret, seed.kind) == (Secret(content), "old")
    assert ElectrumV1MnemonicDecoder().Decode(" ".join(words)) == content


@pytest.mark.parametrize(
    "words", [[], ["like"] * 11 + ["xyzzy"], ["like", "just", "like"] * 4, ["like"] * 24]
)
def test_what_is_no_old_seed_is_refused(words):
    with pytest.raises(CodecError):
        parse_old_electrum_seed(words)


def test_an_old_seed_has_16_bytes():
    with pytest.raises(CodecError):
        to_old_electrum_seed(Secret(bytes(15)))
