"""One page of a case. A new one is a new file in `panels` and a template; nothing else is edited."""

from abc import ABC, abstractmethod
from typing import ClassVar

from fastapi import APIRouter

from chainlead.registry import residents


class Panel(ABC):
    """A page of a case, with its place in the list of pages.

    Attributes:
        name: its part of the address.
        title: its name in the list, in English.
        key: the letter after `g` that goes there.
        place: in the list.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    key: ClassVar[str]
    place: ClassVar[int]

    @abstractmethod
    def add_routes(self, router: APIRouter) -> None:
        """Declare what the page answers to, below `/cases/{case_name}`."""


def panels() -> tuple[Panel, ...]:
    """All pages of a case, in the order of the list."""
    found = residents("chainlead.web.panels", Panel)  # type: ignore[type-abstract]
    return tuple(sorted(found, key=lambda panel: panel.place))
