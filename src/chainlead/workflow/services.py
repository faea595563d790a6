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
    Snapshot,
    actor_of_service,
    service_document,
    unit_directory,
    wanted_lines,
    write_actorpack,
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


def export_services(
    file: Path, *, today: date, folder: Path | None = None, practice: bool = False
) -> int:
    """Write the directory for others, without the unit's own fields; how many services it holds.

    Args:
        file: `.json` for the entries, else a GraphSense ActorPack.
        today: the day of the export.
        folder: the unit's folder; the configured one if left out.
        practice: whether practice services are written too.

    Raises:
        ConfigError: the file cannot be written.
    """
    import msgspec

    services = [s for s in shared_directory(folder) if practice or not s.is_practice]
    if file.suffix == ".json":
        documents = [service_document(service) for service in services]
        encoded = msgspec.json.encode({"made": today, "services": documents}, order="sorted")
        content = msgspec.json.format(encoded, indent=1) + b"\n"
    else:
        content = write_actorpack(
            (actor_of_service(service) for service in services),
            title="Services of chainlead's directory",
            creator="chainlead",
            lastmod=today.isoformat(),
            description="Brands, web addresses and seats; no contact for law enforcement.",
        )
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written: {error.strerror}.", next_step="Choose another place."
        ) from error
    return len(services)


def register_history(register: str = "", *, folder: Path | None = None) -> tuple[Snapshot, ...]:
    """The imports of one register, or of all, in the order they came."""
    place = folder or unit_folder()
    if place is None:
        return ()
    store = RegisterStore(place)
    names = [name for name in store.registers() if not register or name == register]
    return tuple(snapshot for name in names for snapshot in store.history(name))


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
