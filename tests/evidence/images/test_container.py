import pytest


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("a.qcow2", ("-O", "qcow2")),
        ("packed.qcow2", ("-c", "-O", "qcow2")),
        ("old.qcow2", ("-O", "qcow2", "-o", "compat=0.10")),
        ("zstd.qcow2", ("-c", "-O", "qcow2", "-o", "compression_type=zstd")),
        ("a.vmdk", ("-O", "vmdk")),
        ("stream.vmdk", ("-O", "vmdk", "-o", "subformat=streamOptimized")),
        ("dynamic.vhd", ("-O", "vpc")),
        ("fixed.vhd", ("-O", "vpc", "-o", "subformat=fixed")),
        ("a.vhdx", ("-O", "vhdx")),
        ("a.vdi", ("-O", "vdi")),
    ],
)
def test_every_container_gives_what_the_raw_disk_gives(
    disk_image, run_tool, numbers_in, name, arguments
):
    path = disk_image.with_name(name)
    run_tool("qemu-img", "convert", "-f", "raw", *arguments, disk_image, path)
    assert numbers_in(path) == set(range(8))
    path.unlink()


def test_a_vmdk_in_two_files_is_read_from_its_folder(tmp_path, disk_image, run_tool, read, planted):
    run_tool(
        "qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=monolithicFlat",
        disk_image, tmp_path / "a.vmdk",
    )  # fmt: skip
    places = read(tmp_path).places(planted(0))
    assert (
        "E1 › file:a.vmdk › image:VMDK › partition:p1 offset 1048576 › volume:ext › file:note.txt"
        in places
    )


def test_a_qcow2_is_read_over_its_backing_image(tmp_path, disk_image, run_tool, read, planted):
    (tmp_path / "base.raw").write_bytes(disk_image.read_bytes())
    run_tool(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-b",
        "base.raw",
        "-F",
        "raw",
        "top.qcow2",
        folder=tmp_path,
    )
    places = read(tmp_path).places(planted(0))
    assert any("file:top.qcow2 › image:QCOW2" in place for place in places)
    alone = read(tmp_path / "top.qcow2")
    assert "'base.raw' is not in the same folder" in alone.unread[0].detail


@pytest.fixture
def e01_in_pieces(tmp_path, disk_image, run_tool):
    """Acquire the disk into segments of 1 MiB."""

    def acquire(compression):
        run_tool(
            "ewfacquire", "-q", "-u", "-t", tmp_path / "case", "-f", "encase6", "-c", compression,
            "-S", 1 << 20, disk_image,
        )  # fmt: skip

    return acquire


@pytest.mark.parametrize("compression", ["none", "best"])
def test_a_split_e01_is_read_as_one(e01_in_pieces, read, numbers_in, tmp_path, compression):
    e01_in_pieces(compression)
    assert numbers_in(tmp_path / "case.E01") == set(range(8))
    assert numbers_in(tmp_path) == set(range(8))
    segments = {path.name for path in tmp_path.iterdir()}
    streams = {
        str(stream.provenance).removeprefix("E1 › file:")
        for stream in read(tmp_path / "case.E01").streams
        if " › image" not in str(stream.provenance)
    }
    assert streams == segments


def test_a_missing_segment_is_said(e01_in_pieces, read, tmp_path):
    e01_in_pieces("none")
    (tmp_path / "case.E05").unlink()
    seen = read(tmp_path)
    places = {place for place, _ in seen.reasons()}
    assert "E1 › file:case.E06" in places
    assert any(place.startswith("E1 › file:case.E01") for place in places)


def test_a_split_raw_image_is_read_as_one_and_not_again(tmp_path, disk_image, read, planted):
    content = disk_image.read_bytes()
    for number, start in enumerate(range(0, len(content), 5 << 20)):
        (tmp_path / f"disk.{number:03d}").write_bytes(content[start : start + (5 << 20)])
    for path in (tmp_path, tmp_path / "disk.000"):
        seen = read(path)
        assert len(seen.places(planted(5))) == 2
        assert all(" › image:raw" in place for place in seen.places(planted(5)))
        assert {s.media_type for s in seen.streams if s.provenance.steps[0].name != "disk.000"} == {
            "application/x-disk-image-segment"
        }
