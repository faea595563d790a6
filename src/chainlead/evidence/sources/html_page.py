"""HTML: the text that a reader sees, with entities decoded, and addresses in attributes.

Found in: saved pages, mail, browser caches. Nothing is rendered, fetched or run.
Proof: a doctype or a usual first element.
Limits: text that scripts or style sheets would make is not there; scripts are searched as raw bytes.
Spec: https://html.spec.whatwg.org/multipage/parsing.html (a tolerant subset).
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Item, UnreadReason
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.evidence.text_encoding import guess_encoding

_START = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|span|a|center|font|script|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_WANTED = frozenset(
    {"href", "src", "content", "value", "data", "alt", "title", "placeholder", "action"}
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "em",
        "font",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_SHORTEST = 8
_FEED = 1 << 16


class HtmlPage(Source):
    """An HTML document or fragment."""

    name = "html"
    media_type = "text/html"
    rank = 50

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """A doctype or a usual first element; also in UTF-16."""
        if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or head[1:2] == b"\0":
            head = head.replace(b"\0", b"")[2 if head[:1] in b"\xff\xfe" else 0 :]
        return _START.match(head) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """Attributes in order, then the text in one piece."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"HTML above {limit} bytes: only its raw bytes were searched",
            )
        content = place.stream.read_all()
        named = _CHARSET.search(content[:2048])
        charset = place.charset or (named.group(1).decode("ascii", "replace") if named else "")
        encoding, _ = guess_encoding(content, charset)
        text = content.decode("latin-1" if encoding == "bytes" else encoding, "replace")
        parser = _Parser(place)
        for start in range(0, len(text), _FEED):
            place.budget.check_time()
            try:
                parser.feed(text[start : start + _FEED])
            except (AssertionError, ValueError, RecursionError) as error:
                yield place.unread(UnreadReason.DAMAGED, "HTML cannot be read to its end")
                place.budget.check_time()
                del error
                break
            yield from parser.take_attributes()
        parser.finish()
        yield from parser.take_attributes()
        seen = "".join(parser.words)
        if seen.strip():
            yield place.view("html", "text", seen, self.media_type)


class _Parser(HTMLParser):
    def __init__(self, place: Place) -> None:
        super().__init__(convert_charrefs=True)
        self._place = place
        self._hidden = 0
        self._attributes: list[Item] = []
        self.words: list[str] = []

    def take_attributes(self) -> list[Item]:
        taken, self._attributes = self._attributes, []
        return taken

    def finish(self) -> None:
        try:
            self.close()
        except (AssertionError, ValueError, RecursionError):
            self.words.append("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._hidden = 1
        if tag not in _INLINE:
            self.words.append("\n")
        line, column = self.getpos()
        for name, value in attrs:
            if value and name in _WANTED and len(value) >= _SHORTEST:
                row = f"{tag}@{name} line {line} column {column}"
                self._attributes.append(self._place.view("html", row, value, "text/html"))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._hidden = 0
        if tag not in _INLINE:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
