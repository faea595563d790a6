"""One record of a key-value store as pieces to search: its text, its UTF-16, and what it contains."""

from collections.abc import Iterator

from chainlead.evidence.item import Item, Layer
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Piece, Place, Value
from chainlead.evidence.utf16_runs import find_utf16_runs
from chainlead.model import Step

SHORTEST = 4
LONG_KEY = 20
_NAME_CHARACTERS = 200


def read_record(
    place: Place,
    name: str,
    row: str,
    content: bytes | str,
    media_type: str,
) -> Iterator[Piece]:
    """A record as a `Value`; stretches of UTF-16 in bytes as items beside it.

    Args:
        place: the store's stream.
        name: the record's own name, for example its key.
        row: the name and what tells records of one name apart.
        content: text, or bytes as they are.
        media_type: what the report says about it.
    """
    shown, where = shorten(name), shorten(row)
    text = content.encode("utf-8", "replace") if isinstance(content, str) else content
    is_text = isinstance(content, str) or is_utf8(content)
    if len(text) < SHORTEST:
        return

    def item(data: bytes, encoding: str) -> Item:
        return Item(
            provenance=place.provenance.inside("record", shown),
            data=data,
            encoding=encoding,
            media_type=media_type,
            layer=Layer.DECODED,
            stream_sha256=place.stream.sha256(),
            offset_bytes=None,
            row=where,
        )

    yield Value(item(text, "utf-8" if is_text else "bytes"), Step("record", where))
    if not is_text:
        for start, end, encoding in find_utf16_runs(text):
            yield item(text[start:end], encoding)


def shorten(name: str) -> str:
    """A readable name of bounded length; a long one keeps both ends."""
    if len(name) > _NAME_CHARACTERS:
        half = _NAME_CHARACTERS // 2
        name = f"{name[:half]}…{name[-half:]}"
    return readable_name(name)


def is_utf8(content: bytes) -> bool:
    """Whether the bytes are text in UTF-8 without a zero."""
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
