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
from collections.abc import Iterator

import numpy as np

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
_RUN_CHARACTERS = 8
_PRINTABLE = np.zeros(256, dtype=bool)
_PRINTABLE[[9, 10, 13, *range(32, 127)]] = True


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


def find_utf16_runs(page: bytes) -> Iterator[tuple[int, int, str]]:
    """Stretches of at least 8 printable ASCII characters in UTF-16, at any alignment.

    Yields:
        Start, end and encoding, sorted by start; stretches do not overlap much: of two readings
        of the same bytes only the longer is given, little-endian if both are as long.
    """
    if page.count(b"\0") < _RUN_CHARACTERS:
        return
    values = np.frombuffer(page, dtype=np.uint8)
    printable = _PRINTABLE[values]
    zero = values == 0
    runs = [
        *_runs(printable[:-1] & zero[1:], "utf-16-le"),
        *_runs(zero[:-1] & printable[1:], "utf-16-be"),
    ]
    runs.sort(key=lambda run: (run[0], -run[1], run[2] != "utf-16-le"))
    kept: list[tuple[int, int, str]] = []
    for run in runs:
        if kept and run[0] < kept[-1][1] - 2 and run[1] <= kept[-1][1] + 2:
            before = kept[-1]
            if run[1] - run[0] > before[1] - before[0]:
                kept[-1] = run
            continue
        kept.append(run)
    yield from kept


def _runs(
    pairs: "np.ndarray[tuple[int], np.dtype[np.bool_]]", encoding: str
) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for parity in (0, 1):
        line = pairs[parity::2]
        if not line.any():
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2]
        long = ends - starts >= _RUN_CHARACTERS
        found.extend(
            (2 * int(start) + parity, 2 * int(end) + parity, encoding)
            for start, end in zip(starts[long], ends[long], strict=True)
        )
    return found


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
