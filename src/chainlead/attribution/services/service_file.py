"""A service as a YAML file: the shipped ones of `data/services/`, and the unit's own.

A file is one mapping with the fields of the records; YAML's own words for numbers and truth are not
used, every value is text until its field says otherwise. A channel, company or fact without a day
of its own was read on the day of the entry; none has a certainty or source that it does not state.
"""

from collections.abc import Iterator
from importlib import resources
from typing import Any

from chainlead.attribution.bounded_yaml import YamlLimits, parse_bounded_yaml
from chainlead.attribution.services.service import Service
from chainlead.attribution.services.service_document import service_from_document
from chainlead.errors import PackInvalidError

LIMITS = YamlLimits(size_bytes=512 * 1024, depth=6, nodes=20_000)
_NUMBERS = frozenset({"days", "target_days"})
_PARTS = ("entities", "channels", "facts")


def parse_service(name: str, content: bytes) -> Service:
    """A complete entry from a file.

    Raises:
        PackInvalidError: it is no such file; the message names file and field.
    """
    document = service_fields(name, content)
    try:
        return service_from_document(document)
    except PackInvalidError as error:
        raise PackInvalidError(f"{name}: {error.message}") from error


def service_fields(name: str, content: bytes) -> dict[str, Any]:
    """The fields that a file states, in the form of a service document; they may be few.

    Raises:
        PackInvalidError: no YAML, or no service id.
    """
    document = parse_bounded_yaml(content, name=name, limits=LIMITS)
    if not document.get("service_id"):
        raise PackInvalidError(f"{name}: the field service_id is missing.")
    made = {key: _typed(name, key, value) for key, value in document.items() if value is not None}
    for part in (*_PARTS, *(f"add_{name}" for name in _PARTS)):
        for each in made.get(part, ()):
            if isinstance(each, dict) and "read" in document and document["read"]:
                each.setdefault("read", document["read"])
    return made


def shipped_services() -> Iterator[Service]:
    """The services of `data/services/`, one file each, in order of their names."""
    folder = resources.files("chainlead.attribution").joinpath("data/services")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            service = parse_service(file.name, file.read_bytes())
            if file.name != f"{service.service_id}.yaml":
                raise PackInvalidError(
                    f"{file.name}: the file of {service.service_id} is named so."
                )
            yield service


def _typed(name: str, key: str, value: Any) -> Any:
    if key.removeprefix("add_") in _PARTS and isinstance(value, list):
        return [_part(name, key, each) for each in value]
    if key in _NUMBERS and isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= 5):
            raise PackInvalidError(f"{name}, {key}: {value!r:.40} is no number of days.")
        return int(value)
    if key == "is_practice":
        if value not in {"true", "false"}:
            raise PackInvalidError(f"{name}, {key}: this is true or false.")
        return value == "true"
    return value


def _part(name: str, key: str, value: Any) -> Any:
    if not isinstance(value, dict):
        raise PackInvalidError(f"{name}, {key}: each is a mapping of fields.")
    return {field: _typed(name, field, each) for field, each in value.items() if each is not None}
