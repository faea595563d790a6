"""Glossary words in running text: the first use of each becomes a button that opens its meaning.

Only whole words of the program's own sentences, in the page's language: never inside an identifier or
a command, and never in a value, for what evidence or a person says is no text of ours. The meanings
stand once on the page (templates/term.html); a button opens them without a script.
"""

import re
from collections.abc import Iterator
from functools import cache

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from chainlead.guide import Word, glossary
from chainlead.web.words import Words

_BUTTON = Markup('<button type="button" class="term" popovertarget="{}">{}</button>')
_MOST = 4
"""A text with more buttons than words is not plainer."""
_CODE = re.compile(r"`([^`]+)`")


@pass_context
def explained(context: Context, text: object, seen: set[str] | None = None) -> Markup:
    """The text in the page's language, its first glossary words as buttons, commands as code.

    Args:
        context: of the page.
        text: a sentence of the program, or a text that the case keeps.
        seen: words that were explained before in the same place; added to.
    """
    words: Words = context["visit"].words
    before = set() if seen is None else seen
    most = len(before) + _MOST
    told = Markup()
    for part, is_own in words.pieces(text):
        told += _own(part, words.language, before, most) if is_own else escape(part)
    return told


def _own(text: str, language: str, seen: set[str], most: int) -> Markup:
    """A piece of a sentence of the program."""
    told = Markup()
    for place, part in enumerate(_CODE.split(text)):
        if place % 2:
            told += Markup("<code>{}</code>").format(part)
        else:
            told += _marked(part, language, seen, most)
    return told


@pass_context
def term(context: Context, name: str) -> Markup:
    """A glossary word by its English name, as a button; the plain name where no word is called that."""
    language = context["visit"].words.language
    word = next((each for each in glossary() if each.term.casefold() == name.casefold()), None)
    if word is None:
        return escape(name)
    return _BUTTON.format(place_of(word), word.said(language).term)


def place_of(word: Word) -> str:
    """The id of a word's meaning on the page."""
    return "word-" + re.sub(r"[^a-z0-9]+", "-", word.term.casefold()).strip("-")


def _marked(text: str, language: str, seen: set[str], most: int) -> Markup:
    told, end = Markup(), 0
    for found, word in _found(text, language):
        if word.term in seen or len(seen) >= most:
            continue
        seen.add(word.term)
        told += escape(text[end : found.start()]) + _BUTTON.format(place_of(word), found[0])
        end = found.end()
    return told + escape(text[end:])


def _found(text: str, language: str) -> Iterator[tuple[re.Match[str], Word]]:
    pattern, words = _finder(language)
    for found in pattern.finditer(text):
        yield found, words[found[0].casefold()]


@cache
def _finder(language: str) -> tuple[re.Pattern[str], dict[str, Word]]:
    """What finds a word's forms, longest first, and whose each form is."""
    words = {
        form.casefold(): word
        for word in glossary()
        if word.is_marked
        for form in word.said(language).forms
    }
    forms = "|".join(re.escape(form) for form in sorted(words, key=lambda f: (-len(f), f)))
    edge = r"[\w/@#$%&*=+<>\\|~^-]"
    return re.compile(
        rf"(?<!{edge})(?<!\w[.:])(?:{forms})(?!{edge})(?![.:]\w)", re.IGNORECASE
    ), words
