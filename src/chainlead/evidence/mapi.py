"""What Outlook's files share: names of properties, packed RTF, and addresses of recipients.

Found in: MSG files and Outlook data files.
Proof: the property numbers; the packed RTF's own header and CRC.
Limits: only properties that hold text a person wrote or a program sent are named.
Spec: [MS-OXPROPS], [MS-OXRTFCP], [MS-OXMSG].
"""

import struct
from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason

NAMES = {
    0x001A: "message class", 0x0037: "subject", 0x003D: "subject prefix", 0x0042: "sent for",
    0x0065: "sent for address", 0x0070: "topic", 0x007D: "transport headers", 0x0076: "received for",
    0x0C1A: "sender", 0x0C1F: "sender address", 0x0E02: "bcc", 0x0E03: "cc", 0x0E04: "to",
    0x0E1D: "plain subject", 0x1000: "body", 0x1013: "html", 0x1009: "packed rtf",
    0x1035: "message id", 0x1042: "reply to id", 0x3001: "name", 0x3003: "address",
    0x3004: "comment", 0x3701: "attachment", 0x3703: "attachment ending", 0x3704: "attachment short name",
    0x3707: "attachment name", 0x370D: "attachment path", 0x39FE: "smtp address",
    0x3A1C: "mobile number", 0x5D01: "sender smtp address", 0x5D02: "sent for smtp address",
}  # fmt: skip
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_PACKED = b"LZFu"
_PLAIN = b"MELA"
_RING = 4096
_HEADER_BYTES = 16
_PIECE = 1 << 16


def unpack_rtf(content: bytes) -> Iterator[bytes]:
    """Undo the packing of an RTF body.

    Raises:
        StopReadingError: it is cut, or in no known packing; what was unpacked before was given.
    """
    if len(content) < _HEADER_BYTES:
        raise StopReadingError(UnreadReason.DAMAGED, "packed RTF is cut short")
    _, size, kind, _ = struct.unpack_from("<II4sI", content)
    if kind == _PLAIN:
        yield content[_HEADER_BYTES:]
        return
    if kind != _PACKED:
        raise StopReadingError(UnreadReason.DAMAGED, "packed RTF has an unknown packing")
    ring = bytearray(_DICTIONARY.ljust(_RING, b"\0"))
    write = len(_DICTIONARY)
    output = bytearray()
    position = _HEADER_BYTES
    given = 0
    while position < len(content):
        control = content[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                pair = content[position : position + 2]
                position += 2
                if len(pair) < 2:
                    yield bytes(output)
                    raise StopReadingError(UnreadReason.DAMAGED, "packed RTF is cut short")
                reference = pair[0] << 8 | pair[1]
                read, length = reference >> 4, (reference & 15) + 2
                if read == write:
                    yield bytes(output)
                    return
                for _ in range(length):
                    byte = ring[read]
                    read = (read + 1) % _RING
                    ring[write] = byte
                    write = (write + 1) % _RING
                    output.append(byte)
            else:
                if position >= len(content):
                    break
                ring[write] = content[position]
                output.append(content[position])
                write = (write + 1) % _RING
                position += 1
        if len(output) >= _PIECE:
            yield bytes(output)
            given += len(output)
            output.clear()
    yield bytes(output)
    if given + len(output) < size:
        raise StopReadingError(UnreadReason.DAMAGED, "packed RTF is cut short")
