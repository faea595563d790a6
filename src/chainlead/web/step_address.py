"""Where a step of the guide is done: the address of its page, with the form filled in."""

from urllib.parse import quote, urlencode

from chainlead.guide import Place
from chainlead.web.panel import panels


def step_address(case_name: str, place: Place | None) -> str:
    """The address of a place in a case; empty where the page has no such panel."""
    if place is None or place.panel not in {panel.name for panel in panels()}:
        return ""
    query = f"?{urlencode(place.fields)}" if place.fields else ""
    part = f"#{quote(place.part)}" if place.part else ""
    return f"/cases/{quote(case_name)}/{place.panel}{query}{part}"
