"""Numbers of variable length as LevelDB, MMKV, V8 and protobuf write them: seven bits a byte."""

_LONGEST = 10


def parse_varint(content: bytes | memoryview, position: int) -> tuple[int, int]:
    """The number at a position, and the position behind it.

    Raises:
        ValueError: it is cut off, or longer than 64 bits.
    """
    value = 0
    for index in range(_LONGEST):
        if position + index >= len(content):
            raise ValueError("a number is cut off")
        byte = content[position + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if value >> 64:
                break
            return value, position + index + 1
    raise ValueError("a number is longer than 64 bits")


def parse_sized(content: bytes, position: int) -> tuple[bytes, int]:
    """The bytes behind their length, and the position behind them.

    Raises:
        ValueError: they reach over the end.
    """
    length, start = parse_varint(content, position)
    if length > len(content) - start:
        raise ValueError("a length reaches over the end")
    return content[start : start + length], start + length
