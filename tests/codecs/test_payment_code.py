import pytest

from chainlead.codecs import (
    Bech32Kind,
    from_base58check,
    from_bech32,
    parse_payment_code,
    parse_silent_payment,
    to_base58check,
    to_bech32,
    to_payment_code,
    to_silent_payment,
)
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Network

# published with BIP-47 and BIP-352
PM8T = (
    "PM8TJTLJbPRGxSbc8EJi42Wrr6QbNSaSSVJ5Y3E4pbCYiTHUskHg13935Ubb7q8tx9GVbh2UuRnBc3WSyJHhUrw8Khpr"
    "Knn9eDznYGieTzFcwQRya4GA"
)
SP = (
    "sp1qqgste7k9hx0qftg6qmwlkqtwuy6cycyavzmzj85c6qdfhjdpdjtdgqjuexzk6murw56suy3e0rd2cgqvycxttddws"
    "vgxe2usfpxumr70xc9pkqwv"
)


def test_a_published_payment_code_is_read_and_written_again():
    code = parse_payment_code(PM8T)
    assert code.public_key.hex().startswith("02b85034fb08a8bfefd22848238257b252721454bbbfba2c3667")
    assert to_payment_code(code) == PM8T


def test_a_published_silent_payment_address_is_read_and_written_again():
    address = parse_silent_payment(SP)
    assert (address.network, address.version) == (Network.MAIN, 0)
    assert to_silent_payment(address) == SP
    assert parse_silent_payment(SP.upper()) == address


@pytest.mark.parametrize("change", [{0: 0x48}, {1: 9}, {3: 5}])
def test_other_payment_codes_are_refused(change):
    payload = bytearray(from_base58check(PM8T))
    for place, value in change.items():
        payload[place] = value
    with pytest.raises(CodecError):
        parse_payment_code(to_base58check(bytes(payload)))


@pytest.mark.parametrize(
    "text",
    [
        to_bech32("xp", from_bech32(SP, capped=False)[1], Bech32Kind.BECH32M),
        to_bech32("sp", from_bech32(SP, capped=False)[1], Bech32Kind.BECH32),
        to_bech32("sp", [], Bech32Kind.BECH32M),
        to_bech32("sp", from_bech32(SP, capped=False)[1][:60], Bech32Kind.BECH32M),
        to_bech32("sp", [31, *from_bech32(SP, capped=False)[1][1:]], Bech32Kind.BECH32M),
        to_bech32("sp", [0] * 107, Bech32Kind.BECH32M),
    ],
)
def test_other_bech32_texts_are_refused(text):
    with pytest.raises(CodecError):
        parse_silent_payment(text)


def test_a_wrong_letter_is_noticed():
    with pytest.raises(ChecksumError):
        parse_silent_payment(SP[:-1] + "q")
    with pytest.raises(ChecksumError):
        parse_payment_code(PM8T[:-1] + "B")
