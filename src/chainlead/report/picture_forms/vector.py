"""SVG: the picture itself, as the report prints it, on white."""

from typing import ClassVar

from chainlead.report.picture import PictureToExport, trail_svg
from chainlead.report.picture_format import PictureFormat


class Vector(PictureFormat):
    """The picture."""

    name: ClassVar[str] = "svg"
    title: ClassVar[str] = "Save as SVG"
    media_type: ClassVar[str] = "image/svg+xml"

    def content(self, export: PictureToExport) -> bytes:
        """The same bytes as the report's picture of this rule."""
        return trail_svg(export.trace, export.rule).encode()
