"""One wrong character anywhere between trace and file is refused, in every place and every form."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter

from chainlead.errors import IdentifierMismatchError
from chainlead.request import Draft, DraftParameters, check_draft, languages
from chainlead.request.docx_bytes import docx_text, fixed_bytes
from chainlead.request.letter_docx import render_docx
from chainlead.request.letter_pdf import render_pdf
from chainlead.request.texts import get_texts

Make = Callable[..., Draft]
LETTERS = ("preservation", "production", "freeze")
LONG = re.compile(r"[0-9a-zA-Z]{30,}")


def _with(draft: Draft, **files: bytes) -> Draft:
    named = {name.replace("__", "."): content for name, content in files.items()}
    return replace(draft, files={**draft.files, **named})


def _other(character: str) -> str:
    return "3" if character != "3" else "4"


def _spoil(text: str, place: int) -> str:
    return text[:place] + _other(text[place]) + text[place + 1 :]


def _places(text: str) -> list[int]:
    """One place in each identifier of a text."""
    return [match.start() + 11 for match in LONG.finditer(text)]


@pytest.fixture(scope="module")
def kept() -> dict[str, Draft]:
    return {}


@pytest.fixture
def draft(kept: dict[str, Draft], make_draft: Make) -> Draft:
    if not kept:
        kept["draft"] = make_draft()
    return kept["draft"]


def test_a_draft_as_it_was_made_passes(draft: Draft) -> None:
    check_draft(draft)


@pytest.mark.parametrize("name", ["annex.csv", "draft.json", "epoc.json", "production.md"])
def test_a_changed_byte_of_a_plain_file_is_refused(name: str, draft: Draft) -> None:
    content = draft.files[name]
    for place in range(0, len(content), len(content) // 15):
        wrong = bytearray(content)
        wrong[place] ^= 1
        with pytest.raises(IdentifierMismatchError):
            check_draft(replace(draft, files={**draft.files, name: bytes(wrong)}))


@pytest.mark.parametrize("kind", [*LETTERS, "officer"])
@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_changed_byte_of_a_set_file_is_refused(kind: str, form: str, draft: Draft) -> None:
    name = f"{kind}.{form}"
    if name not in draft.files:
        assert name == "officer.docx", "the sheet is for the file only"
        return
    content = draft.files[name]
    for place in range(7, len(content), len(content) // 2):
        wrong = bytearray(content)
        wrong[place] ^= 1
        with pytest.raises(IdentifierMismatchError):
            check_draft(replace(draft, files={**draft.files, name: bytes(wrong)}))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", LETTERS)
def test_a_pdf_that_says_another_identifier_is_refused_though_it_is_well_made(
    kind: str, language: str, make_draft: Make, parameters: DraftParameters
) -> None:
    draft = make_draft(parameters=replace(parameters, language=language))
    text = draft.files[f"{kind}.md"].decode()
    texts = get_texts(language)
    places = _places(text)
    assert len(places) > 8
    for place in places[:: len(places) // 2]:
        made = render_pdf(
            _spoil(text, place),
            language=language,
            dated=parameters.dated,
            banner=texts.plain("practice_banner"),
            footer=texts.plain(f"footer_{kind}", draft=draft.draft_id),
        )
        with pytest.raises(IdentifierMismatchError, match=f"{kind}.pdf does not say"):
            check_draft(_with(draft, **{f"{kind}__pdf": made}))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", LETTERS)
def test_a_docx_that_says_another_identifier_is_refused_though_it_is_well_made(
    kind: str, language: str, make_draft: Make, parameters: DraftParameters
) -> None:
    draft = make_draft(parameters=replace(parameters, language=language))
    text = draft.files[f"{kind}.md"].decode()
    places = _places(text)
    for place in places[:: len(places) // 2]:
        made = render_docx(
            _spoil(text, place), language=language, dated=parameters.dated, banner="", footer=""
        )
        with pytest.raises(IdentifierMismatchError, match=f"{kind}.docx does not say"):
            check_draft(_with(draft, **{f"{kind}__docx": made}))


def test_one_character_inside_the_word_file_is_refused(draft: Draft, lead) -> None:
    for wanted in (lead.deposits[0].txid, lead.deposits[1].block_hash, lead.deposits[0].address):
        wrong = wanted[:7] + _other(wanted[7]) + wanted[8:]
        changed = _edit_zip(
            draft.files["production.docx"],
            {"word/document.xml": (wanted.encode(), wrong.encode())},
        )
        assert wrong in docx_text(changed)
        with pytest.raises(IdentifierMismatchError, match="does not say"):
            check_draft(_with(draft, production__docx=changed))


def test_a_page_that_is_missing_or_added_is_refused(draft: Draft) -> None:
    pages = PdfReader(io.BytesIO(draft.files["production.pdf"])).pages
    for chosen in (pages[:-1], [*pages, pages[0]]):
        writer = PdfWriter()
        for page in chosen:
            writer.add_page(page)
        written = io.BytesIO()
        writer.write(written)
        with pytest.raises(IdentifierMismatchError):
            check_draft(_with(draft, production__pdf=written.getvalue()))


def test_a_missing_file_is_refused(draft: Draft) -> None:
    for name in draft.files:
        left = {other: content for other, content in draft.files.items() if other != name}
        with pytest.raises(IdentifierMismatchError):
            check_draft(replace(draft, files=left))


def test_facts_that_were_changed_after_the_comparison_are_refused(draft: Draft) -> None:
    first, *rest = draft.expected.subjects
    for field in ("txid", "address", "amount_units", "block_hash", "sweep_txid", "mined_at"):
        value = getattr(first, field) or "0" * 64
        wrong = replace(first, **{field: value[:-2] + _other(value[-2]) + value[-1]})
        expected = replace(draft.expected, subjects=(wrong, *rest), shown=(wrong, *rest))
        with pytest.raises(IdentifierMismatchError):
            check_draft(replace(draft, expected=expected))


def test_the_trace_s_lead_and_the_ledger_must_agree_in_every_deposit(
    make_draft: Make, lead
) -> None:
    for place, deposit in enumerate(lead.deposits):
        for field in ("txid", "address", "block_hash", "sweep_txid", "service_address"):
            value = getattr(deposit, field)
            if not value:
                continue
            wrong = replace(deposit, **{field: value[:5] + _other(value[5]) + value[6:]})
            deposits = [*lead.deposits]
            deposits[place] = wrong
            with pytest.raises(IdentifierMismatchError):
                make_draft(lead=replace(lead, deposits=tuple(deposits)))


def test_an_address_that_a_tag_names_must_be_one_of_the_lead_s(make_draft: Make, lead) -> None:
    address = lead.claims[0].address
    wrong = replace(lead.claims[0], address=address[:9] + _other(address[9]) + address[10:])
    with pytest.raises(IdentifierMismatchError, match="tag"):
        make_draft(lead=replace(lead, claims=(wrong, *lead.claims[1:])))


def _edit_zip(content: bytes, edits: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(made, "w") as written:
        for each in read.infolist():
            old, new = edits.get(each.filename, (b"", b""))
            written.writestr(each, read.read(each).replace(old, new) if old else read.read(each))
    return fixed_bytes(made.getvalue())
