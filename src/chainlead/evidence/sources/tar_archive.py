"""Tar archives: old, ustar, pax and GNU, also sparse members.

Found in: backups, phone extractions, software packages; compressed ones are unpacked first.
Proof: the header's own checksum.
Limits: links are listed and not followed; after a damaged header, or where anything follows the
end, all bytes of the archive are searched raw too.
Spec: POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format".
"""

import tarfile
from collections.abc import Callable, Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, climbs_out, readable_name
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_CHUNK = 1 << 20
_BLOCK = 512
_BROKEN = (
    tarfile.TarError, EOFError, OSError, ValueError, OverflowError, KeyError, TypeError, IndexError,
    RecursionError,
)  # fmt: skip


class TarArchive(Source):
    """An uncompressed tar archive."""

    name = "tar"
    media_type = "application/x-tar"
    rank = 20
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The first header's checksum is right."""
        if len(head) < _BLOCK or not head[0]:
            return False
        field = head[148:156].strip(b" \0")
        if not field or not field.isdigit():
            return False
        unsigned = sum(head[:148]) + 8 * 0x20 + sum(head[156:_BLOCK])
        try:
            return int(field, 8) == unsigned
        except ValueError:
            return False

    def read(self, place: Place) -> Iterator[Piece]:
        """The members in their order."""
        names = UniqueNames()
        last = -1
        try:
            archive = tarfile.open(fileobj=place.stream.open(), mode="r:", errorlevel=2)  # noqa: SIM115
        except _BROKEN as error:
            raise StopReadingError(UnreadReason.DAMAGED, f"tar header: {error}") from error
        with archive:
            while True:
                try:
                    info = archive.next()
                except _BROKEN as error:
                    raise StopReadingError(
                        UnreadReason.DAMAGED, f"tar header after {max(last, 0)} bytes: {error}"
                    ) from error
                if info is None:
                    break
                if info.offset_data <= last or info.size < 0:
                    raise StopReadingError(UnreadReason.DAMAGED, "tar headers run backwards")
                last = info.offset_data
                _forget(archive)
                place.budget.check_time()
                yield from _member(archive, info, names, place)
            if place.stream.read_at(archive.offset, _BLOCK).strip(b"\0"):
                raise StopReadingError(
                    UnreadReason.DAMAGED, f"tar header after {archive.offset} bytes is damaged"
                )
            if _has_more(place.stream, archive.offset):
                yield KeepRaw()


def _forget(archive: tarfile.TarFile) -> None:
    """The library would keep the header of every member."""
    archive.members = []  # type: ignore[attr-defined]  # typeshed does not list it


def _has_more(stream: Stream, position: int) -> bool:
    """Whether anything but zeros follows the end of the archive."""
    return any(chunk.strip(b"\0") for chunk in stream.chunks(position))


def _member(
    archive: tarfile.TarFile, info: tarfile.TarInfo, names: UniqueNames, place: Place
) -> Iterator[Piece]:
    if info.isdir():
        return
    shown, is_second = names.claim(readable_name(info.name))
    provenance = place.provenance.inside("tar", shown)
    if climbs_out(info.name):
        yield Unread(
            provenance, UnreadReason.CLIMBS_OUT, "its content was searched; never unpack it"
        )
    if is_second:
        yield Unread(
            provenance, UnreadReason.DUPLICATE_NAME, "another member before it has this name"
        )
    if info.issym() or info.islnk():
        target = readable_name(info.linkname)
        yield Unread(provenance, UnreadReason.LINK, f"link inside an archive to {target}")
        return
    if not info.isreg():
        yield Unread(provenance, UnreadReason.SPECIAL, "device or pipe inside an archive")
        return
    sparse: list[tuple[int, int]] | None = getattr(info, "sparse", None)
    stored = sum(size for _, size in sparse) if sparse else info.size
    yield Member(
        step=Step("tar", shown),
        name=info.name.rpartition("/")[2],
        chunks=lambda: _chunks(archive, info),
        stored_bytes=stored,
        sibling=_sibling(info, place),
    )


def _chunks(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    left = info.size
    try:
        member = archive.extractfile(info)
        while member is not None and left > 0:
            chunk = member.read(min(_CHUNK, left))
            if not chunk:
                break
            left -= len(chunk)
            yield chunk
    except _BROKEN as error:
        raise StopReadingError(UnreadReason.DAMAGED, f"tar member: {error}") from error
    if left > 0:
        raise StopReadingError(UnreadReason.DAMAGED, f"cut short: {left} bytes are missing")


def _sibling(info: tarfile.TarInfo, place: Place) -> Callable[[str], Stream | None]:
    def sibling(suffix: str) -> Stream | None:
        """Look through the archive again, for this one name only."""
        try:
            with tarfile.open(fileobj=place.stream.open(), mode="r:") as again:
                last = -1
                while (other := again.next()) is not None and other.offset_data > last:
                    last = other.offset_data
                    _forget(again)
                    wanted = other.name == info.name + suffix and other.isreg()
                    if wanted and 0 <= other.size <= place.budget.limits.database_bytes:
                        return Stream.of_bytes(b"".join(_chunks(again, other)))
        except (*_BROKEN, StopReadingError):
            return None
        return None

    return sibling
