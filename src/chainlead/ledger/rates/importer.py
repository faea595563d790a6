"""What an importer of rates is, and how the right one is found by content.

A new format is a new file in `importers/`; nothing else is edited.
"""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from chainlead.errors import RateFileError
from chainlead.ledger.rates.series import RateSeries, RateSource
from chainlead.registry import residents

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RateHints:
    """What the person says where a file does not say it.

    Attributes:
        title: who publishes the rates; the importer's own words if empty.
        asset, currency: the pair of a file that names none.
        price: which column of a candle is the day's rate: close (the default), open, high, low …
        holds_days: how long a rate stands where days are missing; the importer's own if None.
    """

    title: str = ""
    asset: str = ""
    currency: str = ""
    price: str = ""
    holds_days: int | None = None


@dataclass(frozen=True, slots=True)
class RateFile:
    """A file of rates, read.

    Attributes:
        series: at least one, sorted by base and quote, each with at least one day.
        notes: what was left out, in words.
    """

    source: RateSource
    series: tuple[RateSeries, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatesRead:
    """What an importer read: the file without its identity."""

    title: str
    basis: str
    series: tuple[RateSeries, ...]
    notes: tuple[str, ...] = ()


class RateImporter(ABC):
    """Reads one form of rate file. Deterministic: same name, bytes and hints give the same rates.

    Attributes:
        form: the name under which the journal keeps which importer read a file.
        is_own: whether such files are written by the people of a case.
    """

    form: ClassVar[str]
    is_own: ClassVar[bool] = False

    @abstractmethod
    def recognises(self, name: str, content: bytes) -> bool:
        """Whether the file is meant to be of this form, from its first bytes."""

    @abstractmethod
    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:
        """Read the file.

        Raises:
            RateFileError: it does not follow the form; the message names the line.
        """


def rate_forms() -> tuple[RateImporter, ...]:
    """All importers, in order of their module's name."""
    return residents("chainlead.ledger.rates.importers", RateImporter)  # type: ignore[type-abstract]  # the base of the kind


def parse_rate_file(
    name: str, content: bytes, hints: RateHints | None = None, *, form: str = ""
) -> RateFile:
    """Read a file of rates.

    Args:
        name: the file's name; some forms have their pair only there.
        content: its bytes.
        hints: what the person says.
        form: the importer to use; recognised from the content if left out.

    Raises:
        RateFileError: no importer knows it, or it does not follow its form.
    """
    name = PurePosixPath(name.replace("\\", "/")).name
    hints = hints or RateHints()
    if len(content) > MOST_BYTES:
        raise RateFileError(f"{name} has {len(content)} bytes; rates may have {MOST_BYTES}.")
    if form:
        chosen = next((each for each in rate_forms() if each.form == form), None)
    else:
        chosen = next((each for each in rate_forms() if each.recognises(name, content)), None)
    if chosen is None:
        raise RateFileError(f"{name} is no file of rates that is known.")
    read = chosen.read(name, content, hints)
    if not read.series:
        raise RateFileError(f"{name} holds no rate.")
    sha256 = hashlib.sha256(content).hexdigest()
    title = hints.title or read.title
    series = tuple(
        RateSeries(s.base, s.quote, _holds(s, hints), s.rates)
        for s in sorted(read.series, key=lambda s: (s.base, s.quote))
    )
    decided = (chosen.form, title, read.basis, sha256)
    named = [f"{s.base}/{s.quote} {s.holds_days}" for s in series]
    source_id = hashlib.sha256("\n".join((*decided, *named)).encode()).hexdigest()[:16]
    source = RateSource(source_id, sha256, name, chosen.form, title, read.basis, chosen.is_own)
    return RateFile(source, series, read.notes)


def _holds(series: RateSeries, hints: RateHints) -> int:
    return series.holds_days if hints.holds_days is None else hints.holds_days
