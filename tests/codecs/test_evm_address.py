"""Vectors: EIP-55."""

from random import Random

import pytest
from eth_utils import is_address, to_checksum_address

from chainlead.codecs import is_nobody, lookup_address, parse_address
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Certainty, Chain

MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_mixed_case_with_the_right_case_is_checked():
    parsed = parse_address(MIXED)
    assert (parsed.form, parsed.certainty) == ("evm", Certainty.CHECKED)
    assert (parsed.canonical, parsed.eip55) == (MIXED.lower(), MIXED)
    assert [c.chain for c in parsed.candidates] == [Chain.ETHEREUM, Chain.ELECTRONEUM_SMART_CHAIN]
    assert "any EVM chain" in parsed.candidates[0].reason
    assert parsed.false_positive_rate == f"2^-{sum(c.isalpha() for c in MIXED[2:])}"


@pytest.mark.parametrize(
    "text", [MIXED.lower(), "0x" + MIXED[2:].upper(), MIXED.upper(), "0x" + "1234567890" * 4]
)
def test_one_case_is_kept_as_shape_and_says_that_nothing_proves_it(text: str):
    parsed = parse_address(text)
    assert (parsed.form, parsed.certainty) == ("evm one-case", Certainty.SHAPE)
    assert parsed.canonical == text.lower()
    assert parsed.false_positive_rate.startswith("none")
    assert parsed.check_made.startswith("none")


def test_wrong_case_is_a_checksum_error():
    letters = [i for i, c in enumerate(MIXED) if i > 1 and c.isalpha()]
    for place in letters:
        wrong = MIXED[:place] + MIXED[place].swapcase() + MIXED[place + 1 :]
        with pytest.raises(ChecksumError):
            parse_address(wrong)


@pytest.mark.parametrize(
    "text",
    [
        MIXED[2:],
        MIXED[:-1],
        MIXED + "0",
        "0x" + "g" * 40,
        MIXED + "\n",
        " " + MIXED,
        "0x" + "١" * 40,
    ],
)
def test_other_shapes_are_refused(text: str):
    with pytest.raises(CodecError):
        parse_address(text)


def test_addresses_equal_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        account = rng.randbytes(20)
        text = to_checksum_address(account)
        assert is_address(text)
        parsed = parse_address(text)
        assert (parsed.payload, parsed.eip55, parsed.canonical) == (account, text, text.lower())
        assert parse_address(text.lower()).eip55 == text


def test_random_case_passes_as_rarely_as_said(rng: Random, rounds: int):
    passed = 0
    for _ in range(rounds):
        digits = "".join(rng.choice("0123456789abcdefABCDEF") for _ in range(40))
        parsed = lookup_address("0x" + digits)
        passed += parsed is not None and parsed.certainty is Certainty.CHECKED
    assert passed <= 3  # 2^-12 over all addresses; with equal odds for A and a it is rarer still


@pytest.mark.parametrize(
    "text",
    [
        "0x0000000000000000000000000000000000000000",
        "0x000000000000000000000000000000000000dEaD",
        "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE",
        "0x0000000000000000000000000000000000000001",
        "0xffffffffffffffffffffffffffffffffffffffff",
    ],
)
def test_some_accounts_are_nobody(text: str):
    assert is_nobody(text)
    assert is_nobody(parse_address(text).canonical)


@pytest.mark.parametrize("text", [MIXED, "0x", "", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"])
def test_all_others_may_be_somebody(text: str):
    assert not is_nobody(text)
