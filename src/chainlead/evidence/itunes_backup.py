"""The index of an iTunes or Finder backup, and the keys of an encrypted one from its password.

Found in: `Manifest.plist` and `Manifest.db` of a backup folder (iOS 10 and later).
Proof: an RFC 3394 unwrapping checks itself; the decrypted index must be an SQLite database.
Limits: classes of keys that only the device can open stay closed; more than 20 million rounds of
key derivation are refused.
Spec: "Apple Platform Security", keybags for data protection; RFC 3394; RFC 8018.
"""

import hashlib
import plistlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass

from chainlead.evidence.android_backup import decrypt_cbc
from chainlead.evidence.passwords import Passwords

_MOST_ROUNDS = 20_000_000
_MOST_FILES = 2_000_000
_BY_PASSWORD = 2
_SQLITE = b"SQLite format 3\0"
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


class BackupLockedError(Exception):
    """No given password opens the backup. It does not leave this room."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file of a backup: its own name, and what opens it.

    Attributes:
        name: `domain/relative path`.
        wrapped_key: the class of protection (4 bytes) and the wrapped key; empty if not encrypted.
        size_bytes: its size in clear, if the index says so.
    """

    name: str
    wrapped_key: bytes = b""
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The opened keys of an encrypted backup, by class of protection."""

    by_class: dict[int, bytes]

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key behind its class and wrapping.

        Raises:
            BackupLockedError: its class was not opened, or it is damaged.
        """
        key = self.by_class.get(int.from_bytes(wrapped[:4], "little"))
        if key is None:
            raise BackupLockedError("its class of protection cannot be opened with a password")
        opened = _unwrap(key, wrapped[4:])
        if opened is None:
            raise BackupLockedError("its key is damaged")
        return opened


def open_keys(manifest_plist: bytes, passwords: Passwords) -> tuple[Keys, bytes] | None:
    """The keys and the wrapped key of the index; None if the backup is not encrypted.

    Raises:
        BackupLockedError: no password fits.
        ValueError: the property list is damaged.
    """
    try:
        manifest = plistlib.loads(manifest_plist)
    except (
        plistlib.InvalidFileException, ValueError, LookupError, OverflowError, RecursionError,
        MemoryError, TypeError, AttributeError,
    ) as error:  # fmt: skip
        raise ValueError("Manifest.plist is damaged") from error
    if not isinstance(manifest, dict) or not manifest.get("IsEncrypted"):
        return None
    bag, index_key = manifest.get("BackupKeyBag"), manifest.get("ManifestKey")
    if not isinstance(bag, bytes) or not isinstance(index_key, bytes):
        raise ValueError("Manifest.plist names no keys")  # noqa: TRY004  (a damaged file, not a misuse)
    return _open_bag(bag, passwords), index_key


def decrypt_index(content: bytes, keys: Keys, wrapped: bytes) -> bytes:
    """The index database in clear.

    Raises:
        BackupLockedError: the key does not fit.
    """
    clear = b"".join(decrypt_cbc([content], keys.unwrap(wrapped), bytes(16)))
    if not clear.startswith(_SQLITE):
        raise BackupLockedError("the index does not open with its key")
    return clear


def parse_index(database: bytes) -> dict[str, BackupFile]:
    """The files of the backup by their hashed name.

    Raises:
        ValueError: it is no index.
    """
    image = bytearray(database)
    image[18:20] = b"\x01\x01"
    files: dict[str, BackupFile] = {}
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with closing(connection):
        try:
            connection.deserialize(image)
            connection.execute("PRAGMA query_only=ON")
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.set_authorizer(
                lambda action, *_: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY
            )
            rows = connection.execute("SELECT fileID, domain, relativePath, file FROM Files")
            for number, (file_id, domain, path, record) in enumerate(rows):
                if number >= _MOST_FILES:
                    break
                if isinstance(file_id, str) and path:
                    wrapped, size = _protection(record)
                    files[file_id] = BackupFile(f"{domain}/{path}", wrapped, size)
        except (sqlite3.Error, OverflowError, MemoryError) as error:
            raise ValueError("the index is damaged") from error
    return files


def _protection(record: object) -> tuple[bytes, int | None]:
    """The wrapped key and size from the keyed archive of a file's record."""
    if not isinstance(record, bytes):
        return b"", None
    try:
        objects = plistlib.loads(record)["$objects"]
        file = objects[1]
        size = file.get("Size")
        wrapped = b""
        if "EncryptionKey" in file:
            wrapped = objects[file["EncryptionKey"].data]["NS.data"]
    except (
        plistlib.InvalidFileException, ValueError, LookupError, OverflowError, RecursionError,
        MemoryError, TypeError, AttributeError,
    ):  # fmt: skip
        return b"", None
    is_bytes = isinstance(wrapped, bytes) and len(wrapped) > 4
    return wrapped if is_bytes else b"", size if isinstance(size, int) and size >= 0 else None


def _open_bag(bag: bytes, passwords: Passwords) -> Keys:
    head, classes = _parse_bag(bag)
    try:
        rounds = int.from_bytes(head[b"ITER"], "big")
        first_rounds = int.from_bytes(head.get(b"DPIC", b""), "big")
        salt, first_salt = head[b"SALT"], head.get(b"DPSL", b"")
    except KeyError as error:
        raise ValueError("the key bag is damaged") from error
    if not 0 < rounds <= _MOST_ROUNDS or first_rounds > _MOST_ROUNDS:
        raise ValueError("the key bag asks for too many rounds")
    for password in passwords:
        key = password.encode("utf-8")
        if first_salt and first_rounds:
            key = hashlib.pbkdf2_hmac("sha256", key, first_salt, first_rounds, 32)
        key = hashlib.pbkdf2_hmac("sha1", key, salt, rounds, 32)
        opened = {number: _unwrap(key, wrapped) for number, wrapped in classes.items()}
        fitting = {number: found for number, found in opened.items() if found is not None}
        if fitting:
            return Keys(fitting)
    raise BackupLockedError(
        "none of the given passwords fits" if passwords else "a password is needed"
    )


def _parse_bag(bag: bytes) -> tuple[dict[bytes, bytes], dict[int, bytes]]:
    """The head of a key bag, and the wrapped key of each class that a password opens."""
    head: dict[bytes, bytes] = {}
    entries: list[dict[bytes, bytes]] = []
    position = 0
    while position + 8 <= len(bag):
        tag, size = (
            bag[position : position + 4],
            int.from_bytes(bag[position + 4 : position + 8], "big"),
        )
        value = bag[position + 8 : position + 8 + size]
        position += 8 + size
        if tag == b"UUID" and b"UUID" in head:
            entries.append({})
        (entries[-1] if entries else head)[tag] = value
    classes = {
        int.from_bytes(entry[b"CLAS"], "big"): entry[b"WPKY"]
        for entry in entries
        if {b"CLAS", b"WPKY", b"WRAP"} <= entry.keys()
        and int.from_bytes(entry[b"WRAP"], "big") & _BY_PASSWORD
    }
    return head, classes


def _unwrap(key: bytes, wrapped: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.keywrap import (  # noqa: PLC0415  (heavy)
        InvalidUnwrap,
        aes_key_unwrap,
    )

    try:
        return aes_key_unwrap(key, wrapped)
    except (InvalidUnwrap, ValueError):
        return None
