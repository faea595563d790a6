"""Fixtures of the codec tests: seeded randomness, and every way to spoil one character."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

ROUNDS = 10_000


@pytest.fixture
def rng() -> Random:
    return Random("chainlead codecs")


@pytest.fixture
def rounds() -> int:
    """How many random values each form is compared with its oracle library for."""
    return ROUNDS


@pytest.fixture
def spoiled() -> Callable[[str, str], Iterator[str]]:
    """Every text that differs from the given one in exactly one character of an alphabet."""

    def spoil(text: str, alphabet: str) -> Iterator[str]:
        for place, right in enumerate(text):
            for wrong in alphabet:
                if wrong != right:
                    yield text[:place] + wrong + text[place + 1 :]

    return spoil
