"""What the case knows from outside: ledgers, who holds an address, exchange rates, agreed servers."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.attribution import OwnTag, categories
from chainlead.errors import ConfigError
from chainlead.ledger import find_ledger_status, shipped_mappings, status_document
from chainlead.model import Chain, Network
from chainlead.report import stated_document
from chainlead.web.desk import KEPT, case_page
from chainlead.web.mishap import trying
from chainlead.web.named_choices import chain_names, network_names
from chainlead.web.panel import Panel
from chainlead.web.places import places_of
from chainlead.web.rerun_words import RERUN_KINDS, RERUN_STATES
from chainlead.web.runs_of_case import last_run, text_of
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.consent import QUESTIONS, find_consents, grant, withdraw
from chainlead.workflow.own_tags import add_case_tag
from chainlead.workflow.rates import list_rates
from chainlead.workflow.rerun import is_due, list_reruns

_MOST_LISTED = 200


class LedgerPanel(Panel):
    """Ledgers and sources."""

    name: ClassVar[str] = "ledger"
    title: ClassVar[str] = "Ledgers and sources"
    key: ClassVar[str] = "b"
    place: ClassVar[int] = 35

    def add_routes(self, router: APIRouter) -> None:
        """The page, and a form for each kind of source."""

        @router.get("")
        def ledger(case_name: str, visit: Visiting) -> Response:
            return _page(visit, case_name)

        @router.post("/blocks")
        def blocks(case_name: str, visit: Visiting, form: Form) -> Response:
            def start() -> Response:
                chain = _member(Chain, form.get("chain", ""))
                network = _member(Network, form.get("network", ""))
                options = [f"--chain={chain}", f"--network={network}"]
                return _run(visit, case_name, form, ["ledger", "add", *options], "Read ledger data")

            return _try(visit, case_name, "blocks", form, start)

        @router.post("/rows")
        def rows(case_name: str, visit: Visiting, form: Form) -> Response:
            def start() -> Response:
                mapping = form.get("mapping", "")
                if mapping not in shipped_mappings():
                    raise ConfigError("Choose which kind of export it is.")
                chain, zone = _member(Chain, form.get("chain", "")), form.get("zone", "").strip()
                options = [f"--chain={chain}", f"--mapping={mapping}"]
                options += [f"--zone={zone}"] if zone else []
                return _run(visit, case_name, form, ["ledger", "add", *options], "Read an export")

            return _try(visit, case_name, "rows", form, start)

        @router.post("/again")
        def again(case_name: str, visit: Visiting, _form: Form) -> Response:
            folder = visit.workbench.folder(case_name)
            title = visit.words("Work out again what lost its ground")
            words = ["rerun", "--", str(folder)]
            visit.jobs.start(case_name, title, words, visit.session.who)
            return _to(case_name, "reruns")

        @router.post("/tags")
        def tags(case_name: str, visit: Visiting, form: Form) -> Response:
            def start() -> Response:
                words = ["tags", "import"]
                return _run(visit, case_name, form, words, "Read who holds addresses")

            return _try(visit, case_name, "tags", form, start)

        @router.post("/rates")
        def rates(case_name: str, visit: Visiting, form: Form) -> Response:
            def start() -> Response:
                given = {name: form.get(name, "").strip() for name in ("source", "asset", "price")}
                given["currency"] = form.get("currency", "").strip().upper()
                options = [f"--{name}={value}" for name, value in given.items() if value]
                return _run(visit, case_name, form, ["rates", "add", *options], "Read rates")

            return _try(visit, case_name, "rates", form, start)

        @router.post("/say")
        def say(case_name: str, visit: Visiting, form: Form) -> Response:
            def keep() -> Response:
                day = form.get("date", "").strip() or visit.jobs.now().date().isoformat()
                named = {name: form.get(name, "").strip() for name in ("service", "source", "note")}
                tag = OwnTag(
                    address=form.get("address", "").strip(),
                    chain=Chain(_member(Chain, form.get("chain", ""))),
                    lastmod=day,
                    category=form.get("category", ""),
                    **named,
                )
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    add_case_tag(case, tag, why=form.get("why", ""))
                return _to(case_name, "say")

            return _try(visit, case_name, "say", form, keep)

        @router.post("/agree")
        def agree(case_name: str, visit: Visiting, form: Form) -> Response:
            def keep() -> Response:
                asked = tuple(
                    question
                    for number, question in enumerate(QUESTIONS)
                    if form.get(f"question{number}") == "yes"
                )
                if not asked or not form.get("host", "").strip():
                    raise ConfigError("Name the server, and tick at least one kind of question.")
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    grant(case, form["host"].strip(), asked, why=form.get("why", ""))
                return _to(case_name, "agree")

            return _try(visit, case_name, "agree", form, keep)

        @router.post("/withdraw")
        def take_back(case_name: str, visit: Visiting, form: Form) -> Response:
            def keep() -> Response:
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    withdraw(case, form.get("host", ""), why=form.get("why", ""))
                return _to(case_name, "agree")

            return _try(visit, case_name, "withdraw", form, keep)


def _page(visit: Visit, case_name: str) -> Response:
    with visit.workbench.reading(case_name) as case:
        store = case.store
        packs = store.rows("packs", order_by=["journal_seq"])
        values: dict[str, Any] = {
            "chains": KEPT.get(
                case.folder,
                "ledger status",
                lambda: [status_document(one) for one in find_ledger_status(store)],
            ),
            "refusals": [
                row
                for row, _ in zip(
                    store.rows("ledger_refusals", order_by=["journal_seq"]),
                    range(_MOST_LISTED),
                    strict=False,
                )
            ],
            "stated": KEPT.get(case.folder, "stated rows", lambda: stated_document(store)),
            "reruns": list(list_reruns(store)),
            "rerun_due": is_due(case),
            "rerun_kinds": RERUN_KINDS,
            "rerun_states": RERUN_STATES,
            "packs": [row for row, _ in zip(packs, range(_MOST_LISTED), strict=False)],
            "rates": list_rates(case),
            "consents": find_consents(case),
            "questions": QUESTIONS,
            "all_chains": chain_names(),
            "networks": network_names(visit.words),
            "categories": sorted(categories()),
            "mappings": [(one.name, one.about) for one, _ in shipped_mappings().values()],
            "told": {
                name: text_of(visit, last_run(visit, case_name, *words, ended=True))
                for name, words in (
                    ("ledger", ("ledger", "add")),
                    ("tags", ("tags", "import")),
                    ("rates", ("rates", "add")),
                )
            },
        }
        return case_page(visit, case_name, case, "ledger.html", values)


def _run(visit: Visit, case_name: str, form: Form, words: list[str], title: str) -> Response:
    """Start a command that reads the chosen file."""
    path = places_of(visit, case_name).take(form.get("path", ""), may_be_folder=True)
    folder = visit.workbench.folder(case_name)
    why = form.get("why", "").strip()
    arguments = [*words, *([f"--why={why}"] if why else []), "--", str(folder), str(path)]
    visit.jobs.start(case_name, visit.words(title), arguments, visit.session.who)
    return _to(case_name, "")


def _try(
    visit: Visit, case_name: str, form_id: str, form: Form, act: Callable[[], Response]
) -> Response:
    here = f"/cases/{quote(case_name, safe='')}/ledger"
    return trying(visit, form_id, form, act, page=lambda: _page(visit, case_name), path=here)


def _to(case_name: str, form_id: str) -> Response:
    anchor = f"#{form_id}" if form_id else ""
    return RedirectResponse(f"/cases/{quote(case_name, safe='')}/ledger{anchor}", status_code=303)


def _member(kind: type[Chain] | type[Network], given: str) -> str:
    """The value, if it is one of the list.

    Raises:
        ConfigError: it is not.
    """
    known = [each.value for each in kind]
    if given not in known:
        raise ConfigError(f"Choose one of: {', '.join(known)}.")
    return given
