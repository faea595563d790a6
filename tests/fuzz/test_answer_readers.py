"""No damaged answer file breaks a reader, or what understands its rows: it is read, or refused by name."""

import importlib.util
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from chainlead.guide.practice import build_world
from chainlead.guide.practice.answer import build_answer
from chainlead.request import (
    AnswerFile,
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    answer_forms,
    derive_answer_leads,
    derive_asked,
    derive_unanswered,
    propose_profile,
    read_statement,
)
from chainlead.request.answers import archive
from chainlead.request.answers.form import UnreadableError

_spec = importlib.util.spec_from_file_location("fuzz_tools", Path(__file__).parent / "conftest.py")
tools = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tools)

LIMITS = AnswerLimits(rows=5_000, cells=100_000, file_bytes=8 << 20, total_bytes=8 << 20)
SHORT_INPUTS = 40
ITEMS = tuple(range(1, 25))
PDF = Path(__file__).parent / "seeds" / "pdf"
CSV = (
    "Tidpunkt;Riktning;Tillgång;Belopp;Transaktions-ID;Adress krypto;IP-adress;Port\n"
    "2023-10-29 02:30:00;Uttag;BTC;0,04;"
    + "a1"
    * 32
    + ";12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S;8.8.8.8;443\n"
    "31/12/2023 10:00 PM;Insättning;ETH;1.234,5;0x"
    + "b2" * 32
    + ";SE45 5000 0000 0583 9825 7466;::1;x\n"
)
IVMS = {
    "originator": {
        "originatorPersons": [
            {"naturalPerson": {"name": {"nameIdentifier": [{"primaryIdentifier": "Exempel"}]}}}
        ],
        "accountNumber": ["rExample:12345"],
    },
    "BeneficiaryVASP": {"legal_person": {"name": {"nameIdentifier": [{"legalPersonName": "L"}]}}},
}


@pytest.fixture(scope="module")
def answers() -> dict[str, list[bytes]]:
    """Small good files of each form."""
    return {
        "xlsx": [build_answer(build_world()).content],
        "csv": [
            CSV.encode(),
            CSV.encode("utf-16"),
            CSV.encode("cp1252"),
            CSV.replace(";", ",").encode(),
        ],
        "pdf": [file.read_bytes() for file in sorted(PDF.iterdir())[:6]],
        "ivms101": [json.dumps(IVMS).encode()],
        "json": [
            json.dumps({"uid": "7", "withdrawals": [{"txid": "a1" * 32, "amount": 0.5}]}).encode()
        ],
    }


def understood(form: AnswerForm, content: bytes) -> None:
    """All that an import does with a file, but for the ledger."""
    try:
        sheets = form.read(content, ReadingHints(), LIMITS)
    except UnreadableError:
        return
    file = AnswerFile(1, "x", "ab" * 32, len(content), form.name, "read", sheets=tuple(sheets))
    statement = read_statement([file], propose_profile([file]), "Europe/Stockholm")
    derive_answer_leads(statement.rows)
    derive_unanswered(derive_asked(ITEMS, statement, has_pictures=False), (), statement, "sv")


def damages(contents: list[bytes], seconds: float) -> Iterator[list[bytes]]:
    number, until = 0, time.monotonic() + seconds
    while number < SHORT_INPUTS if not seconds else time.monotonic() < until:
        yield [
            tools.damaged(contents[n % len(contents)], n, contents)
            for n in range(number, number + 20)
        ]
        number += 20


def failures(
    work: Callable[[bytes], None], contents: list[bytes], seconds: float, preload: Any
) -> list[Any]:
    return [
        failure
        for batch in damages(contents, seconds)
        for failure in tools.tried(work, batch, preload)
    ]


@pytest.mark.parametrize("form", answer_forms(), ids=lambda form: form.name)
def test_a_form_survives_damage(
    form: AnswerForm, answers: dict[str, list[bytes]], fuzz_seconds: float
) -> None:
    contents = answers[form.name]
    for content in contents:
        assert form.matches(content, f"x.{form.name}")
    assert failures(lambda c: understood(form, c), contents, fuzz_seconds, form.preload) == []


def test_damage_inside_a_workbook_is_survived_too(
    answers: dict[str, list[bytes]], fuzz_seconds: float
) -> None:
    """The archive is whole; one part of it is damaged."""
    form = next(form for form in answer_forms() if form.name == "xlsx")
    with zipfile.ZipFile(BytesIO(answers["xlsx"][0])) as book:
        parts = {name: book.read(name) for name in book.namelist()}

    def work(content: bytes) -> None:
        place = content[0] % len(parts) if content else 0
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as book:
            for number, (name, part) in enumerate(parts.items()):
                book.writestr(name, content[1:] if number == place else part)
        understood(form, buffer.getvalue())

    contents = [bytes([number]) + part for number, part in enumerate(parts.values())]
    assert failures(work, contents, fuzz_seconds, form.preload) == []


def test_a_damaged_archive_is_unpacked_or_refused_by_name(
    answers: dict[str, list[bytes]], fuzz_seconds: float
) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, contents in answers.items():
            made.writestr(f"{name}.{name}", contents[0])

    def work(content: bytes) -> None:
        try:
            archive._members(content, LIMITS)
        except UnreadableError:
            return

    assert failures(work, [buffer.getvalue()], fuzz_seconds, ("zipfile",)) == []
