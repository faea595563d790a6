"""LUKS 2 volumes, opened with a passphrase that a person gave.

Found in: Linux installations since 2019, encrypted sticks.
Proof: the key that a slot gives must match the header's own digest, so a wrong passphrase never
yields bytes.
Limits: AES in XTS mode with plain64 numbering (cryptsetup's default) and sectors of 512 or 4096
bytes; other ciphers, detached headers, tokens and integrity are named and not opened. libluksde
does not open version 2. A slot made with much memory (Argon2) needs as much in the decoder: limit
`child_bytes`.
Spec: cryptsetup, "LUKS2 On-Disk Format Specification" 1.1; dm-crypt's documentation.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from typing import Any

import msgspec

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.backend import load
from chainlead.evidence.images.media import Media
from chainlead.evidence.item import UnreadReason

MAGIC = b"LUKS\xba\xbe\0\2"
_HEADER_BYTES = 4096
_LARGEST_HEADER = 4 << 20
_LARGEST_AREA = 64 << 20
_MOST_MEMORY_KIB = 4 << 20
_MOST_ROUNDS = 50_000_000
_SECTOR = 512
_CIPHER = "aes-xts-plain64"
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, msgspec.DecodeError)


class Luks2Volume:
    """A LUKS 2 volume over the bytes of a partition."""

    def __init__(self, device: Media) -> None:
        """Read the header.

        Raises:
            StopReadingError: it is damaged, or encrypted in a way that is not read here.
        """
        self._device = device
        head = device.read_at(0, _HEADER_BYTES)
        length = struct.unpack_from(">Q", head, 8)[0] if len(head) >= 16 else 0
        if not _HEADER_BYTES < length <= _LARGEST_HEADER:
            raise StopReadingError(UnreadReason.DAMAGED, "LUKS 2 header has an impossible length")
        text = device.read_at(_HEADER_BYTES, length - _HEADER_BYTES).partition(b"\0")[0]
        try:
            self._about: dict[str, Any] = msgspec.json.decode(text)
            segment = self._about["segments"][min(self._about["segments"], key=int)]
            self._start = int(segment["offset"])
            self._sector_bytes = int(segment["sector_size"])
            self._tweak = int(segment["iv_tweak"])
            cipher, kind = segment["encryption"], segment["type"]
            dynamic = segment["size"] == "dynamic"
            room = max(device.size_bytes - self._start, 0)
            self._size = room if dynamic else min(int(segment["size"]), room)
        except _MALFORMED as error:
            raise StopReadingError(UnreadReason.DAMAGED, "LUKS 2 header is damaged") from error
        if (
            kind != "crypt"
            or cipher != _CIPHER
            or self._sector_bytes not in {512, 1024, 2048, 4096}
        ):
            raise StopReadingError(
                UnreadReason.UNSUPPORTED, f"LUKS 2 volume with a cipher other than {_CIPHER}"
            )

    def open(self, word: str, check_time: Callable[[], None]) -> Media | None:
        """The volume in clear, or None if the passphrase fits no slot.

        Raises:
            StopReadingError: a slot is damaged or needs more memory than the decoder may take.
        """
        try:
            for _, slot in sorted(self._about["keyslots"].items(), key=lambda pair: int(pair[0])):
                check_time()
                key = self._key(slot, word.encode())
                if key is not None:
                    return self._clear(key)
        except MemoryError as error:
            raise StopReadingError(
                UnreadReason.TOO_LARGE, "LUKS 2: the slot needs more memory than child_bytes allows"
            ) from error
        except _MALFORMED as error:
            raise StopReadingError(UnreadReason.DAMAGED, "LUKS 2 key slot is damaged") from error
        return None

    def _key(self, slot: dict[str, Any], word: bytes) -> bytes | None:
        area, spread = slot["area"], slot["af"]
        size, stripes = int(slot["key_size"]), int(spread["stripes"])
        length = size * stripes
        if area["encryption"] != _CIPHER or not 0 < length <= _LARGEST_AREA or size > 128:
            return None
        secret = _derive(slot["kdf"], word, int(area["key_size"]))
        packed = self._device.read_at(int(area["offset"]), -(-length // _SECTOR) * _SECTOR)
        plain = _decrypt(secret, packed, 0, _SECTOR)[:length]
        key = _merge(plain, size, stripes, spread["hash"])
        return key if self._fits(key) else None

    def _fits(self, key: bytes) -> bool:
        for digest in self._about["digests"].values():
            known, salt = (base64.b64decode(digest[name]) for name in ("digest", "salt"))
            rounds = int(digest["iterations"])
            if digest["type"] != "pbkdf2" or not 0 < rounds <= _MOST_ROUNDS:
                continue
            made = hashlib.pbkdf2_hmac(digest["hash"], key, salt, rounds, len(known))
            if hmac.compare_digest(made, known):
                return True
        return False

    def _clear(self, key: bytes) -> Media:
        unit = self._sector_bytes

        def read_at(offset: int, length: int) -> bytes:
            first = offset // unit * unit
            last = -(-(offset + length) // unit) * unit
            packed = self._device.read_at(self._start + first, last - first)
            packed = packed[: len(packed) // unit * unit]
            number = self._tweak + first // _SECTOR
            plain = _decrypt(key, packed, number, unit)
            return plain[offset - first : offset - first + length]

        return Media(read_at, self._size // unit * unit, self._device)


def _derive(kdf: dict[str, Any], word: bytes, length: int) -> bytes:
    salt = base64.b64decode(kdf["salt"])
    if kdf["type"] == "pbkdf2":
        rounds = int(kdf["iterations"])
        if not 0 < rounds <= _MOST_ROUNDS:
            raise ValueError("rounds")
        return hashlib.pbkdf2_hmac(kdf["hash"], word, salt, rounds, length)
    argon2 = load("cryptography.hazmat.primitives.kdf.argon2")
    make = {"argon2id": argon2.Argon2id, "argon2i": argon2.Argon2i}[kdf["type"]]
    if int(kdf["memory"]) > _MOST_MEMORY_KIB:
        raise MemoryError
    secret: bytes = make(
        salt=salt, length=length, iterations=int(kdf["time"]), lanes=int(kdf["cpus"]),
        memory_cost=int(kdf["memory"]),
    ).derive(word)  # fmt: skip
    return secret


def _decrypt(key: bytes, packed: bytes, number: int, unit: int) -> bytes:
    """Each unit of bytes with its number of 512-byte sectors as the tweak."""
    ciphers = load("cryptography.hazmat.primitives.ciphers")
    algorithm = ciphers.algorithms.AES(key)
    pieces: list[bytes] = []
    for start in range(0, len(packed), unit):
        tweak = (number + start // _SECTOR).to_bytes(16, "little")
        decryptor = ciphers.Cipher(algorithm, ciphers.modes.XTS(tweak)).decryptor()
        pieces.append(decryptor.update(packed[start : start + unit]) + decryptor.finalize())
    return b"".join(pieces)


def _merge(spread: bytes, size: int, stripes: int, name: str) -> bytes:
    """Undo the anti-forensic spreading of LUKS 1, which version 2 keeps."""
    block = bytes(size)
    for stripe in range(stripes):
        part = spread[stripe * size : stripe * size + size]
        mixed = bytes(one ^ two for one, two in zip(block, part, strict=True))
        block = mixed if stripe == stripes - 1 else _diffuse(mixed, name)
    return block


def _diffuse(block: bytes, name: str) -> bytes:
    width = hashlib.new(name).digest_size
    pieces = [
        hashlib.new(name, struct.pack(">I", number) + block[start : start + width]).digest()
        for number, start in enumerate(range(0, len(block), width))
    ]
    return b"".join(piece[: len(block) - number * width] for number, piece in enumerate(pieces))
