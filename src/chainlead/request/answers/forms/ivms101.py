"""IVMS101: travel-rule data about originator, beneficiary and their services, as JSON.

Found in: answers about single transfers, exports of travel-rule systems.
Proof: an object with an originator, a beneficiary or a service of either, in any spelling.
Limits: camelCase, PascalCase and snake_case are one spelling each and all are read; what the record
says more than the fields below is kept under its own path. Spec: interVASP Messaging Standard
IVMS101 (2020), section 5; spellings as seen in TRISA (snake_case) and CODE (PascalCase).
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from chainlead.request.answers.form import (
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    UnreadableError,
)
from chainlead.request.answers.forms._json_text import flat, parse_json, plain_key
from chainlead.request.answers.sheet import Cell, Sheet, SheetRow

HEADER = (
    "role", "name", "first name", "last name", "customer id", "date of birth", "nationality",
    "national id", "postal address", "country", "address", "memo", "counterparty vasp", "lei",
)  # fmt: skip
_ROLES = {
    "originator": "originator",
    "beneficiary": "beneficiary",
    "originatingvasp": "originating service",
    "beneficiaryvasp": "beneficiary service",
    "payloadmetadata": "",
}
_PERSONS = ("originatorpersons", "beneficiarypersons", "originatingvasp", "beneficiaryvasp")
_MOST_PEOPLE = 10_000


class Ivms101(AnswerForm):
    """An IVMS101 record, or a list of them."""

    name = "ivms101"
    rank: ClassVar[int] = 30
    preload: ClassVar[tuple[str, ...]] = ("json",)

    def matches(self, content: bytes, name: str) -> bool:  # noqa: ARG002  (the bytes are enough)
        """JSON that names an originator or a beneficiary early on."""
        head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
        low = content[: 1 << 16].lower().replace(b"_", b"")
        return head[:1] in {b"{", b"["} and (
            b'"originator' in low or b'"beneficiary' in low or b'"originatingvasp' in low
        )

    def read(self, content: bytes, hints: ReadingHints, limits: AnswerLimits) -> list[Sheet]:
        """One sheet: a row for each person and each service."""
        records = list(_records(parse_json(content, hints, limits), depth=0))
        rows = [SheetRow(1, tuple(Cell(title) for title in HEADER))]
        notes = []
        for record in records:
            for role, party in _parties(record):
                texts, others = _person(role, party)
                cells = [Cell(text[: limits.cell_characters]) for text in texts]
                rows.append(SheetRow(len(rows) + 1, tuple(cells)))
                notes += [f"Row {len(rows)}: {path} is {text!r:.80}" for path, text in others[:20]]
                if len(rows) > _MOST_PEOPLE:
                    raise UnreadableError(f"it names more than {_MOST_PEOPLE} parties")
        if len(rows) == 1:
            raise UnreadableError("it is JSON without any originator or beneficiary of IVMS101")
        return [Sheet("IVMS101", tuple(rows), tuple(notes[:200]), kind="travel_rule")]


def _records(document: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects with a party among their keys, wherever they are packed."""
    if depth > 8:
        return
    if isinstance(document, list):
        for each in document:
            yield from _records(each, depth + 1)
    elif isinstance(document, dict):
        plain = {plain_key(key): value for key, value in document.items()}
        if any(role in plain for role in _ROLES if role != "payloadmetadata"):
            yield plain
        else:
            for value in plain.values():
                yield from _records(value, depth + 1)


def _parties(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, role in _ROLES.items():
        party = record.get(key)
        if not role or not isinstance(party, dict):
            continue
        plain = {plain_key(name): value for name, value in party.items()}
        inner = next((plain[name] for name in _PERSONS if name in plain), None)
        people = inner if isinstance(inner, list) else [inner] if inner is not None else [party]
        accounts = plain.get("accountnumber", plain.get("accountnumbers", []))
        listed = accounts if isinstance(accounts, list) else [accounts]
        for person in people:
            if isinstance(person, dict):
                yield role, {**_opened(person), "accountnumber": listed}


def _opened(person: dict[str, Any]) -> dict[str, Any]:
    """The natural or legal person inside, with whatever stood beside it."""
    plain = {plain_key(name): value for name, value in person.items()}
    for kind in ("naturalperson", "legalperson"):
        inner = plain.pop(kind, None)
        if isinstance(inner, dict):
            plain |= {plain_key(name): value for name, value in inner.items()}
    return plain


def _person(role: str, person: dict[str, Any]) -> tuple[list[str], list[tuple[str, str]]]:
    last, first = _names(person.pop("name", person.pop("localname", None)))
    is_service = role.endswith("service")
    birth = _plain(person.pop("dateandplaceofbirth", None))
    ids = _plain(person.pop("nationalidentification", None))
    kind = str(ids.get("nationalidentifiertype", "")).upper()
    number = str(ids.get("nationalidentifier", ""))
    is_lei = kind.endswith(("LEIX", "LEI"))
    accounts = [str(each) for each in person.pop("accountnumber", []) if each]
    address, _, memo = (accounts[0] if accounts else "").partition(":")
    if address.lower() in {"bitcoincash", "bchtest"}:
        address, memo = accounts[0], ""
    texts = [
        role,
        " ".join(part for part in (first, last) if part),
        first,
        last,
        str(person.pop("customeridentification", person.pop("customernumber", "")) or ""),
        str(birth.get("dateofbirth", "")),
        "",
        "" if is_lei else number,
        _addresses(person.pop("geographicaddress", person.pop("geographicaddresses", None))),
        str(person.pop("countryofresidence", person.pop("countryofregistration", "")) or ""),
        address,
        memo,
        last if is_service else "",
        number if is_lei else "",
    ]
    others = [(path, text) for path, text in flat(person) if text]
    others += [("accountNumber", each) for each in accounts[1:]]
    return texts, others


def _names(name: Any) -> tuple[str, str]:
    """Last and first name of a person; a company's name is the last one."""
    plain = _plain(name)
    found = plain.get("nameidentifier", plain.get("nameidentifiers", plain or None))
    for each in found if isinstance(found, list) else [found]:
        parts = _plain(each)
        last = parts.get("primaryidentifier") or parts.get("legalpersonname") or ""
        first = parts.get("secondaryidentifier") or ""
        if last or first:
            return str(last), str(first)
    return (name, "") if isinstance(name, str) else ("", "")


def _addresses(told: Any) -> str:
    lines = []
    for each in told if isinstance(told, list) else [told]:
        parts = _plain(each)
        line = parts.get("addressline")
        texts = [str(text) for text in line] if isinstance(line, list) else []
        texts += [
            str(parts[name])
            for name in ("streetname", "buildingnumber", "buildingname", "postcode", "townname",
                         "countrysubdivision", "country")
            if parts.get(name)
        ]  # fmt: skip
        if texts:
            lines.append(", ".join(texts))
    return "; ".join(lines)


def _plain(told: Any) -> dict[str, Any]:
    if isinstance(told, list):
        told = told[0] if told else {}
    if not isinstance(told, dict):
        return {}
    return {plain_key(name): value for name, value in told.items()}
