"""A case as its pages show it: header, list of pages, next steps; kept until the case changes."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import HTMLResponse

from chainlead.attribution import Lead
from chainlead.custody import Entry
from chainlead.guide import Ask, Step, glossary
from chainlead.report import trace_documents
from chainlead.web.behind import BEHIND
from chainlead.web.kept import Kept
from chainlead.web.notes import NotesHere
from chainlead.web.panel import panels
from chainlead.web.reasons import Reasons
from chainlead.web.rendering import render
from chainlead.web.visit import Visit
from chainlead.web.words import languages
from chainlead.web.workbench import Workbench
from chainlead.workflow.case import Case
from chainlead.workflow.leads import list_leads
from chainlead.workflow.next import Outlook, look_ahead, reasons_aside
from chainlead.workflow.undo import AGAIN, BACK, stacks

_MOST_AT_ONCE = 5_000
_MOST_BYTES_AT_ONCE = 4_000_000
"""A case with more findings, or more bytes of traces, is a large one: no page waits for the guide."""
_PATIENCE_SECONDS = 1.0
_STEPS, _TRACES, _LEADS = "steps", "traces", "leads"
_UNDOING = frozenset({BACK, AGAIN})
_BESIDE = ("canvas.", "hand_fold.", "case.seal")


KEPT = Kept()


def settled_mark(case: Case) -> int:
    """The number of the last entry that is more than an act on a picture, a note or a seal.

    What is worked out from evidence, ledgers and decisions stays the same after those.
    """
    for entry in reversed(case.entries):
        act = str(entry.what.get("act", "")) if entry.act in _UNDOING else entry.act
        if not act.startswith(_BESIDE):
            return entry.seq
    return -1


def last_entry(case: Case, *acts: str) -> int:
    """The number of the last journal entry with one of these acts; -1 without one."""
    found: Entry | None = next((e for e in reversed(case.entries) if e.act in acts), None)
    return found.seq if found else -1


def traces_of(case: Case) -> list[dict[str, Any]]:
    """The documents of the case's traces as reports have them, read once for all pages."""
    return KEPT.get(
        case.folder,
        _TRACES,
        lambda: trace_documents(case.store, case.blobs),
        mark=_traces_mark(case),
    )


def has_traces(case: Case) -> bool:
    """Whether `traces_of` answers at once."""
    return KEPT.holds(case.folder, _TRACES, _traces_mark(case))


def _traces_mark(case: Case) -> tuple[tuple[str, str], ...]:
    rows = case.store.rows("traces", columns=["trace_id", "result_sha256"])
    return tuple((row["trace_id"], row["result_sha256"]) for row in rows)


def leads_of(case: Case) -> tuple[Lead, ...]:
    """The case's leads, worked out once for all pages."""
    return KEPT.get(case.folder, _LEADS, lambda: list_leads(case), mark=settled_mark(case))


def has_leads(case: Case) -> bool:
    """Whether `leads_of` answers at once."""
    return KEPT.holds(case.folder, _LEADS, settled_mark(case))


def steps_of(workbench: Workbench, case_name: str, case: Case) -> tuple[tuple[Step, ...], bool]:
    """The next steps of the case, and whether they are those of this moment.

    A large case is looked through in the background: meanwhile the steps from before are shown.
    """
    outlook, is_current = _outlook(workbench, case_name, case)
    return (outlook.steps if outlook else ()), is_current


def asks_of(workbench: Workbench, case_name: str, case: Case, language: str) -> tuple[Ask, ...]:
    """What could be asked in this case; for a large one as far as it was looked through."""
    outlook, _ = _outlook(workbench, case_name, case)
    return outlook.asks[language] if outlook else ()


def aside_of(workbench: Workbench, case_name: str, case: Case) -> list[dict[str, Any]]:
    """The steps that were set aside with their reasons; without a step where it has no sense now."""
    outlook, _ = _outlook(workbench, case_name, case)
    known = {step.step_id: step for step in (outlook.aside if outlook else ())}
    return [
        {"step_id": step_id, "why": why, "step": known.get(step_id)}
        for step_id, why in reasons_aside(case).items()
    ]


def _outlook(workbench: Workbench, case_name: str, case: Case) -> tuple[Outlook | None, bool]:
    mark = settled_mark(case)
    if not is_large(case):
        return KEPT.get(case.folder, _STEPS, lambda: look_ahead(case, languages()), mark=mark), True
    held = KEPT.look(case.folder, _STEPS)
    if held is not None and held[0] == mark:
        return held[1], True
    BEHIND.start(case.folder, _STEPS, lambda: _look_through(workbench, case_name))
    return (held[1] if held else None), False


def is_large(case: Case) -> bool:
    """Whether what its pages show takes so long to work out that no page does it by itself."""
    if case.store.count("findings") > _MOST_AT_ONCE:
        return True
    traces = case.store.rows("traces", columns=["result_sha256"])
    return sum(_size(case, row["result_sha256"]) for row in traces) > _MOST_BYTES_AT_ONCE


def _size(case: Case, sha256: str) -> int:
    try:
        return case.blobs.path(sha256).stat().st_size
    except OSError:
        return 0  # the page that needs it says that it is missing


def _look_through(workbench: Workbench, case_name: str) -> None:
    """Work out what the pages show first, then the steps, for the pages that ask next."""
    with workbench.reading(case_name) as case, case.apart():
        for panel in panels():
            panel.work_ahead(case)
        mark = settled_mark(case)
        KEPT.get(case.folder, _STEPS, lambda: look_ahead(case, languages()), mark=mark)


def is_there(
    visit: Visit, case_name: str, case: Case, name: str, make: Callable[[Case], object]
) -> bool:
    """Have something worked out beside the page, which waits a moment for it.

    Args:
        visit: who asks. What waits by itself, such as a part of an open page, waits to the end.
        case_name: the case, as addresses name it.
        case: the same, open.
        name: of the work.
        make: works it out and keeps it.

    Returns:
        Whether it is there; if not, `waiting_page` says so.
    """
    if not is_large(case):
        return True

    def work() -> None:
        with visit.workbench.reading(case_name) as opened, opened.apart():
            make(opened)

    ended = BEHIND.start(case.folder, name, work)
    return ended.wait(_PATIENCE_SECONDS if visit.is_whole_page else None)


def waiting_page(visit: Visit, case_name: str, case: Case, heading: str) -> HTMLResponse:
    """The page that says that it waits, and shows the asked one when that is there."""
    return case_page(
        visit, case_name, case, "waiting.html", {"heading": visit.words(heading)}, status=202
    )


def case_page(
    visit: Visit,
    case_name: str,
    case: Case,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
) -> HTMLResponse:
    """A page of a case, with everything around it."""
    visit.enter(case)
    here = template.removesuffix(".html")
    done, undone = stacks(case.entries)
    steps, is_current = steps_of(visit.workbench, case_name, case)
    around = {
        "case_name": case_name,
        "settings": case.settings,
        "panels": panels(),
        "here": here,
        "steps": steps,
        "steps_are_current": is_current,
        "asks": sorted(
            (
                ask
                for ask in asks_of(visit.workbench, case_name, case, visit.words.language)
                if visit.section in ask.panels
            ),
            key=lambda ask: ask.panels.index(visit.section),
        ),
        "notes": NotesHere(case.store),
        "reasons": Reasons(case, visit.words.language, lambda: traces_of(case)),
        "words_here": glossary(),
        "jobs": visit.jobs.of_case(case_name, 5),
        "last_done": done[-1].act if done else "",
        "last_undone": undone[-1].act if undone else "",
    }
    return render(visit, template, {**around, **values}, status=status)
