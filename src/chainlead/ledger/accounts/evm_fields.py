"""Fields of Ethereum's JSON and tables: numbers, bytes, addresses, from text that may be anything."""

from collections.abc import Mapping
from typing import Any

_MOST_DIGITS = 80
_HASH, _ADDRESS = 32, 20
_FARTHEST = 1 << 31
_LAST_SECOND = 253_402_300_800
ZERO_ADDRESS = "0x" + "0" * 40

Told = Mapping[str, Any]


class EvmFieldError(ValueError):
    """A field is missing or of another kind."""


def number_of(told: Any, name: str) -> int:
    """A number from an int, `0x…` or decimal text.

    Raises:
        EvmFieldError: it is none, negative, or beyond 256 bits.
    """
    found = find_number(told)
    if found is None:
        raise EvmFieldError(f"{name} is no number")
    return found


def find_number(told: Any) -> int | None:
    """The same; None if it is absent or no number."""
    number: int | None = None
    if isinstance(told, int) and not isinstance(told, bool):
        number = told
    elif isinstance(told, str) and 0 < len(told) <= _MOST_DIGITS and told.isascii():
        if told[:2] in {"0x", "0X"}:
            try:
                number = int(told, 16) if told[2:].isalnum() else None
            except ValueError:
                return None
        elif told.isdecimal():
            number = int(told)
    return number if number is not None and 0 <= number < 1 << 256 else None


def find_place(told: Any) -> int | None:
    """A height or a place in a block; None if it is absent, no number, or beyond all reason."""
    number = find_number(told)
    return number if number is not None and number < _FARTHEST else None


def find_moment(told: Any) -> int | None:
    """Seconds of Unix time; None if it is absent, no number, or after the year 9999."""
    number = find_number(told)
    return number if number is not None and number < _LAST_SECOND else None


def place_of(told: Any, name: str) -> int:
    """A height or a place in a block.

    Raises:
        EvmFieldError: it is none.
    """
    found = find_place(told)
    if found is None:
        raise EvmFieldError(f"{name} is no number that can be")
    return found


def moment_of(told: Any, name: str) -> int:
    """Seconds of Unix time.

    Raises:
        EvmFieldError: it is none.
    """
    found = find_moment(told)
    if found is None:
        raise EvmFieldError(f"{name} is no time")
    return found


def bytes_of(told: Any, name: str, size: int | None = None) -> bytes:
    """Bytes from `0x…` text.

    Raises:
        EvmFieldError: no such text, or of another length than `size`.
    """
    if isinstance(told, str):
        try:
            found = bytes.fromhex(told[2:] if told[:2] in {"0x", "0X"} else told)
        except ValueError:
            found = None
        if found is not None and size in {None, len(found)}:
            return found
    raise EvmFieldError(f"{name} is not written as bytes")


def hash_of(told: Any, name: str) -> str:
    """64 hexadecimal digits without `0x`, lower case.

    Raises:
        EvmFieldError: it is none.
    """
    return bytes_of(told, name, _HASH).hex()


def address_of(told: Any, name: str) -> str:
    """An address as the tables write it.

    Raises:
        EvmFieldError: it is none.
    """
    return address_text(bytes_of(told, name, _ADDRESS))


def find_address(told: Any) -> str | None:
    """The same; None where it is absent, null or empty.

    Raises:
        EvmFieldError: there is something that is no address.
    """
    return None if told in (None, "", "0x", "None") else address_of(told, "an address")


def address_text(content: bytes) -> str:
    """`0x` and 40 lower case digits."""
    return "0x" + content.hex()
