"""Which encoding a stream's text is in, from its bytes alone.

Found in: every plain file and decoded member.
Proof: a byte order mark; or strict decoding; or the pattern of zero bytes; for 8-bit code pages
only a score (lower-case letters of one script beside each other), so those are a guess.
Limits: UTF-16 without a mark is recognised by its ASCII part; a code page changes how text around
a hit reads, and never whether an ASCII hit is found.
Spec: RFC 3629, RFC 2781; the code page tables of the Unicode consortium.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_WESTERN = ("cp1252", "cp850", "mac-roman")
_MULTIBYTE = ("shift_jis", "euc-jp", "gb18030", "euc-kr", "big5")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH = re.compile(rb"[\x80-\xff]")


def guess_encoding(sample: bytes, charset: str = "") -> tuple[str, bool]:
    """The encoding of a stream, from its first bytes.

    Args:
        sample: the stream's first bytes.
        charset: what a container says; believed if the bytes agree.

    Returns:
        A Python codec name, or `bytes`; and whether it looks like text.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark) and _decodes(sample[: len(sample) & ~1], encoding):
            return encoding, True
    wide = _guess_utf16(sample)
    if wide:
        return wide, True
    if len(_CONTROLS.findall(sample)) * 100 > len(sample) or b"\0" in sample:
        return "bytes", False
    if _decodes(sample, "utf-8"):
        return "utf-8", True
    named = _python_name(charset)
    if named and _decodes(sample, named):
        return named, True
    return _guess_legacy(sample), True


def page_encoding(page: bytes, guess: str) -> str:
    """The guess, if this page agrees with it; else `bytes`."""
    if guess in {"utf-8", "utf-16-le", "utf-16-be"} and not _decodes(page, guess):
        return "bytes"
    return guess


def _decodes(page: bytes, encoding: str) -> bool:
    """Whether the bytes are valid, but for a character cut at either end of a page."""
    if encoding == "utf-8":
        skip = 0
        while skip < min(3, len(page)) and page[skip] & 0xC0 == 0x80:
            skip += 1
        page = page[skip:]
    try:
        codecs.getincrementaldecoder(encoding)().decode(page, final=False)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _guess_utf16(sample: bytes) -> str:
    pairs = len(sample) // 2
    if pairs < 4:
        return ""
    even, odd = sample[: 2 * pairs : 2], sample[1 : 2 * pairs : 2]
    for text, zeros, encoding in ((even, odd, "utf-16-le"), (odd, even, "utf-16-be")):
        plausible = zeros.count(0) * 10 >= pairs * 6 and text.count(0) == 0
        if plausible and len(_CONTROLS.findall(text)) * 50 <= pairs:
            return encoding if _decodes(sample[: 2 * pairs], encoding) else ""
    return ""


def _python_name(charset: str) -> str:
    """The codec's name if it is an ASCII-compatible text encoding that Python knows."""
    try:
        name = codecs.lookup(charset).name if charset and charset.isascii() else ""
        return name if name and b"Az09".decode(name) == "Az09" else ""
    except (LookupError, ValueError, TypeError):
        return ""


def _guess_legacy(sample: bytes) -> str:
    sample = sample[: 1 << 16]
    high = len(_HIGH.findall(sample))
    is_dense = high * 4 >= len(sample)  # Western text has few high bytes
    for encoding in _MULTIBYTE:
        if is_dense and _decodes(sample, encoding):
            text = codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
            wide = sum(
                1
                for c in text
                if "\u3040" <= c <= "\u30ff"
                or "\u4e00" <= c <= "\u9fff"
                or "\uac00" <= c <= "\ud7a3"
            )
            if wide * 2 >= high * 0.8 and wide >= 4:
                return encoding
    best, best_score = "cp1252", 0
    for encoding in (*_WESTERN, *_CYRILLIC):
        text = sample.decode(encoding, "replace")
        cyrillic = encoding in _CYRILLIC
        score = sum(
            (2 if c.islower() else 1 if c.isupper() else -2)
            for c in text
            if c > "\x7f" and c.isalpha() and ("\u0400" <= c <= "\u04ff") == cyrillic
        ) - 3 * sum(1 for c in text if c > "\x7f" and not c.isalpha())
        # one or two foreign letters in a word are Western; whole words of them are Cyrillic
        if cyrillic and high * 3 < len(re.findall(rb"[A-Za-z]", sample)):
            continue
        if score > best_score:
            best, best_score = encoding, score
    return best
