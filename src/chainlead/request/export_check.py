"""The last look before files are written: every form of every letter is read back and compared.

Markdown, PDF and DOCX must say the same, character by character; the identifiers of each letter and
annex must be the ledger's; the JSON must hold the lead as it is, and each file's digest. So one wrong
character anywhere between trace and file is refused, whatever made it.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chainlead.errors import IdentifierMismatchError
from chainlead.request.annex import Rows
from chainlead.request.docx_bytes import docx_text
from chainlead.request.identifier_check import check_annex, check_letter, check_words
from chainlead.request.letter_blocks import letter_stream, paper_stream, paper_text, plain_stream
from chainlead.request.subject_facts import HandleFacts, HoldingFacts
from chainlead.request.texts import Texts
from chainlead.request.transfer_facts import TransferFacts

_FIELDS = "draft.json"
_EPOC = "epoc.json"
_SHEET = "officer"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the files of a draft must hold.

    Attributes:
        subjects: transfers, balances and names, compared with the ledger already.
        shown: those of them that letters print as tables.
        rows: of each annex, by file name.
        letters: the Markdown of each letter.
        texts: the language of each letter.
        also: further texts that a letter may hold.
        lead: the lead as JSON.
        frames: the line at the head and at the foot of each letter's pages.
        fields: the JSON files.
    """

    subjects: tuple[TransferFacts | HoldingFacts | HandleFacts, ...]
    shown: tuple[TransferFacts | HoldingFacts | HandleFacts, ...]
    rows: Mapping[str, Rows]
    letters: Mapping[str, str]
    texts: Mapping[str, Texts]
    also: frozenset[str]
    lead: Mapping[str, Any]
    frames: Mapping[str, tuple[str, str]]
    fields: Mapping[str, bytes]


def check_export(files: Mapping[str, bytes], expected: Expected) -> None:
    """Read every file again and compare it.

    Args:
        files: by name, all files of the draft.
        expected: what they must hold.

    Raises:
        IdentifierMismatchError: a file says something else, or one is missing.
    """
    try:
        annexes = {name: files[name] for name in expected.rows}
        for name, rows in expected.rows.items():
            check_annex(annexes[name], rows)
        _check_fields(files, expected)
        for kind in expected.letters:
            _check_forms(kind, files, expected, annexes)
        _check_digests(files)
    except KeyError as error:
        raise IdentifierMismatchError(f"The draft lacks {error}.") from error
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        raise IdentifierMismatchError(
            f"A file of the draft cannot be read again: {error}."
        ) from error


def _check_forms(
    kind: str, files: Mapping[str, bytes], expected: Expected, annexes: Mapping[str, bytes]
) -> None:
    text = files[f"{kind}.md"].decode()
    is_sheet = kind == _SHEET
    check_letter(
        text,
        () if is_sheet else expected.shown,
        expected.texts[kind],
        annexes={} if is_sheet else annexes,
        also=expected.also,
    )
    if text != expected.letters[kind]:
        raise IdentifierMismatchError(f"{kind}.md is not the letter that was made.")
    if not is_sheet:
        _check_word(kind, files, expected, letter_stream(text))
    if _body(_pdf_pages(files[f"{kind}.pdf"]), expected.frames[kind], kind) != paper_stream(text):
        raise IdentifierMismatchError(f"{kind}.pdf does not say what {kind}.md says.")


def _check_word(kind: str, files: Mapping[str, bytes], expected: Expected, stream: str) -> None:
    word = docx_text(files[f"{kind}.docx"])
    if stream not in plain_stream(word):
        raise IdentifierMismatchError(
            f"{kind}.docx does not say what {kind}.md says. A unit's own template must print every "
            "block of the letter."
        )
    annexes = (hashlib.sha256(files[name]).hexdigest() for name in expected.rows)
    known = {*expected.also, *annexes}
    check_words(word.splitlines(), known.union(*(each.identifiers for each in expected.subjects)))


def _pdf_pages(content: bytes) -> list[str]:
    """The text of each page."""
    from pypdf import PdfReader  # noqa: PLC0415  (needed here only)
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        return [plain_stream(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise IdentifierMismatchError(f"The PDF cannot be read again: {error}.") from error


def _body(pages: Sequence[str], frame: tuple[str, str], kind: str) -> str:
    """What the pages say between the known lines at their head and foot.

    Raises:
        IdentifierMismatchError: a page has another head or foot.
    """
    head, foot = (plain_stream(paper_text(line)) for line in frame)
    body = []
    for number, page in enumerate(pages, start=1):
        end = f"{foot}{number}/{len(pages)}"
        if not (page.startswith(head) and page.endswith(end)):
            raise IdentifierMismatchError(f"{kind}.pdf, page {number}: another head or foot.")
        body.append(page[len(head) : len(page) - len(end)])
    return "".join(body)


def _check_fields(files: Mapping[str, bytes], expected: Expected) -> None:
    fields = msgspec.json.decode(files[_FIELDS])
    if fields["lead"] != msgspec.json.decode(msgspec.json.encode(expected.lead)):
        raise IdentifierMismatchError("The lead in draft.json is not the ledger's.")
    if _EPOC in files:
        epoc = msgspec.json.decode(files[_EPOC])
        told = [dict(each["identifiers"]) for each in epoc["sections"]["E"]["fields"]["subjects"]]
        if told != [dict(each.cells) for each in expected.subjects]:
            raise IdentifierMismatchError("An identifier in epoc.json is not the ledger's.")
    for name, content in expected.fields.items():
        if files[name] != content:
            raise IdentifierMismatchError(f"{name} is not the file that was made.")


def _check_digests(files: Mapping[str, bytes]) -> None:
    told = msgspec.json.decode(files[_FIELDS])["files"]
    there = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != _FIELDS
    }
    if told != there:
        wrong = sorted(
            name for name in told.keys() | there.keys() if told.get(name) != there.get(name)
        )
        raise IdentifierMismatchError(f"{', '.join(wrong)}: not the bytes that draft.json names.")
