"""DOCX: the unit's own template or the shipped one; the same bytes; no template can do harm."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from docx import Document

from chainlead.errors import IdentifierMismatchError, RequestError
from chainlead.request import Draft, DraftParameters, default_template
from chainlead.request.docx_bytes import docx_text, fixed_bytes
from chainlead.request.letter_docx import render_docx

TEXT = """# Request

> **Note.** Sender & `x` <b>

| #1 | Entry |
| --- | --- |
| Id | `ab12` |

- [x] ticked
- [ ] open

1. first
1. second [TO FILL: name]
"""
LOOKS = {"language": "en", "dated": date(2024, 3, 4), "banner": "PRACTICE", "footer": "Draft 1"}


def _template(*lines: str, base: bytes | None = None) -> bytes:
    document = Document(io.BytesIO(base)) if base else Document()
    for line in lines:
        document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_the_shipped_template_is_the_same_bytes_every_time() -> None:
    first = default_template()
    default_template.cache_clear()
    assert default_template() == first


def test_a_letter_is_the_same_bytes_every_time_and_holds_no_time_of_its_making() -> None:
    made = render_docx(TEXT, **LOOKS)
    assert made == render_docx(TEXT, **LOOKS)
    with zipfile.ZipFile(io.BytesIO(made)) as read:
        assert {each.date_time for each in read.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Document(io.BytesIO(made)).core_properties
    assert properties.created.date() == properties.modified.date() == date(2024, 3, 4)
    assert properties.author == "chainlead"


def test_every_block_of_a_letter_is_there() -> None:
    made = render_docx(TEXT, **LOOKS)
    lines = [line for line in docx_text(made).splitlines() if line]
    assert lines == [
        "Request",
        "Note. Sender & x <b>",
        "#1", "Entry", "Id", "ab12",
        "☒ ticked", "☐ open", "1. first", "2. second [TO FILL: name]",
    ]  # fmt: skip
    document = Document(io.BytesIO(made))
    assert document.sections[0].header.paragraphs[0].text == "PRACTICE"
    assert document.sections[0].footer.paragraphs[0].text == "Draft 1"


def test_a_unit_s_template_may_look_as_it_likes() -> None:
    own = _template("{{ unit }} / {{ reference }}", base=default_template())
    made = render_docx(TEXT, **LOOKS, template=own, unit={"unit": "Desk 3", "reference": "P-1"})
    assert docx_text(made).splitlines()[-1] == "Desk 3 / P-1"


@pytest.mark.parametrize(
    "line",
    [
        "{{ unknown_name }}",
        "{% for x in %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ blocks.__init__.__globals__ }}",
        "{{ cycler.__init__ }}",
    ],
)
def test_a_template_that_reaches_for_more_is_refused(line: str) -> None:
    with pytest.raises(RequestError, match="template cannot be used"):
        render_docx(TEXT, **LOOKS, template=_template(line))


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04" + bytes(40), b""])
def test_a_template_that_is_no_docx_is_refused(content: bytes) -> None:
    with pytest.raises(RequestError):
        fixed_bytes(content)


def test_a_template_that_swells_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("word/document.xml", bytes(60_000_000))
    with pytest.raises(RequestError, match="too large"):
        fixed_bytes(bomb.getvalue())


def test_a_template_that_leaves_the_letter_out_makes_no_draft(
    make_draft: Callable[..., Draft], parameters: DraftParameters
) -> None:
    with pytest.raises(IdentifierMismatchError, match="must print every block"):
        make_draft(parameters=replace(parameters, docx_template=_template("{{ title }}")))


def test_a_docx_that_cannot_be_read_again_is_refused() -> None:
    for content in (b"", b"PK", render_docx(TEXT, **LOOKS)[:500]):
        with pytest.raises(IdentifierMismatchError, match="cannot be read again"):
            docx_text(content)
