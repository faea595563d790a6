"""Templates to pages: escaped always, strict about missing values, nothing from elsewhere."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from chainlead.guide import CONFIRM, WHOM
from chainlead.model import Sentence
from chainlead.report import STRENGTHS, clock_name
from chainlead.request import certainty_words
from chainlead.web.code_words import code_words, rule_words
from chainlead.web.explained import explained, place_of, term
from chainlead.web.named_choices import chain_name, country_name
from chainlead.web.step_address import step_address
from chainlead.web.told_states import file_told, row_told, state_told
from chainlead.web.visit import Visit

_SHORT_ENOUGH = 14
_CLASS_BEFORE = re.compile(r"^\s*[A-Z]\w+Error: ")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("chainlead.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        short=shortened,
        chain_name=chain_name,
        country_name=country_name,
        without_class=_without_class,
    )
    environment.globals.update(
        code_words=code_words,
        file_told=file_told,
        row_told=row_told,
        state_told=state_told,
        ask_confirm=CONFIRM,
        ask_whom=WHOM,
        chain_name=chain_name,
        certainty_words=certainty_words,
        clock_name=clock_name,
        explained=explained,
        own=Sentence,
        place_of=place_of,
        rule_words=rule_words,
        step_address=step_address,
        strength_meaning=STRENGTHS,
        term=term,
        word_scope=set[str],
    )
    return environment


def shortened(text: str, most: int = 11) -> str:
    """A long identifier by its beginning and end, more of the beginning; the whole stands beside it."""
    if len(text) <= max(most, _SHORT_ENOUGH):
        return text
    end = (most - 1) * 2 // 5
    return f"{text[: most - 1 - end]}…{text[-end:]}"


def _without_class(line: str) -> str:
    """What a run said, without the name of the error's class in front of it."""
    return _CLASS_BEFORE.sub("", line)


def render(
    visit: Visit, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> HTMLResponse:
    """A page, or the part of one that was asked for.

    Args:
        visit: who asks, and in which language.
        template: its file.
        values: what it shows.
        status: of the answer.
    """
    page = _environment().get_template(template)
    text = page.render(visit=visit, _=visit.words, **(values or {}))
    return HTMLResponse(text, status_code=status)
