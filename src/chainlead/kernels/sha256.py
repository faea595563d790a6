"""SHA-256 inside kernels: by the processor's own instructions where it has them, else step by step.

Spec: FIPS 180-4. Only short messages are hashed here (a Base58Check payload); streams of evidence
are hashed by the standard library.
"""

from typing import Any

import numpy as np
from llvmlite import binding, ir

from chainlead.kernels.compiler import cgutils as numba_cgutils
from chainlead.kernels.compiler import config as numba_config
from chainlead.kernels.compiler import intrinsic, njit, types

config: Any = numba_config
cgutils: Any = numba_cgutils


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _root(number: int, power: int) -> int:
    """The whole part of a root, by halving."""
    low, high = 0, number
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**power <= number else (low, middle - 1)
    return low


_MASK = 0xFFFFFFFF
_FACTS = tuple(_root(prime << 96, 3) & _MASK for prime in _primes(64))
_START = tuple(_root(prime << 64, 2) & _MASK for prime in _primes(8))
_FACT = np.array(_FACTS, dtype=np.int64)
_FIRST = np.array(_START, dtype=np.uint32)
SCRATCH_BYTES = 128
"""Room that a caller lends: two blocks."""
LONGEST = 119
"""Bytes of the longest message that fits into two blocks."""
_ROUND = ir.VectorType(ir.IntType(32), 4)


def has_instructions() -> bool:
    """Whether kernels are compiled for a processor with SHA instructions."""
    if config.DISABLE_JIT or config.CPU_NAME or config.CPU_FEATURES:
        return False
    try:
        return bool(binding.get_host_cpu_features().get("sha", False))
    except RuntimeError:
        return False


def _typed(_context, state, content, at):  # noqa: ARG001  (numba's protocol)
    """Two x86 instructions do two rounds; the rest is the message schedule."""
    kind = ir.FunctionType(_ROUND, [_ROUND] * 3)
    short = ir.FunctionType(_ROUND, [_ROUND] * 2)

    def emit(context, builder, _signature, arguments):
        rounds = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sha256rnds2")
        first = cgutils.get_or_insert_function(builder.module, short, "llvm.x86.sha256msg1")
        second = cgutils.get_or_insert_function(builder.module, short, "llvm.x86.sha256msg2")
        words = context.make_array(state)(context, builder, arguments[0]).data
        block = context.make_array(content)(context, builder, arguments[1]).data
        block = builder.gep(block, [arguments[2]])

        def pick(left: Any, right: Any, lanes: list[int]) -> Any:
            mask = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
            return builder.shuffle_vector(left, right, mask)

        def load(place: Any, kind: Any) -> Any:
            value = builder.load(builder.bitcast(place, kind.as_pointer()))
            value.align = 1
            return value

        swap = [4 * (k // 4) + 3 - k % 4 for k in range(16)]
        schedule = []
        for part in range(4):
            place = builder.gep(block, [ir.Constant(ir.IntType(64), 16 * part)])
            raw = load(place, ir.VectorType(ir.IntType(8), 16))
            schedule.append(builder.bitcast(pick(raw, raw, swap), _ROUND))
        low = load(words, _ROUND)
        high = load(builder.gep(words, [ir.Constant(ir.IntType(64), 4)]), _ROUND)
        abef = pick(low, high, [5, 4, 1, 0])
        cdgh = pick(low, high, [7, 6, 3, 2])
        before_abef, before_cdgh = abef, cdgh
        for part in range(16):
            if part >= 4:
                a, b, c, d = schedule[part - 4 : part]
                mixed = builder.add(builder.call(first, [a, b]), pick(c, d, [1, 2, 3, 4]))
                schedule.append(builder.call(second, [mixed, d]))
            facts = ir.Constant(_ROUND, list(_FACTS[4 * part : 4 * part + 4]))
            message = builder.add(schedule[part], facts)
            cdgh = builder.call(rounds, [cdgh, abef, message])
            message = pick(message, message, [2, 3, 0, 1])
            abef = builder.call(rounds, [abef, cdgh, message])
        abef, cdgh = builder.add(abef, before_abef), builder.add(cdgh, before_cdgh)
        for number, lanes in enumerate(([3, 2, 7, 6], [1, 0, 5, 4])):
            place = builder.gep(words, [ir.Constant(ir.IntType(64), 4 * number)])
            done = builder.store(
                pick(abef, cdgh, lanes), builder.bitcast(place, _ROUND.as_pointer())
            )
            done.align = 1
        return context.get_dummy_value()

    return types.void(state, content, types.intp), emit


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _turned(word, count):
    return (word >> count | word << (32 - count)) & 0xFFFFFFFF


@njit(cache=True, nogil=True, fastmath=False, _nrt=True)
def compress_by_steps(state, content, at):
    """Take one block of 64 bytes into the state, as the standard says it."""
    schedule = np.empty(64, dtype=np.int64)
    for k in range(16):
        p = at + 4 * k
        schedule[k] = (
            np.int64(content[p]) << 24
            | np.int64(content[p + 1]) << 16
            | np.int64(content[p + 2]) << 8
            | np.int64(content[p + 3])
        )
    for k in range(16, 64):
        x, y = np.int64(schedule[k - 15]), np.int64(schedule[k - 2])
        s0 = _turned(x, 7) ^ _turned(x, 18) ^ x >> 3
        s1 = _turned(y, 17) ^ _turned(y, 19) ^ y >> 10
        schedule[k] = (
            np.int64(schedule[k - 16]) + s0 + np.int64(schedule[k - 7]) + s1
        ) & 0xFFFFFFFF
    a, b, c, d = np.int64(state[0]), np.int64(state[1]), np.int64(state[2]), np.int64(state[3])
    e, f, g, h = np.int64(state[4]), np.int64(state[5]), np.int64(state[6]), np.int64(state[7])
    for k in range(64):
        s1 = _turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)
        t1 = (
            h + s1 + ((e & f) ^ ((e ^ 0xFFFFFFFF) & g)) + np.int64(_FACT[k]) + np.int64(schedule[k])
        )
        s0 = _turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)
        t2 = s0 + ((a & b) ^ (a & c) ^ (b & c))
        h, g, f, e = g, f, e, (d + t1) & 0xFFFFFFFF
        d, c, b, a = c, b, a, (t1 + t2) & 0xFFFFFFFF
    state[0] = (np.int64(state[0]) + a) & 0xFFFFFFFF
    state[1] = (np.int64(state[1]) + b) & 0xFFFFFFFF
    state[2] = (np.int64(state[2]) + c) & 0xFFFFFFFF
    state[3] = (np.int64(state[3]) + d) & 0xFFFFFFFF
    state[4] = (np.int64(state[4]) + e) & 0xFFFFFFFF
    state[5] = (np.int64(state[5]) + f) & 0xFFFFFFFF
    state[6] = (np.int64(state[6]) + g) & 0xFFFFFFFF
    state[7] = (np.int64(state[7]) + h) & 0xFFFFFFFF


_compress: Any = intrinsic(_typed) if has_instructions() else compress_by_steps


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def compress_block(state, content, at):
    """The same by the fastest means that this processor has."""
    _compress(state, content, at)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _digest(scratch, length, state):
    """SHA-256 of the first `length` bytes of the scratch, which is padded in place."""
    blocks = (length + 8) // 64 + 1
    scratch[length] = 0x80
    for place in range(length + 1, 64 * blocks - 4):
        scratch[place] = 0
    bits = 8 * length
    for k in range(4):
        scratch[64 * blocks - 1 - k] = (bits >> 8 * k) & 0xFF
    for k in range(8):
        state[k] = _FIRST[k]
    for block in range(blocks):
        _compress(state, scratch, 64 * block)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def sha256d_head(scratch, length, state):
    """The first 4 bytes, big-endian, of SHA-256(SHA-256(message)).

    Args:
        scratch: uint8 array of `SCRATCH_BYTES` that starts with the message; overwritten.
        length: bytes of the message, at most `LONGEST`.
        state: uint32 array of 8; overwritten.
    """
    _digest(scratch, length, state)
    for word in range(8):
        value = np.int64(state[word])
        for k in range(4):
            scratch[4 * word + k] = (value >> (24 - 8 * k)) & 0xFF
    _digest(scratch, 32, state)
    return np.int64(state[0])
