"""The template of an output script, by its bytes alone.

Spec: Bitcoin Core `src/script/solver.cpp`; BIP-16, BIP-141, BIP-341.
"""


def script_kind(script: bytes) -> str:
    """The template of an output script.

    Returns:
        `p2pkh`, `p2sh`, `p2pk`, `p2wpkh`, `p2wsh`, `p2tr`, `witness` (a later version),
        `multisig`, `op_return` or `unknown`.
    """
    size = len(script)
    if size == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return "p2pkh"
    if size == 23 and script[:2] == b"\xa9\x14" and script[22] == 0x87:
        return "p2sh"
    if size == 22 and script[:2] == b"\x00\x14":
        return "p2wpkh"
    if size == 34 and script[1] == 0x20 and script[0] in (0x00, 0x51):
        return "p2tr" if script[0] else "p2wsh"
    if 4 <= size <= 42 and 0x51 <= script[0] <= 0x60 and script[1] == size - 2:
        return "witness"
    if size in (35, 67) and script[-1] == 0xAC and _is_key(script[1:-1], script[0]):
        return "p2pk"
    if size and script[0] == 0x6A:
        return "op_return"
    return "multisig" if _is_multisig(script) else "unknown"


def _is_key(key: bytes, size: int) -> bool:
    """Whether bytes have the length and first byte of a public key (not: whether it exists)."""
    if len(key) != size:
        return False
    return key[0] in (2, 3) if size == 33 else size == 65 and key[0] in (4, 6, 7)


def _is_multisig(script: bytes) -> bool:
    if len(script) < 37 or script[-1] != 0xAE:
        return False
    needed, keys = script[0] - 0x50, script[-2] - 0x50
    position, count = 1, 0
    while position < len(script) - 2:
        size = script[position]
        if not _is_key(script[position + 1 : position + 1 + size], size):
            return False
        position += 1 + size
        count += 1
    return position == len(script) - 2 and 1 <= needed <= keys == count <= 16
