"""The data that a service or provider may be asked for: a minimal set ticked, each with its reason.

Numbers and marks are `data/items.yaml`; words are `templates/<language>/items.yaml`.
"""

from collections.abc import Iterable
from functools import cache

import msgspec

from chainlead.errors import RequestError
from chainlead.request.data_files import languages, read_language, read_table

SERVICE = "service"
PROVIDER = "provider"
_ENGLISH = "en"


class Item(msgspec.Struct, frozen=True):
    """One thing to ask for; `ask` and `why` by language. Bounded items hold for the period only.

    `asked_of` is `service` (keeps customers' money) or `provider` (of mail, hosting, domains).
    """

    number: int
    minimal: bool
    bounded: bool
    intrusive: bool
    asked_of: str = SERVICE
    ask: dict[str, str] = {}
    why: dict[str, str] = {}


class _Table(msgspec.Struct, frozen=True):
    read: str
    items: tuple[Item, ...]


@cache
def items() -> tuple[Item, ...]:
    """All items in order of their numbers."""
    words = {language: read_language(language, "items.yaml") for language in languages()}

    def texts(number: int, name: str) -> dict[str, str]:
        english = words[_ENGLISH][number][name]
        return {
            language: told.get(number, {}).get(name, english) for language, told in words.items()
        }

    return tuple(
        msgspec.structs.replace(item, ask=texts(item.number, "ask"), why=texts(item.number, "why"))
        for item in read_table("items.yaml", _Table).items
    )


def minimal_items(asked_of: str = SERVICE) -> tuple[int, ...]:
    """The numbers that are ticked unless a person decides otherwise."""
    return tuple(item.number for item in items() if item.minimal and item.asked_of == asked_of)


def checked_items(numbers: Iterable[int], asked_of: str = SERVICE) -> tuple[int, ...]:
    """The numbers, sorted, each once.

    Raises:
        RequestError: there is no item with that number for such an addressee.
    """
    wanted = sorted(set(numbers))
    known = {item.number for item in items() if item.asked_of == asked_of}
    if unknown := [number for number in wanted if number not in known]:
        raise RequestError(
            f"There is no item {unknown[0]} in the data list for a {asked_of}.",
            next_step=f"The numbers go from {min(known)} to {max(known)}; see docs/howto.",
        )
    return tuple(wanted)
