"""A visit of somebody who has not logged in: a language, and a form token of a cookie's own.

The token keeps a page elsewhere from logging a person in as somebody else (login CSRF): it belongs
to a cookie that only this server can set.
"""

import hmac
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Request
from starlette.responses import Response

from chainlead.web.entrance import Entrance
from chainlead.web.sessions import Session, form_token
from chainlead.web.team.identity import Identity
from chainlead.web.team.login import Place
from chainlead.web.visit import Visit, plain_fields

DOOR, BROWSER, FLOW = "door", "browser", "login"


class DoorVisit(Visit):
    """A request that came before any login."""

    def __init__(self, request: Request) -> None:
        """Take the secret of the door's cookie, or make one."""
        super().__init__(request)
        self.identity: Identity = request.app.state.identity
        self.entrance: Entrance = request.app.state.entrance
        self.open_session: Session | None = request.state.session
        self._secret = self.cookie(DOOR) or self.identity.make_secret()
        self.session = Session("", form_token(self._secret), "")

    def cookie(self, name: str) -> str:
        """A cookie of this server."""
        return self.request.cookies.get(self.entrance.cookie(name), "")

    @property
    def place(self) -> Place:
        """Where the request comes from."""
        return place_of(self.request)

    def here(self, path: str, **question: str) -> str:
        """An address of this server."""
        return f"{path}?{urlencode(question)}"

    def keep(self, answer: Response) -> None:
        """Give the browser the secret that the form's token belongs to."""
        self.entrance.set_cookie(answer, DOOR, self._secret)


def place_of(request: Request) -> Place:
    """The machine and the browser of a request."""
    entrance: Entrance = request.app.state.entrance
    return Place(
        request.state.address,
        request.headers.get("user-agent", ""),
        request.cookies.get(entrance.cookie(BROWSER), ""),
    )


def _door_visit(request: Request) -> DoorVisit:
    return DoorVisit(request)


async def _door_form(request: Request) -> dict[str, str]:
    """The fields of a form of the door.

    Raises:
        HTTPException: the form was not made for this browser.
    """
    fields = await plain_fields(request)
    entrance: Entrance = request.app.state.entrance
    secret = request.cookies.get(entrance.cookie(DOOR), "")
    given = fields.pop("form_token", "")
    if not secret or not hmac.compare_digest(given.encode(), form_token(secret).encode()):
        raise HTTPException(403, "This form was not made for this browser. Load the page again.")
    return fields


DoorVisiting = Annotated[DoorVisit, Depends(_door_visit)]
DoorForm = Annotated[dict[str, str], Depends(_door_form)]
