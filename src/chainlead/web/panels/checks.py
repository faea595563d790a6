"""Looking closer: saved pages, payments at their prices, named shapes, links that a person decides."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec
from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.errors import ConfigError
from chainlead.model import NATIVE, Amount, Chain
from chainlead.trace import find_patterns
from chainlead.web.desk import case_page
from chainlead.web.mishap import trying
from chainlead.web.panel import Panel
from chainlead.web.places import places_of
from chainlead.web.runs_of_case import document_of, last_run
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.case import Case
from chainlead.workflow.links import decide_link

_MOST_MATCHES = 100
_MOST_FINDS = 50
_MOST_SIDES = 6
_MOST_PRICES = 20
_VERDICTS = ("accept", "refuse", "withdraw")


class ChecksPanel(Panel):
    """Closer looks."""

    name: ClassVar[str] = "checks"
    title: ClassVar[str] = "Closer looks"
    key: ClassVar[str] = "c"
    place: ClassVar[int] = 57

    def add_routes(self, router: APIRouter) -> None:
        """The page, and a form for each look."""

        @router.get("")
        def checks(case_name: str, visit: Visiting) -> Response:
            return _page(visit, case_name)

        @router.post("/page")
        def page(case_name: str, visit: Visiting, form: Form) -> Response:
            def start() -> Response:
                file = places_of(visit, case_name).take(form.get("path", ""), may_be_folder=False)
                folder = visit.workbench.folder(case_name)
                options = ["--json", f"--case={folder}", *_why(form)]
                return _run(visit, case_name, ["page", *options, "--", str(file)], "Check a page")

            return _try(visit, case_name, "page", form, start)

        @router.post("/match")
        def match(case_name: str, visit: Visiting, form: Form) -> Response:
            def start() -> Response:
                options = _search(visit, case_name, form)
                folder = str(visit.workbench.folder(case_name))
                words = ["match", *options, *_why(form), "--", folder]
                return _run(visit, case_name, words, "Look for payments at prices")

            return _try(visit, case_name, "match", form, start)

        @router.post("/patterns")
        def patterns(case_name: str, visit: Visiting, _form: Form) -> Response:
            folder = str(visit.workbench.folder(case_name))
            words = ["patterns", "--json", "--", folder]
            return _run(visit, case_name, words, "Look for shapes with a name")

        @router.post("/contested")
        def contested(case_name: str, visit: Visiting, _form: Form) -> Response:
            folder = str(visit.workbench.folder(case_name))
            words = ["contested", "--json", "--", folder]
            return _run(visit, case_name, words, "Look for contested links")

        @router.post("/decide")
        def decide(case_name: str, visit: Visiting, form: Form) -> Response:
            txid, verdict = form.get("txid", ""), form.get("verdict", "")

            def keep() -> Response:
                if verdict not in _VERDICTS:
                    raise ConfigError("Choose whether the link holds.")
                chain = next((each for each in Chain if each.value == form.get("chain")), None)
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    decide_link(case, txid, verdict, why=form.get("why", ""), chain=chain)
                return _to(case_name, "contested")

            return _try(visit, case_name, f"decide-{txid[:16]}", form, keep)


def _page(visit: Visit, case_name: str) -> Response:
    with visit.workbench.reading(case_name) as case:
        shapes = document_of(visit, last_run(visit, case_name, "patterns", "--json", ended=True))
        links = document_of(visit, last_run(visit, case_name, "contested", "--json", ended=True))
        values = {
            "has_ledger": case.store.count("ledger_sources") > 0,
            "page": document_of(visit, last_run(visit, case_name, "page", "--json", ended=True)),
            "matches": _matches(case),
            "shapes": _shapes(shapes) if shapes else None,
            "links": _links(case, links) if links else None,
            "most_sides": _MOST_SIDES,
        }
        return case_page(visit, case_name, case, "checks.html", values)


def _matches(case: Case) -> list[dict[str, Any]]:
    """Each search for payments with its answer, newest first."""
    rows = case.store.rows("payment_matches", order_by=["journal_seq"])
    found = [
        msgspec.json.decode(case.blobs.get(row["result_sha256"]), type=dict[str, Any])
        for row in rows
    ]
    for one in found:
        one["shown"] = one["matches"][:_MOST_MATCHES]
    return found[::-1]


def _shapes(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The kinds of shape that were found, each with its finds and with what speaks against it."""
    asset = NATIVE[Chain(document["pinned"]["chain"])]
    cards = {card["name"]: card for card in document["inferences"]}
    kinds = []
    for kind in find_patterns():
        finds = [found for found in document["patterns"] if found["pattern"] == kind.name]
        if not finds:
            continue
        for found in finds:
            found["amounts"] = [
                (name.replace("_", " "), str(Amount(asset, int(units))))
                for name, units in found["amounts_units"].items()
            ]
        kinds.append(
            {
                "title": kind.title,
                "card": cards[kind.name],
                "count": len(finds),
                "finds": finds[:_MOST_FINDS],
            }
        )
    return kinds


def _links(case: Case, document: dict[str, Any]) -> dict[str, Any]:
    """The contested links, with what persons decided since they were looked for."""
    chain = document["chain"]
    decided = {
        row["txid"]: row
        for row in case.store.rows("link_decisions", order_by=["journal_seq"], chain=chain)
    }
    links = [{**link, "decision": decided.get(link["txid"])} for link in document["contested"]]
    shown = {link["txid"] for link in links}
    others = [row for txid, row in decided.items() if txid not in shown]
    return {"chain": chain, "links": links, "others": others}


def _search(visit: Visit, case_name: str, form: Form) -> list[str]:
    """The options of a search for payments.

    Raises:
        ConfigError: it asks for nothing, or for what cannot be.
        ExhibitNotFoundError: there is no such page.
    """
    prices = [line.strip() for line in form.get("prices", "").splitlines() if line.strip()]
    if len(prices) > _MOST_PRICES:
        raise ConfigError(f"At most {_MOST_PRICES} prices are looked for at once.")
    options = [f"--price={price}" for price in prices]
    if form.get("path", "").strip():
        page = places_of(visit, case_name).take(form["path"], may_be_folder=False)
        options.append(f"--page={page}")
    if not options:
        raise ConfigError("Write a price, or choose a saved page that has prices.")
    addresses = form.get("addresses", "").split()
    options += [f"--address={address}" for address in addresses] or ["--all"]
    tolerance = form.get("tolerance", "").strip().removesuffix("%").strip()
    options += [f"--tolerance={tolerance}%"] if tolerance else []
    for name in ("since", "until"):
        options += [f"--{name}={form[name].strip()}"] if form.get(name, "").strip() else []
    return options


def _why(form: Form) -> list[str]:
    why = form.get("why", "").strip()
    return [f"--why={why}"] if why else []


def _run(visit: Visit, case_name: str, words: list[str], title: str) -> Response:
    visit.jobs.start(case_name, visit.words(title), words, visit.session.who)
    return _to(case_name, "")


def _try(
    visit: Visit, case_name: str, form_id: str, form: Form, act: Callable[[], Response]
) -> Response:
    here = f"/cases/{quote(case_name, safe='')}/checks"
    return trying(visit, form_id, form, act, page=lambda: _page(visit, case_name), path=here)


def _to(case_name: str, form_id: str) -> Response:
    anchor = f"#{form_id}" if form_id else ""
    return RedirectResponse(f"/cases/{quote(case_name, safe='')}/checks{anchor}", status_code=303)
