"""The strings of a value that V8 serialised, each with the path to it.

Found in: IndexedDB records and blobs, the history of a tab.
Proof: the envelope's version, and every tag read to the end of the value.
Limits: where a tag is not known (objects of the browser itself: files, pictures, keys) the rest is
searched for strings by their tags and lengths, named `~offset`; regular expressions and numbers are
left out. Strings of one byte per character are Latin-1.
Spec: https://chromium.googlesource.com/v8/v8/+/main/src/objects/value-serializer.cc
"""

from collections.abc import Callable, Iterator

from chainlead.evidence.budget import Budget
from chainlead.evidence.leveldb import unpack_snappy
from chainlead.evidence.varint import parse_sized, parse_varint

_SHORTEST = 4
_VERSIONS = range(1, 40)
_SNAPPY = b"\xff\x11\x02"
_TRAILER = 0xFE
_TRAILER_BYTES = 13
_DEPTH = 64
_TIME_CHECK = 4096
_EMPTY = frozenset(b"_0TF-yx\x00")
_TAGS = frozenset(b'"cS')


def is_v8(content: bytes) -> bool:
    """Whether an envelope of Blink and one of V8 stand at the start."""
    if content.startswith(_SNAPPY):
        return True
    position = _behind_envelopes(content)
    return position >= 4 and position < len(content)


def read_v8(content: bytes, budget: Budget) -> Iterator[tuple[str, str]]:
    """Path and text of every string.

    Args:
        content: with or without the envelopes.
        budget: what may still be spent.
    """
    if content.startswith(_SNAPPY):
        try:
            content = unpack_snappy(content[3:], budget)
        except ValueError:
            return
        budget.count_bytes(len(content))
    walk = _Walk(content, _behind_envelopes(content), budget)
    yield from walk.strings()
    if walk.position < len(content):
        yield from _carve(content, walk.position, budget)


def _behind_envelopes(content: bytes) -> int:
    position = 0
    while position + 1 < len(content) and content[position] == 0xFF:
        if content[position + 1] not in _VERSIONS:
            break
        position += 2
        if position < len(content) and content[position] == _TRAILER:
            position += _TRAILER_BYTES
    return position


class _Walk:
    """One pass over the tags, with a stack of what is open."""

    def __init__(self, content: bytes, position: int, budget: Budget) -> None:
        self._content = content
        self._budget = budget
        self._open: list[tuple[str, str, int]] = []  # closing tag, path, number of what came
        self._key: str | None = None
        self.position = position

    def strings(self) -> Iterator[tuple[str, str]]:
        """Path and text, until the value ends or a tag is not known."""
        number = 0
        while self.position < len(self._content):
            number += 1
            if number % _TIME_CHECK == 0:
                self._budget.check_time()
            start = self.position
            try:
                text = self._step()
            except (ValueError, IndexError):
                self.position = start
                return
            if text is not None and len(text[1]) >= _SHORTEST:
                yield text
            if not self._open:
                return

    def _step(self) -> tuple[str, str] | None:
        content = self._content
        tag = content[self.position]
        self.position += 1
        if tag == 0:
            return None  # padding
        if self._open and tag == ord(self._open[-1][0]):
            self._close()
            return None
        text = _string(tag, content, self.position)
        if text is not None:
            self.position = text[1]
            return self._name_string(text[0])
        path = self._next_path()
        if tag in b"o;'":
            self._begin({ord("o"): "{", ord(";"): ":", ord("'"): ","}[tag], path)
        elif tag == ord("A"):
            _, self.position = parse_varint(content, self.position)
            self._begin("$", path)
        elif tag == ord("a"):
            _, self.position = parse_varint(content, self.position)
            self._begin("@", path)
        elif tag == ord("s"):
            return self._wrapped_string(path)
        else:
            self._skip(tag)
        return None

    def _begin(self, closing: str, path: str) -> None:
        if len(self._open) >= _DEPTH:
            raise ValueError("nested too deep")
        self._open.append((closing, path, 0))
        self._key = None

    def _close(self) -> None:
        closing, _, _ = self._open.pop()
        for _ in range(2 if closing in "$@" else 1):
            _, self.position = parse_varint(self._content, self.position)
        self._key = None

    def _wrapped_string(self, path: str) -> tuple[str, str]:
        inner = _string(self._content[self.position], self._content, self.position + 1)
        if inner is None:
            raise ValueError("no string in a string object")
        self.position = inner[1]
        return path, inner[0]

    def _name_string(self, text: str) -> tuple[str, str] | None:
        """A string is a key where an object waits for one; long keys are evidence too."""
        if self._open and self._open[-1][0] == "{" and self._key is None:
            self._key = text
            return (f"{self._open[-1][1]}/{text} (key)", text) if len(text) >= 20 else None
        return self._next_path(), text

    def _next_path(self) -> str:
        if not self._open:
            return ""
        closing, path, number = self._open[-1]
        self._open[-1] = (closing, path, number + 1)
        if closing == "{":
            key, self._key = self._key, None
            return f"{path}/{number if key is None else key}"
        return f"{path}/{number}"

    def _skip(self, tag: int) -> None:
        if tag in _EMPTY:
            return
        if tag in b"IU^":
            _, self.position = parse_varint(self._content, self.position)
            if tag != ord("I") and self._open and self._open[-1][0] == "{" and self._key is None:
                self._key = ""
        elif tag in b"NDn":
            self.position += 8
        elif tag in b"Zz":
            size, self.position = parse_varint(self._content, self.position)
            self.position += (size >> 1) & 0x3FFFFFFF
        elif tag == ord("B"):
            _, self.position = parse_sized(self._content, self.position)
        elif tag == ord("R"):
            pattern = _string(self._content[self.position], self._content, self.position + 1)
            if pattern is None:
                raise ValueError("no pattern in a regular expression")
            _, self.position = parse_varint(self._content, pattern[1])
        else:
            raise ValueError("unknown tag")
        if self.position > len(self._content):
            raise ValueError("cut off")


def _string(tag: int, content: bytes, position: int) -> tuple[str, int] | None:
    if tag not in _TAGS:
        return None
    decode: Callable[[bytes], str] = {
        ord('"'): lambda part: part.decode("latin-1"),
        ord("c"): lambda part: part.decode("utf-16-le", "replace"),
        ord("S"): lambda part: part.decode("utf-8", "replace"),
    }[tag]
    part, end = parse_sized(content, position)
    return decode(part), end


def _carve(content: bytes, position: int, budget: Budget) -> Iterator[tuple[str, str]]:
    """Strings by tag and length alone."""
    number = 0
    while position < len(content):
        number += 1
        if number % _TIME_CHECK == 0:
            budget.check_time()
        try:
            text = _string(content[position], content, position + 1)
        except ValueError:
            text = None
        if text is not None and len(text[0]) >= _SHORTEST and text[0].isprintable():
            yield f"~{position}", text[0]
            position = text[1]
        else:
            position += 1
