"""The page of a person's own choices; see `own.py`."""

from fastapi import FastAPI, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.web.entrance import Entrance
from chainlead.web.keys import KEYS, OFF, given_keys, write_keys
from chainlead.web.own import THEMES, TIMES, keep
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visiting


def add_own(app: FastAPI) -> None:
    """Declare it."""

    @app.get("/own")
    def own(visit: Visiting, back: str = "/") -> Response:
        """What this person has chosen."""
        values = {"keys": KEYS, "themes": THEMES, "times": TIMES, "back": safe_place(back)}
        return render(visit, "own.html", values)

    @app.post("/own")
    def choose(visit: Visiting, form: Form) -> Response:
        """Keep what the form says; a choice that it does not hold stays."""
        entrance: Entrance = visit.request.app.state.entrance
        answer = RedirectResponse(safe_place(form.get("back", "/own")), status_code=303)
        for name, permitted in (("theme", THEMES), ("times", TIMES)):
            if name in form:
                if form[name] not in permitted:
                    raise HTTPException(400, visit.words("There is no such choice."))
                keep(answer, entrance, name, form[name])
        if form.get("keys") == OFF:
            keep(answer, entrance, "keys", OFF)
        elif form.get("keys") == "usual":
            keep(answer, entrance, "keys", "")
        elif form.get("keys") == "chosen":
            given = {key.name: form.get(f"key-{key.name}", "") for key in KEYS}
            keys, wrong = given_keys(given)
            if wrong:
                say = visit.words("The key {key} cannot be used, or does two things.", key=wrong)
                raise HTTPException(400, say)
            keep(answer, entrance, "keys", write_keys(keys))
        return answer
