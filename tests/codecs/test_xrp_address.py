"""Vectors: XLS-5 (X-address codec tests of the XRPL libraries), XRPL documentation."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xrpl.core import addresscodec

from chainlead.codecs import (
    RIPPLE_ALPHABET,
    XAddress,
    from_x_address,
    from_xrp_classic,
    lookup_address,
    parse_address,
    to_base58check,
    to_x_address,
    to_xrp_classic,
)
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Certainty, Chain, Network

VECTORS = [
    (
        "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59",
        None,
        "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ",
        "T719a5UwUCnEs54UsxG9CJYYDhwmFCqkr7wxCcNcfZ6p5GZ",
    ),
    (
        "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59",
        1,
        "X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu",
        "T719a5UwUCnEs54UsxG9CJYYDhwmFCvbJNZbi37gBGkRkbE",
    ),
    (
        "rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf",
        4294967295,
        "XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi",
        "TVE26TYGhfLC7tQDno7G8dGtxSkYQnXoy6kSDh6rZzApc69",
    ),
    (
        "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY",
        0,
        "XV5sbjUmgPpvXv4ixFWZ5ptAYZ6PD2m4Er6SnvjVLpMWPjR",
        "TVd2rqMkYL2AyS97NdELcpeiprNBjwRQUBetPbyrvXSTuxU",
    ),
]


@pytest.mark.parametrize(("classic", "tag", "main", "test"), VECTORS)
def test_published_vectors_hold_both_ways(classic: str, tag: int | None, main: str, test: str):
    account = from_xrp_classic(classic)
    assert to_xrp_classic(account) == classic
    for text, network in ((main, Network.MAIN), (test, Network.TEST)):
        address = XAddress(account, tag, network)
        assert to_x_address(address) == text
        assert from_x_address(text) == address
        parsed = parse_address(text)
        assert (parsed.form, parsed.tag, parsed.classic) == ("xrp x-address", tag, classic)
        assert (parsed.chain, parsed.network, parsed.canonical) == (Chain.XRP, network, text)


@pytest.mark.real
def test_all_cases_of_the_xrpl_library_hold(shared_data: Path):
    folder = shared_data / "evidence" / "vectors" / "xrpl-py" / "tests" / "unit" / "core"
    source = (folder / "addresscodec" / "test_main_test_cases.py").read_text("utf-8")
    cases = ast.literal_eval(source.partition("=")[2].strip())
    assert len(cases) >= 18
    for classic, tag, main, test in cases:
        for text in (main, test):
            parsed = parse_address(text)
            assert (parsed.classic, parsed.tag) == (classic, tag)


@pytest.mark.parametrize(
    "text",
    [
        "rrrrrrrrrrrrrrrrrrrrrhoLvTp",  # account zero, the shortest
        "rrrrrrrrrrrrrrrrrrrrBZbvji",  # account one
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",  # genesis
    ],
)
def test_classic_addresses_of_any_length(text: str):
    parsed = parse_address(text)
    assert (parsed.form, parsed.certainty) == ("xrp classic", Certainty.CHECKED)
    assert to_xrp_classic(parsed.payload) == text


@pytest.mark.parametrize(
    "text",
    [
        "rU6K7V3Po4snVhBBaU29sesqs2qTQJWDw2",
        "XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8zeUygYrCgrPh",
        "r",
        "",
        "X" * 47,
    ],
)
def test_published_invalid_texts(text: str):
    assert lookup_address(text) is None


def test_a_typing_error_has_its_own_error():
    with pytest.raises(ChecksumError):
        parse_address("rU6K7V3Po4snVhBBaU29sesqs2qTQJWDw2")


@pytest.mark.parametrize(
    "payload",
    [
        b"\x05\x44" + bytes(20) + b"\x02" + bytes(8),  # 64-bit tags are reserved
        b"\x05\x44" + bytes(20) + b"\x00" + b"\x01" + bytes(7),  # a tag without its flag
        b"\x05\x44" + bytes(20) + b"\x01" + bytes(4) + b"\x01" + bytes(3),  # over 32 bits
        b"\x05\x45" + bytes(29),
        b"\x05\x44" + bytes(28),
    ],
)
def test_reserved_bits_and_other_prefixes_are_refused(payload: bytes):
    with pytest.raises(CodecError):
        from_x_address(to_base58check(payload, RIPPLE_ALPHABET))


def test_wrong_values_are_not_written():
    for address in (
        XAddress(bytes(20), 1 << 32, Network.MAIN),
        XAddress(bytes(20), -1, Network.MAIN),
        XAddress(bytes(19), None, Network.MAIN),
        XAddress(bytes(20), None, Network.REGTEST),
    ):
        with pytest.raises(CodecError):
            to_x_address(address)
    with pytest.raises(CodecError):
        to_xrp_classic(bytes(21))
    with pytest.raises(CodecError):
        from_xrp_classic(to_base58check(b"\1" + bytes(20), RIPPLE_ALPHABET))


def test_classic_addresses_equal_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        account = rng.randbytes(20)
        text = to_xrp_classic(account)
        assert text == addresscodec.encode_classic_address(account)
        assert addresscodec.decode_classic_address(text) == parse_address(text).payload == account


def test_x_addresses_equal_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        classic = to_xrp_classic(rng.randbytes(20))
        tag = rng.choice([None, rng.randrange(1 << 32)])
        is_test = rng.random() < 0.5
        network = Network.TEST if is_test else Network.MAIN
        text = to_x_address(XAddress(from_xrp_classic(classic), tag, network))
        assert text == addresscodec.classic_address_to_xaddress(classic, tag, is_test)
        assert addresscodec.xaddress_to_classic_address(text) == (classic, tag, is_test)
        parsed = parse_address(text)
        assert (parsed.classic, parsed.tag, parsed.network) == (classic, tag, network)


@given(
    st.binary(min_size=20, max_size=20),
    st.none() | st.integers(0, (1 << 32) - 1),
    st.sampled_from([Network.MAIN, Network.TEST]),
)
def test_x_addresses_round_trip(account: bytes, tag: int | None, network: Network):
    address = XAddress(account, tag, network)
    assert from_x_address(to_x_address(address)) == address


@pytest.mark.parametrize("text", [VECTORS[0][0], VECTORS[1][2], VECTORS[2][3]])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, RIPPLE_ALPHABET):
        assert lookup_address(wrong) is None, wrong
