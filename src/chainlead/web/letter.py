"""A drafted letter as a page shows it: the small part of Markdown that the drafts use, all of it escaped.

What is not understood stands as it is. The page shows the text; the files hold the letter.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from chainlead.request import instrument_table, languages

_HEADING = re.compile(r"(#{1,4}) (.*)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) (.*)")
_NUMBERED = re.compile(r"\d+\. ")
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_CELL = re.compile(r"(?<!\\)\|")
_DEEPER = 2
"""A letter's first heading is the third of the page."""


def paper_name(instrument_id: str, language: str) -> str:
    """What the table of instruments calls a paper; its id where the table no longer has it."""
    table = instrument_table(language if language in languages() else "en")
    found = table.instruments.get(instrument_id)
    return found.name if found else instrument_id


def letter(text: str) -> Markup:
    """The text as elements of a page."""
    return Markup("\n").join(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    place = 0
    while place < len(lines):
        line = lines[place].rstrip()
        kind = _kind(line)
        end = place + 1
        if kind in {"table", "list", "quote", "text"}:
            while end < len(lines) and _goes_on(kind, lines[end].rstrip()):
                end += 1
        part = [each.rstrip() for each in lines[place:end]]
        place = end
        if kind == "heading":
            found = _HEADING.fullmatch(line)
            assert found is not None
            level = min(len(found[1]) + _DEEPER, 6)
            yield Markup("<h{0}>{1}</h{0}>").format(level, _inline(found[2]))
        elif kind == "table":
            yield _table(part)
        elif kind == "list":
            yield _list(part)
        elif kind == "quote":
            words = " ".join(each.lstrip("> ") for each in part)
            yield Markup("<blockquote><p>{}</p></blockquote>").format(_inline(words))
        elif kind == "text":
            yield Markup("<p>{}</p>").format(_inline(" ".join(part)))


def _kind(line: str) -> str:
    if not line.strip():
        return "empty"
    if _HEADING.fullmatch(line):
        return "heading"
    if line.startswith("|"):
        return "table"
    if line.startswith(">"):
        return "quote"
    return "list" if _ITEM.match(line) else "text"


def _goes_on(kind: str, line: str) -> bool:
    if kind == "list" and line.startswith("  ") and line.strip():
        return True
    return _kind(line) == kind


def _table(lines: list[str]) -> Markup:
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line)]
    has_head = len(lines) > 1 and _RULE.fullmatch(lines[1]) is not None
    head = Markup()
    if has_head and any(rows[0]):
        cells = Markup().join(Markup('<th scope="col">{}</th>').format(_inline(c)) for c in rows[0])
        head = Markup("<thead><tr>{}</tr></thead>").format(cells)
    body = Markup("\n").join(_row(row) for row in rows[1 if has_head else 0 :])
    return Markup("<table>{}<tbody>{}</tbody></table>").format(head, body)


def _row(cells: list[str]) -> Markup:
    return Markup("<tr>{}</tr>").format(
        Markup().join(Markup("<td>{}</td>").format(_inline(cell)) for cell in cells)
    )


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip().strip("|"))]


def _list(lines: list[str]) -> Markup:
    items: list[str] = []
    for line in lines:
        found = _ITEM.match(line)
        if found:
            items.append(found[1])
        else:
            items[-1] += " " + line.strip()
    name = "ol" if _NUMBERED.match(lines[0]) else "ul"
    inside = Markup("\n").join(Markup("<li>{}</li>").format(_inline(item)) for item in items)
    return Markup("<{0}>{1}</{0}>").format(Markup(name), inside)  # noqa: S704  (one of two words)


def _inline(text: str) -> Markup:
    told, end = Markup(), 0
    for found in _INLINE.finditer(text):
        told += escape(text[end : found.start()])
        if found[1] is not None:
            told += Markup("<code>{}</code>").format(found[1])
        else:
            told += Markup("<strong>{}</strong>").format(_inline(found[2]))
        end = found.end()
    return told + escape(text[end:])
