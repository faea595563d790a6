"""A letter's Markdown as the blocks that paper and word processor set, and as one stream of characters.

The stream leaves out spaces, list dots and tick boxes: what remains must be the same in every form of
a letter, so that a form that says anything else is found (`read_back`).
"""

import re
from typing import Any

from chainlead.request.markdown_text import blocks_runs, mark_open, parse_blocks, runs_text
from chainlead.request.texts import open_marks

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


def letter_stream(text: str) -> str:
    """All characters of a letter, in reading order."""
    pieces = []
    for block in letter_blocks(text):
        if block["kind"] == "list":
            pieces += [item["marker"] + runs_text(item["runs"]) for item in block["items"]]
        else:
            pieces += [runs_text(line) for line in blocks_runs([block])]
    return plain_stream("".join(pieces))
