"""Why a request uses its instrument: the words of the officer's sheet, in any language of the letters."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chainlead.errors import ChainleadError
from chainlead.model import Sentence
from chainlead.report.why.reason import Card, Why
from chainlead.request import Texts, choose_instrument, get_texts, instrument_table, languages

_ENGLISH = "en"


def why_request(document: Mapping[str, Any], language: str) -> Why:
    """The reasons for the instrument of a draft: what was chosen, and why not the others.

    Args:
        document: the draft's own record, `draft.json`.
        language: of the page. A choice that the present table would word or make otherwise stays as
            it was written.
    """
    language = language if language in languages() else _ENGLISH
    texts = get_texts(language)
    choice = _in_language(document["choice"], language)
    named = [
        (Sentence("Asks for"), Sentence.joined(map(Sentence, document["kind"].split("+")), ", ")),
        (Sentence("Asked about lead"), document["lead"]["lead_id"]),
    ]
    return Why(
        f"draft:{document['draft_id']}",
        "",
        tuple(_sentences(choice, texts)),
        tuple((name, value) for name, value in named if value),
        tuple(_steps(choice, texts)),
    )


def _in_language(choice: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """The choice in another language, where today's table still says the same."""
    if choice.get("language", _ENGLISH) == language:
        return choice
    if choice.get("table_version") != instrument_table(language).version:
        return choice
    try:
        again = choose_instrument(
            choice["requester_country"],
            tuple(choice["jurisdictions"]),
            choice["kind"],
            instrument=choice["asked"],
            is_emergency=choice["is_emergency"],
            state=choice["state"],
            language=language,
        )
    except (ChainleadError, KeyError):
        return choice
    if (again.row_id, again.chosen_id) != (choice["row_id"], choice["chosen_id"]):
        return choice
    told: dict[str, Any] = msgspec.to_builtins(again)
    return told


def _sentences(choice: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    yield Sentence(f"{choice['situation']} {choice['why']}")
    yield Sentence(
        texts.plain(
            "officer_certainty",
            certainty=texts.certainty(choice["certainty"]),
            confirm=choice["confirm"],
        )
    )
    for warning in choice["warnings"]:
        yield Sentence(texts.plain("officer_note", note=warning))
    for other in choice["alternatives"]:
        yield Sentence(
            "Why not another: {reason}",
            reason=texts.plain(
                "officer_other", name=other["instrument"]["name"], reason=other["why_not"]
            ),
        )
    yield texts.plain("table_version", version=choice["table_version"], line=choice["row_id"])


def _steps(choice: Mapping[str, Any], texts: Texts) -> Iterator[Card]:
    """Each instrument with its legal basis, how sure that is, and where it was read."""
    for kind, instruments in (
        ("officer_first", choice["first"]),
        ("officer_then", (choice["chosen"],)),
        ("officer_freeze", choice["freeze"]),
    ):
        for each in instruments:
            yield Card(texts.plain(kind), each["name"], tuple(_basis(each, texts)))


def _basis(each: Mapping[str, Any], texts: Texts) -> Iterator[tuple[str, object]]:
    yield texts.plain("legal_basis"), each["legal_basis"]
    yield texts.plain("issuing_authority"), each["issuing_authority"]
    yield texts.plain("form"), each["form"]
    yield texts.plain("clock_certainty"), texts.certainty(each["certainty"])
    yield Sentence("Source"), f"{each['source']} ({each['read']})"
    for limit in each["exclusions"]:
        yield Sentence("Limit"), limit
