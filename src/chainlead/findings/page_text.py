"""A saved page as text: what a reader sees, where links point, what could take an order.

Found in: saved pages (HTML), parts of MHTML and WARC files. Nothing is rendered, fetched or run.
Proof: none needed; these are the page's own characters.
Limits: what a script would write or a style sheet would hide is not known; a page in a script's
data is read as no text. Spec: https://html.spec.whatwg.org/multipage/parsing.html (tolerant).
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from chainlead.evidence import Item, Layer
from chainlead.model import Provenance

HTML = "text/html"
_MOST_CHARACTERS = 8 << 20
_TARGETS = frozenset({"href", "action", "src", "content", "value", "data-href"})
_MOST_LINKS = 100_000
_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/<>]{0,40})([^<>]{0,65536})>)")
_ATTRIBUTE = re.compile(
    r"([\w:-]{1,40})(?:\s*=\s*(\"[^\"]{0,8192}\"|'[^']{0,8192}'|[^\s\"'>]{1,8192}))?"
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_CLOSING = {
    tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style", "title", "noscript")
}
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "em", "font", "i",
    "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
})  # fmt: skip
_COUNTED = frozenset({"form", "button", "input", "select", "textarea", "script", "iframe", "img"})
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Link:
    """Where an attribute points: `href`, `action`, `src`, `content` and the tag that has it."""

    tag: str
    attribute: str
    target: str


@dataclass(frozen=True, slots=True)
class PageText:
    """One page.

    Attributes:
        provenance: where the page's bytes are.
        sha256: of its bytes.
        title: what its `title` says.
        text: what a reader sees, one line for each block, spaces made single.
        links: targets of attributes, in order.
        tags: how often each of the counted tags occurs.
        fields: names and types of the inputs of forms, lower case, sorted.
        is_cut: whether only the first eight million characters were looked at.
        line_starts: where each line of the text begins.
    """

    provenance: Provenance
    sha256: str
    title: str
    text: str
    links: tuple[Link, ...]
    tags: Mapping[str, int]
    fields: tuple[str, ...]
    is_cut: bool
    line_starts: tuple[int, ...]

    def line_of(self, offset: int) -> int:
        """The line of the text, from 1, in which this character is."""
        return bisect_right(self.line_starts, offset)


def read_page_texts(items: Iterable[Item]) -> tuple[PageText, ...]:
    """The HTML pages among these items; without any, the outermost text as one page.

    Args:
        items: of one file, in the order in which they were read.

    Returns:
        Pages in order of their place.
    """
    kept = [i for i in items if i.layer is Layer.RAW and i.offset_bytes is not None]
    pages: dict[Provenance, list[Item]] = {}
    for item in kept:
        if item.media_type == HTML:
            pages.setdefault(item.provenance, []).append(item)
    if pages:
        return tuple(_page(parts) for _, parts in sorted(pages.items(), key=lambda p: str(p[0])))
    plain = [i for i in kept if i.media_type == "text/plain" and len(i.provenance.steps) == 1]
    return (_plain_page(plain),) if plain else ()


def _page(parts: list[Item]) -> PageText:
    text, is_cut = _decoded(parts)
    words: list[str] = []
    links: list[Link] = []
    tags: Counter[str] = Counter()
    fields: set[str] = set()
    title: list[str] = []
    for piece in _pieces(text, title):
        if isinstance(piece, str):
            words.append(piece)
            continue
        tag, attributes = piece
        if tag in _COUNTED:
            tags[tag] += 1
        if tag in {"input", "select", "textarea", "button"}:
            fields.update(v.lower()[:80] for n, v in attributes if n in {"name", "type", "id"})
        for name, target in attributes:
            if name in _TARGETS and target and len(links) < _MOST_LINKS:
                links.append(Link(tag, name, target))
    seen = _settled(unescape("".join(words)))
    return PageText(
        provenance=parts[0].provenance,
        sha256=parts[0].stream_sha256,
        title=_settled("".join(title))[:500],
        text=seen,
        links=tuple(links),
        tags=dict(sorted(tags.items())),
        fields=tuple(sorted(fields)),
        is_cut=is_cut,
        line_starts=_line_starts(seen),
    )


def _plain_page(parts: list[Item]) -> PageText:
    text, is_cut = _decoded(parts)
    seen = _settled(text)
    first = parts[0]
    return PageText(
        first.provenance, first.stream_sha256, "", seen, (), {}, (), is_cut, _line_starts(seen)
    )


def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(found.end() for found in re.finditer("\n", text)))


def _decoded(parts: list[Item]) -> tuple[str, bool]:
    content = b"".join(
        part.data if part.core_bytes is None else part.data[: part.core_bytes]
        for part in sorted(parts, key=lambda part: part.offset_bytes or 0)
    )
    encoding = parts[0].encoding
    if encoding == "bytes":
        named = _CHARSET.search(content[:4096])
        encoding = named.group(1).decode("ascii") if named else "cp1252"
    try:
        text = content.decode(encoding, "replace")
    except LookupError:
        text = content.decode("cp1252", "replace")
    return text[:_MOST_CHARACTERS].removeprefix("\ufeff"), len(text) > _MOST_CHARACTERS


def _pieces(text: str, title: list[str]) -> Iterator[str | tuple[str, list[tuple[str, str]]]]:
    """Text and opening tags in order, in one pass; the title goes to `title`."""
    position = 0
    for match in _TAG.finditer(text):
        start = match.start()
        if start < position:
            continue  # inside a comment or script
        yield text[position:start]
        position = match.end()
        tag = (match.group(2) or "").lower()
        if not tag:
            end = text.find("-->", position)
            position = end + 3 if end >= 0 else len(text)
            continue
        if tag not in _INLINE:
            yield "\n"
        if match.group(1):
            continue
        yield tag, _attributes(match.group(3))
        if tag in {"script", "style", "title"}:
            closing = _CLOSING[tag].search(text, position)
            end = closing.start() if closing else len(text)
            if tag == "title" and not title:
                title.append(unescape(text[position:end]))
            position = end
    yield text[position:]


def _attributes(text: str) -> list[tuple[str, str]]:
    found = _ATTRIBUTE.findall(text)
    return [(name.lower(), unescape(value.strip("\"'"))) for name, value in found]


def _settled(text: str) -> str:
    return _LINES.sub("\n", _SPACE.sub(" ", text)).strip()
