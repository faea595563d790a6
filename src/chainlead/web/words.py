"""The page's words in the reader's language: gettext catalogues beside this file, one per language.

English stands in the code and the templates; `locale/<language>/LC_MESSAGES/messages.po` says the
same in another language. A missing sentence stays English. Numbers and times follow the locale.
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


class Words:
    """One language."""

    def __init__(self, language: str) -> None:
        """Read the catalogue of the language; English has none."""
        self.language = language
        self._locale = Locale.parse(language)
        self._told: dict[str, str] = {}
        file = LOCALE / language / "LC_MESSAGES" / "messages.po"
        if file.is_file():
            with file.open("rb") as opened:
                for message in read_po(opened):
                    if isinstance(message.id, str) and message.string and not message.fuzzy:
                        self._told[message.id] = str(message.string)

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its values filled in."""
        told = self._told.get(sentence, sentence)
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(told).format(**values)  # noqa: S704  (our own words; format escapes the rest)
        return told.format(**values) if values else told

    def number(self, count: int) -> str:
        """A count, as this language groups digits."""
        return format_decimal(count, locale=self._locale)

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
