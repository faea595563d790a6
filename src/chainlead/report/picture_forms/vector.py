"""SVG: the picture itself, as the report prints it, on white."""

from typing import ClassVar

from chainlead.report.picture import PictureToExport, drawn_for_export
from chainlead.report.picture_format import PictureFormat


class Vector(PictureFormat):
    """The picture."""

    name: ClassVar[str] = "svg"
    title: ClassVar[str] = "Save as SVG"
    media_type: ClassVar[str] = "image/svg+xml"

    def content(self, export: PictureToExport) -> bytes:
        """The picture as it stands; untouched, the same bytes as the report's picture of this rule."""
        return drawn_for_export(export).markup.encode()
