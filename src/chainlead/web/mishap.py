"""A form that could not be done: the page again, the error beside the form, what was typed still in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import HTTPException
from starlette.responses import Response

from chainlead.errors import CaseBusyError, CaseNotFoundError, ChainleadError, DecidedMeanwhileError
from chainlead.web.visit import Visit

_OF_THE_COMMAND_LINE = re.compile(r"(^|\s|`)(--[a-z]|chainlead [a-z])")
_SHOWN = b'class="error problem"'
_NOT_OF_THE_FORM = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class Mishap:
    """Why a form was not done.

    Attributes:
        form: the id of the form on its page.
        name: of the error.
        sentences: what happened, what is safe, what to do.
        fields: what the person typed.
    """

    form: str
    name: str
    sentences: tuple[str, ...]
    fields: Mapping[str, str]


def told_on_a_page(error: ChainleadError) -> tuple[str, ...]:
    """What an error says, without what only a person at a terminal could do."""
    first, *others = error.sentences()
    return (first, *(each for each in others if not _OF_THE_COMMAND_LINE.search(each)))


def trying(
    visit: Visit,
    form_id: str,
    fields: Mapping[str, str],
    act: Callable[[], Response],
    *,
    page: Callable[[], Response],
    path: str,
) -> Response:
    """Do what a form asks; if it cannot be done, show its page again and say why beside the form.

    Args:
        visit: who asks.
        form_id: the id of the form on its page.
        fields: what the form sent.
        act: does it, and answers.
        page: the page that the form is on.
        path: that page's address, for whoever loads it again.

    Raises:
        ChainleadError, HTTPException: what is no matter of this form: no such page, no right to it,
            or a colleague's decision meanwhile.
    """
    found: Exception
    try:
        answer = act()
    except (CaseNotFoundError, DecidedMeanwhileError):
        raise
    except ChainleadError as error:
        name, told = type(error).__name__, told_on_a_page(error)
        status, found = 409 if isinstance(error, CaseBusyError) else 400, error
    except HTTPException as error:
        if error.status_code in _NOT_OF_THE_FORM:
            raise
        name, told, status = "", (str(error.detail),), error.status_code
        found = error
    else:
        return answer
    visit.mishap, visit.shown_path = Mishap(form_id, name, told, fields), path
    again = page()
    if _SHOWN not in bytes(again.body):
        raise found  # the page does not have that form now: a page of its own says why
    again.status_code = status
    return again
