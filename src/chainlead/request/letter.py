"""Letters from one set of templates; a language gives the sentences (`texts`).

Every value that a template prints is escaped unless it is a code span; so a label from a pack
cannot become markup. The list of open fields at the top is read from the letter itself.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from chainlead.request.markdown_text import (
    Verbatim,
    as_code,
    blocks_runs,
    escape_markdown,
    is_code,
    parse_blocks,
    runs_text,
)
from chainlead.request.texts import Texts, open_marks
from chainlead.request.transfer_facts import WORDS

LETTERS = ("preservation", "production", "freeze", "seizure", "officer")
_KIND = "kind"
_LEDGER = "ledger"
_AMOUNTS = frozenset({"amount", "fiat_value"})


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
    environment.filters["verbatim"] = Verbatim  # what a macro made is Markdown already
    return environment


def render_letter(kind: str, texts: Texts, values: Mapping[str, Any]) -> str:
    """The Markdown of one letter.

    Args:
        kind: one of `LETTERS`.
        texts: the language.
        values: what the templates use.
    """
    template = _environment().get_template(f"{kind}.md.j2")
    told = {
        **values,
        "t": texts,
        "cell": lambda name, value: show_cell(name, value, texts),
        "letter": kind,
    }
    body = template.render({**told, "open_fields": ()})
    return _tidy(template.render({**told, "open_fields": open_fields(body)}))


def show_cell(name: str, value: str, texts: Texts) -> Verbatim:
    """One value of a table: an identifier as a code span, a word in the letter's language."""
    shown = shown_cell(name, value, texts)
    is_identifier = name != _KIND and value not in WORDS and is_code(shown)
    return as_code(shown) if is_identifier else Verbatim(escape_markdown(shown))


def shown_cell(name: str, value: str, texts: Texts) -> str:
    """The same as plain text, as it reads."""
    if name == _KIND:
        return texts.plain(f"kind_{value}") if texts.has(f"kind_{value}") else value
    if value in WORDS:
        return texts.plain(WORDS[value])
    if name in _AMOUNTS:
        return texts.amount(value)
    return texts.kept(value) if name == _LEDGER else value


def open_fields(text: str) -> tuple[str, ...]:
    """What an officer must still fill in a letter, in order, each once."""
    pattern = re.compile(rf"\[(?:{'|'.join(map(re.escape, open_marks()))}): ([^\]]*)\]")
    lines = blocks_runs(parse_blocks(text))
    return tuple(dict.fromkeys(f for line in lines for f in pattern.findall(runs_text(line))))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
