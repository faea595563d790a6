"""Letters from templates: one folder of `templates/` per language, one Markdown text per letter.

Every value that a template prints is escaped unless it is a code span; so a label from a pack
cannot become markup. The list of open fields at the top is read from the letter itself.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from chainlead.errors import RequestError
from chainlead.request.data_files import languages
from chainlead.request.markdown_text import (
    as_code,
    blocks_runs,
    escape_markdown,
    parse_blocks,
    runs_text,
)

_OPEN = re.compile(r"\[TO FILL: ([^\]]*)\]")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("chainlead.request", "templates"),
        undefined=jinja2.StrictUndefined,
        finalize=escape_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  (Markdown, not HTML: `finalize` escapes)
    )
    environment.filters["code"] = as_code
    return environment


def render_letter(kind: str, language: str, values: Mapping[str, Any]) -> str:
    """The Markdown of one letter.

    Args:
        kind: `preservation` or `production`.
        language: a folder of `templates/`.
        values: what the templates use.

    Raises:
        RequestError: no templates in this language.
    """
    if language not in languages():
        raise RequestError(
            f"There are no letters in the language {language!r:.20}.",
            next_step=f"Use --language with one of: {', '.join(languages())}.",
        )
    template = _environment().get_template(f"{language}/{kind}.md.j2")
    body = template.render({**values, "open_fields": ()})
    return _tidy(template.render({**values, "open_fields": open_fields(body)}))


def open_fields(text: str) -> tuple[str, ...]:
    """What an officer must still fill in a letter, in order, each once."""
    lines = blocks_runs(parse_blocks(text))
    return tuple(dict.fromkeys(f for line in lines for f in _OPEN.findall(runs_text(line))))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
