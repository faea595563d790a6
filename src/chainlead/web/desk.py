"""A case as its pages show it: header, list of pages, next steps; kept until the case changes."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from starlette.responses import HTMLResponse

from chainlead.custody import Entry
from chainlead.guide import Step, glossary
from chainlead.web.panel import panels
from chainlead.web.rendering import render
from chainlead.web.visit import Visit
from chainlead.workflow.case import JOURNAL, Case
from chainlead.workflow.next import next_steps
from chainlead.workflow.undo import stacks

T = TypeVar("T")
_MOST_KEPT = 24


class Kept:
    """What was worked out for a case, until the case changes."""

    def __init__(self) -> None:
        """Keep the last few things."""
        self._lock = Lock()
        self._things: OrderedDict[tuple[str, str], tuple[object, Any]] = OrderedDict()

    def get(self, folder: Path, name: str, make: Callable[[], T], *, mark: object = None) -> T:
        """The thing under this name, made anew when the case (or the given mark) is another."""
        seen = mark if mark is not None else _mark(folder)
        key = (str(folder), name)
        with self._lock:
            held = self._things.get(key)
            if held is not None and held[0] == seen:
                self._things.move_to_end(key)
                return cast("T", held[1])
        made = make()
        with self._lock:
            self._things[key] = (seen, made)
            while len(self._things) > _MOST_KEPT:
                self._things.popitem(last=False)
        return made


KEPT = Kept()


def _mark(folder: Path) -> tuple[int, int]:
    status = (folder / JOURNAL).stat()
    return status.st_size, status.st_mtime_ns


def last_entry(case: Case, *acts: str) -> int:
    """The number of the last journal entry with one of these acts; -1 without one."""
    found: Entry | None = next((e for e in reversed(case.entries) if e.act in acts), None)
    return found.seq if found else -1


def steps_of(case: Case) -> tuple[Step, ...]:
    """The next steps of the case, worked out once per change."""
    return KEPT.get(case.folder, "steps", lambda: next_steps(case))


def case_page(
    visit: Visit, case_name: str, case: Case, template: str, values: Mapping[str, Any]
) -> HTMLResponse:
    """A page of a case, with everything around it."""
    here = template.removesuffix(".html")
    done, undone = stacks(case.entries)
    around = {
        "case_name": case_name,
        "settings": case.settings,
        "panels": panels(),
        "here": here,
        "steps": steps_of(case),
        "words_here": glossary(),
        "jobs": visit.jobs.of_case(case_name, 5),
        "last_done": done[-1].act if done else "",
        "last_undone": undone[-1].act if undone else "",
    }
    return render(visit, template, {**around, **values})
