"""The bytes of a volume that belong to no file that was read: free space, slack, lost clusters.

Each page is a window of the volume in which the bytes of files are blanked, so offsets are those of
the volume and nothing is read twice. Where letters or digits run on over the border of a file, the
blank gives way to them, so that a string on the border is seen whole.
"""

from collections.abc import Callable, Iterator

from chainlead.evidence.budget import Budget
from chainlead.evidence.images.spans import Spans
from chainlead.evidence.item import Item, Layer
from chainlead.model import Provenance

_BLOCK = 1 << 16
_REACH = 512
MEDIA_TYPE = "application/x-unallocated"


def read_rest(
    read_at: Callable[[int, int], bytes],
    size_bytes: int,
    taken: Spans,
    provenance: Provenance,
    *,
    image_sha256: str,
    budget: Budget,
) -> Iterator[Item]:
    """Pages of everything that is not taken; pages that hold nothing but zeros are left out.

    Args:
        read_at: the volume's bytes; may raise `OSError`, or give less than was asked.
        size_bytes: how many there are.
        taken: what was read as files.
        provenance: the step that names the rest.
        image_sha256: digest of the image file that they come from.
        budget: time, page size and margin.
    """
    limits = budget.limits
    for offset in range(0, size_bytes, limits.page_bytes):
        budget.check_time()
        core = min(limits.page_bytes, size_bytes - offset)
        if taken.covers(offset, offset + core):
            continue
        end = min(offset + core + limits.margin_bytes, size_bytes)
        page = bytearray(end - offset)
        for start, stop in taken.gaps(offset, end):
            _copy(read_at, page, offset, start, stop)
        for start, stop in taken.within(offset, end):
            _reach_in(read_at, page, offset, start, stop)
        if page.count(0, 0, core) == core:
            continue
        yield Item(
            provenance=provenance,
            data=bytes(page),
            encoding="bytes",
            media_type=MEDIA_TYPE,
            layer=Layer.RAW,
            stream_sha256=image_sha256,
            offset_bytes=offset,
            core_bytes=None if end == size_bytes and core == end - offset else core,
        )


def _copy(
    read_at: Callable[[int, int], bytes], page: bytearray, base: int, start: int, stop: int
) -> None:
    """Take the bytes over; a block that cannot be read stays blank."""
    for position in range(start, stop, _BLOCK):
        length = min(_BLOCK, stop - position)
        try:
            content = read_at(position, length)
        except OSError:
            continue
        page[position - base : position - base + len(content)] = content


def _reach_in(
    read_at: Callable[[int, int], bytes], page: bytearray, base: int, start: int, stop: int
) -> None:
    """Lift the blank from letters and digits that run over either end of a file's range."""
    first, last = start - base, stop - base
    if first > 0 and _is_word(page[first - 1]):
        content = _quietly(read_at, start, min(_REACH, stop - start))
        length = next((i for i, byte in enumerate(content) if not _is_word(byte)), len(content))
        page[first : first + length] = content[:length]
    if last < len(page) and _is_word(page[last]):
        begin = max(stop - _REACH, start, base)
        content = _quietly(read_at, begin, stop - begin)
        length = next(
            (i for i, byte in enumerate(reversed(content)) if not _is_word(byte)), len(content)
        )
        if length:
            page[last - length : last] = content[len(content) - length :]


def _quietly(read_at: Callable[[int, int], bytes], offset: int, length: int) -> bytes:
    try:
        return read_at(offset, length)
    except OSError:
        return b""


def _is_word(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122
