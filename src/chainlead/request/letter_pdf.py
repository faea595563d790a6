"""A letter as PDF/A: the blocks of its Markdown, placed as data by one typst file.

Deterministic: embedded fonts only, a given creation time, no clock and no network.
"""

from datetime import date, datetime, timezone
from importlib import resources
from typing import Any

import msgspec

from chainlead.request.letter_blocks import paper_blocks, paper_text
from chainlead.request.markdown_text import runs_text

_WIDEST = 44
_ONE_LINE = 18


def render_pdf(text: str, *, language: str, dated: date, banner: str, footer: str) -> bytes:
    """The PDF of one letter.

    Args:
        text: the letter's Markdown.
        language: two letters.
        dated: the date of the draft; the PDF's own time is its midnight, UTC.
        banner: line at the top of every page, or empty.
        footer: line at the foot of every page.
    """
    import typst  # noqa: PLC0415  (80 MB, needed here only)

    blocks = paper_blocks(text)
    for block in blocks:
        if block["kind"] == "table":
            block["widths"] = _widths(block["rows"])
    document: dict[str, Any] = {
        "title": runs_text(blocks[0]["runs"]),
        "author": "chainlead",
        "banner": paper_text(banner),
        "footer": paper_text(footer),
        "language": language,
        "year": dated.year,
        "month": dated.month,
        "day": dated.day,
        "blocks": blocks,
    }
    template = resources.files("chainlead.request").joinpath("templates/letter.typ")
    made = typst.compile(
        template.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": msgspec.json.encode(document, order="sorted").decode()},
        timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=timezone.utc),  # noqa: UP017  (typst wants a fixed offset)
        pdf_standards=["a-2b"],
    )
    return bytes(made)


def _widths(rows: list[list[list[dict[str, str]]]]) -> list[int]:
    """Column widths in parts, from the longest texts; 0: as wide as its texts, in one line.

    A two-column table has fixed ones.
    """
    if len(rows[0]) == 2:
        return [30, 82]
    lengths = [max(len(runs_text(row[i])) for row in rows) for i in range(len(rows[0]))]
    return [0 if length <= _ONE_LINE else min(length, _WIDEST) for length in lengths]
