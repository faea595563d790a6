"""A form of answer file: recognised by its bytes, read into sheets in a locked process."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from chainlead.registry import residents
from chainlead.request.answers.sheet import Sheet

_FORMS = "chainlead.request.answers.forms"


@dataclass(frozen=True, slots=True)
class ReadingHints:
    """What a person or a profile says about a file's form; empty means: see for yourself.

    Attributes:
        encoding: of a text file, as Python names it.
        separator: of a CSV file, one character.
    """

    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How far a reader goes into an answer.

    Attributes:
        file_bytes: of one file, packed or not.
        total_bytes: of everything inside one archive.
        ratio: unpacked bytes for each packed one, above `ratio_floor_bytes`.
        ratio_floor_bytes: a smaller member is never refused for its ratio.
        depth: archives inside archives.
        members: of all archives together.
        rows: of one sheet.
        columns: of one sheet.
        cells: of one file.
        cell_characters: of one cell.
        sheets: of one file.
        pages: of one PDF.
        seconds: processor time and waiting for one file.
        memory_bytes: for reading one file.
    """

    file_bytes: int = 128 << 20
    total_bytes: int = 256 << 20
    ratio: int = 200
    ratio_floor_bytes: int = 4 << 20
    depth: int = 3
    members: int = 10_000
    rows: int = 300_000
    columns: int = 400
    cells: int = 6_000_000
    cell_characters: int = 32_767
    sheets: int = 250
    pages: int = 5_000
    seconds: int = 120
    memory_bytes: int = 1 << 30


LIMITS = AnswerLimits()


class UnreadableError(Exception):
    """The file cannot be read as it is; the sentence says why. Never leaves this package."""


class AnswerForm(ABC):
    """One form. A new one is a file in `forms/`; nothing else is edited.

    Attributes:
        name: what the form is called in the case and on the command line.
        rank: forms are asked in this order; those with sure marks come first.
        preload: modules loaded before the locked process starts, where nothing can be loaded.
    """

    name: ClassVar[str]
    rank: ClassVar[int] = 50
    preload: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def matches(self, content: bytes, name: str) -> bool:
        """Whether the bytes are of this form; `name` is only a name."""

    @abstractmethod
    def read(self, content: bytes, hints: ReadingHints, limits: AnswerLimits) -> list[Sheet]:
        """The sheets of the file.

        Raises:
            UnreadableError: what makes it unreadable, in a sentence for the user.
        """


def answer_forms() -> tuple[AnswerForm, ...]:
    """All forms, in the order in which they are asked."""
    return tuple(sorted(residents(_FORMS, AnswerForm), key=lambda form: (form.rank, form.name)))  # type: ignore[type-abstract]  # the registry gives its subclasses
