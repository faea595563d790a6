"""The text of old Word documents in reading order, joined over the pieces that saving left.

Found in: `.doc` files of Word 97 to 2003, saved quickly or not.
Proof: the signature of the file information block, and a piece table that fits the stream.
Limits: deleted text between pieces is searched with the stream's raw bytes; Word 6 and 95 have raw
bytes only; field codes stand in the text.
Spec: [MS-DOC] 2.5.1 (FIB), 2.9.38 (Clx), 2.9.177 (PlcPcd).
"""

import struct
from collections.abc import Iterator

from chainlead.evidence.row_view import Row

_MAGIC = 0xA5EC
_CLX = 0x01A2
_CONTROLS = {
    0x07: "\t",
    0x0B: "\n",
    0x0C: "\n",
    0x0D: "\n",
    0x13: " ",
    0x14: " ",
    0x15: " ",
    0x1E: "-",
}
_LARGEST = 64 << 20
_PIECES = 1 << 20


def is_encrypted(document: bytes) -> bool:
    """Whether the flag of encryption stands in the file information block."""
    return len(document) > 12 and bool(struct.unpack_from("<H", document, 10)[0] & 0x0100)


def table_name(document: bytes) -> str:
    """The stream that holds the piece table."""
    flags = struct.unpack_from("<H", document, 10)[0] if len(document) > 12 else 0
    return "1Table" if flags & 0x0200 else "0Table"


def word_rows(document: bytes, table: bytes) -> Iterator[Row]:
    """The paragraphs of the document, its notes and headers, in the order of the pieces.

    Raises:
        ValueError: there is no usable piece table.
    """
    if len(document) < _CLX + 8 or struct.unpack_from("<H", document)[0] != _MAGIC:
        raise ValueError("no Word 97 file information block")
    start, size = struct.unpack_from("<II", document, _CLX)
    text = _joined(document, _pieces(table[start : start + size]))
    for number, line in enumerate(text.split("\n"), 1):
        yield Row(f"paragraph {number}", line)


def _pieces(clx: bytes) -> list[tuple[int, int]]:
    position = 0
    while position + 5 <= len(clx) and clx[position] == 1:
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    if position + 5 > len(clx) or clx[position] != 2:
        raise ValueError("no piece table")
    size = struct.unpack_from("<I", clx, position + 1)[0]
    plc = clx[position + 5 : position + 5 + size]
    count = (len(plc) - 4) // 12
    if count < 1 or count > _PIECES:
        raise ValueError("an empty piece table")
    places = struct.unpack_from(f"<{count + 1}I", plc)
    found = []
    for index in range(count):
        packed = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
        found.append((packed, max(places[index + 1] - places[index], 0)))
    return found


def _joined(document: bytes, pieces: list[tuple[int, int]]) -> str:
    words: list[str] = []
    total = 0
    for packed, length in pieces:
        is_narrow, place = bool(packed & 0x40000000), packed & 0x3FFFFFFF
        if is_narrow:
            piece = document[place // 2 : place // 2 + length].decode("cp1252", "replace")
        else:
            piece = document[place : place + 2 * length].decode("utf-16-le", "replace")
        total += len(piece)
        if total > _LARGEST:
            break
        words.append(piece)
    return "".join(words).translate(_CONTROLS)
