"""The checks of address and key texts, on bytes where they lie: does a run pass, as a whole?

A check here is never weaker than the codec's: what the codec accepts, passes. It can be wider (any
version byte, any prefix); the codec has the last word.
"""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import lowest_bit, not_base58_64
from chainlead.kernels.compiler import njit
from chainlead.kernels.keccak import keccak256
from chainlead.kernels.sha256 import SCRATCH_BYTES, sha256d_head

NO_CHECK = 1
"""Every run of the shape is wanted."""
BASE58CHECK = 2
RIPPLE58CHECK = 4
BECH32 = 8
CASHADDR = 16
EVM = 32
CRYPTONOTE = 64
HEX = 128
"""Hex digits only, perhaps behind `0x`."""

LONGEST_BASE58 = 128
_LIMBS = 24
_NONE = 64
_BITCOIN = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_ONE = 0x31


def _values(letters: bytes, *, both_cases: bool = False) -> Any:
    table = np.full(256, _NONE, dtype=np.uint8)
    for value, letter in enumerate(letters):
        table[letter] = value
        if both_cases:
            table[ord(chr(letter).upper())] = value
    return table


def _steps(terms: tuple[int, ...]) -> Any:
    """What the five bits that fall out of a checksum do to it, all at once."""
    table = np.zeros(32, dtype=np.int64)
    for top in range(32):
        for bit, term in enumerate(terms):
            if top >> bit & 1:
                table[top] ^= term
    return table


_BITCOIN_VALUES = _values(_BITCOIN)
_RIPPLE_VALUES = _values(_RIPPLE)
_BECH32_VALUES = _values(_BECH32, both_cases=True)
_HEX_VALUES = _values(b"0123456789abcdef", both_cases=True)
_BECH32_STEPS = _steps((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3))
_CASH_STEPS = _steps((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470))
_BLOCK_BYTES = np.array([0, -1, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8], dtype=np.int64)
_LARGEST = np.uint64((1 << 64) - 1)


def _cash_starts() -> Any:
    """The checksum's state after each known prefix and its separator."""
    starts = []
    for prefix in (b"bitcoincash", b"bchtest", b"bchreg"):
        check = 1
        for letter in (*prefix, 0):
            check = (check & 0x07FFFFFFFF) << 5 ^ (letter & 31) ^ int(_CASH_STEPS[check >> 35])
        starts.append(check)
    return np.array(starts, dtype=np.int64)


_CASH_STARTS = _cash_starts()


def make_scratch() -> tuple[Any, Any, Any, Any]:
    """Room for the checks, made once per search: bytes, hash state, lanes, limbs."""
    return (
        np.zeros(SCRATCH_BYTES, dtype=np.uint8),
        np.zeros(8, dtype=np.uint32),
        np.zeros(25, dtype=np.uint64),
        np.zeros(_LIMBS, dtype=np.int64),
    )


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _from_base58(data, start, length, values, content, limbs):  # noqa: PLR0917  (a kernel takes arrays one by one)
    """Bytes of a base58 text into `content`; their number, or -1."""
    used = 0
    place = 0
    while place < length:
        chunk, factor = 0, 1
        stop = min(place + 5, length)
        while place < stop:
            value = int(values[data[start + place]])
            if value == _NONE:
                return -1
            chunk = chunk * 58 + value
            factor *= 58
            place += 1
        for limb in range(used):
            chunk += int(limbs[limb]) * factor
            limbs[limb] = chunk & 0xFFFFFFFF
            chunk >>= 32
        if chunk:
            limbs[used] = chunk
            used += 1
    zeros = 0
    while zeros < length and values[data[start + zeros]] == 0:
        zeros += 1
    size = 0
    if used:
        top = int(limbs[used - 1])
        size = 4 * used - 4
        while top:
            top >>= 8
            size += 1
    for k in range(zeros):
        content[k] = 0
    for k in range(size):
        content[zeros + size - 1 - k] = (int(limbs[k // 4]) >> 8 * (k % 4)) & 0xFF
    return zeros + size


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_base58check(data, start, length, values, content, state, limbs):  # noqa: PLR0917
    if length > LONGEST_BASE58:
        return False
    if start + 64 <= len(data):  # most look-alikes end here
        wrong = not_base58_64(data, start)
        if wrong != np.uint64(0) and lowest_bit(wrong) < length:
            return False
    size = _from_base58(data, start, length, values, content, limbs)
    if size < 5 or size > 98:
        return False
    stated = 0
    for k in range(size - 4, size):
        stated = stated << 8 | int(content[k])
    return sha256d_head(content, size - 4, state) == stated


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_bech32(data, start, length):
    """Either constant, any prefix, one case only."""
    upper, lower = False, False
    one = -1
    for place in range(start + length - 1, start - 1, -1):
        byte = int(data[place])
        if one < 0:
            if byte == _ONE:
                one = place
            elif _BECH32_VALUES[byte] == _NONE:
                return False
        upper = upper or 0x41 <= byte <= 0x5A
        lower = lower or 0x61 <= byte <= 0x7A
        if upper and lower:
            return False
    if one <= start or start + length - one < 7:
        return False
    check = 1
    for turn in range(2):
        for place in range(start, one):
            byte = int(data[place])
            if 0x41 <= byte <= 0x5A:
                byte |= 0x20
            value = byte >> 5 if turn == 0 else byte & 31
            check = (check & 0x1FFFFFF) << 5 ^ value ^ int(_BECH32_STEPS[check >> 25])
        if turn == 0:
            check = (check & 0x1FFFFFF) << 5 ^ int(_BECH32_STEPS[check >> 25])
    for place in range(one + 1, start + length):
        value = int(_BECH32_VALUES[data[place]])
        check = (check & 0x1FFFFFF) << 5 ^ value ^ int(_BECH32_STEPS[check >> 25])
    return check == 1 or check == 0x2BC830A3  # noqa: PLR1714  (a set would be built each time)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_cashaddr(data, start, length):
    """Without its prefix, under any known one."""
    for number in range(len(_CASH_STARTS)):
        check = int(_CASH_STARTS[number])
        for place in range(start, start + length):
            value = int(_BECH32_VALUES[data[place]])
            if value == _NONE:
                return False
            check = (check & 0x07FFFFFFFF) << 5 ^ value ^ int(_CASH_STEPS[check >> 35])
        if check == 1:
            return True
    return False


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_hex(data, start, length):
    first = start
    if length > 2 and data[start] == 0x30 and data[start + 1] | 0x20 == 0x78:
        first += 2
    for place in range(first, start + length):  # noqa: SIM110  (kernels have no generators)
        if _HEX_VALUES[data[place]] == _NONE:
            return False
    return True


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_evm(data, start, length, content, lanes):
    """One case, or as EIP-55 mixes them."""
    if length != 42 or data[start] != 0x30 or data[start + 1] | 0x20 != 0x78:
        return False
    upper, lower = False, False
    for place in range(40):
        byte = int(data[start + 2 + place])
        if _HEX_VALUES[byte] == _NONE:
            return False
        upper = upper or 0x41 <= byte <= 0x5A
        lower = lower or 0x61 <= byte <= 0x7A
        content[place] = byte | 0x20  # digits have this bit
    if not (upper and lower):
        return True
    keccak256(content, 40, lanes)
    for place in range(40):
        byte = int(data[start + 2 + place])
        if byte < 0x41:
            continue
        shift = np.uint64(8 * (place // 2 % 8) + (4 if place % 2 == 0 else 0))
        is_high = (lanes[place // 16] >> shift) & np.uint64(8) != np.uint64(0)
        if is_high != (byte < 0x61):
            return False
    return True


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_cryptonote(data, start, length, content, lanes):
    if length > LONGEST_BASE58:
        return False
    size = 0
    place = 0
    while place < length:
        letters = min(11, length - place)
        room = int(_BLOCK_BYTES[letters])
        if room < 0:
            return False
        value = np.uint64(0)
        for k in range(letters):
            digit = _BITCOIN_VALUES[data[start + place + k]]
            if digit == _NONE:
                return False
            if value > (_LARGEST - np.uint64(digit)) // np.uint64(58):
                return False
            value = value * np.uint64(58) + np.uint64(digit)
        if room < 8 and value >> np.uint64(8 * room) != np.uint64(0):
            return False
        for k in range(room):
            shift = np.uint64(8 * (room - 1 - k))
            content[size + k] = (value >> shift) & np.uint64(0xFF)
        size += room
        place += letters
    if size < 5:
        return False
    keccak256(content, size - 4, lanes)
    for k in range(4):
        if content[size - 4 + k] != (lanes[0] >> np.uint64(8 * k)) & np.uint64(0xFF):
            return False
    return True


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def passed_checks(data, start, length, asked, content, state, lanes, limbs):  # noqa: PLR0917
    """Those of the asked checks that the run passes, as bits."""
    passed = asked & NO_CHECK
    if asked & BASE58CHECK and _is_base58check(
        data, start, length, _BITCOIN_VALUES, content, state, limbs
    ):
        passed |= BASE58CHECK
    if asked & RIPPLE58CHECK and _is_base58check(
        data, start, length, _RIPPLE_VALUES, content, state, limbs
    ):
        passed |= RIPPLE58CHECK
    if asked & BECH32 and _is_bech32(data, start, length):
        passed |= BECH32
    if asked & CASHADDR and _is_cashaddr(data, start, length):
        passed |= CASHADDR
    if asked & EVM and _is_evm(data, start, length, content, lanes):
        passed |= EVM
    if asked & CRYPTONOTE and _is_cryptonote(data, start, length, content, lanes):
        passed |= CRYPTONOTE
    if asked & HEX and _is_hex(data, start, length):
        passed |= HEX
    return passed
