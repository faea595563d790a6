"""The report and the bundle: one case gives one report, byte for byte."""

from chainlead.report.bundle import build_bundle, canonical_json, content_sha256
from chainlead.report.files import report_files, typst_version
from chainlead.report.format import ReportFormat, report_formats
from chainlead.report.material import JournalState, Material, Term
from chainlead.report.picture import trail_svg

__all__ = [
    "JournalState",
    "Material",
    "ReportFormat",
    "Term",
    "build_bundle",
    "canonical_json",
    "content_sha256",
    "report_files",
    "report_formats",
    "trail_svg",
    "typst_version",
]
