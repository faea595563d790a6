"""A report format: bundle in, named files out. A new format is a new file in `formats`."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from chainlead.registry import residents


class ReportFormat(ABC):
    """Renders the bundle; pure, no clock, no network."""

    name: ClassVar[str]

    @abstractmethod
    def files(self, bundle: dict[str, Any]) -> dict[str, bytes]:
        """File names and their bytes. The same bundle gives the same bytes."""


def report_formats() -> tuple[ReportFormat, ...]:
    """All formats, in order of their module names."""
    return residents("chainlead.report.formats", ReportFormat)  # type: ignore[type-abstract]
