"""Small disk images, made with ordinary tools; a test skips where its tool is absent."""

import hashlib
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.codecs import to_base58check

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
MIB = 1 << 20


def _address(number: int) -> bytes:
    payload = b"\0" + hashlib.sha256(b"planted %d" % number).digest()[:20]
    return to_base58check(payload).encode()


@pytest.fixture(scope="session")
def planted() -> Callable[[int], bytes]:
    """Valid addresses that occur nowhere else, by number."""
    return _address


@pytest.fixture(scope="session")
def run_tool() -> Callable[..., str]:
    """Run a tool of the system; skip the test if it is not there."""

    def run(name: str, *arguments: object, folder: Path | None = None) -> str:
        program = shutil.which(name, path=PATH)
        if program is None:
            pytest.skip(f"the tool {name} is not installed")
        done = subprocess.run(
            [program, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=folder
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with addresses 0 to 4 in files of several kinds."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "deep").mkdir()
    (folder / "note.txt").write_bytes(b"pay to " + _address(0) + b"\n")
    (folder / "deep" / "wide.txt").write_bytes(f"wide {_address(1).decode()} end".encode("utf-16"))
    with zipfile.ZipFile(folder / "deep" / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", b"zipped " + _address(2) + b" ab" * 200)
    noise = random.Random(7).randbytes(300_001)
    (folder / "deep" / "large.bin").write_bytes(noise + b" " + _address(3) + b" " + noise[:5000])
    (folder / "last").write_bytes(_address(4))
    return folder


@pytest.fixture(scope="session")
def plant_free() -> Callable[[Path, bytes], int]:
    """Write an address across a cluster's border in space that nothing uses; gives its offset."""

    def plant(image: Path, address: bytes, near: int | None = None) -> int:
        content = bytearray(image.read_bytes())
        at = (near or len(content) - 65536) // 4096 * 4096
        while any(content[at - 8192 : at + 8192]):
            at -= 4096
        at -= 17
        content[at : at + len(address)] = address
        image.write_bytes(content)
        return at

    return plant


@pytest.fixture(scope="session")
def ext_image(tree, run_tool, plant_free, tmp_path_factory) -> Path:
    """ext4 with the tree, and address 5 in free space."""
    image: Path = tmp_path_factory.mktemp("ext") / "disk.raw"
    image.touch()
    os.truncate(image, 4 * MIB)
    run_tool("mkfs.ext4", "-q", "-F", "-d", tree, image)
    plant_free(image, _address(5))
    return image


@pytest.fixture(scope="session")
def fat_image(tree, run_tool, plant_free, tmp_path_factory) -> Path:
    """FAT with the tree, address 5 in free space and address 6 in a deleted file."""
    folder: Path = tmp_path_factory.mktemp("fat")
    image = folder / "disk.raw"
    image.touch()
    os.truncate(image, 3 * MIB)
    (folder / "gone.txt").write_bytes(b"was here " + _address(6) + b"\n" + b"z" * 5000)
    run_tool("mkfs.vfat", image)
    run_tool("mcopy", "-s", "-i", image, *sorted(tree.iterdir()), "::")
    run_tool("mcopy", "-i", image, folder / "gone.txt", "::gone.txt")
    run_tool("mdel", "-i", image, "::gone.txt")
    plant_free(image, _address(5))
    return image


@pytest.fixture(scope="session")
def disk_image(ext_image, fat_image, tmp_path_factory) -> Path:
    """An MBR disk: ext4 and FAT, and address 7 between the table and the first partition."""
    content = bytearray(MIB)
    for index, image in enumerate((ext_image, fat_image)):
        start, size = len(content), image.stat().st_size
        entry = bytes([0, 0, 0, 0, 0x83, 0, 0, 0])
        entry += (start // 512).to_bytes(4, "little") + (size // 512).to_bytes(4, "little")
        content[446 + 16 * index : 462 + 16 * index] = entry
        content += image.read_bytes()
    content[510:512] = b"\x55\xaa"
    gap = _address(7)
    content[700 * 512 - 17 : 700 * 512 - 17 + len(gap)] = gap
    image = tmp_path_factory.mktemp("mbr") / "disk.raw"
    image.write_bytes(content)
    return image


@pytest.fixture
def numbers_in(read, planted) -> Callable[..., set[int]]:
    """Which planted addresses an exhibit gives."""

    def numbers(path: Path, **limits: int) -> set[int]:
        seen = read(path, **limits)
        return {
            number
            for number in range(20)
            if seen.holding(planted(number))
            or seen.holding(planted(number).decode().encode("utf-16-le"))
        }

    return numbers


@pytest.fixture
def places_of(read) -> Callable[[Path, bytes], list[str]]:
    """Where an address lies, without the exhibit file."""
    return lambda path, address: [
        place.partition(" › image:")[2] for place in read(path).places(address)
    ]
