"""The settings of a case, each with its meaning; a change is an act with a reason that can be undone."""

from collections.abc import Mapping
from typing import Any, ClassVar

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.config import SETTINGS, Setting, country_timezone, known_timezones
from chainlead.custody import Entry
from chainlead.web.desk import case_page
from chainlead.web.named_choices import setting_names
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.web.words import Words
from chainlead.workflow.case import Case, set_setting

_FIXED = frozenset({"practice"})
GROUPS: Mapping[str, Mapping[str, str]] = {
    "The case": {"title": "Title", "reference": "File number", "unit": "Unit"},
    "Place and language": {
        "country": "Country",
        "currency": "Currency",
        "timezone": "Time zone",
        "language": "Language of drafts",
    },
    "Care": {
        "offline": "Ask no server",
        "reasons": "Reasons",
        "log_views": "Keep who looked at what",
    },
}
"""The settings with their headings, in the order of the page; what has none stands last."""
MEANINGS = {
    "country": "The choice of legal papers follows it.",
    "currency": "What coins were worth is told in it.",
    "timezone": "Every page shows times in it; the tooltip has UTC.",
    "language": "The language in which letters and the report are written.",
    "offline": "If yes, no server is asked anything for this case, whatever was agreed.",
    "reasons": "If required, personal data are looked at or handed out with a reason only.",
    "log_views": "If yes, each look at findings, leads, answers and persons is kept, with its reason.",
}
"""What a setting means, where the page has plainer words than the list of settings."""
VALUES = {
    "yes": "yes",
    "no": "no",
    "recorded": "kept where they are given",
    "required": "required",
}
"""What the values of a setting with few values are called."""


class SettingsPanel(Panel):
    """Settings."""

    name: ClassVar[str] = "settings"
    title: ClassVar[str] = "Settings"
    key: ClassVar[str] = "s"
    place: ClassVar[int] = 100

    def add_routes(self, router: APIRouter) -> None:
        """The page, and changing one."""

        @router.get("")
        def settings(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                values = {
                    "groups": _groups(),
                    "meanings": MEANINGS,
                    "choices": _choices(case.settings, visit.words),
                    "changes": _changes(case),
                }
                return case_page(visit, case_name, case, "settings.html", values)

        @router.post("/change")
        def change(case_name: str, visit: Visiting, form: Form) -> Response:
            name = form.get("name", "")
            with visit.workbench.writing(case_name, visit.session.who) as case:
                set_setting(case, name, form.get("value", "").strip(), why=form.get("why", ""))
            return RedirectResponse(f"/cases/{case_name}/settings#{name}", status_code=303)


def _groups() -> list[tuple[str, list[tuple[str, Setting]]]]:
    known = {setting.name: setting for setting in SETTINGS if setting.name not in _FIXED}
    groups = [
        (heading, [(title, known.pop(name)) for name, title in titles.items()])
        for heading, titles in GROUPS.items()
    ]
    return [*groups, ("Other", [(each.name, each) for each in known.values()])]


def _choices(settings: Mapping[str, str], words: Words) -> dict[str, list[tuple[str, str]]]:
    """For a setting with a known list of values: each value with what it is called."""
    own = country_timezone(settings.get("country", ""))
    zones = [("", words("the country's own: {zone}", zone=own))]
    few = {
        setting.name: [(value, words(VALUES.get(value, value))) for value in setting.values]
        for setting in SETTINGS
        if setting.values
    }
    return {
        **few,
        **{name: setting_names(name, words) for name in ("language", "country", "currency")},
        "timezone": [*zones, *((zone, zone) for zone in known_timezones())],
    }


def _changes(case: Case) -> dict[str, Entry]:
    """The last change of each setting."""
    found: dict[str, Any] = {}
    for entry in case.entries:
        if entry.act == "case.set":
            found[entry.what["name"]] = entry
    return found
