"""JSON documents from bytes that may be anything."""

from typing import Any

import msgspec


def json_from_bytes(content: bytes) -> Any:
    """The document; None if the bytes are not JSON (in UTF-8) or nest too deep."""
    text = content.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
