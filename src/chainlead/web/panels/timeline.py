"""Everything with a time, in one list: payments on the trails, requests, answers, terms."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from starlette.responses import Response

from chainlead.web.desk import KEPT, case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Visiting
from chainlead.workflow.timeline import KINDS, timeline

_PAGE = 200


class TimelinePanel(Panel):
    """The timeline."""

    name: ClassVar[str] = "timeline"
    title: ClassVar[str] = "Timeline"
    key: ClassVar[str] = "t"
    place: ClassVar[int] = 50

    def add_routes(self, router: APIRouter) -> None:
        """The list."""

        @router.get("")
        def show(
            case_name: str,
            visit: Visiting,
            kind: str = "",
            page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        ) -> Response:
            kinds = frozenset({kind} & set(KINDS)) or frozenset(KINDS)
            with visit.workbench.reading(case_name) as case:
                name = f"timeline {sorted(kinds)}"
                events = KEPT.get(case.folder, name, lambda: timeline(case, kinds))
                pages = max(1, -(-len(events) // _PAGE))
                shown = min(page, pages)
                values = {
                    "events": events[(shown - 1) * _PAGE : shown * _PAGE],
                    "total": len(events),
                    "kinds": KINDS,
                    "kind": kind if kind in KINDS else "",
                    "page": shown,
                    "pages": pages,
                }
                return case_page(visit, case_name, case, "timeline.html", values)
