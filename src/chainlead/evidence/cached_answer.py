"""What a browser's cache keeps of one answer: its address, its header lines, its body undone.

Found in: the caches of Chromium and Firefox.
Proof: the cache entry's own structure; the packing checks itself.
Limits: an answer that is not packed is taken apart, and its own bytes are searched in the file.
Spec: RFC 9110.
"""

import re
from collections.abc import Iterator

from chainlead.evidence.http_answer import body_chunks
from chainlead.evidence.naming import readable_name
from chainlead.evidence.record import read_record, shorten
from chainlead.evidence.source import Member, Piece, Place
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_CODING = re.compile(rb"content-encoding:[ \t]*([a-z0-9-]{1,20})", re.IGNORECASE)
_PLAIN = frozenset({"", "identity", "none"})


def read_answer(
    place: Place, key: str, head: bytes, body: Stream, *, media_type: str, mark: str = ""
) -> Iterator[Piece]:
    """One cached answer: its key as a record, its body as a member.

    Args:
        place: the cache file.
        key: what the cache calls it: the address of the page.
        head: the header lines, in whatever frame.
        body: the body as stored.
        media_type: of the cache file.
        mark: tells entries of one key apart.
    """
    yield from read_record(place, key, f"{key}{mark} (key)", key, media_type)
    coding = _CODING.search(head)
    name = coding.group(1).decode("ascii").lower() if coding else ""
    if not body.size_bytes:
        return
    yield Member(
        step=Step("cache", shorten(f"{key}{mark}")),
        name=readable_name(key.rpartition("/")[2][:80]),
        chunks=lambda: body_chunks(body, 0, {"content-encoding": name}, place.budget),
        stored_bytes=body.size_bytes,
        is_searched=name in _PLAIN,
    )
