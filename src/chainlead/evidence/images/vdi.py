"""VDI images, dynamic and fixed.

Found in: VirtualBox.
Proof: signature, version 1, and a block map that lies inside the file.
Limits: differencing images (snapshots) are named and not read.
Spec: the header as documented by its maker in VDICore.h and used by QEMU's block/vdi.c.
"""

import struct

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.stream import Stream

SIGNATURE = b"\x7f\x10\xda\xbe"
_DYNAMIC, _FIXED = 1, 2
_LARGEST_MAP = 256 << 20
_NOT_THERE = 0xFFFF_FFFE


class VdiImage:
    """An opened image; `read_at` gives bytes of the disk."""

    def __init__(self, stream: Stream) -> None:
        """Read header and block map.

        Raises:
            StopReadingError: it is damaged or of an unknown kind.
        """
        head = stream.read_at(0, 512)
        if len(head) < 512:
            raise StopReadingError(UnreadReason.DAMAGED, "VDI header is cut short")
        kind = struct.unpack_from("<I", head, 0x4C)[0]
        blocks_at, self._data_at = struct.unpack_from("<II", head, 0x154)
        size, self._block, extra, count = struct.unpack_from("<QIII", head, 0x170)
        if kind not in {_DYNAMIC, _FIXED} or extra:
            raise StopReadingError(
                UnreadReason.UNSUPPORTED,
                "VDI image of another kind: only its own bytes were searched",
            )
        if not 512 <= self._block <= 256 << 20 or count * 4 > _LARGEST_MAP:
            raise StopReadingError(UnreadReason.DAMAGED, "VDI header has impossible sizes")
        raw = stream.read_at(blocks_at, count * 4)
        self._map = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
        self._stream = stream
        self.size_bytes: int = min(size, count * self._block)

    def read_at(self, offset: int, length: int) -> bytes:
        """Bytes of the disk.

        Raises:
            OSError: a block is missing.
        """
        pieces: list[bytes] = []
        while length > 0:
            number, inside = divmod(offset, self._block)
            taken = min(length, self._block - inside)
            if number >= len(self._map):
                raise OSError("the block map is cut short")
            place = self._map[number]
            if place >= _NOT_THERE:
                pieces.append(bytes(taken))
            else:
                content = self._stream.read_at(self._data_at + place * self._block + inside, taken)
                if len(content) < taken:
                    raise OSError("a block lies behind the end of the image")
                pieces.append(content)
            offset += taken
            length -= taken
        return b"".join(pieces)
