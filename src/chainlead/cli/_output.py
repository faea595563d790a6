"""How commands print: JSON documents, JSON lines, tables, progress."""

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from chainlead.config import wants_progress_lines


def named_path(text: str) -> Path:
    """The path; an empty word is refused, because it would mean the folder where one stands.

    Raises:
        typer.BadParameter: the word is empty.
    """
    if not text.strip():
        raise typer.BadParameter("the path is empty; nothing was done")
    return Path(text)


CaseFolder = Annotated[
    Path,
    typer.Argument(metavar="CASE", help="The case folder.", show_default=False, parser=named_path),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the journal.")]

WARNINGS = 1
"""Exit code: done, and something could not be read."""


def print_json(document: Any) -> None:
    """One JSON document on stdout, keys sorted, indented."""
    encoded = msgspec.json.encode(document, order="sorted")
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def print_json_lines(documents: Iterable[Any]) -> None:
    """One JSON document per line on stdout."""
    for document in documents:
        sys.stdout.write(msgspec.json.encode(document, order="sorted").decode() + "\n")


def printable(text: str) -> str:
    """The text without characters that steer a terminal or break a line: each becomes U+FFFD."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table on stdout, columns as wide as their content; nothing is cut."""
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headings), *cells]) for i in range(len(headings))]
    for line in [list(headings), ["-" * width for width in widths], *cells]:
        padded = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write(padded.rstrip() + "\n")


class Progress:
    """A line on stderr with count, rate and estimate; silent when stderr is not a terminal."""

    def __init__(self, what: str, *, is_bound: bool = False) -> None:
        """Name the work; `is_bound` says that its total is only the most that there can be."""
        self._what = what
        self._about = "at most" if is_bound else "about"
        self._start = time.monotonic()
        self._shown = 0.0
        self._first: int | None = None
        self._in_lines = wants_progress_lines()
        self._live = self._in_lines or sys.stderr.isatty()

    def __call__(self, done: int, total: int, unit: str = "bytes") -> None:
        """Say how far the work is."""
        moment = time.monotonic()
        if not self._live or (moment - self._shown < 0.2 and done < total):
            return
        self._shown = moment
        spent = max(moment - self._start, 1e-6)
        if self._first is None:
            self._first = done  # a run that goes on did not do the beginning
        new = done - self._first
        left = f"{self._about} {(total - done) * spent / new:.0f} s left" if new else "estimating"
        share = 100 * done // total if total else 100
        rate = f", {new / spent:.0f} {unit}/s" if new else ""
        if unit == "bytes" and new:
            rate = f", {new / spent / 1_000_000:.1f} MB/s"
        print(
            f"\r{self._what}: {share} %, {done}/{total} {unit}{rate}, {left}   ",
            end="\n" if done >= total or self._in_lines else "",
            file=sys.stderr,
            flush=True,
        )
