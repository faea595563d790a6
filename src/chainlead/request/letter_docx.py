"""A letter as DOCX, set by the unit's own template or the shipped one.

Deterministic: the same letter and template give the same bytes; times inside are the draft's date.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from chainlead.errors import RequestError
from chainlead.request.docx_bytes import fixed_bytes
from chainlead.request.docx_template import CODE_STYLE, default_template
from chainlead.request.letter_blocks import letter_blocks
from chainlead.request.markdown_text import runs_text

_OPEN_COLOUR = "#7A5A00"


def render_docx(
    text: str,
    *,
    language: str,
    dated: date,
    banner: str,
    footer: str,
    template: bytes = b"",
    unit: Mapping[str, str] | None = None,
) -> bytes:
    """The DOCX of one letter.

    Args:
        text: the letter's Markdown.
        language: two letters.
        dated: the date of the draft.
        banner: line at the top of every page, or empty.
        footer: line at the foot of every page.
        template: a DOCX file with docxtpl's tags; the shipped one if empty.
        unit: `unit`, `reference` and `country` of the case, for a letterhead.

    Raises:
        RequestError: the template is no DOCX, or its tags cannot be followed.
    """
    from docxtpl import (  # type: ignore[import-untyped]  # noqa: PLC0415  # slow to load; it ships no types
        DocxTemplate,
    )

    blocks = letter_blocks(text)
    values = {
        **(unit or {}),
        "banner": banner,
        "footer": footer,
        "title": runs_text(blocks[0]["runs"]),
        "dated": dated.isoformat(),
        "language": language,
        "blocks": [_block(block) for block in blocks],
    }
    written = io.BytesIO()
    source = fixed_bytes(template) if template else default_template()
    try:
        document = DocxTemplate(io.BytesIO(source))
        document.render(values, jinja_env=_environment(), autoescape=True)
        _set_properties(document, str(values["title"]), dated, language)
        document.save(written)
    except (jinja2.TemplateError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RequestError(
            f"The unit's Word template cannot be used: {type(error).__name__}: {error!s:.200}.",
            next_step="Start again from the shipped one: chainlead request template FILE.",
        ) from error
    return fixed_bytes(written.getvalue())


def _environment() -> jinja2.Environment:
    return SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)


def _set_properties(document: Any, title: str, dated: date, language: str) -> None:
    moment = datetime(dated.year, dated.month, dated.day)  # noqa: DTZ001  (DOCX: naive, meant as UTC)
    properties = document.docx.core_properties
    properties.title, properties.author, properties.language = title[:250], "chainlead", language
    properties.created = properties.modified = moment
    properties.last_modified_by, properties.revision = "chainlead", 1


def _block(block: dict[str, Any]) -> dict[str, Any]:
    if block["kind"] == "heading":
        return {"form": f"heading{block['level']}", "text": _rich(block["runs"])}
    if block["kind"] == "list":
        lines = [{"marker": _marker(item), "text": _rich(item["runs"])} for item in block["items"]]
        return {"form": "list", "lines": lines}
    if block["kind"] == "table":
        lines = [
            {"name": _rich(row[0], bold=number == 0), "text": _rich(row[1], bold=number == 0)}
            for number, row in enumerate(block["rows"])
        ]
        return {"form": "table", "lines": lines}
    return {"form": block["kind"], "text": _rich(block["runs"])}


def _marker(item: Mapping[str, Any]) -> str:
    ticks = {"open": "☐", "ticked": "☒"}
    return str(ticks.get(item["tick"], item["marker"]))


def _rich(runs: list[dict[str, str]], *, bold: bool = False) -> Any:
    from docxtpl import RichText  # noqa: PLC0415

    text = RichText()
    for run in runs:
        if run["style"] == "code":
            text.add(run["text"], style=CODE_STYLE, bold=bold)
        elif run["style"] == "open":
            text.add(run["text"], color=_OPEN_COLOUR, highlight="#FFE9A8", bold=bold)
        else:
            text.add(run["text"], bold=bold or run["style"] == "bold")
    return text
