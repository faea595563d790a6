"""The unit's own entries: they win field by field, are marked `unit`, and leave the unit in no export.

A file in the unit's `services/` folder states the service id and only the fields that differ. A stated
list replaces the shipped one; `add_channels`, `add_entities`, `add_facts`, `add_aliases`, `add_actors`
and `add_domains` add to it. An id that is not shipped makes a new entry.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chainlead.attribution.services.service import Service
from chainlead.attribution.services.service_document import service_document, service_from_document
from chainlead.attribution.services.service_file import LIMITS, service_fields
from chainlead.errors import PackInvalidError

_MOST_FILES = 5_000
_ADDED = "add_"
_ADDABLE = frozenset({"channels", "entities", "facts", "aliases", "actors", "domains"})


def read_overlays(folder: Path) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The unit's files with their fields, by name; none where there is no folder.

    Raises:
        PackInvalidError: a file is no entry, or two are for one service: a unit's correction that is
            silently lost would be worse than a stop.
    """
    services = folder / "services"
    if not services.is_dir():
        return ()
    files = sorted(f for f in services.iterdir() if f.suffix in {".yaml", ".yml"} and f.is_file())
    if len(files) > _MOST_FILES:
        raise PackInvalidError(f"{services.name} has more than {_MOST_FILES} files.")
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for file in files:
        fields = service_fields(file.name, _content(file))
        service_id = fields["service_id"]
        if service_id in found:
            raise PackInvalidError(
                f"{file.name} and {found[service_id][0]} are both for {service_id}."
            )
        found[service_id] = (file.name, fields)
    return tuple(found[key] for key in sorted(found))


def with_overlays(
    services: Iterable[Service], overlays: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[Service, ...]:
    """The services with the unit's fields in them, by id.

    Raises:
        PackInvalidError: a file states a field that an entry does not have.
    """
    made = {service.service_id: service for service in services}
    for name, fields in overlays:
        service_id = str(fields["service_id"])
        try:
            made[service_id] = _overlaid(made.get(service_id), fields)
        except PackInvalidError as error:
            raise PackInvalidError(f"{name}: {error.message}") from error
    return tuple(made[key] for key in sorted(made))


def _overlaid(base: Service | None, fields: Mapping[str, Any]) -> Service:
    document = service_document(base) if base else {}
    for field, value in fields.items():
        marked = _marked(value)
        if not field.startswith(_ADDED):
            document[field] = marked
            continue
        name = field.removeprefix(_ADDED)
        if name not in _ADDABLE or not isinstance(marked, list):
            raise PackInvalidError(f"the field {field!r:.40} is no list that can be added to.")
        document[name] = [*marked, *document.get(name, [])]
    document["own_fields"] = sorted(field for field in fields if field != "service_id")
    document["origin"] = "unit"
    return service_from_document(document)


def _marked(value: Any) -> Any:
    """Channels, companies and facts of the unit say that they are the unit's."""
    if isinstance(value, list):
        return [{**each, "origin": "unit"} if isinstance(each, Mapping) else each for each in value]
    return value


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LIMITS.size_bytes:
            raise PackInvalidError(f"{file.name} has more than {LIMITS.size_bytes} bytes.")
        return file.read_bytes()
    except OSError as error:
        raise PackInvalidError(f"{file.name} cannot be read: {error.strerror}.") from error
