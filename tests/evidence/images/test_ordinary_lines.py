import shutil
import subprocess

import pytest

from chainlead.evidence import ordinary_way
from chainlead.model import Provenance, Step


@pytest.fixture
def converted(tmp_path, disk_image, run_tool):
    """The disk in a container of some kind."""
    return lambda kind: _convert(kind, tmp_path / f"disk.{kind}", disk_image, run_tool)


def _convert(kind, path, disk_image, run_tool):
    if kind == "E01":
        run_tool("ewfacquire", "-q", "-u", "-t", path.with_suffix(""), "-f", "encase6", disk_image)
    else:
        run_tool("qemu-img", "convert", "-f", "raw", "-O", kind, disk_image, path)
    return path


@pytest.mark.parametrize("number", [0, 3, 5, 7])
@pytest.mark.parametrize("kind", ["raw", "E01", "qcow2"])
def test_the_lines_lead_to_the_same_bytes(converted, read, planted, kind, number):
    path = converted(kind)
    if shutil.which("fcat") is None:
        pytest.skip("the tool fcat (The Sleuth Kit) is not installed")
    address = planted(number)
    for item in read(path).holding(address):
        offset = item.offset_bytes + item.data.index(address)
        lines = ordinary_way(
            item.provenance, offset, len(address), None, exhibit_path=str(path), is_folder=False
        )
        script = "\n".join(line for line in lines if not line.startswith("dd "))
        script = script.replace("| xxd", "")
        done = subprocess.run(
            ["bash", "-ec", script], cwd=path.parent, capture_output=True, check=False
        )
        assert done.returncode == 0, (lines, done.stderr)
        assert done.stdout.endswith(address), lines


def test_locked_and_deleted_places_are_explained():
    image = Provenance("E1", (Step("file", "a.E01"), Step("image", "E01")))
    luks = image.inside("volume", "LUKS").inside("volume", "ext").inside("file", "a b/c")
    lines = ordinary_way(luks, 0, 4, None)
    assert lines[1].startswith("cryptsetup open --readonly")
    assert any(line.startswith("fcat '/a b/c' /dev/mapper/plain > ") for line in lines)
    gone = image.inside("partition", "p1 offset 1048576").inside("volume", "NTFS")
    lines = ordinary_way(gone.inside("deleted", "x/gone.txt"), 0, 4, None)
    assert "fls -rdp -o 2048 step1.bin | grep -F -- gone.txt  # shows its number" in lines
    shadow = image.inside("shadow", "vss1").inside("file", "n.txt")
    assert "vshadowmount -o 0 step1.bin shadows" in ordinary_way(shadow, 0, 4, None)
