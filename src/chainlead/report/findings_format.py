"""A form in which findings leave the case. A new form is a new file in `findings_forms`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from chainlead.registry import residents


@dataclass(frozen=True, slots=True)
class FindingsToExport:
    """What a form is given.

    Attributes:
        rows: as `chainlead findings --json` prints them; a secret has no value in them.
        scanned_at: when the scan of each exhibit began.
        about: facts about the export in a fixed order: case, journal digest, version, filters.
    """

    rows: Sequence[Mapping[str, Any]]
    scanned_at: Mapping[str, datetime]
    about: Mapping[str, str]


class FindingsFormat(ABC):
    """Renders findings; pure, no clock, no network."""

    name: ClassVar[str]
    is_text: ClassVar[bool] = True
    """Whether its one file can be printed."""

    @abstractmethod
    def files(self, export: FindingsToExport) -> dict[str, bytes]:
        """File names and their bytes. The same findings give the same bytes."""


def findings_formats() -> tuple[FindingsFormat, ...]:
    """All forms, in order of their module names."""
    return residents("chainlead.report.findings_forms", FindingsFormat)  # type: ignore[type-abstract]


def place_text(row: Mapping[str, Any]) -> str:
    """Exhibit and location in one line, from the outside in."""
    return " › ".join([str(row["exhibit"]), *map(str, row["location"])])
