"""Vectors: EIP-55."""

from random import Random

import pytest
from eth_utils import is_checksum_address, to_checksum_address

from chainlead.codecs import to_eip55
from chainlead.errors import CodecError

VECTORS = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("text", VECTORS)
def test_published_vectors(text: str):
    assert to_eip55(bytes.fromhex(text[2:])) == text


def test_eip55_equals_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        account = rng.randbytes(20)
        text = to_eip55(account)
        assert text == to_checksum_address(account)
        assert is_checksum_address(text)


@pytest.mark.parametrize("size", [0, 19, 21])
def test_other_sizes_are_refused(size: int):
    with pytest.raises(CodecError):
        to_eip55(bytes(size))
