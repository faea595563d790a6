"""Host names of the tables, in the bytes of a view."""

import re
from collections.abc import Iterator

from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View

_BEFORE = re.compile(rb"[0-9A-Za-z.-]*$")
_AFTER = re.compile(rb"[0-9A-Za-z-]+")
_MORE = re.compile(rb"\.[0-9A-Za-z]")
_LONGEST_NAME = 253


def find_hosts(view: View, knowledge: Knowledge) -> Iterator[tuple[int, int, str]]:
    """Start, end and lower-case text of every host name whose last two labels are in a table."""
    if view.host_places is None:
        view.host_places = list(_hosts(view, knowledge))
    yield from view.host_places


def _hosts(view: View, knowledge: Knowledge) -> Iterator[tuple[int, int, str]]:
    from chainlead.kernels import find_dotted_names  # noqa: PLC0415  (loads numba)

    for dot in find_dotted_names(view.array, knowledge.name_table, view.marks).tolist():
        after = _AFTER.match(view.data, dot + 1)
        before = _BEFORE.search(view.data, max(0, dot - _LONGEST_NAME), dot)
        if after is None or before is None or _MORE.match(view.data, after.end()):
            continue
        start = before.start()
        while view.data[start : start + 1] in {b".", b"-"}:
            start += 1
        host = view.data[start : after.end()].decode("ascii").lower()
        if knowledge.explorer_of(host) or knowledge.service_of(host):
            yield start, after.end(), host
