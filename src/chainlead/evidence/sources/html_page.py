"""HTML: the text that a reader sees, with entities decoded, and addresses in attributes.

Found in: saved pages, mail, browser caches. Nothing is rendered, fetched or run.
Proof: a doctype or a usual first element.
Limits: an attribute value that holds `<` or `>` unescaped is cut there; text that scripts or style sheets would make is not there; scripts are searched as raw bytes.
Spec: https://html.spec.whatwg.org/multipage/parsing.html (a tolerant subset).
"""

import re
from collections.abc import Iterator
from html import unescape

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
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
_TIME_CHECK = 1000
_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/<>]{0,40})([^<>]{0,65536})>)")
_ATTRIBUTE = re.compile(
    r"([\w:-]{1,40})\s*=\s*(\"[^\"]{0,8192}\"|'[^']{0,8192}'|[^\s\"'>]{1,8192})"
)
_CLOSING = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style")}


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
        words: list[str] = []
        for piece in _tokens(text, words, place):
            yield place.view("html", piece[0], piece[1], self.media_type)
        seen = unescape("".join(words))
        if seen.strip():
            yield place.view("html", "text", seen, self.media_type)


def _tokens(text: str, words: list[str], place: Place) -> Iterator[tuple[str, str]]:
    """Row and value of each wanted attribute; the text goes to `words`. One pass, linear."""
    position, line, line_start = 0, 1, 0
    counted = 0
    for number, match in enumerate(_TAG.finditer(text)):
        if number % _TIME_CHECK == 0:
            place.budget.check_time()
        start = match.start()
        if start < position:
            continue  # inside a comment or script
        words.append(text[position:start])
        newlines = text.count("\n", counted, start)
        if newlines:
            line += newlines
            line_start = text.rindex("\n", counted, start) + 1
        counted = start
        position = match.end()
        tag = (match.group(2) or "").lower()
        if not tag:
            end = text.find("-->", position)
            position = end + 3 if end >= 0 else len(text)
            continue
        if tag not in _INLINE:
            words.append("\n")
        if match.group(1):
            continue
        if tag in {"script", "style"}:
            closing = _CLOSING[tag].search(text, position)
            position = closing.start() if closing else len(text)
        for name, value in _ATTRIBUTE.findall(match.group(3)):
            plain = unescape(value.strip("\"'"))
            if name.lower() in _WANTED and len(plain) >= _SHORTEST:
                yield f"{tag}@{name.lower()} line {line} column {start - line_start}", plain
    words.append(text[position:])
