"""The head of an Android backup and, with a password, the key to its content.

Found in: files made by `adb backup` and by phone makers' tools built on it.
Proof: the master key's blob must have its right padding and the three right lengths.
Limits: more rounds of key derivation than a million are refused.
Spec: frameworks/base/services/backup of the Android Open Source Project (BackupPasswordManager,
PasswordUtils), versions 1 to 5.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.evidence.passwords import Passwords
from chainlead.evidence.stream import Stream

SIGNATURE = b"ANDROID BACKUP\n"
_HEAD_BYTES = 4096
_MOST_ROUNDS = 1_000_000
_BLOB_LENGTHS = (16, 32, 32)


@dataclass(frozen=True, slots=True)
class BackupHead:
    """What the first lines say.

    Attributes:
        start: where the content begins.
        is_packed: whether it is compressed.
        key_lines: what is needed to derive the key; empty if it is not encrypted.
    """

    start: int
    is_packed: bool
    key_lines: tuple[bytes, ...]


def parse_head(stream: Stream) -> BackupHead:
    """The head.

    Raises:
        ValueError: its lines are not those of a backup.
    """
    head = stream.read_at(0, _HEAD_BYTES)
    lines = head.split(b"\n", 9)
    if len(lines) < 5 or lines[2] not in {b"0", b"1"} or not lines[1].isdigit():
        raise ValueError("the head of the backup is damaged")
    if lines[3] == b"none":
        wanted = 4
    elif lines[3] == b"AES-256" and len(lines) == 10:
        wanted = 9
    else:
        raise ValueError("the backup is encrypted in an unknown way")
    start = sum(len(line) + 1 for line in lines[:wanted])
    return BackupHead(start, lines[2] == b"1", tuple(lines[4:wanted]))


def find_key(head: BackupHead, passwords: Passwords) -> tuple[bytes, bytes] | None:
    """Key and first vector of the content, from the first password that fits; or None.

    Raises:
        ValueError: the lines for the key are damaged.
    """
    salt, _, rounds_line, vector, blob = head.key_lines
    rounds = int(rounds_line)
    salt, vector, blob = (bytes.fromhex(part.decode("ascii")) for part in (salt, vector, blob))
    if not 0 < rounds <= _MOST_ROUNDS or len(vector) != 16 or not blob or len(blob) % 16:
        raise ValueError("the lines for the key are damaged")
    for password in passwords:
        key = hashlib.pbkdf2_hmac("sha1", password.encode("utf-8"), salt, rounds, 32)
        parts = _split(b"".join(decrypt_cbc([blob], key, vector)))
        if parts is not None:
            return parts[1], parts[0]
    return None


def _split(blob: bytes) -> tuple[bytes, ...] | None:
    """Vector, key and checksum: each behind its length, then the padding."""
    parts = []
    position = 0
    for length in _BLOB_LENGTHS:
        if blob[position : position + 1] != bytes([length]):
            return None
        parts.append(blob[position + 1 : position + 1 + length])
        position += 1 + length
    padding = blob[position:]
    return tuple(parts) if padding and padding == padding[-1:] * len(padding) else None


def decrypt_cbc(
    chunks: Iterator[bytes] | list[bytes], key: bytes, vector: bytes
) -> Iterator[bytes]:
    """AES-CBC, padding kept; a last piece that is no whole block is left out."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  (heavy)

    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    for chunk in chunks:
        yield decryptor.update(chunk)
