"""PNG, for letters and slides that take no SVG: the same picture, set by the typesetter of the report.

Only the fonts inside the typesetter are used, and nothing is fetched. Limits: a long trail is drawn
with fewer points to the inch, so that the file stays one that other programs open; the SVG is exact.
"""

from math import isqrt
from pathlib import Path
from typing import ClassVar

import typst

from chainlead.errors import ReportError
from chainlead.report.bundle import canonical_json
from chainlead.report.picture import PictureToExport, drawn_for_export
from chainlead.report.picture_format import PictureFormat
from chainlead.report.svg import Picture

_FOLDER = Path(__file__).parents[1] / "typst"
_BEST_PPI = 192
_LEAST_PPI = 24
_MOST_PIXELS = 36_000_000
_LONGEST_SIDE = 16_000
_POINTS_PER_INCH = 72


class Raster(PictureFormat):
    """The picture as pixels."""

    name: ClassVar[str] = "png"
    title: ClassVar[str] = "Save as PNG"
    media_type: ClassVar[str] = "image/png"

    def content(self, export: PictureToExport) -> bytes:
        """The picture, on white.

        Raises:
            ReportError: the typesetter refused it.
        """
        return as_png(drawn_for_export(export))


def as_png(picture: Picture) -> bytes:
    """The pixels of a picture; the same picture gives the same bytes.

    Raises:
        ReportError: the typesetter refused it, or it is too large for pixels.
    """
    ppi = points_per_inch(picture)
    if ppi < _LEAST_PPI:
        raise ReportError(
            "The picture is too large to be read as pixels.",
            safe="The case is unchanged.",
            next_step="Save it as SVG, or choose a part of the trail.",
        )
    document = {
        "svg": picture.markup,
        "width": round(picture.width),
        "height": round(picture.height),
    }
    try:
        made = typst.compile(
            _FOLDER / "picture.typ",
            root=_FOLDER,
            format="png",
            ppi=float(ppi),
            font_paths=[],
            ignore_system_fonts=True,
            sys_inputs={"document": canonical_json(document).decode()},
        )
    except RuntimeError as error:
        raise ReportError(
            f"The typesetter refused the picture: {str(error)[:300]}",
            safe="The case is unchanged.",
            next_step="Save it as SVG instead.",
        ) from error
    assert isinstance(made, bytes)
    return made


def points_per_inch(picture: Picture) -> int:
    """As fine as the limits of size allow."""
    width, height = max(1, round(picture.width)), max(1, round(picture.height))
    by_area = isqrt(_MOST_PIXELS * _POINTS_PER_INCH**2 // (width * height))
    by_side = _LONGEST_SIDE * _POINTS_PER_INCH // max(width, height)
    return min(_BEST_PPI, by_area, by_side)
