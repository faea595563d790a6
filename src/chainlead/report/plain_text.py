"""Text from evidence, made safe to print: nothing invisible, nothing that turns the line around.

Control and bidirectional characters are shown as their number, so that a reader sees that they are
there. Spreadsheet formulas are stopped by a leading apostrophe.
"""

import unicodedata

_HIDDEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def visible(text: str) -> str:
    r"""The text with every control, format, surrogate and unassigned character written as `\\u202e`.

    Line ends and tabs become single spaces.
    """
    if text.isprintable() and (text.isascii() or not _HIDDEN.intersection(text)):
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\r\t\u2028\u2029":
        return " "
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return f"\\u{ord(character):04x}"
    return character


def shortened(text: str, head: int = 6, tail: int = 4) -> str:
    """First and last characters with an ellipsis between; short texts stay whole."""
    return text if len(text) <= head + tail + 1 else f"{text[:head]}…{text[-tail:]}"


def spreadsheet_cell(text: str) -> str:
    """The text as a cell that no spreadsheet program runs as a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
