"""The picture of a trail in the reader's language: the same marks, with other words in them.

The report draws in English, because its bytes are compared; a page says what it shows. Only what the
catalogue knows changes: names, identifiers and what somebody wrote stay as they are.
"""

import re
from html import escape, unescape

from chainlead.web.words import Words

_WORDS = re.compile(r"(<(title|desc|text)\b[^>]*>)([^<]+)(</\2>)")
_LABEL = re.compile(r'( aria-label=")([^"]+)(")')


def said_picture(markup: str, words: Words) -> str:
    """The SVG text with its titles, descriptions and labels in a language.

    Args:
        markup: of our own drawing; nothing else is this regular.
        words: of the page.
    """

    def said(found: re.Match[str]) -> str:
        told = words.told_together(unescape(found[3]))
        return f"{found[1]}{escape(told, quote=False)}{found[4]}"

    def labelled(found: re.Match[str]) -> str:
        told = words.told_together(unescape(found[2]))
        return f"{found[1]}{escape(told)}{found[3]}"

    return _LABEL.sub(labelled, _WORDS.sub(said, markup))
