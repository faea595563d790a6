"""Vectors: BIP-173 and BIP-350, valid and invalid."""

from random import Random

import pytest
from bip_utils import Bech32Decoder, Bech32Encoder
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import Bech32Kind, convert_bits, from_bech32, to_bech32
from chainlead.codecs.bech32 import to_bech32_program
from chainlead.errors import ChecksumError, CodecError

BECH32 = [
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "11" + "q" * 82 + "c8247j",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "?1ezyfcl",
]
BECH32M = [
    "A1LQFN3A",
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "11" + "l" * 82 + "ludsr8",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
]
INVALID = [
    "\x201nwldj5",
    "\x7f1axkwrx",
    "\x801eym55h",
    "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "de1lg7wt\xff",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    "\x201xj0phk",
    "\x7f1g6xzxy",
    "\x801vctc34",
    "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
    "qyrz8wqd2c9m",
    "1qyrz8wqd2c9m",
    "y1b0jsk6g",
    "lt1igcx5c0",
    "in1muywd",
    "mm1crxm3i",
    "au1s5cgom",
    "M1VUXWEZ",
    "16plkw9",
    "1p2gdwpf",
    "",
]
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@pytest.mark.parametrize(
    ("text", "kind"),
    [(t, Bech32Kind.BECH32) for t in BECH32] + [(t, Bech32Kind.BECH32M) for t in BECH32M],
)
def test_valid_texts_of_the_specifications(text: str, kind: Bech32Kind):
    prefix, values, found = from_bech32(text)
    assert found is kind
    assert to_bech32(prefix, values, kind) == text.lower()


@pytest.mark.parametrize("text", INVALID)
def test_invalid_texts_of_the_specifications(text: str):
    with pytest.raises(CodecError):
        from_bech32(text)


def test_the_cap_of_90_can_be_lifted_where_a_form_needs_it():
    long = to_bech32("ltcmweb", [0] * 110, Bech32Kind.BECH32)
    with pytest.raises(CodecError, match="too many"):
        from_bech32(long)
    assert from_bech32(long, capped=False) == ("ltcmweb", [0] * 110, Bech32Kind.BECH32)
    with pytest.raises(CodecError, match="too many"):
        from_bech32("a1" + "q" * 3000, capped=False)


def test_mixed_case_is_refused():
    with pytest.raises(CodecError, match="mix"):
        from_bech32("a12uEl5l")


def test_checksum_equals_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        content = rng.randbytes(rng.randrange(2, 41))
        text = to_bech32("chainlead", convert_bits(content, 8, 5, pad=True), Bech32Kind.BECH32)
        assert text == Bech32Encoder.Encode("chainlead", content)
        assert Bech32Decoder.Decode("chainlead", text) == content


@given(st.integers(0, 31), st.binary(max_size=40), st.sampled_from(Bech32Kind))
def test_the_fast_way_for_programs_equals_the_plain_one(version, program, kind):
    plain = to_bech32("bc", [version, *convert_bits(program, 8, 5, pad=True)], kind)
    assert to_bech32_program("bc", version, program, kind) == plain


@given(st.lists(st.integers(0, 31), max_size=70), st.sampled_from(Bech32Kind))
def test_values_round_trip(values: list[int], kind: Bech32Kind):
    assert from_bech32(to_bech32("lead", values, kind)) == ("lead", values, kind)


@given(st.lists(st.integers(0, 31), max_size=70), st.sampled_from(Bech32Kind), st.data())
def test_up_to_four_wrong_letters_are_always_found(values, kind, data):
    text = to_bech32("lead", values, kind)
    places = data.draw(st.sets(st.integers(5, len(text) - 1), min_size=1, max_size=4))
    spoiled = list(text)
    for place in places:
        spoiled[place] = data.draw(st.sampled_from(LETTERS.replace(text[place], "")))
    try:
        _, _, found = from_bech32("".join(spoiled))
    except ChecksumError:
        return
    assert found is not kind  # the distance to the sister code is not promised


@given(st.binary(max_size=64))
def test_bits_round_trip(content: bytes):
    assert bytes(convert_bits(convert_bits(content, 8, 5, pad=True), 5, 8, pad=False)) == content


@pytest.mark.parametrize("values", [[32], [-1], [0, 1], [0] * 7 + [0] * 5 + [1], [0]])
def test_bad_groups_are_refused(values: list[int]):
    with pytest.raises(CodecError):
        convert_bits(values, 5, 8, pad=False)
