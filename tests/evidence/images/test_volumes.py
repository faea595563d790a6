import hashlib
import os

import pytest

from chainlead.evidence import (
    Limits,
    Passwords,
    Unread,
    UnreadReason,
    open_exhibit,
    read_file,
    reread,
)


def test_a_file_system_gives_the_same_as_its_folder_and_its_free_space(ext_image, tree, numbers_in):
    assert numbers_in(tree) == {0, 1, 2, 3, 4}
    assert numbers_in(ext_image) == {0, 1, 2, 3, 4, 5}


def test_each_address_is_found_in_one_place_only(ext_image, planted, places_of):
    assert places_of(ext_image, planted(0)) == ["raw › volume:ext › file:note.txt"]
    assert places_of(ext_image, planted(3)) == ["raw › volume:ext › file:deep/large.bin"]
    assert places_of(ext_image, planted(5)) == ["raw › volume:ext › unallocated:outside files"]


def test_an_address_in_free_space_has_its_offset_on_the_volume(ext_image, planted, read):
    content = ext_image.read_bytes()
    (item,) = read(ext_image).holding(planted(5))
    assert item.offset_bytes + item.data.index(planted(5)) == content.index(planted(5))


@pytest.mark.parametrize("page", [4096, 8192, 65536])
def test_small_pages_lose_nothing_on_their_borders(ext_image, numbers_in, page):
    assert numbers_in(ext_image, page_bytes=page, margin_bytes=512) == {0, 1, 2, 3, 4, 5}


def test_partitions_and_the_space_between_them_are_read(disk_image, planted, numbers_in, places_of):
    assert numbers_in(disk_image) == set(range(8))
    assert places_of(disk_image, planted(7)) == ["raw › unallocated:outside partitions"]
    assert places_of(disk_image, planted(0)) == [
        "raw › partition:p1 offset 1048576 › volume:ext › file:note.txt",
        "raw › partition:p2 offset 5242880 › volume:FAT › file:note.txt",
    ]


def test_a_deleted_file_is_found_as_such(fat_image, planted, places_of):
    free, place = places_of(fat_image, planted(6))
    assert free == "raw › volume:FAT › unallocated:outside files"
    assert place.startswith("raw › volume:FAT › deleted:")


def test_reread_reaches_the_same_place_again(disk_image, planted, read):
    seen = read(disk_image)
    for number in (0, 2, 5, 6, 7):
        for item in seen.holding(planted(number)):
            again = list(reread(disk_image, item.provenance, Limits()))
            assert item in again
            assert {one.provenance for one in again} == {item.provenance}


def test_named_streams_of_ntfs_are_read(tmp_path, run_tool, planted, places_of):
    image, note, stream = tmp_path / "n.raw", tmp_path / "note", tmp_path / "stream"
    image.touch()
    os.truncate(image, 5 << 20)
    run_tool("mkntfs", "-q", "-F", "-f", image)
    note.write_bytes(b"nothing here")
    stream.write_bytes(b"hidden " + planted(8))
    run_tool("ntfscp", "-f", image, note, "note.txt")
    run_tool("ntfscp", "-f", "-N", "secret", image, stream, "note.txt")
    assert places_of(image, planted(8)) == ["raw › volume:NTFS › file:note.txt:secret"]


_PBKDF2 = ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
_ARGON2 = ("--pbkdf", "argon2id", "--pbkdf-memory", "1024", "--pbkdf-force-iterations", "4")


@pytest.fixture(
    params=[
        ("luks1", 512, ("--pbkdf-force-iterations", "1000")),
        ("luks2", 512, ("--sector-size", "512", *_PBKDF2)),
        ("luks2", 4096, ("--sector-size", "4096", "--pbkdf-parallel", "1", *_ARGON2)),
    ],
    ids=["luks1", "luks2-pbkdf2-512", "luks2-argon2id-4096"],
)
def luks_image(request, tmp_path, run_tool, ext_image):
    """A LUKS volume around ext4: cryptsetup makes the header, the payload is encrypted here."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    kind, unit, options = request.param
    key = hashlib.sha512(b"a key for a test").digest()
    image, plain = tmp_path / "luks.raw", ext_image.read_bytes()
    start = 16 << 20 if kind == "luks2" else 2 << 20
    (tmp_path / "key").write_bytes(key)
    (tmp_path / "word").write_text("correct horse")
    image.touch()
    os.truncate(image, start + len(plain))
    place = ("--offset", start // 512) if kind == "luks2" else ("--align-payload", start // 512)
    run_tool(
        "cryptsetup", "luksFormat", "-q", "--type", kind, "--volume-key-file", tmp_path / "key",
        "--cipher", "aes-xts-plain64", "--key-size", "512", "--hash", "sha256", *place, *options,
        image, tmp_path / "word",
    )  # fmt: skip
    with image.open("r+b") as file:
        file.seek(start)
        for at in range(0, len(plain), unit):
            tweak = (at // 512).to_bytes(16, "little")
            encryptor = Cipher(algorithms.AES(key), modes.XTS(tweak)).encryptor()
            file.write(encryptor.update(plain[at : at + unit]) + encryptor.finalize())
    return image


def _read_with(path, *words):
    (file,) = open_exhibit(path, "E1").files()
    return list(read_file(file, Limits(), passwords=Passwords(words)))


def test_a_given_password_opens_luks_and_a_wrong_one_before_it_does_no_harm(luks_image, planted):
    pieces = _read_with(luks_image, "wrong", "correct horse")
    for number in (0, 2, 3, 4, 5):
        assert any(planted(number) in getattr(piece, "data", b"") for piece in pieces), number
    assert not [p for p in pieces if isinstance(p, Unread)]


@pytest.mark.parametrize("words", [(), ("wrong",)])
def test_without_the_password_luks_is_named_with_what_opens_it(luks_image, words):
    (unread,) = [p for p in _read_with(luks_image, *words) if isinstance(p, Unread)]
    assert unread.reason is UnreadReason.ENCRYPTED
    assert "passphrases opens it" in unread.detail
    assert "wrong" not in unread.detail
