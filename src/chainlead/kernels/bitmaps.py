"""64 bytes at once: which of them belong to a class, as the bits of one number.

Vector comparisons in LLVM's own terms, so that every processor gets its widest instructions from a
plain install. Without the compiler (NUMBA_DISABLE_JIT) plain Python gives the same numbers.

Byte `i + k` is bit `k`. There must be 64 bytes from `i` on; for the last ones a kernel reads a copy
with zeros behind it. It does so in a function without calls of its own, which the compiler folds
into the loop: a call there costs more than the comparison.
"""

from collections.abc import Sequence
from sys import byteorder
from typing import Any

import numpy as np
from llvmlite import ir

from chainlead.kernels.compiler import config as numba_config
from chainlead.kernels.compiler import intrinsic, njit, types

Ranges = Sequence[tuple[int, int]]
config: Any = numba_config

_LETTERS = ((0x41, 0x5A), (0x61, 0x7A))
_DIGITS = ((0x30, 0x39),)
DIGIT: Ranges = _DIGITS
ALNUM: Ranges = (*_DIGITS, *_LETTERS)
LABEL: Ranges = ((0x2D, 0x2D), *ALNUM)
LETTER: Ranges = _LETTERS
CODE: Ranges = ((0x2B, 0x2B), (0x2D, 0x2D), (0x2F, 0x39), (0x5F, 0x5F), *_LETTERS)
"""The letters of base64 in both alphabets, and with them those of hex."""
ZERO: Ranges = ((0, 0),)
DOT: Ranges = ((0x2E, 0x2E),)
COLON: Ranges = ((0x3A, 0x3A),)
HIGH: Ranges = ((0x80, 0xFF),)
DASH: Ranges = ((0x2D, 0x2D),)
NOT_BASE58: Ranges = ((0x30, 0x30), (0x49, 0x49), (0x4F, 0x4F), (0x6C, 0x6C))
"""The letters and digits that no base58 alphabet has: `0`, `I`, `O`, `l`."""
WIDE_TEXT: Ranges = ((9, 10), (13, 13), (0x20, 0x7E), (0xA0, 0xFD))
"""Latin characters; 0xFE and 0xFF are the byte order mark."""
SEPARATORS = b" \t\r\n0123456789.,;()[]-*#\"'"
PHRASE: Ranges = (
    *_LETTERS,
    (0x80, 0xFF),
    (0x09, 0x0A),
    (0x0D, 0x0D),
    (0x20, 0x20),
    (0x22, 0x23),
    (0x27, 0x2A),
    (0x2C, 0x2E),
    *_DIGITS,
    (0x3B, 0x3B),
    (0x5B, 0x5B),
    (0x5D, 0x5D),
)
"""Bytes of words and of light separators between them."""
ROUGH_PHRASE: Ranges = (*_LETTERS, (0x80, 0xFF), (0x09, 0x0D), (0x20, 0x3B), (0x5B, 0x5D))
"""`PHRASE` and a little more: in few comparisons."""
NEAR_PHRASE: Ranges = ((0x09, 0x0D), (0x20, 0x2E), (0x3B, 0x3B), (0x5B, 0x5D))
"""What `PHRASE` has beside letters, digits and high bytes, and a little more."""

_BYTE = ir.IntType(8)
_VECTOR = ir.VectorType(_BYTE, 64)


def class_table(ranges: Ranges) -> Any:
    """The same class as a table of 256 truth values."""
    table = np.zeros(256, dtype=np.bool_)
    for first, last in ranges:
        table[first : last + 1] = True
    return table


def _all(number: int) -> ir.Constant:
    return ir.Constant(_VECTOR, [number] * 64)


def _folded(ranges: Ranges) -> list[tuple[int, int, bool]]:
    """Both cases of the letters in one comparison."""
    if all(pair in ranges for pair in _LETTERS):
        rest = [(first, last, False) for first, last in ranges if (first, last) not in _LETTERS]
        return [(0x61, 0x7A, True), *rest]
    return [(first, last, False) for first, last in ranges]


def _compiled(ranges: Ranges) -> Any:
    def typed(_context, data, index):  # noqa: ARG001  (numba's protocol)
        def emit(context, builder, _signature, arguments):
            array = context.make_array(data)(context, builder, arguments[0])
            place = builder.gep(array.data, [arguments[1]])
            chunk = builder.load(builder.bitcast(place, _VECTOR.as_pointer()))
            chunk.align = 1
            small = builder.or_(chunk, _all(0x20))
            found = None
            for first, last, folds in _folded(ranges):
                source = small if folds else chunk
                if first == last:
                    inside = builder.icmp_unsigned("==", source, _all(first))
                else:
                    moved = builder.sub(source, _all(first))
                    inside = builder.icmp_unsigned("<=", moved, _all(last - first))
                found = inside if found is None else builder.or_(found, inside)
            return builder.bitcast(found, ir.IntType(64))

        return types.uint64(data, types.intp), emit

    return intrinsic(typed)


def _interpreted(ranges: Ranges) -> Any:
    table = class_table(ranges)

    def bits(data: Any, index: int) -> Any:
        inside = table[data[index : index + 64]]
        return np.packbits(inside, bitorder="little").view(np.uint64)[0]

    return bits


def _bitmap(ranges: Ranges) -> Any:
    return _interpreted(ranges) if config.DISABLE_JIT else _compiled(ranges)


alnum64 = _bitmap(ALNUM)
digit64 = _bitmap(DIGIT)
code64 = _bitmap(CODE)
label64 = _bitmap(LABEL)
letter64 = _bitmap(LETTER)
zero64 = _bitmap(ZERO)
dot64 = _bitmap(DOT)
colon64 = _bitmap(COLON)
wide_text64 = _bitmap(WIDE_TEXT)
rough_phrase64 = _bitmap(ROUGH_PHRASE)
high64 = _bitmap(HIGH)
not_base58_64 = _bitmap(NOT_BASE58)
dash64 = _bitmap(DASH)
near_phrase64 = _bitmap(NEAR_PHRASE)


def _equal_compiled() -> Any:
    def typed(_context, data, index, value):  # noqa: ARG001  (numba's protocol)
        def emit(context, builder, _signature, arguments):
            array = context.make_array(data)(context, builder, arguments[0])
            place = builder.gep(array.data, [arguments[1]])
            chunk = builder.load(builder.bitcast(place, _VECTOR.as_pointer()))
            chunk.align = 1
            one = builder.insert_element(
                ir.Constant(_VECTOR, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0)
            )
            lanes = ir.Constant(ir.VectorType(ir.IntType(32), 64), [0] * 64)
            wanted = builder.shuffle_vector(one, one, lanes)
            return builder.bitcast(builder.icmp_unsigned("==", chunk, wanted), ir.IntType(64))

        return types.uint64(data, types.intp, types.uint8), emit

    return intrinsic(typed)


def _equal_interpreted(data: Any, index: int, value: int) -> Any:
    inside = data[index : index + 64] == value
    return np.packbits(inside, bitorder="little").view(np.uint64)[0]


equal64 = _equal_interpreted if config.DISABLE_JIT else _equal_compiled()
"""Which of 64 bytes have one value."""


def _lowest_compiled() -> Any:
    def typed(_context, bits):  # noqa: ARG001  (numba's protocol)
        def emit(_target, builder, _signature, arguments):
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

        return types.int64(types.uint64), emit

    return intrinsic(typed)


def _lowest_interpreted(bits: Any) -> int:
    number = int(bits)
    return (number & -number).bit_length() - 1 if number else 64


lowest_bit = _lowest_interpreted if config.DISABLE_JIT else _lowest_compiled()
"""Place of the lowest bit that is set; 64 if there is none."""


def _highest_compiled() -> Any:
    def typed(_context, bits):  # noqa: ARG001  (numba's protocol)
        def emit(_target, builder, _signature, arguments):
            above = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))
            return builder.sub(ir.Constant(ir.IntType(64), 63), above)

        return types.int64(types.uint64), emit

    return intrinsic(typed)


def _highest_interpreted(bits: Any) -> int:
    return int(bits).bit_length() - 1


highest_bit = _highest_interpreted if config.DISABLE_JIT else _highest_compiled()
"""Place of the highest bit that is set; -1 if there is none."""


def _count_compiled() -> Any:
    def typed(_context, bits):  # noqa: ARG001  (numba's protocol)
        def emit(_target, builder, _signature, arguments):
            return builder.ctpop(arguments[0])

        return types.int64(types.uint64), emit

    return intrinsic(typed)


def _count_interpreted(bits: Any) -> int:
    return int(bits).bit_count()


count_bits = _count_interpreted if config.DISABLE_JIT else _count_compiled()
"""How many bits are set."""


def _with_compiled() -> Any:
    def typed(_context, data, index, bit):  # noqa: ARG001  (numba's protocol)
        def emit(context, builder, _signature, arguments):
            array = context.make_array(data)(context, builder, arguments[0])
            place = builder.gep(array.data, [arguments[1]])
            chunk = builder.load(builder.bitcast(place, _VECTOR.as_pointer()))
            chunk.align = 1
            one = builder.insert_element(
                ir.Constant(_VECTOR, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0)
            )
            lanes = ir.Constant(ir.VectorType(ir.IntType(32), 64), [0] * 64)
            common = builder.and_(chunk, builder.shuffle_vector(one, one, lanes))
            return builder.bitcast(builder.icmp_unsigned("!=", common, _all(0)), ir.IntType(64))

        return types.uint64(data, types.intp, types.uint8), emit

    return intrinsic(typed)


def _with_interpreted(data: Any, index: int, bit: int) -> Any:
    inside = (data[index : index + 64] & np.uint8(bit)) != 0
    return np.packbits(inside, bitorder="little").view(np.uint64)[0]


with_bit64 = _with_interpreted if config.DISABLE_JIT else _with_compiled()
"""Which of 64 bytes have a bit (given as a number) in common with this one."""


def _eight_compiled() -> Any:
    def typed(_context, data, index):  # noqa: ARG001  (numba's protocol)
        def emit(context, builder, _signature, arguments):
            array = context.make_array(data)(context, builder, arguments[0])
            place = builder.gep(array.data, [arguments[1]])
            word = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()))
            word.align = 1
            return word if byteorder == "little" else builder.bswap(word)

        return types.uint64(data, types.intp), emit

    return intrinsic(typed)


def _eight_interpreted(data: Any, index: int) -> Any:
    return np.uint64(int.from_bytes(data[index : index + 8].tobytes(), "little"))


eight_bytes = _eight_interpreted if config.DISABLE_JIT else _eight_compiled()
"""The eight bytes from a place on as one number, the first byte lowest."""


def end_of(data: Any) -> Any:
    """What `copy_end` gives, for kernels that own nothing: counting owners costs them a third."""
    end = np.zeros(128, dtype=np.uint8)
    rest = data[-64:]
    end[: len(rest)] = rest
    return end


@njit(cache=True, nogil=True, fastmath=False, _nrt=True)
def copy_end(data):
    """The last 64 bytes (or all) with zeros behind them, so that every bitmap has enough to read."""
    end = np.zeros(128, dtype=np.uint8)
    first = max(len(data) - 64, 0)
    for place in range(first, len(data)):
        end[place - first] = data[place]
    return end


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def place_in_end(data, index):
    """Where a place among the last 63 bytes lies in the copy."""
    return index - max(len(data) - 64, 0)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def bits_left(data, index):
    """A bit for each of the fewer than 64 bytes that are left from a place on."""
    return (np.uint64(1) << np.uint64(len(data) - index)) - np.uint64(1)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def later(bits, following, distance):
    """Bit k tells of the place `distance` (1 to 63) after k; `following` is the next bitmap."""
    shift = np.uint64(distance)
    return (bits >> shift) | (following << (np.uint64(64) - shift))


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def without_lowest(bits):
    """The bits (not none) without the lowest one."""
    return bits & (bits - np.uint64(1))
