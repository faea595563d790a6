import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import Bech32Kind, convert_bits, parse_shielded, to_bech32
from chainlead.codecs.zcash_shielded import jumble, unjumble
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Network

UNIFIED = (
    "u1pg2aaph7jp8rpf6yhsza25722sg5fcn3vaca6ze27hqjw7jvvhhuxkpcg0ge9xh6drsgdkda8qjq5chpehkcpxf87rn"
    "jryjqwymdheptpvnljqqrjqzjwkc2ma6hcq666kgwfytxwac8eyex6ndgr6ezte66706e3vaqrd25dzvzkc69kw0jgywt"
    "d0cmq52q5lkw6uh7hyvzjse8ksx"
)


def sapling(content=bytes(range(43)), prefix="zs", kind=Bech32Kind.BECH32):
    return to_bech32(prefix, convert_bits(content, 8, 5, pad=True), kind)


def unified(parts, prefix="u", padding=None):
    content = b"".join(bytes([kind, len(part)]) + part for kind, part in parts)
    pad = prefix.encode().ljust(16, b"\0") if padding is None else padding
    values = convert_bits(jumble(content + pad), 8, 5, pad=True)
    return to_bech32(prefix, values, Bech32Kind.BECH32M)


def test_a_published_unified_address_gives_its_public_part():
    address = parse_shielded(UNIFIED)
    assert address.form == "unified"
    assert address.receivers == ("p2pkh", "sapling", "orchard")
    assert address.transparent == "t1cN2ZVWzWcVRrnfeQzmkpLhzQ4dYRv8yRY"


@pytest.mark.parametrize(
    ("prefix", "network"), [("zs", Network.MAIN), ("ztestsapling", Network.TEST)]
)
def test_a_sapling_address_is_read(prefix, network):
    address = parse_shielded(sapling(prefix=prefix))
    assert (address.form, address.network, address.receivers) == ("sapling", network, ("sapling",))


def test_parts_of_later_kinds_and_script_hashes_are_named():
    address = parse_shielded(unified([(1, bytes(20)), (3, bytes(43)), (9, bytes(5))]))
    assert address.receivers == ("p2sh", "orchard", "type 9")
    assert (address.transparent or "").startswith("t3")


@given(st.binary(min_size=48, max_size=600))
def test_jumbling_is_undone(content):
    assert unjumble(jumble(content)) == content


@pytest.mark.parametrize(
    "text",
    [
        sapling(bytes(42)),
        sapling(prefix="bc"),
        sapling(kind=Bech32Kind.BECH32M),
        unified([(2, bytes(43))], padding=bytes(16)),
        unified([(3, bytes(43)), (2, bytes(43))]),
        unified([(2, bytes(40))]),
        unified([(0xFD, bytes(43))]),
        to_bech32("u", convert_bits(jumble(bytes([2, 43]) + bytes(40) + b"u".ljust(16, b"\0")), 8, 5,
                                    pad=True), Bech32Kind.BECH32M),
        to_bech32("u", convert_bits(jumble(bytes(47) + b"\2" + b"u".ljust(16, b"\0")), 8, 5, pad=True),
                  Bech32Kind.BECH32M),
    ],
)  # fmt: skip
def test_other_texts_are_refused(text):
    with pytest.raises(CodecError):
        parse_shielded(text)


def test_a_wrong_letter_is_noticed():
    with pytest.raises(ChecksumError):
        parse_shielded(UNIFIED[:-1] + "q")
