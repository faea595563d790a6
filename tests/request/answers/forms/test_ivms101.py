"""IVMS101 in each spelling gives the same rows."""

import json
from typing import Any

import pytest

from chainlead.request.answers.form import AnswerLimits, ReadingHints, UnreadableError
from chainlead.request.answers.forms.ivms101 import HEADER, Ivms101

PERSON = {
    "naturalPerson": {
        "name": {
            "nameIdentifier": [
                {
                    "primaryIdentifier": "Exempel",
                    "secondaryIdentifier": "Alva",
                    "nameIdentifierType": "LEGL",
                }
            ]
        },
        "geographicAddress": [
            {"addressType": "HOME", "streetName": "Exempelvägen", "buildingNumber": "1",
             "postCode": "999 99", "townName": "Exempelby", "country": "SE"}
        ],
        "nationalIdentification": {
            "nationalIdentifier": "900131-0000", "nationalIdentifierType": "SOCS"
        },
        "customerIdentification": "704411",
        "dateAndPlaceOfBirth": {"dateOfBirth": "1990-01-31", "placeOfBirth": "Exempelby"},
        "countryOfResidence": "SE",
    }
}  # fmt: skip
RECORD: dict[str, Any] = {
    "originator": {"originatorPersons": [PERSON], "accountNumber": ["rExample:12345"]},
    "beneficiaryVASP": {
        "beneficiaryVASP": {
            "legalPerson": {
                "name": {"nameIdentifier": [{"legalPersonName": "Lagune Exchange"}]},
                "nationalIdentification": {
                    "nationalIdentifier": "529900ABCDEFGHIJKL19", "nationalIdentifierType": "LEIX"
                },
            }
        }
    },
}  # fmt: skip


def spelled(document: Any, how: str) -> Any:
    def key(name: str) -> str:
        if how == "pascal":
            return name[0].upper() + name[1:]
        if how == "snake":
            name = name.replace("VASP", "Vasp")
            return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
        return name

    if isinstance(document, dict):
        return {key(name): spelled(value, how) for name, value in document.items()}
    return [spelled(each, how) for each in document] if isinstance(document, list) else document


def read(document: Any) -> list[dict[str, str]]:
    content = json.dumps(document).encode()
    assert Ivms101().matches(content, "x.json")
    sheet = Ivms101().read(content, ReadingHints(), AnswerLimits())[0]
    assert sheet.kind == "travel_rule"
    assert sheet.rows[0].texts == HEADER
    return [dict(zip(HEADER, row.texts, strict=True)) for row in sheet.rows[1:]]


@pytest.mark.parametrize("how", ["camel", "pascal", "snake"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_spelling_gives_the_same_parties(how: str, *, packed: bool) -> None:
    document = spelled(RECORD, how)
    person, service = read({"identity": [document]} if packed else document)
    assert person == {
        "role": "originator", "name": "Alva Exempel", "first name": "Alva", "last name": "Exempel",
        "customer id": "704411", "date of birth": "1990-01-31", "nationality": "",
        "national id": "900131-0000",
        "postal address": "Exempelvägen, 1, 999 99, Exempelby, SE", "country": "SE",
        "address": "rExample", "memo": "12345", "counterparty vasp": "", "lei": "",
    }  # fmt: skip
    assert (service["name"], service["counterparty vasp"]) == ("Lagune Exchange", "Lagune Exchange")
    assert service["lei"] == "529900ABCDEFGHIJKL19"


def test_an_enum_prefix_is_read() -> None:
    record = json.loads(json.dumps(RECORD).replace("LEIX", "NATIONAL_IDENTIFIER_TYPE_CODE_LEIX"))
    assert read(record)[1]["lei"] == "529900ABCDEFGHIJKL19"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"originator": {}, "originator": {}}', "key twice"),
        (b'{"originator": NaN}', "no JSON"),
        (b'{"originator": ' + b"[" * 200 + b"]" * 200 + b"}", "nested deeper"),
        (b'{"beneficiary": "nobody"}', "without any originator"),
        (b'{"originator": {"originatorPersons": [', "no JSON"),
    ],
)
def test_odd_records_are_named_errors(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        Ivms101().read(content, ReadingHints(), AnswerLimits())
