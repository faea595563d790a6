"""Registers of companies: what a line of one says, and what a reader of a register's file is.

A register is asserted by its keeper and dated: a line that is missing today may have stood there on
the day of a transfer, so that snapshots are kept (`register_store`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import PurePath
from typing import Any, BinaryIO, ClassVar

from chainlead.errors import PackInvalidError
from chainlead.registry import residents

_DATES = frozenset({"since", "until", "updated"})
_LISTS = frozenset({"commercial_names", "websites", "domains", "services", "countries"})


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One line of a register.

    Attributes:
        key: stays the same from snapshot to snapshot.
        seat: ISO 3166-1 code, or empty.
        status: `authorised`, `ended`, `non-compliant`, `active`, `inactive` or the register's word.
        since: first day of the authorisation, or of the company.
        until: last day; None: none is stated.
        countries: where it may serve, ISO 3166-1 codes.
        detail: all that the register says besides, as it stands there.
    """

    key: str
    legal_name: str
    lei: str = ""
    seat: str = ""
    commercial_names: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    regulator: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None
    services: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    updated: date | None = None
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """One file of a register, read.

    Attributes:
        as_of: the day for which it speaks: the newest that any line names, or the file's own.
        entries: by key.
        row_count: lines with data in the file.
        is_complete: False where the file is a part of the register: a line that is missing then
            says nothing.
        problems: sentences about what was odd, with counts.
    """

    register: str
    form: str
    as_of: date | None
    entries: tuple[RegisterEntry, ...]
    row_count: int
    is_complete: bool = True
    problems: tuple[str, ...] = ()


Wanted = Callable[[str, str], bool]
"""Whether a line is wanted, from its LEI and legal name: for registers of millions of lines."""


class RegisterForm(ABC):
    """Reads one form of one register's file. Deterministic: the same bytes give the same reading."""

    form: ClassVar[str]
    register: ClassVar[str]
    keeper: ClassVar[str]

    @abstractmethod
    def recognises(self, name: str, head: bytes) -> bool:
        """Whether the file is meant to be of this form, from its name and first bytes."""

    @abstractmethod
    def read(self, name: str, file: BinaryIO, wanted: Wanted) -> RegisterReading:
        """Read the file.

        Args:
            name: its name, for errors.
            file: open at its start.
            wanted: asked only by registers that are too long to keep whole.

        Raises:
            PackInvalidError: it does not follow the form; the message names the line.
        """


HEAD_BYTES = 64 * 1024


def register_forms() -> tuple[RegisterForm, ...]:
    """All forms, in order of their module's name."""
    return residents("chainlead.attribution.importers", RegisterForm)  # type: ignore[type-abstract]  # the base of the kind


def lookup_register_form(name: str, head: bytes) -> RegisterForm | None:
    """The form of a file, or None: no register that is known."""
    plain = PurePath(name).name
    return next((each for each in register_forms() if each.recognises(plain, head)), None)


def entry_document(entry: RegisterEntry) -> dict[str, Any]:
    """An entry as JSON; empty fields are left out."""
    made: dict[str, Any] = {}
    for each in fields(entry):
        value = getattr(entry, each.name)
        if isinstance(value, date):
            made[each.name] = value.isoformat()
        elif isinstance(value, tuple):
            if value:
                made[each.name] = list(value)
        elif value:
            made[each.name] = value
    return made


def entry_from_document(document: dict[str, Any]) -> RegisterEntry:
    """An entry from its JSON.

    Raises:
        PackInvalidError: it is none.
    """
    try:
        made: dict[str, Any] = {
            name: date.fromisoformat(value)
            if name in _DATES
            else tuple(value)
            if name in _LISTS
            else value
            for name, value in document.items()
        }
        return RegisterEntry(**made)
    except (TypeError, ValueError) as error:
        raise PackInvalidError(f"a snapshot of a register holds no entry: {error}.") from error
