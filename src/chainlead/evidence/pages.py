"""A stream's own bytes as items: pages with a margin.

Found in: every stream that is not an archive read to its end.
Proof: none needed; these are the bytes as they are.
Limits: a hit longer than the margin that crosses a page is not seen; UTF-16 text inside a page of
other bytes, at even or odd offsets, is left to the searcher of raw items.
"""

from collections.abc import Iterator

from chainlead.evidence.item import Item, Layer
from chainlead.evidence.source import Place
from chainlead.evidence.text_encoding import guess_encoding, page_encoding

_SAMPLE_BYTES = 1 << 18
LEAD_BYTES = 2048
"""Even, so that 16-bit text keeps its alignment; as much as the searcher keeps of a page."""


_LARGEST_WHOLE = 64 << 20
_BERKELEY_DB = (b"\x62\x31\x05\0", b"\0\x05\x31\x62")
_SQLITE = b"SQLite format 3\0"


def count_pages(place: Place) -> int:
    """How many pages `read_pages` gives."""
    return -(-place.stream.size_bytes // _page_bytes(place))


def _page_bytes(place: Place) -> int:
    """A database or JSON document of up to 64 MiB is one page: who reads wallets needs it whole."""
    stream = place.stream
    each = place.budget.limits.page_bytes
    if each < stream.size_bytes <= min(_LARGEST_WHOLE, place.budget.limits.document_bytes):
        if stream.is_one_thing is None:
            stream.is_one_thing = _is_one_thing(stream.read_at(0, 64))
        if stream.is_one_thing:
            return stream.size_bytes
    return each


def _is_one_thing(head: bytes) -> bool:
    return head[12:16] in _BERKELEY_DB or head.startswith(_SQLITE) or head.lstrip()[:1] == b"{"


def read_pages(place: Place, media_type: str = "", first: int = 0) -> Iterator[Item]:
    """The stream's bytes, page by page; each page reaches a margin into the next."""
    page_bytes = _page_bytes(place)
    for offset in range(first * page_bytes, place.stream.size_bytes, page_bytes):
        is_last = offset + page_bytes >= place.stream.size_bytes
        core = None if is_last else page_bytes
        item = _page(place, media_type, offset, core)
        if item is None:
            return  # the file became shorter while it was read
        yield item


def read_lead(place: Place, media_type: str, page: int) -> Item | None:
    """The last bytes before a page, with the same margin: for a search that begins at the page."""
    offset = page * _page_bytes(place)
    length = min(LEAD_BYTES, offset)
    return _page(place, media_type, offset - length, length) if length else None


def _page(place: Place, media_type: str, offset: int, core: int | None) -> Item | None:
    limits = place.budget.limits
    stream = place.stream
    guess, is_text = _guess(place)
    media_type = media_type or ("text/plain" if is_text else "application/octet-stream")
    page = stream.read_at(offset, (core or _page_bytes(place)) + limits.margin_bytes)
    if not page:
        return None
    return Item(
        provenance=place.provenance,
        data=page,
        encoding=page_encoding(page, guess),
        media_type=media_type,
        layer=Layer.RAW,
        stream_sha256=stream.sha256(),
        offset_bytes=offset,
        core_bytes=core,
    )


def _guess(place: Place) -> tuple[str, bool]:
    """What the stream's first bytes look like; looked at once for all its pages."""
    stream = place.stream
    if place.charset not in stream.guesses:
        sample = stream.read_at(0, _SAMPLE_BYTES)
        stream.guesses[place.charset] = guess_encoding(sample, place.charset)
    return stream.guesses[place.charset]
