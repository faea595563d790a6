"""The sentences of a language: one folder of `templates/` each, English where a sentence is missing."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import get_decimal_symbol

from chainlead.errors import RequestError
from chainlead.model import KnownAgain
from chainlead.request.certainty import LegalCertainty
from chainlead.request.data_files import languages, read_language
from chainlead.request.deadlines import Deadline, DueDate
from chainlead.request.markdown_text import Verbatim, escape_markdown

ENGLISH = "en"
_PLACE = re.compile(r"\{(\w+)\}")
_AMOUNT = re.compile(r"-?\d+\.\d+(?: \S+)?")


class Texts:
    """What letters say in one language."""

    def __init__(
        self, language: str, sentences: Mapping[str, str], words: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Hold a language's sentences; use `get_texts`."""
        self.language = language
        self.open_mark = sentences["to_fill"]
        self._sentences = sentences
        self._words = words
        self._kept = KnownAgain(kept_sentences(language))
        self._locale = _locale_of(language)

    def __call__(self, name: str, /, **values: object) -> Verbatim:
        """A sentence as Markdown; every value is escaped unless it is Markdown already."""
        filled = _PLACE.sub(lambda match: escape_markdown(values[match[1]]), self._sentences[name])
        return Verbatim(filled)

    def plain(self, name: str, /, **values: object) -> str:
        """A sentence as plain text, nothing escaped."""
        return _PLACE.sub(lambda match: str(values[match[1]]), self._sentences[name])

    def word(self, table: str, name: str, english: str) -> str:
        """What a word of another table is in this language; the English one if nobody said."""
        return self._words.get(table, {}).get(name, english)

    def kept(self, text: str) -> str:
        """A sentence that a lead keeps in English; another text stays as it is."""
        return self._kept.say(text)

    def rule(self, name: str) -> str:
        """A rule of traces by its name, with what it does in two or three words."""
        return self.plain(f"rule_{name}") if self.has(f"rule_{name}") else name

    def amount(self, text: str) -> str:
        """`0.00150000 BTC` with this language's decimal sign; any other text stays as it is.

        Digits are not grouped, so that a copied amount is a number everywhere.
        """
        if self._locale is None or not _AMOUNT.fullmatch(text):
            return text
        return text.replace(".", get_decimal_symbol(self._locale), 1)

    def tongue(self, code: str) -> str:
        """What a language is called, by its code of two letters; another text stays as it is."""
        return str(self._locale.languages.get(code, code)) if self._locale else code

    def has(self, name: str) -> bool:
        """Whether there is a sentence of this name."""
        return name in self._sentences

    def country(self, code: str) -> str:
        """`Estonia (EE)`; the code alone where the country's name is not known."""
        name = self._locale.territories.get(code, "") if self._locale else ""
        return f"{name} ({code})" if name else code or self.plain("not_known")

    def certainty(self, certainty: LegalCertainty | str) -> str:
        """How sure a legal statement is, spelled out."""
        name = certainty.value if isinstance(certainty, LegalCertainty) else certainty
        return self.plain(f"certainty_{name}")

    def clock(self, due: DueDate) -> dict[str, str]:
        """One clock that runs, as the row of a table."""
        ends = due.due_at.strftime("%Y-%m-%d %H:%M")
        return {**self.clock_words(due.deadline_id, due.deadline), "ends": ends}

    def clock_words(self, deadline_id: str, deadline: Deadline) -> dict[str, str]:
        """One clock, before anything started it."""
        start = f"from_{deadline.counted_from}"
        return {
            "name": self.word("clocks", deadline_id, deadline.name),
            "length": self.plain(f"unit_{deadline.unit.value}", count=deadline.count),
            "starts": self.plain(start) if self.has(start) else deadline.counted_from,
            "certainty": self.certainty(deadline.certainty),
        }


@cache
def get_texts(language: str) -> Texts:
    """The sentences of a language.

    Raises:
        RequestError: no templates in this language.
    """
    if language not in languages():
        raise RequestError(
            f"There are no letters in the language {language!r:.20}.",
            next_step=f"Use --language with one of: {', '.join(languages())}.",
        )
    own = read_language(language, "letter.yaml")
    words: dict[str, Any] = read_language(language, "words.yaml")
    return Texts(language, {**read_language(ENGLISH, "letter.yaml"), **own}, words)


def certainty_words(certainty: LegalCertainty, language: str) -> str:
    """How sure a legal statement is, spelled out in a language; in English where it has no words."""
    return get_texts(language if language in languages() else ENGLISH).certainty(certainty)


@cache
def open_marks() -> tuple[str, ...]:
    """How each language marks a field that an officer must fill."""
    marks = [get_texts(language).open_mark for language in languages()]
    return tuple(dict.fromkeys(marks))


@cache
def kept_sentences(language: str) -> dict[str, str]:
    """What a case keeps in English and a letter prints, with what it is in a language."""
    return read_language(language, "kept.yaml") if language in languages() else {}


@cache
def _locale_of(language: str) -> Locale | None:
    """What is known of a language besides its sentences; a folder may be for trying only."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
