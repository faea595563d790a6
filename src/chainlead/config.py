"""Settings: each declared once, with its meaning, default and allowed values.

A case keeps its settings in its journal (``case.new``, ``case.set``), so that a report never
depends on a file that somebody edited later. This module is the only reader of the environment.
"""

import getpass
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from chainlead.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a case.

    Attributes:
        values: all that it can be, where these are few.
    """

    name: str
    default: str
    meaning: str
    accepts: Callable[[str], bool]
    values: tuple[str, ...] = ()


_NO_COUNTRIES = frozenset({
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UK", "UN", "XA", "XB", "ZZ",
})  # fmt: skip
"""Two letters that locale data know and that are no country of ISO 3166-1."""


def _is_country(value: str) -> bool:
    from babel import Locale  # noqa: PLC0415  (only where a setting is checked)

    known = Locale("en").territories
    return len(value) == 2 and value in known and value not in _NO_COUNTRIES


def _is_currency(value: str) -> bool:
    from babel.numbers import list_currencies  # noqa: PLC0415  (only where a setting is checked)

    return value in list_currencies()


def _is_language(value: str) -> bool:
    """Whether letters can be drafted in it: there is a folder of sentences."""
    folder = Path(__file__).parent / "request" / "templates"
    return value.isascii() and value.isalpha() and (folder / value).is_dir()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def known_timezones() -> tuple[str, ...]:
    """The time zones that a case can have: one name for each, and UTC."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return ("UTC", *sorted(row[2] for row in rows))


def _is_timezone(value: str) -> bool:
    return not value or value in _zones()


SETTINGS: tuple[Setting, ...] = (
    Setting("title", "", "What the case is called in its report.", lambda value: len(value) <= 200),
    Setting("reference", "", "The unit's own file number.", lambda value: len(value) <= 100),
    Setting("unit", "", "The authority and unit that works on the case.", lambda v: len(v) <= 200),
    Setting("country", "SE", "Requester's country, two letters (ISO 3166-1).", _is_country),
    Setting("currency", "EUR", "Currency of fiat values, three letters (ISO 4217).", _is_currency),
    Setting(
        "timezone",
        "",
        "Time zone in which times are shown, as Europe/Stockholm; empty: the country's own, or UTC.",
        _is_timezone,
    ),
    Setting(
        "language",
        "en",
        "Language of drafts, two letters: en, sv, or a folder that was added.",
        _is_language,
    ),
    Setting(
        "offline",
        "no",
        "`yes`: no server is asked anything for this case, whatever was agreed.",
        {"yes", "no"}.__contains__,
        values=("no", "yes"),
    ),
    Setting(
        "reasons",
        "recorded",
        "`required`: personal data are handed out or looked at with a reason only.",
        {"recorded", "required"}.__contains__,
        values=("recorded", "required"),
    ),
    Setting(
        "log_views",
        "no",
        "`yes`: each look at findings, leads, answers and persons is an act, with its reason.",
        {"yes", "no"}.__contains__,
        values=("no", "yes"),
    ),
    Setting(
        "practice", "no", "`yes` marks a practice case everywhere.", {"yes", "no"}.__contains__
    ),
)


def checked_settings(given: Mapping[str, str]) -> dict[str, str]:
    """All settings with their values: the given ones, checked, and the defaults of the others.

    Raises:
        ConfigError: an unknown name, or a value that the setting cannot have.
    """
    known = {setting.name: setting for setting in SETTINGS}
    for name, value in given.items():
        if name not in known:
            raise ConfigError(f"There is no setting named {name!r}; known: {', '.join(known)}.")
        if not known[name].accepts(value):
            raise ConfigError(f"The setting {name} cannot be {value!r}: {known[name].meaning}")
    return {name: given.get(name, setting.default) for name, setting in known.items()}


_YEARS = range(2010, 2031)
"""Zones that tell the same time in all of these years are one zone to a case."""


@cache
def country_timezone(country: str) -> str:
    """The time zone of a country that tells one time everywhere; UTC for the others.

    Args:
        country: two letters (ISO 3166-1).
    """
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    names = [row[2] for row in rows if row[0] == country]
    moments = [datetime(year, month, 1, tzinfo=UTC) for year in _YEARS for month in range(1, 13)]
    told = {
        tuple(moment.astimezone(ZoneInfo(name)).utcoffset() for moment in moments) for name in names
    }
    return names[0] if len(told) == 1 else "UTC"


def case_timezone(settings: Mapping[str, str]) -> str:
    """The time zone in which a case with these settings shows its times (IANA name)."""
    return settings.get("timezone", "") or country_timezone(settings.get("country", ""))


def current_user() -> str:
    """The name of the person at this machine, for the journal."""
    given = os.environ.get("CHAINLEAD_USER", "").strip()  # noqa: TID251  (the one reader)
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def current_reason() -> str:
    """Why the person works on personal data now (`CHAINLEAD_WHY`), for commands that ask no reason."""
    return os.environ.get("CHAINLEAD_WHY", "").strip()  # noqa: TID251  (the one reader)


def is_network_off() -> bool:
    """Whether this machine's network switch (`CHAINLEAD_OFFLINE`) forbids asking any server."""
    given = os.environ.get("CHAINLEAD_OFFLINE", "").strip().lower()  # noqa: TID251  (the one reader)
    return given not in {"", "0", "no"}


def database_url() -> str:
    """The PostgreSQL server that keeps a team's cases (`CHAINLEAD_DATABASE`); empty: there is none.

    It may hold a password and is never shown, logged or written into a case.

    Raises:
        ConfigError: it is no `postgresql://` URL.
    """
    given = os.environ.get("CHAINLEAD_DATABASE", "").strip()  # noqa: TID251  (the one reader)
    if given and not given.startswith(("postgresql://", "postgres://")):
        raise ConfigError(
            "CHAINLEAD_DATABASE is no address of a PostgreSQL server.",
            next_step="Write it as postgresql://ROLE@HOST/DATABASE; the password belongs in ~/.pgpass.",
        )
    return given


def required_database_url() -> str:
    """The same, where a person asked for the server.

    Raises:
        ConfigError: CHAINLEAD_DATABASE names none.
    """
    given = database_url()
    if not given:
        raise ConfigError(
            "CHAINLEAD_DATABASE names no database server.",
            next_step="Set CHAINLEAD_DATABASE to postgresql://ROLE@HOST/DATABASE.",
        )
    return given


def unit_folder() -> Path | None:
    """The folder with the unit's own services, registers and answer profiles; None: there is none.

    `CHAINLEAD_UNIT` names it; `CHAINLEAD_UNIT=none` says that there is none. Otherwise it is
    `chainlead/unit` in the user's data folder. It need not exist yet.

    Raises:
        ConfigError: the named path is not absolute, or is a file.
    """
    given = os.environ.get("CHAINLEAD_UNIT", "").strip()  # noqa: TID251  (the one reader)
    if given.lower() == "none":
        return None
    if given:
        folder = Path(given)
        if not folder.is_absolute() or folder.is_file():
            raise ConfigError(
                f"CHAINLEAD_UNIT is {given!r:.200}: it must be the absolute path of a folder.",
                next_step="Give the unit's folder as an absolute path, or CHAINLEAD_UNIT=none.",
            )
        return folder
    data = os.environ.get("XDG_DATA_HOME", "").strip()  # noqa: TID251  (the one reader)
    home = os.environ.get("HOME", "").strip()  # noqa: TID251  (the one reader)
    if data and Path(data).is_absolute():
        return Path(data) / "chainlead" / "unit"
    return Path(home) / ".local" / "share" / "chainlead" / "unit" if home else None


def exhibit_folders() -> tuple[Path, ...]:
    """The folders from which the pages of a server take files (`CHAINLEAD_EXHIBITS`, as in `PATH`).

    Raises:
        ConfigError: one of them is not absolute.
    """
    given = os.environ.get("CHAINLEAD_EXHIBITS", "")  # noqa: TID251  (the one reader)
    folders = tuple(Path(part) for part in given.split(os.pathsep) if part.strip())
    if wrong := [folder for folder in folders if not folder.is_absolute()]:
        raise ConfigError(
            f"CHAINLEAD_EXHIBITS names {str(wrong[0])!r:.200}: each folder in it is a whole path.",
            next_step="Write each folder from / on, with : between them.",
        )
    return folders


def home_folder() -> Path | None:
    """The home folder of the person at this machine; None: there is none."""
    home = os.environ.get("HOME", "").strip()  # noqa: TID251  (the one reader)
    return Path(home) if home and Path(home).is_dir() else None


_WORKER_NEEDS = (
    "HOME", "LANG", "LC_ALL", "NUMBA_CACHE_DIR", "NUMBA_DISABLE_JIT", "PATH", "PYTHONPATH",
    "PYTHONWARNINGS", "TMPDIR", "TZ", "XDG_CACHE_HOME",
)  # fmt: skip


def worker_environment() -> dict[str, str]:
    """What a worker process may see of the environment: nothing that could be a secret."""
    found = os.environ  # noqa: TID251  (the one reader)
    return {name: found[name] for name in _WORKER_NEEDS if name in found}


_PROGRAM_NEEDS = (
    *_WORKER_NEEDS, "CHAINLEAD_DATABASE", "CHAINLEAD_OFFLINE", "CHAINLEAD_UNIT", "PGHOST", "PGHOSTADDR",
    "PGPASSFILE", "PGPASSWORD", "PGPORT", "PGSERVICE", "PGSERVICEFILE", "PGSSLCERT", "PGSSLCRL",
    "PGSSLKEY", "PGSSLMODE", "PGSSLROOTCERT", "PGSYSCONFDIR", "PGUSER", "XDG_DATA_HOME",
)  # fmt: skip


def program_environment(who: str) -> dict[str, str]:
    """What a chainlead command sees that the workbench page starts in a person's name."""
    found = os.environ  # noqa: TID251  (the one reader)
    kept = {name: found[name] for name in _PROGRAM_NEEDS if name in found}
    return {**kept, "CHAINLEAD_USER": who, "CHAINLEAD_PROGRESS": "lines"}


def wants_progress_lines() -> bool:
    """Whether progress is wanted as lines of their own, though nobody sits at a terminal."""
    return os.environ.get("CHAINLEAD_PROGRESS", "") == "lines"  # noqa: TID251  (the one reader)


def state_folder() -> Path:
    """Where this machine keeps what belongs to no case: sessions and runs of the workbench page."""
    found = os.environ  # noqa: TID251  (the one reader)
    base = found.get("CHAINLEAD_STATE") or found.get("XDG_STATE_HOME")
    return Path(base) / "chainlead" if base else Path.home() / ".local" / "state" / "chainlead"
