"""All files of a report, from its bundle."""

from importlib import metadata
from typing import Any

from chainlead.report.format import report_formats


def report_files(bundle: dict[str, Any]) -> dict[str, bytes]:
    """File name to bytes, from every format, sorted by name."""
    made: dict[str, bytes] = {}
    for form in report_formats():
        made.update(form.files(bundle))
    return dict(sorted(made.items()))


def typst_version() -> str:
    """The version of the typesetter that makes the PDF."""
    return metadata.version("typst")
