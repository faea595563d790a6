"""Who did what, when and why: the journal, newest first."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from starlette.responses import Response

from chainlead.web.desk import case_page
from chainlead.web.look_pages import looks_here
from chainlead.web.panel import Panel
from chainlead.web.visit import Visiting

_PAGE = 100
_SEAL = "case.seal"


class JournalPanel(Panel):
    """The journal."""

    name: ClassVar[str] = "journal"
    title: ClassVar[str] = "Journal"
    key: ClassVar[str] = "a"
    place: ClassVar[int] = 90

    def add_routes(self, router: APIRouter) -> None:
        """The list."""

        @router.get("")
        def journal(
            case_name: str,
            visit: Visiting,
            page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
            seals: str = "",
        ) -> Response:
            with visit.workbench.reading(case_name) as case:
                acts = [entry for entry in case.history if entry.act != _SEAL]
                sealings = len(case.history) - len(acts)
                entries = (case.history if seals == "yes" else acts)[::-1]
                pages = max(1, -(-len(entries) // _PAGE))
                shown = min(page, pages)
                values = {
                    "entries": entries[(shown - 1) * _PAGE : shown * _PAGE],
                    "page": shown,
                    "pages": pages,
                    "sealings": sealings,
                    "with_seals": seals == "yes",
                    "looks": looks_here(visit, case),
                }
                return case_page(visit, case_name, case, "journal.html", values)
