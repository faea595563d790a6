"""Vectors: BIP-38; all are published test keys."""

from collections.abc import Callable, Iterator

import pytest

from chainlead.codecs import BITCOIN_ALPHABET, parse_bip38, to_base58check, to_bip38
from chainlead.errors import ChecksumError, CodecError

VECTORS = [  # text, multiplied, compressed, has lot
    ("6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg", False, False, False),
    ("6PRNFFkZc2NZ6dJqFfhRoFNMR9Lnyj7dYGrzdgXXVMXcxoKTePPX1dWByq", False, False, False),
    ("6PYNKZ1EAgYgmQfmNVamxyXVWHzK5s6DGhwP4J5o44cvXdoY7sRzhtpUeo", False, True, False),
    ("6PYLtMnXvfG3oJde97zRyLYFZCYizPU5T3LwgdYJz1fRhh16bU7u6PPmY7", False, True, False),
    ("6PfQu77ygVyJLZjfvMLyhLMQbYnu5uguoJJ4kMCLqWwPEdfpwANVS76gTX", True, False, False),
    ("6PfLGnQs6VZnrNpmVKfjotbnQuaJK4KZoPFrAjx1JMJUa1Ft8gnf5WxfKd", True, False, False),
    ("6PgNBNNzDkKdhkT6uJntUXwwzQV8Rr2tZcbkDcuC9DZRsS6AtHts4Ypo1j", True, False, True),
    ("6PgGWtx25kUg8QWvwuJAgorN6k9FbE25rv5dMRwu5SKMnfpfVe5mar2ngH", True, False, True),
]


@pytest.mark.parametrize(("text", "multiplied", "compressed", "has_lot"), VECTORS)
def test_published_keys(text: str, multiplied: bool, compressed: bool, has_lot: bool):
    key = parse_bip38(text)
    assert (key.multiplied, key.compressed, key.has_lot) == (multiplied, compressed, has_lot)
    assert to_bip38(key) == text
    assert text not in repr(key)
    assert key.secret.reveal().hex() not in repr(key)


@pytest.mark.parametrize(
    "payload",
    [
        b"\x01\x42" + bytes(37),  # no flags
        b"\x01\x43\xc0" + bytes(36),
        b"\x01\x44\xc0" + bytes(36),
        b"\x01\x42\xc0" + bytes(35),
    ],
)
def test_other_contents_are_refused(payload: bytes):
    with pytest.raises(CodecError):
        parse_bip38(to_base58check(payload))


@pytest.mark.parametrize("text", [VECTORS[0][0], VECTORS[6][0]])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, BITCOIN_ALPHABET):
        with pytest.raises(CodecError):
            parse_bip38(wrong)


def test_a_typing_error_has_its_own_error_that_does_not_repeat_the_key():
    text = VECTORS[0][0]
    with pytest.raises(ChecksumError) as caught:
        parse_bip38(text[:-1] + "h")
    assert text[:8] not in repr(caught.value)
