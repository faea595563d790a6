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


def read_pages(place: Place, media_type: str = "") -> Iterator[Item]:
    """The stream's bytes, page by page; each page reaches a margin into the next."""
    limits = place.budget.limits
    stream = place.stream
    guess, is_text = guess_encoding(stream.read_at(0, _SAMPLE_BYTES), place.charset)
    media_type = media_type or ("text/plain" if is_text else "application/octet-stream")
    for offset in range(0, stream.size_bytes, limits.page_bytes):
        page = stream.read_at(offset, limits.page_bytes + limits.margin_bytes)
        if not page:
            return  # the file became shorter while it was read
        is_last = offset + limits.page_bytes >= stream.size_bytes
        core = None if is_last else limits.page_bytes
        encoding = page_encoding(page, guess)
        yield Item(
            provenance=place.provenance,
            data=page,
            encoding=encoding,
            media_type=media_type,
            layer=Layer.RAW,
            stream_sha256=stream.sha256(),
            offset_bytes=offset,
            core_bytes=core,
        )
