"""Single compressed streams: gzip, bzip2, xz and lzma.

Found in: logs, backups, `.tar.gz` and its kin (the tar inside is read as a tar).
Proof: the signature; gzip, bzip2 and xz check their own sums while they unpack.
Limits: what was unpacked before damage is searched, the rest is reported; the older `.lzma` format
has no signature of its own and is recognised by name and header together.
Spec: RFC 1952; https://sourceware.org/bzip2/; https://tukaani.org/xz/xz-file-format.txt.
"""

from collections.abc import Callable, Iterator
from typing import ClassVar

from chainlead.evidence.decompress import Unpacker, make_bzip2, make_gzip, make_xz, unpack
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_SHORT = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".svgz": ".svg"}
_ENDINGS = (".gz", ".bz2", ".xz", ".lzma")


class _Compressed(Source):
    rank = 10
    replaces_raw = True
    unpacker: ClassVar[Callable[[], Unpacker]]

    def read(self, place: Place) -> Iterator[Piece]:
        """One member: the unpacked bytes."""
        inner = inner_name(place.name)
        make = type(self).unpacker
        yield Member(
            step=Step(self.name, readable_name(inner)),
            name=inner,
            chunks=lambda: unpack(place.stream, make),
            stored_bytes=place.stream.size_bytes,
        )


class Gzip(_Compressed):
    """gzip, also several members one after the other."""

    name = "gzip"
    media_type = "application/gzip"
    unpacker = make_gzip

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """Signature and method 8."""
        return head.startswith(b"\x1f\x8b\x08")


class Bzip2(_Compressed):
    """bzip2, also several streams one after the other."""

    name = "bzip2"
    media_type = "application/x-bzip2"
    unpacker = make_bzip2

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """Signature, block size and the first block's mark."""
        return head[:3] == b"BZh" and head[4:10] in {b"1AY&SY", b"\x17rE8P\x90"}


class Xz(_Compressed):
    """xz, and lzma by name."""

    name = "xz"
    media_type = "application/x-xz"
    unpacker = make_xz

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (the head is enough)
        """The xz signature, or the usual lzma header in a file named so."""
        is_lzma = head.startswith(b"\x5d\0\0") and name.lower().endswith((".lzma", ".tlz"))
        return head.startswith(b"\xfd7zXZ\0") or is_lzma


def inner_name(name: str) -> str:
    """`a.tar.gz` → `a.tar`, `a.tgz` → `a.tar`; a name without such an ending stays."""
    lower = name.lower()
    for ending, other in _SHORT.items():
        if lower.endswith(ending):
            return name[: -len(ending)] + other
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
