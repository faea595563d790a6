"""`report.json`: the bundle as canonical JSON, for programs and for re-performing."""

from typing import Any, ClassVar

from chainlead.report.bundle import canonical_json
from chainlead.report.format import ReportFormat


class BundleJson(ReportFormat):
    """The whole bundle, keys sorted, no spaces, one line end."""

    name: ClassVar[str] = "json"

    def files(self, bundle: dict[str, Any]) -> dict[str, bytes]:
        """`report.json`."""
        return {"report.json": canonical_json(bundle) + b"\n"}
