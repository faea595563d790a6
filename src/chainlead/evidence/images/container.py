"""Opens an image file, with its further segments, extents or parents, as one disk.

Found in: acquisitions (E01, raw), virtual machines (VMDK, VHD, VHDX, QCOW2, VDI), macOS (DMG).
Proof: the container's signature; for raw images see `signatures`.
Limits: a missing segment, extent or parent is named and nothing is guessed in its place; VMDK
snapshots, Ex01, L01, AD1 and encrypted QCOW2 are not opened.
Spec: libewf, libvhdi, libvmdk, libmodi documentation of their formats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.backend import broken, load, reason_of
from chainlead.evidence.images.media import Media
from chainlead.evidence.images.qcow import QcowImage
from chainlead.evidence.images.segments import later_segments
from chainlead.evidence.images.vdi import VdiImage
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Place
from chainlead.evidence.stream import Stream

_PARENTS = 16


@dataclass(frozen=True, slots=True)
class Disk:
    """An opened image.

    Attributes:
        kind: `E01`, `raw`, `QCOW2`, `VMDK`, `VHD`, `VHDX`, `VDI`, `DMG`.
        stored_bytes: bytes of all files that it was read from.
        problem: what is missing although it could be opened.
    """

    kind: str
    media: Media
    stored_bytes: int
    problem: str = ""


def open_container(kind: str, place: Place) -> Disk:
    """Open the image that this stream begins.

    Raises:
        StopReadingError: it cannot be opened.
    """
    try:
        disk = _OPENERS[kind](place)
    except StopReadingError:
        raise
    except broken() as error:
        detail = f"{kind} image cannot be opened: {readable_name(reason_of(error))}"
        raise StopReadingError(UnreadReason.DAMAGED, detail) from error
    if disk.media.size_bytes <= 0:
        raise StopReadingError(UnreadReason.DAMAGED, f"{kind} image that holds no disk")
    return disk


def _segments(place: Place) -> list[Stream]:
    found = [place.stream]
    for name in later_segments(place.name):
        stream = place.neighbour(name)
        if stream is None:
            break
        found.append(stream)
    return found


def _sizes(streams: list[Stream]) -> int:
    return sum(stream.size_bytes for stream in streams)


def _open_ewf(place: Place) -> Disk:
    streams = _segments(place)
    handle = load("pyewf").handle()
    files = [Media.of_stream(stream) for stream in streams]
    try:
        handle.open_file_objects(files)
    except OSError as error:
        if len(streams) == 1 and "missing" in str(error):
            raise StopReadingError(
                UnreadReason.DAMAGED, "further segments of this E01 image are missing"
            ) from error
        raise
    return Disk("E01", _media(handle, files), _sizes(streams))


def _open_raw(place: Place) -> Disk:
    streams = _segments(place)
    media = Media.of_stream(place.stream) if len(streams) == 1 else Media.joined(streams)
    return Disk("raw", media, media.size_bytes)


def _open_qcow(place: Place) -> Disk:
    stored, problem = 0, ""
    outermost: QcowImage | None = None
    child: QcowImage | None = None
    stream: Stream | None = place.stream
    for _ in range(_PARENTS):
        if stream is None:
            assert child is not None
            problem = (
                f"its backing image {readable_name(child.backing_name)!r} is not in the same folder "
                "of the exhibit: zeros stand for what lies there"
            )
            break
        stored += stream.size_bytes
        if not stream.read_at(0, 4).startswith(b"QFI\xfb"):
            assert child is not None
            child.backing = Media.of_stream(stream)
            break
        image = QcowImage(stream)
        if child is None:
            outermost = image
        else:
            child.backing = Media(image.read_at, image.size_bytes)
        if not image.backing_name:
            break
        child = image
        stream = place.neighbour(_base_name(image.backing_name))
    assert outermost is not None
    return Disk("QCOW2", Media(outermost.read_at, outermost.size_bytes), stored, problem)


def _open_vdi(place: Place) -> Disk:
    image = VdiImage(place.stream)
    return Disk("VDI", Media(image.read_at, image.size_bytes), place.stream.size_bytes)


def _base_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _open_vhd(place: Place) -> Disk:
    pyvhdi = load("pyvhdi")
    stored, keep = 0, list[Any]()
    child = None
    outermost: Any = None
    stream: Stream | None = place.stream
    for _ in range(_PARENTS):
        if stream is None:
            raise StopReadingError(
                UnreadReason.DAMAGED,
                "differencing image: its parent "
                f"{readable_name(_parent_name(child))!r} is not in the same folder of the exhibit",
            )
        file = Media.of_stream(stream)
        handle = pyvhdi.file()
        handle.open_file_object(file)
        stored += stream.size_bytes
        keep += [handle, file]
        if child is None:
            outermost = handle
        elif handle.identifier != child.parent_identifier:
            raise StopReadingError(
                UnreadReason.DAMAGED,
                "differencing image: the file with its parent's name is another image",
            )
        else:
            child.set_parent(handle)
        if not handle.parent_identifier:
            break
        child = handle
        stream = place.neighbour(_parent_name(child))
    kind = "VHDX" if place.stream.read_at(0, 8) == b"vhdxfile" else "VHD"
    return Disk(kind, _media(outermost, keep), stored)


def _parent_name(handle: Any) -> str:
    return _base_name(handle.parent_filename or "")


def _open_vmdk(place: Place) -> Disk:
    handle = load("pyvmdk").handle()
    file = Media.of_stream(place.stream)
    handle.open_file_object(file)
    if handle.parent_filename:
        raise StopReadingError(
            UnreadReason.UNSUPPORTED, "VMDK snapshot: only its parent image can be read"
        )
    stored, extents = 0, list[Media]()
    for descriptor in handle.extent_descriptors:
        name = _base_name(descriptor.filename or "")
        is_own = handle.number_of_extents == 1 and not place.stream.read_at(0, 64).startswith(b"#")
        stream = place.stream if is_own else place.neighbour(name)
        if stream is None:
            raise StopReadingError(
                UnreadReason.DAMAGED,
                f"its extent {readable_name(name)!r} is not in the same folder of the exhibit",
            )
        stored += stream.size_bytes
        extents.append(Media.of_stream(stream))
    handle.open_extent_data_files_as_file_objects(extents)
    return Disk("VMDK", _media(handle, file, extents), stored)


def _open_dmg(place: Place) -> Disk:
    handle = load("pymodi").handle()
    file = Media.of_stream(place.stream)
    handle.open_file_object(file)
    return Disk("DMG", _media(handle, file), place.stream.size_bytes)


def _media(handle: Any, *keep: object) -> Media:
    def read_at(offset: int, length: int) -> bytes:
        content: bytes = handle.read_buffer_at_offset(length, offset)
        return content

    return Media(read_at, handle.get_media_size(), handle, *keep)


_OPENERS: dict[str, Callable[[Place], Disk]] = {
    "E01": _open_ewf,
    "raw": _open_raw,
    "QCOW2": _open_qcow,
    "VDI": _open_vdi,
    "VHD": _open_vhd,
    "VHDX": _open_vhd,
    "VMDK": _open_vmdk,
    "DMG": _open_dmg,
}
