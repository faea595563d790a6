"""The strings of a protobuf message whose schema is not known, each with its field numbers.

Found in: wallet files, app stores, values of databases.
Proof: the message, and each message that is taken for one inside it, parses to its last byte.
Limits: which bytes are a message, a text or mere bytes is not written: text is taken for text
first, then bytes that parse whole for a message, anything else for bytes.
Spec: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

from chainlead.evidence.varint import parse_sized, parse_varint

_DEPTH = 12
_MOST_FIELDS = 2_000_000
_HIGHEST_FIELD = 20_000


def parse_message(content: bytes) -> list[tuple[int, bytes]] | None:
    """Field number and content of each field that has a length, or None if it is no message."""
    fields: list[tuple[int, bytes]] = []
    position = seen = 0
    try:
        while position < len(content):
            seen += 1
            tag, position = parse_varint(content, position)
            number, wire = tag >> 3, tag & 7
            if not 0 < number <= _HIGHEST_FIELD or seen > _MOST_FIELDS:
                return None
            if wire == 0:
                _, position = parse_varint(content, position)
            elif wire == 1:
                position += 8
            elif wire == 5:
                position += 4
            elif wire == 2:
                inner, position = parse_sized(content, position)
                fields.append((number, inner))
            else:
                return None
    except ValueError:
        return None
    return fields if position == len(content) else None


def find_strings(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Path (`1.3#2`: field 3, second time) and bytes of what is text or no message, depth first."""
    top = parse_message(content)
    if top is None:
        return
    waiting = [(path, part, 1) for path, part in reversed(_named("", top))]
    while waiting:
        path, part, depth = waiting.pop()
        inner = None
        if not _is_text(part) and depth < _DEPTH:
            inner = parse_message(part)
        if inner:
            waiting.extend((p, c, depth + 1) for p, c in reversed(_named(path + ".", inner)))
        elif inner is None:
            yield path, part


def _named(prefix: str, fields: list[tuple[int, bytes]]) -> list[tuple[str, bytes]]:
    times: dict[int, int] = {}
    named = []
    for number, part in fields:
        times[number] = times.get(number, 0) + 1
        again = f"#{times[number]}" if times[number] > 1 else ""
        named.append((f"{prefix}{number}{again}", part))
    return named


def _is_text(part: bytes) -> bool:
    try:
        return part.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False
