"""The small Markdown that letters are written in, and back to plain blocks for the PDF.

Everything that comes from outside is escaped when it is put in; `parse_blocks` undoes it, so text
from a pack can be neither Markdown nor typst markup. Forms: headings, paragraphs, quotes, bullets,
tick boxes, numbered lines, tables; inside a line `**bold**` and `` `code` ``.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from chainlead.errors import IdentifierMismatchError

_SPECIAL = re.compile(r"([\\`*|<~]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|\](?=[\[(:]))")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z:.,/+ '_-]*")
_INLINE = re.compile(r"`([^`]*)`|\*\*((?:\\.|[^*\\])+)\*\*|\\(.)|([^`*\\]+)|([`*\\])")
_LONGEST = 600


class Verbatim(str):
    """Text that is Markdown already."""

    __slots__ = ()


def plain_text(text: str) -> str:
    """One line without control, direction and invisible characters, not longer than a paragraph."""
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def escape_markdown(value: object) -> str:
    """A value as text that no Markdown reader takes for anything else."""
    if isinstance(value, Verbatim):
        return str(value)
    return _SPECIAL.sub(r"\\\1", plain_text(str(value)))


def as_code(text: str) -> Verbatim:
    """An identifier as a code span.

    Raises:
        IdentifierMismatchError: it holds a character that no identifier has.
    """
    if not _CODE.fullmatch(text):
        raise IdentifierMismatchError(f"{text!r:.80} is not an identifier that can be printed.")
    return Verbatim(f"`{text}`")


def is_code(text: str) -> bool:
    """Whether a text can be printed as an identifier."""
    return _CODE.fullmatch(text) is not None


def parse_inline(text: str) -> list[dict[str, str]]:
    """Runs of text, each with its style: plain, bold or code."""
    runs: list[dict[str, str]] = []

    def add(style: str, piece: str) -> None:
        if runs and runs[-1]["style"] == style:
            runs[-1]["text"] += piece
        else:
            runs.append({"style": style, "text": piece})

    for match in _INLINE.finditer(text):
        code, bold, escaped, plain, stray = match.groups()
        if code is not None:
            runs.append({"style": "code", "text": code})
        elif bold is not None:
            add("bold", re.sub(r"\\(.)", r"\1", bold))
        else:
            add("plain", escaped or plain or stray)
    return runs


def parse_blocks(text: str) -> list[dict[str, Any]]:
    """The blocks of a letter, in order."""
    blocks: list[dict[str, Any]] = []
    for chunk in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = [line for line in chunk.split("\n") if line.strip()]
        while lines:
            lines = _take_block(lines, blocks)
    return blocks


def _take_block(lines: list[str], blocks: list[dict[str, Any]]) -> list[str]:
    first = lines[0]
    if heading := re.fullmatch(r"(#{1,3}) (.+)", first):
        level = len(heading[1])
        blocks.append({"kind": "heading", "level": level, "runs": parse_inline(heading[2])})
        return lines[1:]
    for kind, start in (("quote", "> "), ("table", "|"), ("bullet", "- "), ("numbered", r"1. ")):
        if first.startswith(start):
            taken = _while_starting(lines, start)
            blocks.append(_block(kind, [line.removeprefix(start) for line in taken]))
            return lines[len(taken) :]
    taken = []
    for line in lines:
        if taken and re.match(r"#{1,3} |> |\||- |1\. ", line):
            break
        taken.append(line)
    blocks.append({"kind": "paragraph", "runs": parse_inline(" ".join(taken))})
    return lines[len(taken) :]


def _while_starting(lines: list[str], start: str) -> list[str]:
    taken = []
    for line in lines:
        if not line.startswith(start):
            break
        taken.append(line)
    return taken


def _block(kind: str, lines: list[str]) -> dict[str, Any]:
    if kind == "quote":
        return {"kind": kind, "runs": parse_inline(" ".join(lines))}
    if kind == "table":
        rows = [[parse_inline(cell) for cell in _cells(line)] for line in lines]
        return {"kind": kind, "rows": [rows[0], *rows[2:]]}
    items = []
    for line in lines:
        box = re.match(r"\[([ x])\] ", line)
        tick = {" ": "open", "x": "ticked"}[box[1]] if box else "none"
        items.append({"tick": tick, "runs": parse_inline(line[box.end() :] if box else line)})
    return {"kind": "list", "ordered": kind == "numbered", "items": items}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().removesuffix("|"))]


def mark_open(runs: list[dict[str, str]], marks: Iterable[str]) -> list[dict[str, str]]:
    """The runs with every `[TO FILL: …]` as a run of its own, style open.

    Args:
        runs: of one line.
        marks: how the languages write it.
    """
    pattern = re.compile(rf"(\[(?:{'|'.join(map(re.escape, marks))}): [^\]]*\])")
    split: list[dict[str, str]] = []
    for run in runs:
        if run["style"] == "code":
            split.append(run)
            continue
        for number, piece in enumerate(pattern.split(run["text"])):
            if piece:
                split.append({"style": "open" if number % 2 else run["style"], "text": piece})
    return split


def runs_text(runs: list[dict[str, str]]) -> str:
    """The text of some runs, without style."""
    return "".join(run["text"] for run in runs)


def blocks_runs(blocks: list[dict[str, Any]]) -> list[list[dict[str, str]]]:
    """Every line of text in some blocks, in order: paragraphs, items, cells."""
    lines: list[list[dict[str, str]]] = []
    for block in blocks:
        if block["kind"] == "table":
            lines.extend(cell for row in block["rows"] for cell in row)
        elif block["kind"] == "list":
            lines.extend(item["runs"] for item in block["items"])
        else:
            lines.append(block["runs"])
    return lines
