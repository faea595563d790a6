"""The report as a list of sections made of plain blocks. Formats that show pages render these.

A block is a heading, a paragraph, a list, facts, a table or a figure. Texts are texts: nothing in
them is ever read as markup.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from chainlead.registry import residents
from chainlead.report.plain_text import visible

Block = dict[str, Any]
LONGEST_CELL = 480
_WORD = re.compile(r"[^\W\d_]+")


class Section(ABC):
    """One section of the report. A new section is a new file in `sections`."""

    place: ClassVar[int]
    title: ClassVar[str]

    @abstractmethod
    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """What the section says; one with nothing to say says so in words, or is left out if empty."""


def sections() -> tuple[Section, ...]:
    """All sections in the order of the report."""
    found = residents("chainlead.report.sections", Section)  # type: ignore[type-abstract]
    return tuple(sorted(found, key=lambda section: section.place))


def story(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """Every section with its title and blocks, texts made visible.

    A section is told the glossary's words that the sections before it use.
    """
    told: list[dict[str, Any]] = []
    words: set[str] = set()
    for section in sections():
        used = [entry for entry in bundle["glossary"] if _is_used(entry["term"], words)]
        blocks = [_clean(block) for block in section.blocks({**bundle, "glossary": used})]
        if blocks:
            told.append({"title": section.title, "blocks": blocks})
        words.update(_words(blocks))
    return told


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _WORD.findall(value.casefold())
    elif isinstance(value, dict):
        for name, part in value.items():
            if name != "svg":
                yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)


def _is_used(term: str, words: set[str]) -> bool:
    """Whether every word of the term was used, in the singular or with an s or es."""
    parts = _WORD.findall(term.casefold())
    return all({part, f"{part}s", f"{part}es"} & words for part in parts)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return str(visible(value))
    if isinstance(value, dict):
        return {name: part if name == "svg" else _clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return value


def heading(text: str) -> Block:
    """A heading inside a section."""
    return {"block": "heading", "text": text}


def paragraph(text: str) -> Block:
    """A paragraph."""
    return {"block": "paragraph", "text": text}


def note(text: str) -> Block:
    """A paragraph that must not be overlooked."""
    return {"block": "note", "text": text}


def points(items: Iterable[str]) -> Block:
    """A list of sentences."""
    return {"block": "points", "items": list(items)}


def facts(pairs: Iterable[tuple[str, object]]) -> Block:
    """Names and values; values in fixed-width letters."""
    return {"block": "facts", "pairs": [[name, _cell(value)] for name, value in pairs]}


def table(
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Sequence[object]],
    *,
    empty: str,
) -> Block:
    """A table with a repeated heading line; or, without rows, the sentence that says so.

    Args:
        columns: heading, width (`2fr`, `auto`), look (`text`, `mono`, `number`, `strength`).
        rows: one cell per column; None is shown as a dash.
        empty: what to say when there are no rows.
    """
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        return paragraph(empty)
    return {
        "block": "table",
        "columns": [{"heading": h, "width": w, "look": look} for h, w, look in columns],
        "rows": lines,
    }


def figure(svg: str, *, wide: bool, alt: str, caption: str) -> Block:
    """A picture with a text that says the same; a wide one gets a page of its own in landscape."""
    return {"block": "figure", "svg": svg, "wide": wide, "alt": alt, "caption": caption}


def _cell(value: object) -> str | list[str]:
    """A cell's text; a list stands in lines below each other."""
    if isinstance(value, list):
        return [_clipped(str(line)) for line in value] or "–"
    return "–" if value is None or value == "" else _clipped(str(value))


def _clipped(text: str) -> str:
    """A cell never fills a page; report.json has the whole text."""
    if len(text) <= LONGEST_CELL:
        return text
    return f"{text[:LONGEST_CELL]}… ({len(text)} characters, in full in report.json)"


def number(count: int, one: str, many: str = "") -> str:
    """`1 exhibit`, `2 exhibits`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def size(size_bytes: int) -> str:
    """`512 bytes`, `1.5 MiB`: whole tenths, cut, never rounded up."""
    steps = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
    for step, unit in steps:
        if size_bytes >= step:
            return f"{size_bytes // step}.{size_bytes % step * 10 // step} {unit}"
    return number(size_bytes, "byte")
