"""The page's words in the reader's language: gettext catalogues beside this file, one per language.

English stands in the code and the templates; `locale/<language>/LC_MESSAGES/messages.po` says the
same in another language. A missing sentence stays English. Numbers and times follow the locale.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_group_symbol
from markupsafe import Markup

from chainlead.model import KnownAgain, Sentence
from chainlead.request import items, kept_sentences

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"
_STORED = frozenset(["stored.po", "detectors.po"])
"""Sentences that a case keeps as plain text: they are known again by their pattern."""
_BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-ZÅÄÖ])")


class Words:
    """One language."""

    def __init__(self, language: str) -> None:
        """Read the catalogue of the language; English has none."""
        self.language = language
        self._locale = Locale.parse(language)
        self._told: dict[str, str] = dict(kept_sentences(language))
        for item in items():
            self._told[item.ask[SOURCE_LANGUAGE]] = item.ask.get(
                language, item.ask[SOURCE_LANGUAGE]
            )
        stored = dict(self._told)
        for file in sorted((LOCALE / language / "LC_MESSAGES").glob("*.po")):
            told = dict(_read(file))
            self._told.update(told)
            if file.name in _STORED:
                stored |= told
        self._stored = KnownAgain(stored, self._told)

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its values filled in."""
        if isinstance(sentence, Sentence):
            return sentence.said(self._lookup, self._shown)
        told = self._told.get(sentence, sentence)
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(told).format(**values)  # noqa: S704  (our own words; format escapes the rest)
        return told.format(**values) if values else told

    def told(self, value: object) -> str:
        """A value that a claim shows: own sentences in this language, everything else as it is.

        A sentence that the case keeps as plain text is known again by its pattern.
        """
        if isinstance(value, Sentence):
            return self(value)
        if not isinstance(value, str):
            return self._shown(value)
        return self._lookup(value)

    def told_together(self, text: str) -> str:
        """Several sentences of the program in one text, each in this language."""
        return " ".join(self.told(each) for each in _BETWEEN_SENTENCES.split(text))

    def pieces(self, value: object) -> Iterator[tuple[str, bool]]:
        """What `told` says, piece by piece, each with whether it is the program's own text.

        The rest are values: identifiers, evidence, what somebody wrote.
        """
        if isinstance(value, Sentence) and value.parts:
            for place, part in enumerate(value.parts):
                if place:
                    yield value.between, True
                yield from self.pieces(part)
        elif isinstance(value, Sentence) and value.values:
            yield from self._filled(self._told.get(value.pattern, value.pattern), value.values)
        elif not isinstance(value, str):
            yield self._shown(value), False
        elif found := self._known_again(value):
            yield from self._filled(*found)
        else:
            yield self._told.get(value, value), isinstance(value, Sentence) or value in self._told

    def _filled(self, pattern: str, values: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
        for text, name, _, _ in Formatter().parse(pattern):
            if text:
                yield text, True
            if name:
                yield from self._value(values[name])

    def _value(self, value: object) -> Iterator[tuple[str, bool]]:
        if isinstance(value, Sentence):
            yield from self.pieces(value)
        else:
            yield (value if isinstance(value, str) else self._shown(value)), False

    def _known_again(self, text: str) -> tuple[str, Mapping[str, object]] | None:
        """The pattern in this language, and the values, of a sentence that a case keeps as text."""
        return None if text in self._told else self._stored.lookup(text)

    def _lookup(self, pattern: str) -> str:
        found = self._known_again(pattern)
        return found[0].format(**found[1]) if found else self._told.get(pattern, pattern)

    def _shown(self, value: object) -> str:
        return self.number(value) if type(value) is int else str(value)

    def number(self, count: int) -> str:
        """A count, as this language groups digits."""
        return format_decimal(count, locale=self._locale)

    def amount(self, exact: str) -> str:
        """An exact amount with its unit, as this language writes it; no digit is lost.

        Args:
            exact: `0.04000000 BTC`, or the number alone.
        """
        number, space, unit = exact.partition(" ")
        whole, _, digits = number.partition(".")
        if not whole.lstrip("-").isdigit():
            return exact
        told = f"{int(whole):,}".replace(",", get_group_symbol(self._locale))
        if whole.startswith("-0"):
            told = f"-{told}"
        if digits:
            told += f"{get_decimal_symbol(self._locale)}{digits}"
        return f"{told}{space}{unit}"

    def money(self, amount: str, currency: str) -> str:
        """An amount of a currency of states, as this language writes it."""
        return format_currency(Decimal(amount), currency, locale=self._locale)

    def moment(self, moment: datetime | str, zone: str) -> str:
        """A time in a zone, with its distance to UTC: `2026-03-01 10:30:00 +01:00`.

        Args:
            moment: aware, or such a time as text (ISO 8601).
            zone: IANA name.
        """
        if zone == "UTC":
            return self.utc(moment)
        local = as_moment(moment).astimezone(ZoneInfo(zone)).replace(microsecond=0)
        text = local.isoformat(" ")
        return f"{text[:19]} {text[19:]}"

    def iso(self, moment: datetime | str) -> str:
        """The same time for programs."""
        return as_moment(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def utc(self, moment: datetime | str) -> str:
        """The same time in UTC, for the tooltip."""
        return as_moment(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def as_moment(given: datetime | str) -> datetime:
    """A time that a table keeps as text (ISO 8601), or as it is; without a zone it is UTC."""
    moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(file: Path) -> Iterator[tuple[str, str]]:
    """Each sentence of a catalogue with what it is called there."""
    with file.open("rb") as opened:
        for message in read_po(opened):
            if isinstance(message.id, str) and message.id and message.string and not message.fuzzy:
                yield message.id, str(message.string)


@cache
def words_in(language: str) -> Words:
    """The words of a language that the page has; English else."""
    return Words(language if language in languages() else SOURCE_LANGUAGE)


@cache
def languages() -> tuple[str, ...]:
    """The languages of the page, English first."""
    found = sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/messages.po"))
    return (SOURCE_LANGUAGE, *found)


def language_name(code: str) -> str:
    """What a language calls itself."""
    return (Locale.parse(code).get_display_name() or code).capitalize()
