"""The data that a service may be asked for: 24 items, a minimal set ticked, each with its reason."""

from collections.abc import Iterable
from functools import cache

import msgspec

from chainlead.errors import RequestError
from chainlead.request.data_files import read_table


class Item(msgspec.Struct, frozen=True):
    """One thing to ask for; `ask` and `why` by language. Bounded items hold for the period only."""

    number: int
    minimal: bool
    bounded: bool
    intrusive: bool
    ask: dict[str, str]
    why: dict[str, str]


class _Table(msgspec.Struct, frozen=True):
    read: str
    items: tuple[Item, ...]


@cache
def items() -> tuple[Item, ...]:
    """All items in order of their numbers."""
    return read_table("items.yaml", _Table).items


def minimal_items() -> tuple[int, ...]:
    """The numbers that are ticked unless a person decides otherwise."""
    return tuple(item.number for item in items() if item.minimal)


def checked_items(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers, sorted, each once.

    Raises:
        RequestError: there is no item with that number.
    """
    wanted = sorted(set(numbers))
    known = {item.number for item in items()}
    if unknown := [number for number in wanted if number not in known]:
        raise RequestError(
            f"There is no item {unknown[0]} in the data list.",
            next_step=f"The numbers go from 1 to {max(known)}; see docs/howto.",
        )
    return tuple(wanted)
