"""A letter's Markdown as the blocks that paper and word processor set, and as one stream of characters.

The stream leaves out spaces, list dots and tick boxes: what remains must be the same in every form of
a letter, so that a form that says anything else is found (`read_back`).
"""

import re
import unicodedata
from typing import Any

from chainlead.request.markdown_text import blocks_runs, mark_open, parse_blocks, runs_text
from chainlead.request.texts import open_marks

_ON_PAPER = (
    (0x20, 0x7E), (0xA1, 0x2AF), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1FFF), (0x2010, 0x2040),
    (0x20A0, 0x20BF), (0x2190, 0x21FF), (0x2200, 0x2246), (0x2500, 0x25FF), (0x2610, 0x2613),
    (0xFB00, 0xFB04),
)  # fmt: skip
"""Characters that the fonts inside the program have and that a PDF gives back as they were."""
_NOT_COMPARED = re.compile(r"[\s•☐☒\u00ad\u200b]+")


def letter_blocks(text: str) -> list[dict[str, Any]]:
    """The blocks of a letter; fields to fill are runs of their own, numbers are written out."""
    marks = open_marks()
    blocks = parse_blocks(text)
    for block in blocks:
        if block["kind"] == "table":
            block["rows"] = [[mark_open(cell, marks) for cell in row] for row in block["rows"]]
        elif block["kind"] == "list":
            for number, item in enumerate(block["items"], start=1):
                item["runs"] = mark_open(item["runs"], marks)
                item["marker"] = f"{number}." if block["ordered"] else "•"
        else:
            block["runs"] = mark_open(block["runs"], marks)
    return blocks


def plain_stream(text: str) -> str:
    """A text without what forms may set differently."""
    return _NOT_COMPARED.sub("", text)


def paper_text(text: str) -> str:
    """A text as a PDF prints it: a character that no font has stands as its code, `U+5E01`.

    Fonts of the machine are not used, because the same letter would look different elsewhere; Word
    files and Markdown hold the text as it is.
    """
    return "".join(
        each if any(low <= ord(each) <= high for low, high in _ON_PAPER) else f"[U+{ord(each):04X}]"
        for each in unicodedata.normalize("NFC", text)
    )


def paper_blocks(text: str) -> list[dict[str, Any]]:
    """The blocks of a letter as a PDF prints them."""
    blocks = letter_blocks(text)
    for line in blocks_runs(blocks):
        for run in line:
            run["text"] = paper_text(run["text"])
    return blocks


def paper_stream(text: str) -> str:
    """All characters of a letter as a PDF prints them, in reading order."""
    return _stream(paper_blocks(text))


def letter_stream(text: str) -> str:
    """All characters of a letter, in reading order."""
    return _stream(letter_blocks(text))


def _stream(blocks: list[dict[str, Any]]) -> str:
    pieces = []
    for block in blocks:
        if block["kind"] == "list":
            pieces += [item["marker"] + runs_text(item["runs"]) for item in block["items"]]
        else:
            pieces += [runs_text(line) for line in blocks_runs([block])]
    return plain_stream("".join(pieces))
