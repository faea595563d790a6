"""`trail-<trace>-<rule>.svg`: one picture per trace and rule, time from left to right."""

from typing import Any, ClassVar

from chainlead.report.format import ReportFormat
from chainlead.report.picture import trail_svg


class TrailSvg(ReportFormat):
    """The trails as pictures; the table twin is `frontier.csv`."""

    name: ClassVar[str] = "svg"

    def files(self, bundle: dict[str, Any]) -> dict[str, bytes]:
        """One file per trace and rule that has anything to draw."""
        return {
            f"trail-{trace['trace_id']}-{rule}.svg": trail_svg(trace, rule).encode()
            for trace in bundle["traces"]
            for rule, result in sorted(trace["rules"].items())
            if result["transfers"] or result["frontier"]
        }
