"""Whether two addresses are taken for one party's: the chain of evidence between them, step by step."""

from typing import ClassVar

from fastapi import APIRouter
from starlette.responses import Response

from chainlead.errors import ChainleadError
from chainlead.model import Chain
from chainlead.report import Why, why_joined
from chainlead.trace import Level
from chainlead.web.desk import case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Visiting
from chainlead.workflow.links import find_links

_LONGEST = 200


class LinksPanel(Panel):
    """What joins two addresses."""

    name: ClassVar[str] = "links"
    title: ClassVar[str] = "Same owner?"
    key: ClassVar[str] = "k"
    place: ClassVar[int] = 55

    def add_routes(self, router: APIRouter) -> None:
        """The page with its question in the address."""

        @router.get("")
        def links(  # noqa: PLR0917  (each part of the question is a field of the address)
            case_name: str,
            visit: Visiting,
            a: str = "",
            b: str = "",
            level: str = "",
            chain: str = "",
        ) -> Response:
            asked = {"a": a.strip()[:_LONGEST], "b": b.strip()[:_LONGEST]}
            told: Why | None = None
            problem: tuple[str, ...] = ()
            with visit.workbench.reading(case_name) as case:
                chosen = next((each for each in Level if each == level), Level.CO_SPEND)
                ledger = next((each for each in Chain if each.value == chain), None)
                if asked["a"] and asked["b"]:
                    try:
                        told = why_joined(
                            find_links(case, asked["a"], asked["b"], chain=ledger, level=chosen)
                        )
                    except ChainleadError as error:
                        problem = tuple(error.sentences())
                values = {
                    **asked,
                    "levels": {each.value: each.meaning for each in Level if each != Level.ADDRESS},
                    "level": chosen.value,
                    "chains": sorted(
                        {row["chain"] for row in case.store.rows("blocks", columns=["chain"])}
                    ),
                    "chain": chain,
                    "told": told,
                    "problem": problem,
                }
                return case_page(visit, case_name, case, "links.html", values)
