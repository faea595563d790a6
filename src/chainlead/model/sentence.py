"""A sentence of the program's own, which can be said in another language too.

A `Sentence` is its English text, so that a journal, a report or a command line prints it as it is. It
remembers its pattern and values: a page looks the pattern up in its catalogue and fills them in again.
Identifiers, commands and evidence are values, never patterns.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

Lookup = Callable[[str], str]
Show = Callable[[object], str]


class Sentence(str):  # noqa: SLOT000  (it carries its pattern)
    """English text that knows its pattern.

    Attributes:
        pattern: the text with `{names}`; the key of a catalogue. Empty for joined sentences.
        values: what stands at the names; sentences among them are said in the other language too.
        parts, between: of joined sentences.
    """

    pattern: str
    values: Mapping[str, object]
    parts: tuple[str, ...]
    between: str

    def __new__(cls, pattern: str, /, **values: object) -> Self:
        """The sentence of this pattern; without values the pattern is the text."""
        told = str.__new__(cls, pattern.format(**values) if values else pattern)
        told.pattern, told.values, told.parts, told.between = pattern, values, (), ""
        return told

    @classmethod
    def kept(cls, text: str) -> Self:
        """A text that was a sentence when it was stored; a catalogue may know it again."""
        return cls(text)

    @classmethod
    def joined(cls, parts: Iterable[str], between: str = " ") -> Self:
        """Several texts one after the other; empty ones are left out."""
        kept = tuple(part for part in parts if part)
        told = str.__new__(cls, between.join(kept))
        told.pattern, told.values, told.parts, told.between = "", {}, kept, between
        return told

    @classmethod
    def counted(cls, count: int, one: str, many: str, /, **values: object) -> Self:
        """The pattern for one thing or for several; both know `{count}`."""
        return cls(one if count == 1 else many, count=count, **values)

    def said(self, lookup: Lookup, show: Show = str) -> str:
        """The same in another language.

        Args:
            lookup: the pattern in that language, or the pattern itself where it has none.
            show: how that language writes a number or another value that is no text.
        """
        if self.parts:
            return self.between.join(said(part, lookup, show) for part in self.parts)
        if not self.values:
            return lookup(self.pattern) if self.pattern else ""
        shown = {name: said(value, lookup, show) for name, value in self.values.items()}
        return lookup(self.pattern).format(**shown)

    def patterns(self) -> tuple[str, ...]:
        """Every pattern in it, its own first: what a catalogue has to know."""
        inside = (*self.parts, *self.values.values())
        found = [p for each in inside if isinstance(each, Sentence) for p in each.patterns()]
        return (self.pattern, *found) if self.pattern else tuple(found)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied and sent to another process as plain text."""
        return (str, (str(self),))


def said(value: object, lookup: Lookup, show: Show = str) -> str:
    """A value of a sentence: sentences in the other language, texts as they are, the rest shown."""
    if isinstance(value, Sentence):
        return value.said(lookup, show)
    return value if isinstance(value, str) else show(value)
