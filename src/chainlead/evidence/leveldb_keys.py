r"""What the keys of a browser's LevelDB mean, and how the values behind them are written.

Found in: Local Storage (`_origin \0 key`), Session Storage (`map-N-key`), IndexedDB (numbers of
database, store and index, then the key), extension storage (plain text).
Proof: the key's own prefix; IndexedDB keys must parse to their end.
Limits: names of IndexedDB databases and stores stand in records of their own; a record names them
by number, as the file does.
Spec: https://chromium.googlesource.com/chromium/src/+/main/content/browser/indexed_db/docs/leveldb_coding_scheme.md
"""

import struct
from dataclasses import dataclass
from enum import Enum

from chainlead.evidence.varint import parse_sized, parse_varint

_KEY_CHARACTERS = 200
_DEPTH = 8


class Writing(Enum):
    """How a value is written."""

    PLAIN = "plain"
    MARKED = "a marker byte, then UTF-16 or Latin-1"
    UTF16 = "utf-16-le"
    UTF16_BIG = "utf-16-be"
    V8 = "a varint, then a value serialised by V8"


@dataclass(frozen=True, slots=True)
class KeyName:
    """A key as text, and how its value is written."""

    text: str
    writing: Writing


def name_key(key: bytes) -> KeyName:
    """What a key says."""
    if key[:1] == b"_" and b"\0" in key:
        origin, _, rest = key[1:].partition(b"\0")
        return KeyName(f"{origin.decode('utf-8', 'replace')} {decode_marked(rest)}", Writing.MARKED)
    if key.startswith(b"map-"):
        number, _, rest = key[4:].partition(b"-")
        if number.isdigit() and len(rest) % 2 == 0:
            text = rest.decode("utf-16-le", "replace")
            return KeyName(f"map-{number.decode()} {text}", Writing.UTF16)
    if key and key[0] < 0x20:
        named = _indexed_db(key)
        if named is not None:
            return named
    return KeyName(_readable(key), Writing.PLAIN)


def decode_marked(content: bytes) -> str:
    """Text behind a byte that tells its encoding: 0 for UTF-16, 1 for Latin-1."""
    if content[:1] == b"\0":
        return content[1:].decode("utf-16-le", "replace")
    if content[:1] == b"\1":
        return content[1:].decode("latin-1")
    return content.decode("utf-8", "replace")


def _readable(key: bytes) -> str:
    try:
        text = key.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    return text if text.isprintable() else "0x" + key[:_KEY_CHARACTERS].hex()


def _indexed_db(key: bytes) -> KeyName | None:
    sizes = ((key[0] >> 5) + 1, ((key[0] >> 2) & 7) + 1, (key[0] & 3) + 1)
    position = 1
    numbers = []
    for size in sizes:
        if position + size > len(key):
            return None
        numbers.append(int.from_bytes(key[position : position + size], "little"))
        position += size
    database, store, index = numbers
    rest = key[position:]
    if database == 0 or store == 0:
        where = f"indexeddb {database} metadata {rest[:32].hex()}"
        return KeyName(where, Writing.UTF16_BIG)
    try:
        shown, end = _user_key(rest, 0, 0)
    except (ValueError, struct.error, IndexError):
        return None
    if index == 1 and end != len(rest):
        return None
    where = f"indexeddb {database}/{store}"
    if index == 1:
        return KeyName(f"{where} {shown}", Writing.V8)
    return KeyName(f"{where} index {index} {shown}", Writing.PLAIN)


def _user_key(content: bytes, position: int, depth: int) -> tuple[str, int]:
    kind = content[position]
    position += 1
    if kind == 1:
        length, position = parse_varint(content, position)
        if length * 2 > len(content) - position:
            raise ValueError("a key is cut off")
        end = position + 2 * length
        return content[position:end].decode("utf-16-be", "replace"), end
    if kind in {2, 3}:
        return f"{struct.unpack_from('<d', content, position)[0]:.17g}", position + 8
    if kind == 6:
        inner, position = parse_sized(content, position)
        return "0x" + inner[:_KEY_CHARACTERS].hex(), position
    if kind == 4 and depth < _DEPTH:
        count, position = parse_varint(content, position)
        if count > len(content):
            raise ValueError("an array is cut off")
        parts = []
        for _ in range(count):
            part, position = _user_key(content, position, depth + 1)
            parts.append(part)
        return f"[{', '.join(parts)}]", position
    if kind in {0, 5}:
        return "null", position
    raise ValueError("unknown kind of key")
