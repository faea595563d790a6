"""Bytes written as hexadecimal text, as nodes and explorers print them."""

import binascii

_BOM = b"\xef\xbb\xbf"
_LEAST_DIGITS = 20


def bytes_from_hex_text(content: bytes) -> bytes | None:
    """The bytes; None if the text is anything else. White space around and line ends are allowed."""
    text = content.removeprefix(_BOM).strip()
    if text[:2] in {b"0x", b"0X"}:
        text = text[2:]
    if len(text) < _LEAST_DIGITS:
        return None
    if b"\n" in text[:200] or b"\r" in text[:200]:
        text = text.replace(b"\r", b"").replace(b"\n", b"")
    try:
        return binascii.unhexlify(text)
    except binascii.Error:
        return None
