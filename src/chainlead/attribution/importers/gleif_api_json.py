"""GLEIF's answers about legal entity identifiers (LEI), as JSON of its API.

Proof: none beyond the register; a record is what the company told the office that issued its LEI.
Limits: a LEI says who and where a company is, not that it may offer services. A page of the API is a
part of the register, so that what is missing in a file says nothing.
Spec: https://www.gleif.org/en/lei-data/gleif-api (JSON:API, `lei-records`), LEI-CDF 3.1.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO

import msgspec

from chainlead.attribution.services.company_names import country_code, is_lei, said
from chainlead.attribution.services.register import (
    RegisterEntry,
    RegisterForm,
    RegisterReading,
    Wanted,
)
from chainlead.attribution.services.register_csv import MOST_BYTES, MOST_ROWS, Problems, day_of
from chainlead.errors import PackInvalidError


class GleifApiJson(RegisterForm):
    """One record or one page of records."""

    form = "gleif.api"
    register = "gleif"
    keeper = "Global Legal Entity Identifier Foundation"

    def recognises(self, name: str, head: bytes) -> bool:
        """JSON that speaks of `lei-records`."""
        return name.lower().endswith(".json") and b"lei-records" in head

    def read(self, name: str, file: BinaryIO, wanted: Wanted) -> RegisterReading:  # noqa: ARG002  (kept whole)
        """Read every record."""
        content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise PackInvalidError(f"{name} has more than {MOST_BYTES} bytes.")
        try:
            document = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise PackInvalidError(f"{name} is not JSON: {error}.") from error
        data = _at(document, "data")
        records = data if isinstance(data, list) else [data]
        if len(records) > MOST_ROWS:
            raise PackInvalidError(f"{name} has more than {MOST_ROWS} records.")
        problems = Problems()
        entries: dict[str, RegisterEntry] = {}
        for number, record in enumerate(records, start=1):
            if _text(record, "type") != "lei-records":
                raise PackInvalidError(f"{name}, record {number}: it is no LEI record.")
            if entry := _entry(record, problems):
                if entry.key in entries:
                    problems.note("a LEI stands twice; the later record counts")
                entries[entry.key] = entry
        published = day_of(
            _text(document, "meta", "goldenCopy", "publishDate"), problems, "publishDate"
        )
        newest = max((e.updated for e in entries.values() if e.updated), default=None)
        return RegisterReading(
            self.register,
            self.form,
            published or newest,
            tuple(entries[key] for key in sorted(entries)),
            len(records),
            is_complete=False,
            problems=problems.sentences(),
        )


def _entry(record: Any, problems: Problems) -> RegisterEntry | None:
    attributes = _at(record, "attributes")
    lei = _text(attributes, "lei").upper()
    name = said(_text(attributes, "entity", "legalName", "name"))
    if not is_lei(lei) or not name:
        problems.note("a record has no valid LEI or no name and was left out")
        return None
    others = _at(attributes, "entity", "otherNames")
    detail = {
        "registration": _text(attributes, "registration", "status"),
        "jurisdiction": _text(attributes, "entity", "jurisdiction"),
        "headquarters": country_code(_text(attributes, "entity", "headquartersAddress", "country")),
        "registered_as": _text(attributes, "entity", "registeredAs"),
        "successor_lei": _text(attributes, "entity", "successorEntity", "lei"),
        "successor": _text(attributes, "entity", "successorEntity", "name"),
        "expiration_reason": _text(attributes, "entity", "expiration", "reason"),
    }
    return RegisterEntry(
        key=lei,
        legal_name=name,
        lei=lei,
        seat=country_code(_text(attributes, "entity", "legalAddress", "country")),
        commercial_names=tuple(
            dict.fromkeys(
                text
                for each in (others if isinstance(others, list) else [])
                if (text := said(_text(each, "name")))
            )
        ),
        status=_text(attributes, "entity", "status").lower(),
        since=_day(attributes, problems, "entity", "creationDate"),
        until=_day(attributes, problems, "entity", "expiration", "date"),
        updated=_day(attributes, problems, "registration", "lastUpdateDate"),
        detail={key: text for key, text in sorted(detail.items()) if text},
    )


def _day(value: Any, problems: Problems, *path: str) -> date | None:
    return day_of(_text(value, *path), problems, path[-1])


def _at(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _text(value: Any, *path: str) -> str:
    found = _at(value, *path)
    return said(found[:2_000]) if isinstance(found, str) else ""
