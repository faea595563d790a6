"""One page of a case. A new one is a new file in `panels` and a template; nothing else is edited."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from fastapi import APIRouter

from chainlead.registry import residents
from chainlead.workflow.case import Case

GROUPS: Sequence[tuple[int, str]] = (
    (0, ""),
    (20, "Material"),
    (40, "The money"),
    (60, "Requests to others"),
    (80, "The case"),
)
"""The headings in the list of pages, each with the place from which on it holds."""


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

    @property
    def group_place(self) -> int:
        """Which of the headings of the list it stands under."""
        return max(at for at, (start, _) in enumerate(GROUPS) if start <= self.place)

    @property
    def group(self) -> str:
        """That heading; empty for the first page."""
        return GROUPS[self.group_place][1]

    @abstractmethod
    def add_routes(self, router: APIRouter) -> None:
        """Declare what the page answers to, below `/cases/{case_name}`."""

    def work_ahead(self, case: Case) -> None:  # noqa: B027  (most pages need nothing)
        """Work out and keep what its first look takes long for; beside the pages, in a large case."""


def panels() -> tuple[Panel, ...]:
    """All pages of a case, in the order of the list."""
    found = residents("chainlead.web.panels", Panel)  # type: ignore[type-abstract]
    return tuple(sorted(found, key=lambda panel: panel.place))
