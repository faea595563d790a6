"""The text around a finding, safe to show: secrets masked, control characters made visible.

Assumption: everything that could be a secret is hidden, and what a check proves to be public is
shown. Known failure: a secret in a form that nobody thought of (a password in words, a short PIN)
is not recognised; harmless text that looks like a secret is hidden too.
"""

import re
from collections.abc import Iterable, Iterator

from chainlead.codecs import is_phrase_word, lookup_address, parse_extended_key
from chainlead.errors import CodecError

WIDTH = 40
"""Characters shown on each side."""
REACH = 320
"""Bytes or characters looked at on each side, so that no secret is cut before it is recognised."""
MASK = "[masked]"
_COVER = "█"

_STRETCH = re.compile(r"[0-9A-Za-z+/_-]{22,}")
"""Holds every match of `_RUN`, `_BASE64` (but its `=`), `_HEX` and `_MINI_KEY`."""
_RUN = re.compile(r"[0-9A-Za-z]{25,}")
_MINI_KEY = re.compile(r"(?<![0-9A-Za-z])S[1-9A-HJ-NP-Za-km-z]{21}(?![0-9A-Za-z])")
_HEX = re.compile(r"[0-9A-Fa-f]{32,}")
_HEX_PIECES = re.compile(
    r"(?:[0-9A-Fa-f]{2,8}[ :,-]{1,2}){15,}[0-9A-Fa-f]{2,8}|(?:0x[0-9A-Fa-f]{1,2}[, ]{1,2}){15,}"
)
_BYTE_LIST = re.compile(r"(?:\d{1,3}\s{0,8},\s{0,8}){15,}\d{1,3}")
_BASE64 = re.compile(r"[0-9A-Za-z+/_-]{40,}={0,2}")
_LONGEST_PADDING = 2
_SECRET_NUMBERS = re.compile(
    r"(?:[A-H][ :.)-]{0,3})?\d{6}(?:[\s,;-]{1,3}(?:[A-H][ :.)-]{0,3})?\d{6}){5,}"
)
_HEX_PIECE = re.compile(r"[0-9A-Fa-f]{2}[ :,-]")
_FEWEST_PIECES = 15
_SIX_DIGITS = re.compile(r"\d{6}")
_FEWEST_GROUPS = 6
"""These tell cheaply which longer expressions cannot match."""
_WORD = re.compile(r"[A-Za-z\u00c0-\u1fff\u3041-\ud7ff\uf900-\ufdff]+")
"""Letters of all scripts with a list, and the combining marks that NFD puts behind them."""
_LONGEST_GAP = 12
_LISTED, _PLAIN = 1, 2
_PLAIN_GAP = re.compile(r"\s{1,8}(?:\d{1,2}[.)]?\s{0,4})?")
_EVM = re.compile(r"0x[0-9A-Fa-f]{40}")
_seen_public: set[str] = set()
"""Texts that a check proved to be public: the same address stands in many contexts."""
_MOST_SEEN = 20_000
_FEWEST_LIST_WORDS = 4
_FEWEST_PLAIN_WORDS = 8
_SHORTEST_PLAIN_WORD = 3
_MOST_WORDS = 1 << 16


def is_public(text: str) -> bool:
    """Whether a run is a checked address, an EVM address or a public extended key."""
    if text in _seen_public or _EVM.fullmatch(text):
        return True
    if lookup_address(text) is None:
        try:
            if parse_extended_key(text).is_private:
                return False
        except CodecError:
            return False
    if len(_seen_public) >= _MOST_SEEN:
        _seen_public.clear()
    _seen_public.add(text)
    return True


def secret_spans(
    text: str, shown: tuple[int, int] | None = None, keep: tuple[int, int] | None = None
) -> Iterator[tuple[int, int]]:
    """Spans of a text that could be secrets.

    Args:
        text: any text.
        shown: all that reach into this part of it are wanted, others need not be told.
        keep: what lies inside this part need not be told.
    """
    first, last = shown or (0, len(text))
    kept_from, kept_to = keep or (0, 0)
    for stretch in _STRETCH.finditer(text):
        start, end = stretch.span()
        if kept_from <= start and end <= kept_to and text[end : end + 1] != "=":
            continue
        if start < last and end + _LONGEST_PADDING > first:
            yield from _unbroken(text, start, end)
    pieces = len(_HEX_PIECE.findall(text))
    if pieces >= _FEWEST_PIECES or text.count("0x") >= _FEWEST_PIECES:
        yield from (match.span() for match in _HEX_PIECES.finditer(text))
    if text.count(",") >= _FEWEST_PIECES:
        yield from (match.span() for match in _BYTE_LIST.finditer(text))
    if len(_SIX_DIGITS.findall(text)) >= _FEWEST_GROUPS:
        yield from (match.span() for match in _SECRET_NUMBERS.finditer(text))
    yield from _phrases(text, first, last)


def _unbroken(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Keys and codes inside one stretch of letters, digits and what base64 has beside them."""
    for match in _RUN.finditer(text, start, end):
        if not is_public(match[0]):
            yield match.span()
    whole = _BASE64.match(text, start)
    if whole and not is_public(whole[0]):
        yield whole.span()
    for match in _HEX.finditer(text, start, end):
        if not is_public(text[max(0, match.start() - 2) : match.end()]):
            yield match.span()
    for match in _MINI_KEY.finditer(text, start, end):
        yield match.span()


def _phrases(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Runs of list words with anything short between them, and of plain words with spaces.

    At least those that reach into the part from `first` to `last`.
    """
    end = _between_runs(text, first)
    listed, listed_start, plain, plain_start = 0, 0, 0, 0
    for match in _WORD.finditer(text, end):
        start = match.start()
        if (
            start >= last
            and (not listed or listed_start >= last)
            and (not plain or plain_start >= last)
        ):
            return
        kind = _kinds[match[0]]
        if listed and (not kind & _LISTED or start - end > _LONGEST_GAP):
            if listed >= _FEWEST_LIST_WORDS:
                yield listed_start, end
            listed = 0
        if plain and not (kind & _PLAIN and _PLAIN_GAP.fullmatch(text, end, start)):
            if plain >= _FEWEST_PLAIN_WORDS:
                yield plain_start, end
            plain = 0
        if kind & _LISTED:
            listed_start = start if not listed else listed_start
            listed += 1
        if kind & _PLAIN:
            plain_start = start if not plain else plain_start
            plain += 1
        end = match.end()
    if listed >= _FEWEST_LIST_WORDS:
        yield listed_start, end
    if plain >= _FEWEST_PLAIN_WORDS:
        yield plain_start, end


def _between_runs(text: str, place: int) -> int:
    """The end of a word before `place` with which every run ends; or the start of the text."""
    stop = place
    while stop > 0:
        start = max(stop - WIDTH, 0)
        inside = [
            match
            for match in _WORD.finditer(text, start, stop)
            if (match.start() > start or start == 0) and match.end() < stop  # not cut off
        ]
        following = None
        for match in reversed(inside):
            kind = _kinds[match[0]]
            if not kind or (following and not _goes_on(text, match, following)):
                return match.end()
            following = match
        stop = inside[0].start() if inside else start
    return 0


def _goes_on(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    """Whether both words can be of one run."""
    end, start = word.end(), following.start()
    both = _kinds[word[0]] & _kinds[following[0]]
    if both & _LISTED and start - end <= _LONGEST_GAP:
        return True
    return bool(both & _PLAIN and _PLAIN_GAP.fullmatch(text, end, start))


class _Kinds(dict[str, int]):
    """Words to what they are: the same words stand in many contexts."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        is_plain = not word.isascii() or (
            len(word) >= _SHORTEST_PLAIN_WORD and (word.islower() or word.isupper())
        )
        kind = (_LISTED if is_phrase_word(word) else 0) | (_PLAIN if is_plain else 0)
        self[word] = kind
        return kind


_kinds = _Kinds()


def cover(
    text: str, keep: tuple[int, int] | None = None, shown: tuple[int, int] | None = None
) -> str:
    """The text with every possible secret covered, character for character.

    Args:
        text: any text.
        keep: a span that is known to be public and stays readable.
        shown: the part that will be shown, all of it if left out; outside it nothing need be
            covered.
    """
    pieces: list[str] = []
    at = 0
    for start, end in _outside(sorted(secret_spans(text, shown, keep)), keep):
        if end > at:
            first = max(start, at)
            pieces.append(text[at:first])
            pieces.append(_COVER * (end - first))
            at = end
    return "".join(pieces) + text[at:]


def _outside(
    spans: list[tuple[int, int]], keep: tuple[int, int] | None
) -> Iterator[tuple[int, int]]:
    """The spans without what lies in `keep`, in order."""
    if keep is None:
        yield from spans
        return
    yield from ((start, min(end, keep[0])) for start, end in spans if start < keep[0])
    yield from ((max(start, keep[1]), end) for start, end in spans if end > keep[1])


def cover_values(text: str, secrets: Iterable[str]) -> str:
    """The text with every occurrence of these strings covered, character for character."""
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, _COVER * len(secret))
    return text


def close_covers(text: str) -> str:
    """Each covered stretch as one mark, so that its length says nothing."""
    return re.sub(f"{_COVER}+", MASK, text)


def masked(text: str) -> str:
    """A text from an exhibit, safe to show: possible secrets masked, controls visible."""
    return make_visible(close_covers(cover(text)))


_CONTROLS = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_CONTROLS |= dict.fromkeys(range(0x80, 0xA0), 0xB7)
_CONTROLS |= dict.fromkeys(
    (0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070)),
    0xB7,
)
_CONTROLS |= dict.fromkeys(range(0xFFF9, 0xFFFC), 0xB7)
_CONTROLS |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


def make_visible(text: str) -> str:
    """Control, direction and invisible characters replaced by visible ones."""
    return text.translate(_CONTROLS)
