"""Android backups: the tar inside, unpacked and, with a password, decrypted.

Found in: `*.ab` files.
Proof, Limits, Spec: see `android_backup`.
"""

from collections.abc import Iterator

from chainlead.evidence.android_backup import (
    SIGNATURE,
    BackupHead,
    decrypt_cbc,
    find_key,
    parse_head,
)
from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.decompress import make_zlib, unpack
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream, spool
from chainlead.model import Step

_INNER = "backup.tar"


class AndroidBackupFile(Source):
    """An Android backup."""

    name = "android_backup"
    media_type = "application/x-android-backup"
    rank = 10
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The first line."""
        return head.startswith(SIGNATURE)

    def read(self, place: Place) -> Iterator[Piece]:
        """One member: the tar."""
        try:
            head = parse_head(place.stream)
            key = find_key(head, place.passwords) if head.key_lines else None
        except ValueError as error:
            raise StopReadingError(UnreadReason.DAMAGED, "head of the backup") from error
        if head.key_lines and key is None:
            detail = (
                "none of the given passwords fits" if place.passwords else "a password is needed"
            )
            raise StopReadingError(UnreadReason.ENCRYPTED, f"Android backup: {detail}")
        yield Member(
            step=Step("ab", _INNER),
            name=_INNER,
            chunks=lambda: _content(place, head, key),
            stored_bytes=place.stream.size_bytes,
        )


def _content(place: Place, head: BackupHead, key: tuple[bytes, bytes] | None) -> Iterator[bytes]:
    body = place.stream.window(head.start, place.stream.size_bytes - head.start)
    if key is None:
        yield from unpack(body, make_zlib, several=False) if head.is_packed else body.chunks()
        return
    clear = decrypt_cbc(body.chunks(), *key)
    if not head.is_packed:
        yield from clear
        return
    stream, stopped = spool(clear, body.size_bytes, place.stream.chain_ratio, place.budget)
    try:
        yield from unpack(stream, make_zlib, several=False)
    finally:
        stream.close()
    if stopped is not None:
        raise StopReadingError(stopped.reason, stopped.detail)
