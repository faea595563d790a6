"""Plain text that was a sentence of the program when it was kept, known again by its pattern.

A case keeps English text, whatever language its readers have; so the same case gives the same bytes.
Who shows it looks for the pattern that it was made of. A value whose name begins with `told` is a text
of the program too and said in the other language; every other value stays as it is.
"""

from collections.abc import Iterator, Mapping
from string import Formatter

_LONGEST = 900
_OWN = "told"


class KnownAgain:
    """The sentences of one language that may come as plain text.

    Attributes:
        told: each English pattern with what it is in the language.
    """

    def __init__(self, told: Mapping[str, str], also: Mapping[str, str] | None = None) -> None:
        """Hold them.

        Args:
            told: English pattern with `{names}`, and what it is in the language.
            also: further words of the program that a value named `told…` may be.
        """
        self._also = also or {}
        self.told = told
        patterns = [_Pattern(each) for each in told if "{" in each]
        self._patterns = sorted(patterns, key=lambda each: -each.said)

    def lookup(self, text: str) -> tuple[str, Mapping[str, str]] | None:
        """What a text is in the language, with its values; None where it is no known sentence."""
        if text in self.told:
            return _plain(self.told[text]), {}
        if len(text) > _LONGEST:
            return None
        for each in self._patterns:
            values = each.values_in(text)
            if values is not None:
                return self.told[each.pattern], dict(self._said(values))
        return None

    def say(self, text: str) -> str:
        """The text in the language; unchanged where it is no known sentence."""
        found = self.lookup(text)
        return found[0].format(**found[1]) if found else text

    def _said(self, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for name, value in values.items():
            own = name.startswith(_OWN)
            yield name, self._also.get(value) or self.say(value) if own else value


class _Pattern:
    """One sentence with values. `said` letters of it are its own; the one that says most is tried first.

    What stands between two values is looked for once, from left to right: hostile text takes no longer
    than other text. A value that holds what stands behind it may so be missed; then it stays English.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._pieces = [(text, name) for text, name, *_ in Formatter().parse(pattern)]
        self.said = sum(len(text) for text, _ in self._pieces)

    def values_in(self, text: str) -> Mapping[str, str] | None:
        begin, name = self._pieces[0]
        if not text.startswith(begin):
            return None
        values: dict[str, str] = {}
        at = len(begin)
        for literal, following in (*self._pieces[1:], ("", None)):
            if name is None:
                break
            end = len(text) - len(literal) if following is None else text.find(literal, at + 1)
            if end <= at or not text.startswith(literal, end):
                return None
            if values.setdefault(name, text[at:end]) != text[at:end]:
                return None
            at, name = end + len(literal), following
        return values if at == len(text) else None


def _plain(text: str) -> str:
    """A text that holds no names, so that filling it leaves it as it is."""
    return text.replace("{", "{{").replace("}", "}}")
