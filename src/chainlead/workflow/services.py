"""`services`: the directory as this unit has it, its registers, and what is old in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chainlead.attribution import (
    RegisterImport,
    RegisterStore,
    Service,
    ServiceDirectory,
    unit_directory,
    wanted_lines,
)
from chainlead.config import current_user, unit_folder
from chainlead.custody import Clock, SystemClock
from chainlead.errors import ConfigError, PackInvalidError


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What became of one file: `imported`, `known`, `older` or `refused`, with the reason."""

    path: str
    state: str
    result: RegisterImport | None = None
    reason: str = ""


def service_directory(folder: Path | None = None) -> ServiceDirectory:
    """The directory with the unit's own fields and its registers.

    Args:
        folder: the unit's folder; the configured one if left out.
    """
    return unit_directory(folder or unit_folder())


def shared_directory(folder: Path | None = None) -> ServiceDirectory:
    """The directory without the unit's private files: what an export may hold."""
    return unit_directory(folder or unit_folder(), with_own=False)


def stale_services(directory: ServiceDirectory, today: date) -> tuple[Service, ...]:
    """The entries whose sources nobody read for more than 180 days, practice services left out."""
    return tuple(each for each in directory if not each.is_practice and each.is_stale(today))


def import_registers(
    paths: Iterable[Path], *, folder: Path | None = None, clock: Clock | None = None, who: str = ""
) -> Iterator[RegisterFile]:
    """Import files of registers into the unit's folder; a bad file is refused and the others go on.

    Args:
        paths: files of forms that are known.
        folder: the unit's folder; the configured one if left out.
        clock: where the time comes from.
        who: the person; the user of this machine if left out.

    Raises:
        ConfigError: there is no unit folder.
    """
    place = folder or unit_folder()
    if place is None:
        raise ConfigError(
            "There is no unit folder to keep registers in.",
            next_step="Set CHAINLEAD_UNIT to the absolute path of a folder.",
        )
    store = RegisterStore(place)
    moment = (clock or SystemClock()).now()
    for path in paths:
        try:
            wanted = wanted_lines(unit_directory(place))
            done = store.add(path, imported_at=moment, by=who or current_user(), wanted=wanted)
        except PackInvalidError as error:
            yield RegisterFile(str(path), "refused", reason=error.message)
        else:
            yield RegisterFile(str(path), done.state, done)
