"""Who may do what: every route has its right, and a route without one keeps the server from starting.

A page of a case is read with `READ`; a form of a case is sent with `WORK`, unless `_FORMS` says
otherwise; a route of no case stands in `_DOORS`. `admission.authorise` is put on the whole application, so
no page decides this by itself. A case in which a person has no role is, to that person, not there: the
answer is the one for a name that no case has. Accounts are managed by administrators, who see no
case by that. A person alone at their own machine has every right.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.routing import Mount

from chainlead.errors import CaseNotFoundError
from chainlead.request import Moment, State
from chainlead.workflow.access import Role


class Right(StrEnum):
    """What can be done with a case."""

    READ = "read"
    WORK = "work"
    REVIEW = "review"
    GOVERN = "govern"


class Door(StrEnum):
    """Who may use a route that belongs to no case."""

    ANYONE = "anyone"
    PERSON = "person"
    ADMINISTRATOR = "administrator"


RIGHTS: Mapping[str, frozenset[Right]] = {
    Role.READER: frozenset({Right.READ}),
    Role.INVESTIGATOR: frozenset({Right.READ, Right.WORK}),
    Role.REVIEWER: frozenset({Right.READ, Right.REVIEW}),
    Role.OWNER: frozenset(Right),
}
ALL_RIGHTS = frozenset(Right)
NO_RIGHTS: frozenset[Right] = frozenset()

CASE = "/cases/{case_name}"
JOB = "/jobs/{job_id}"

_DOORS: Mapping[str, Door] = {
    "/": Door.PERSON,
    "/account": Door.PERSON,
    "/account/password": Door.PERSON,
    "/account/sessions": Door.PERSON,
    "/cases": Door.PERSON,
    "/enter": Door.ANYONE,
    "/language": Door.PERSON,
    "/leave": Door.PERSON,
    "/login": Door.ANYONE,
    "/login/code": Door.ANYONE,
    "/login/provider": Door.ANYONE,
    "/login/return": Door.ANYONE,
    "/own": Door.PERSON,
    "/people": Door.ADMINISTRATOR,
    "/people/{name}/{act}": Door.ADMINISTRATOR,
}

_BY_METHOD: Mapping[str, frozenset[Right]] = {
    "GET": frozenset({Right.READ}),
    "POST": frozenset({Right.WORK}),
}
_PAGES: Mapping[str, frozenset[Right]] = {
    f"{CASE}/report/pack.zip": frozenset({Right.GOVERN}),  # it holds the key of the case
    f"{CASE}/files": frozenset({Right.WORK}),  # looks into folders of the server
}
"""Pages that need another right than `READ`."""
_FORMS: Mapping[str, frozenset[Right]] = {
    f"{CASE}/looks/reason": frozenset({Right.READ}),
    f"{CASE}/looks/save": frozenset({Right.GOVERN}),
    f"{CASE}/report/pack": frozenset({Right.GOVERN}),  # it holds the key of the case
    f"{CASE}/report/unpack": frozenset({Right.GOVERN}),
    f"{CASE}/people/change": frozenset({Right.GOVERN}),
    f"{CASE}/requests/record": frozenset({Right.WORK, Right.REVIEW}),  # the event decides which
    f"{CASE}/settings/change": frozenset({Right.GOVERN}),
}
"""Forms that need another right than `WORK`; one of several is enough."""
_ACTS: Mapping[str, Right] = {
    "access.export": Right.GOVERN,
    "access.grant": Right.GOVERN,
    "access.withdraw": Right.GOVERN,
    "case.set": Right.GOVERN,
    "purge.done": Right.GOVERN,
    "purge.order": Right.GOVERN,
    "retention.decide": Right.GOVERN,
}
"""Acts that need another right than `WORK`, whatever page leads to them."""
_REVIEWS = frozenset({State.REVIEWED, Moment.CONFIRMED})
PARTS = frozenset({f"{CASE}/steps"})
"""Pages that a page asks for by itself: parts of a look, once the session has one in the log."""


def need_of(path: str, method: str) -> frozenset[Right] | Door | None:
    """What a route asks for; None: nobody said, so nobody may."""
    if path in _DOORS:
        return _DOORS[path]
    if path == CASE or path.startswith((f"{CASE}/", f"{JOB}/")):
        named = (_FORMS if method == "POST" else _PAGES).get(path)
        return named or _BY_METHOD.get(method)
    return None


def check_routes(routes: Iterable[object]) -> None:
    """Refuse to start with a route that nobody gave a right.

    Raises:
        RuntimeError: it names the route.
    """
    for route in routes:
        if isinstance(route, APIRoute):
            for method in sorted(route.methods or ()):
                if need_of(route.path, method) is None:
                    raise RuntimeError(f"nobody said who may {method} {route.path}")
        elif not (isinstance(route, Mount) and route.path == "/static"):
            inside = getattr(route, "original_router", None)
            if inside is None:
                raise RuntimeError(f"{route!r} is no route that can be guarded")
            check_routes(inside.routes)


def require_act(held: frozenset[Right], act: str, what: Mapping[str, Any]) -> None:
    """Refuse an act that needs a right which the person does not hold.

    Raises:
        HTTPException: 403.
    """
    need = _ACTS.get(act, Right.WORK)
    if act == "request_states.record" and what["event"] in _REVIEWS:
        need = Right.REVIEW
    if need not in held:
        raise HTTPException(403, "Your role in this case does not allow that. Nothing was changed.")


def hidden() -> CaseNotFoundError:
    """The one answer for a case that is not there and for one that a person may not know of."""
    return CaseNotFoundError(
        "This server shows no case with that name.", next_step="Go back to the list of cases."
    )
