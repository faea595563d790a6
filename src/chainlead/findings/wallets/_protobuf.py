"""Fields of a protobuf message whose schema is known from elsewhere.

Limits: wire types 0, 1, 2 and 5; groups are no protobuf of today's wallets.
Spec: https://protobuf.dev/programming-guides/encoding.
"""

from dataclasses import dataclass, field
from typing import Final

_MOST_FIELDS: Final = 500_000


@dataclass(frozen=True, slots=True)
class Fields:
    """Values by field number, in the order of the message."""

    found: dict[int, list[int | bytes]] = field(default_factory=dict)

    def messages(self, number: int) -> list[bytes]:
        """Length-delimited values of a field: messages, texts, bytes."""
        return [value for value in self.found.get(number, ()) if isinstance(value, bytes)]

    def numbers(self, number: int) -> list[int]:
        """Integer values of a field."""
        return [value for value in self.found.get(number, ()) if isinstance(value, int)]


def read_fields(content: bytes) -> Fields | None:
    """The fields of a message, or None if the bytes are no message to their end."""
    fields, at, count = Fields(), 0, 0
    try:
        while at < len(content) and count < _MOST_FIELDS:
            tag, at = _varint(content, at)
            number, wire = tag >> 3, tag & 7
            value: int | bytes
            if not number or wire not in {0, 1, 2, 5}:
                return None
            if wire == 0:
                value, at = _varint(content, at)
            else:
                if wire == 2:
                    size, at = _varint(content, at)
                else:
                    size = 8 if wire == 1 else 4
                if at + size > len(content):
                    return None
                value = content[at : at + size]
                at += size
            fields.found.setdefault(number, []).append(value)
            count += 1
    except IndexError:
        return None
    return fields


def _varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
        if shift > 63:
            raise IndexError
