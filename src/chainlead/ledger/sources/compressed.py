"""Compressed files: gzip, bzip2, xz, Zstandard.

Found in: exports and archived block files (`.gz`, `.bz2`, `.xz`, `.zst`). Proof: the magic bytes,
and what is inside must itself be a source. Limits: unpacking stops at the size cap that the
caller sets. Spec: RFC 1952, bzip2 manual, the .xz file format 1.2.1, RFC 8878.
"""

import bz2
import io
import lzma
import zlib
from typing import IO, cast

import zstandard

from chainlead.errors import LedgerSourceError
from chainlead.ledger.source import Packing


def _read_capped(stream: IO[bytes], max_bytes: int, form: str) -> bytes:
    try:
        content = stream.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
        raise LedgerSourceError(f"The {form} data are damaged: {error}.") from error
    if len(content) > max_bytes:
        raise LedgerSourceError(f"More than {max_bytes} bytes come out of the {form} data.")
    return content


class Gzip(Packing):
    """`.gz`."""

    form = "gzip"
    magic = b"\x1f\x8b\x08"

    def unpack(self, content: bytes, *, max_bytes: int) -> bytes:
        """The bytes inside."""
        import gzip  # noqa: PLC0415  (beside its use: this class hides the name)

        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            return _read_capped(cast("IO[bytes]", stream), max_bytes, self.form)


class Bzip2(Packing):
    """`.bz2`."""

    form = "bzip2"
    magic = b"BZh"

    def unpack(self, content: bytes, *, max_bytes: int) -> bytes:
        """The bytes inside."""
        with bz2.BZ2File(io.BytesIO(content)) as stream:
            return _read_capped(cast("IO[bytes]", stream), max_bytes, self.form)


class Xz(Packing):
    """`.xz`."""

    form = "xz"
    magic = b"\xfd7zXZ\x00"

    def unpack(self, content: bytes, *, max_bytes: int) -> bytes:
        """The bytes inside."""
        with lzma.LZMAFile(io.BytesIO(content)) as stream:
            return _read_capped(cast("IO[bytes]", stream), max_bytes, self.form)


class Zstandard(Packing):
    """`.zst`."""

    form = "zstandard"
    magic = b"\x28\xb5\x2f\xfd"

    def unpack(self, content: bytes, *, max_bytes: int) -> bytes:
        """The bytes inside."""
        decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        with decompressor.stream_reader(io.BytesIO(content), read_across_frames=True) as stream:
            return _read_capped(cast("IO[bytes]", stream), max_bytes, self.form)
