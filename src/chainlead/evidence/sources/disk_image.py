"""Disk images: E01, raw, QCOW2, VMDK, VHD, VHDX, VDI, DMG, with everything on the disk inside.

Found in: acquisitions of computers, sticks and phones; virtual machines; macOS installers.
Proof: a container's signature, or a partition table or file system whose fields agree (see
`images/signatures`); an ordinary file does not have them.
Limits: see `images/container`, `images/volumes`, `images/file_tree` and `images/deleted`. What no
reader understands is searched as bytes.
Spec: libyal's format documentation (https://github.com/libyal), The Sleuth Kit, dfVFS.
"""

from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.backend import MODULES, forget_credentials, open_root
from chainlead.evidence.images.container import open_container
from chainlead.evidence.images.segments import SEGMENT_SOURCE, is_later_ewf, is_later_segment
from chainlead.evidence.images.signatures import EWF, container_kind
from chainlead.evidence.images.volumes import VolumeWalk
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.source import KeepRaw, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step


class DiskImage(Source):
    """A disk image, or the first file of a split one."""

    name = "disk image"
    media_type = "application/x-disk-image"
    rank = 15
    replaces_raw = True
    risky = True
    preload = MODULES

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        """A container's signature, or the beginning of a disk."""
        return bool(container_kind(head, stream, name))

    def read(self, place: Place) -> Iterator[Piece]:
        """The files of every file system on it, then what lies outside them."""
        kind = container_kind(place.stream.read_at(0, 4096), place.stream, place.name)
        try:
            disk = open_container(kind, place)
        except StopReadingError:
            yield KeepRaw()
            raise
        if disk.problem:
            yield place.unread(UnreadReason.DAMAGED, disk.problem)
        root, context = open_root(disk.media, "disk")
        try:
            yield from VolumeWalk(place, context, Step("image", disk.kind)).pieces(root)
        finally:
            forget_credentials()


class ImageSegment(Source):
    """A further file of a split image: it is read together with the first one, and hashed here."""

    name = SEGMENT_SOURCE
    media_type = "application/x-disk-image-segment"
    rank = 14
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """An E01 segment's signature with a number above 1; raw ones are told by their folder."""
        return head.startswith(EWF) and head[9:11] != b"\1\0"

    def read(self, place: Place) -> Iterator[Piece]:
        """Nothing, if the image that it belongs to begins beside it."""
        is_read = is_later_ewf if place.stream.read_at(0, 8) == EWF else is_later_segment
        if not is_read(place.name, place.neighbour):
            yield KeepRaw()
            yield place.unread(
                UnreadReason.DAMAGED,
                "a further segment of an image whose segments before it are not in the same folder: "
                "only its raw bytes were searched",
            )
