"""Backups of phones: names from the index, decryption with a given password, damage."""

import hashlib
import io
import plistlib
import sqlite3
import struct
import tarfile
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from chainlead.evidence import (
    Item,
    Limits,
    Passwords,
    Unread,
    UnreadReason,
    open_exhibit,
    read_file,
)

WORD = "correct horse"


def encrypt(content, key, vector=bytes(16)):
    pad = 16 - len(content) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return encryptor.update(content + bytes([pad]) * pad) + encryptor.finalize()


@pytest.fixture
def pieces():
    """Everything an exhibit gives, with passwords."""

    def run(path, *passwords):
        found = []
        for file in open_exhibit(path, "E1").files():
            if isinstance(file, Unread):
                found.append(file)
            else:
                found.extend(read_file(file, Limits(), passwords=Passwords(passwords)))
        return found

    return run


def places(found, needle):
    return {str(p.provenance) for p in found if isinstance(p, Item) and needle in p.data}


def reasons(found):
    return {p.reason for p in found if isinstance(p, Unread)}


def tar(content):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("apps/io.wallet/f/state.txt")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def android(content, password="", rounds=10, packed=1):
    body = zlib.compress(tar(content)) if packed else tar(content)
    head = b"ANDROID BACKUP\n5\n%d\n" % packed
    if not password:
        return head + b"none\n" + body
    salt, vector, inner, key = b"s" * 64, b"v" * 16, b"i" * 16, b"k" * 32
    user = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, rounds, 32)
    blob = encrypt(b"\x10" + inner + b"\x20" + key + b"\x20" + b"c" * 32, user, vector)
    lines = [b"AES-256", salt.hex().encode(), b"00" * 64, b"%d" % rounds, vector.hex().encode(),
             blob.hex().upper().encode()]  # fmt: skip
    return head + b"\n".join(lines) + b"\n" + encrypt(body, key, inner)


@pytest.mark.parametrize("packed", [0, 1])
@pytest.mark.parametrize("password", ["", WORD])
def test_an_android_backup_is_unpacked(tmp_path, pieces, address, packed, password):
    (tmp_path / "b.ab").write_bytes(android(address, password, packed=packed))
    place = "E1 › file:b.ab › ab:backup.tar › tar:apps/io.wallet/f/state.txt"
    found = pieces(tmp_path, "wrong", WORD)
    assert place in places(found, address)
    assert not reasons(found)


def test_without_its_password_an_android_backup_is_unread(tmp_path, pieces, address):
    (tmp_path / "b.ab").write_bytes(android(address, WORD))
    assert reasons(pieces(tmp_path)) == {UnreadReason.ENCRYPTED}
    assert reasons(pieces(tmp_path, "wrong")) == {UnreadReason.ENCRYPTED}


def test_passwords_show_themselves_nowhere():
    assert WORD not in repr(Passwords((WORD,)))
    assert WORD not in f"{Passwords((WORD,))}"
    assert list(Passwords.from_lines(f"\ufeff{WORD}\r\n\n a \n{WORD}\n")) == [WORD, " a "]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[:30],
        lambda c: c.replace(b"\n10\n", b"\n99999999999\n"),
        lambda c: c.replace(b"\n10\n", b"\nten\n"),
        lambda c: c.replace(b"AES-256", b"AES-512"),
        lambda c: c.replace(b"76767676", b"7676767z"),
    ],
)
def test_a_damaged_android_head_is_reported(tmp_path, pieces, address, change):
    (tmp_path / "b.ab").write_bytes(change(android(address, WORD)))
    assert reasons(pieces(tmp_path, WORD)) == {UnreadReason.DAMAGED}


def test_a_cut_android_backup_gives_what_came_before(tmp_path, pieces, address):
    noise = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(200))
    content = android(address + noise, WORD)
    (tmp_path / "b.ab").write_bytes(content[:-600])
    found = pieces(tmp_path, WORD)
    assert UnreadReason.DAMAGED in reasons(found)
    assert places(found, address)


def tlv(tag, value):
    value = struct.pack(">I", value) if isinstance(value, int) else value
    return tag + struct.pack(">I", len(value)) + value


CLASS_KEY = b"C" * 32


def key_bag(password):
    first = hashlib.pbkdf2_hmac("sha256", password.encode(), b"first salt", 20, 32)
    key = hashlib.pbkdf2_hmac("sha1", first, b"second salt", 10, 32)
    head = [(b"VERS", 4), (b"TYPE", 1), (b"UUID", b"U" * 16), (b"HMCK", b"H" * 40), (b"WRAP", 0),
            (b"SALT", b"second salt"), (b"ITER", 10), (b"DPIC", 20), (b"DPSL", b"first salt")]  # fmt: skip
    classes = [(b"UUID", b"V" * 16), (b"CLAS", 3), (b"WRAP", 2), (b"KTYP", 0),
               (b"WPKY", aes_key_wrap(key, CLASS_KEY))]  # fmt: skip
    return b"".join(tlv(*pair) for pair in head + classes)


def make_backup(folder, files, password=""):
    """Files: name in the backup to content."""
    folder.mkdir()
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE Files (fileID TEXT, domain TEXT, relativePath TEXT, flags INT, file BLOB)"
    )
    for name, content in files.items():
        domain, _, path = name.partition("/")
        file_id = hashlib.sha1(f"{domain}-{path}".encode()).hexdigest()
        key = hashlib.sha256(path.encode()).digest()
        record = {"Size": len(content)}
        objects = ["$null", record]
        if password:
            record["EncryptionKey"] = plistlib.UID(2)
            wrapped = struct.pack("<I", 3) + aes_key_wrap(CLASS_KEY, key)
            objects.append({"NS.data": wrapped})
        archive = plistlib.dumps({"$objects": objects}, fmt=plistlib.FMT_BINARY)
        connection.execute("INSERT INTO Files VALUES (?,?,?,1,?)", (file_id, domain, path, archive))
        (folder / file_id[:2]).mkdir(exist_ok=True)
        (folder / file_id[:2] / file_id).write_bytes(encrypt(content, key) if password else content)
    connection.commit()
    index, manifest = connection.serialize(), {"IsEncrypted": bool(password)}
    connection.close()
    if password:
        index_key = b"M" * 32
        manifest["ManifestKey"] = struct.pack("<I", 3) + aes_key_wrap(CLASS_KEY, index_key)
        manifest["BackupKeyBag"] = key_bag(password)
        index = encrypt(index, index_key)[:-16]  # whole pages need no padding
    (folder / "Manifest.db").write_bytes(index)
    (folder / "Manifest.plist").write_bytes(plistlib.dumps(manifest, fmt=plistlib.FMT_BINARY))


@pytest.mark.parametrize("password", ["", WORD])
def test_files_of_an_itunes_backup_have_their_own_names(tmp_path, pieces, address, password):
    name = "AppDomain-io.wallet/Documents/state.json"
    make_backup(tmp_path / "b", {name: b'{"to": "' + address + b'"}'}, password)
    found = pieces(tmp_path, WORD)
    shown = places(found, address)
    assert any(f" › backup:{name}" in place for place in shown)
    assert all(f" › backup:{name}" in place for place in shown)
    assert not reasons(found)
    if password:
        assert places(found, b"AppDomain-io.wallet") >= {
            "E1 › file:b/Manifest.db › decrypted:Manifest.db › table:Files.domain"
        }


@pytest.mark.parametrize("given", [(), ("wrong",)])
def test_without_its_password_an_itunes_backup_is_unread(tmp_path, pieces, address, given):
    make_backup(tmp_path / "b", {"HomeDomain/a.txt": address}, WORD)
    found = pieces(tmp_path, *given)
    unread = [p for p in found if isinstance(p, Unread)]
    assert len(unread) == 2
    assert reasons(found) == {UnreadReason.ENCRYPTED}


def test_a_file_named_like_one_of_a_backup_is_read_as_it_is(tmp_path, pieces, address):
    name = "ab" + "0" * 38
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / name).write_bytes(b'{"to": "' + address + b'"}')
    found = pieces(tmp_path)
    assert f"E1 › file:ab/{name}" in places(found, address)
    assert f"E1 › file:ab/{name} › text:json" in places(found, address)


@pytest.mark.parametrize("damage", ["Manifest.db", "Manifest.plist"])
def test_a_damaged_index_is_reported_and_the_files_are_searched(tmp_path, pieces, address, damage):
    make_backup(tmp_path / "b", {"HomeDomain/a.txt": address})
    content = bytearray((tmp_path / "b" / damage).read_bytes())
    content[16:] = bytes(reversed(content[16:]))
    (tmp_path / "b" / damage).write_bytes(content)
    found = pieces(tmp_path)
    assert UnreadReason.DAMAGED in reasons(found)
    assert places(found, address)


def test_the_neighbour_of_a_file_never_lies_outside_the_exhibit(tmp_path):
    inside = tmp_path / "exhibit"
    (inside / "a").mkdir(parents=True)
    (inside / "a" / "x").write_bytes(b"1")
    (inside / "y").write_bytes(b"2")
    (tmp_path / "secret").write_bytes(b"3")
    (inside / "link").symlink_to(tmp_path)
    file = next(f for f in open_exhibit(inside, "E1").files() if f.name == "x")
    beside = file.neighbour("../y")
    assert beside.read_all() == b"2"
    beside.close()
    for path in ("../../secret", "../link/secret", "../a/../../secret", "", "..", "../", "/etc"):
        assert file.neighbour(path) is None
