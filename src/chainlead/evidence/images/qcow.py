"""QCOW2 images, versions 2 and 3, with compressed clusters and backing images.

Found in: QEMU, KVM, libvirt, Proxmox, OpenStack.
Proof: signature, version, and tables that lie inside the file.
Limits: encrypted images, external data files and extended L2 entries are named and not read; of
internal snapshots only the present state is read. libqcow is not used: it gives zeros for some
compressed clusters without an error (seen with 20260703 on an image of `qemu-img convert -c`).
Spec: QEMU, docs/interop/qcow2.rst.
"""

import struct
import zlib
from collections import OrderedDict

import zstandard

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.media import Media
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.stream import Stream

_HEADER = struct.Struct(">4sIQIIQIIQQIIQ")
_OFFSET = 0x00FF_FFFF_FFFF_FE00
_COMPRESSED = 1 << 62
_ZERO = 1
_TABLES_HELD = 64
_LARGEST_L1 = 32 << 20
_DATA_FILE, _COMPRESSION, _EXTENDED = 4, 8, 16


class QcowImage:
    """An opened image; `read_at` gives bytes of the disk."""

    def __init__(self, stream: Stream) -> None:
        """Read header and first table.

        Raises:
            StopReadingError: it is damaged, encrypted or of an unknown kind.
        """
        self._stream = stream
        head = stream.read_at(0, 112)
        if len(head) < _HEADER.size:
            raise StopReadingError(UnreadReason.DAMAGED, "QCOW2 header is cut short")
        (_, version, backing, backing_length, bits, size, crypt, entries, table, *_rest) = (
            _HEADER.unpack_from(head)
        )
        features = struct.unpack_from(">Q", head, 72)[0] if version >= 3 else 0
        if version not in {2, 3}:
            raise StopReadingError(UnreadReason.UNSUPPORTED, f"QCOW image of version {version}")
        if crypt:
            raise StopReadingError(UnreadReason.ENCRYPTED, "QCOW2 image with its own encryption")
        if features & (_DATA_FILE | _EXTENDED):
            raise StopReadingError(
                UnreadReason.UNSUPPORTED, "QCOW2 image with an external data file or subclusters"
            )
        if not 9 <= bits <= 21 or entries * 8 > _LARGEST_L1:
            raise StopReadingError(UnreadReason.DAMAGED, "QCOW2 header has impossible sizes")
        self.size_bytes: int = min(size, entries << (2 * bits - 3))
        self._bits: int = bits
        self._is_zstd = version >= 3 and bool(features & _COMPRESSION) and head[104] == 1
        raw = stream.read_at(table, entries * 8)
        self._first = struct.unpack(f">{len(raw) // 8}Q", raw[: len(raw) // 8 * 8])
        self._tables: OrderedDict[int, tuple[int, ...]] = OrderedDict()
        self.backing_name = ""
        if backing and 0 < backing_length <= 1023:
            self.backing_name = stream.read_at(backing, backing_length).decode("utf-8", "replace")
        self.backing: Media | None = None

    def read_at(self, offset: int, length: int) -> bytes:
        """Bytes of the disk.

        Raises:
            OSError: a cluster is damaged or missing.
        """
        pieces: list[bytes] = []
        size = 1 << self._bits
        while length > 0:
            inside = offset & (size - 1)
            taken = min(length, size - inside)
            pieces.append(self._part(offset, inside, taken))
            offset += taken
            length -= taken
        return b"".join(pieces)

    def _part(self, offset: int, inside: int, length: int) -> bytes:
        entry = self._entry(offset >> self._bits)
        if entry & _COMPRESSED:
            return self._unpack(entry)[inside : inside + length]
        place = entry & _OFFSET
        if entry & _ZERO or (not place and self.backing is None):
            return bytes(length)
        if not place:
            assert self.backing is not None
            return self.backing.read_at(offset, length).ljust(length, b"\0")
        content = self._stream.read_at(place + inside, length)
        if place >= self._stream.size_bytes:
            raise OSError("a cluster lies behind the end of the image")
        return content.ljust(length, b"\0")  # a sparse file may end inside its last cluster

    def _entry(self, cluster: int) -> int:
        width = self._bits - 3
        number = cluster >> width
        if number >= len(self._first):
            raise OSError("the first table is cut short")
        place = self._first[number] & _OFFSET
        if not place:
            return 0
        table = self._tables.get(place)
        if table is None:
            raw = self._stream.read_at(place, 8 << width)
            if len(raw) < 8 << width:
                raise OSError("a second table lies behind the end of the image")
            table = struct.unpack(f">{1 << width}Q", raw)
            self._tables[place] = table
            if len(self._tables) > _TABLES_HELD:
                self._tables.popitem(last=False)
        return table[cluster & ((1 << width) - 1)]

    def _unpack(self, entry: int) -> bytes:
        shift = 62 - (self._bits - 8)
        place = entry & ((1 << shift) - 1)
        sectors = ((entry & (_COMPRESSED - 1)) >> shift) + 1
        packed = self._stream.read_at(place, sectors * 512 - (place & 511))
        size = 1 << self._bits
        try:
            if self._is_zstd:
                content = zstandard.ZstdDecompressor().decompressobj().decompress(packed)[:size]
            else:
                content = zlib.decompressobj(wbits=-15).decompress(packed, size)
        except (zlib.error, zstandard.ZstdError) as error:
            raise OSError("a compressed cluster is damaged") from error
        if len(content) < size:
            raise OSError("a compressed cluster is cut short")
        return content
