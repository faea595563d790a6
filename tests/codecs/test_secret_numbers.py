import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chainlead.codecs import Secret, parse_secret_numbers, to_secret_numbers
from chainlead.errors import ChecksumError, CodecError

# published with XLS-12
NUMBERS = "399150 474506 009147 088773 432160 282843 253738 605430"


def test_published_numbers_are_read_and_written_again():
    assert " ".join(to_secret_numbers(parse_secret_numbers(NUMBERS.split()))) == NUMBERS


@given(st.binary(min_size=16, max_size=16))
def test_numbers_round_trip(content):
    groups = to_secret_numbers(Secret(content))
    assume(len(set(groups)) >= 6)
    assert parse_secret_numbers(groups) == Secret(content)


@pytest.mark.parametrize(
    "text",
    [
        "", NUMBERS[:-7], NUMBERS.replace("399150", "39915"), NUMBERS.replace("399150", "39915x"),
        " ".join(["000000"] * 8), NUMBERS.replace("399150", "655360"),
    ],
)  # fmt: skip
def test_what_is_no_row_of_numbers_is_refused(text):
    with pytest.raises(CodecError):
        parse_secret_numbers(text.split())


def test_a_wrong_digit_is_noticed():
    with pytest.raises(ChecksumError):
        parse_secret_numbers(NUMBERS.replace("399150", "399151").split())


def test_sixteen_bytes_are_needed():
    with pytest.raises(CodecError):
        to_secret_numbers(Secret(bytes(15)))
