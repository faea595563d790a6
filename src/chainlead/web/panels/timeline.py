"""Everything with a time, in one list: payments on the trails, requests, answers, terms."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query
from markupsafe import Markup
from starlette.responses import Response

from chainlead.model import Strength, moment_to_text
from chainlead.report import timeline_csv, timeline_timesketch
from chainlead.web.desk import KEPT, case_page, settled_mark, traces_of
from chainlead.web.panel import Panel
from chainlead.web.rendering import shortened
from chainlead.web.spans import Span, span_given
from chainlead.web.visit import Visit, Visiting
from chainlead.workflow.case import Case
from chainlead.workflow.timeline import KINDS, TimelineEvent, TimelineFilter, density, timeline

_PAGE = 200
_BARS = 96
_BAR_HEIGHT = 40
_MOST_MONTHS = 24
_STRENGTHS = tuple(strength.value for strength in Strength)
_IDENTIFIER = re.compile(r"[A-Za-z0-9:]{26,}")
_FORMS: Mapping[str, tuple[str, Callable[[Iterable[TimelineEvent]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", timeline_csv),
    "jsonl": ("application/jsonl", timeline_timesketch),
}


class TimelinePanel(Panel):
    """The timeline."""

    name: ClassVar[str] = "timeline"
    title: ClassVar[str] = "Timeline"
    key: ClassVar[str] = "t"
    place: ClassVar[int] = 50

    def add_routes(self, router: APIRouter) -> None:
        """The list, and the same list as a file."""

        @router.get("")
        def show(  # noqa: PLR0917  (each filter is a field of the address)
            case_name: str,
            visit: Visiting,
            kind: str = "",
            strength: str = "",
            since: str = "",
            until: str = "",
            text: str = "",
            trace: str = "",
            moment: str = "",
            page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        ) -> Response:
            with visit.workbench.reading(case_name) as case:
                visit.enter(case)
                span = span_given(visit, case, since, until)
                wanted = _filter(kind, strength, span, text, trace)
                events = _events(case)
                chosen = wanted.choose(events)
                pages = max(1, -(-len(chosen) // _PAGE))
                shown = min(page, pages)
                asked = {
                    "kind": kind, "strength": strength, "since": span.since_text,
                    "until": span.until_text, "text": text, "trace": trace,
                }  # fmt: skip
                values = {
                    "events": chosen[(shown - 1) * _PAGE : shown * _PAGE],
                    "chosen": len(chosen),
                    "total": len(events),
                    "kinds": KINDS,
                    "strengths": _STRENGTHS,
                    "wanted": asked,
                    "question": urlencode({name: each for name, each in asked.items() if each}),
                    "span_question": urlencode(
                        {name: asked[name] for name in ("since", "until") if asked[name]}
                    ),
                    "strip": _strip(chosen),
                    "months": _months(chosen, visit),
                    "subject_of": _subject,
                    "brief": _brief,
                    "noted": _noted(chosen, moment),
                    "page": shown,
                    "pages": pages,
                }
                return case_page(visit, case_name, case, "timeline.html", values)

        @router.get("/save/timeline.{form}")
        def saved(  # noqa: PLR0917  (each filter is a field of the address)
            case_name: str,
            form: str,
            visit: Visiting,
            kind: str = "",
            strength: str = "",
            since: str = "",
            until: str = "",
            text: str = "",
            trace: str = "",
        ) -> Response:
            if form not in _FORMS:
                raise HTTPException(404, "The timeline is saved as csv or jsonl.")
            with visit.workbench.reading(case_name) as case:
                visit.enter(case)
                span = span_given(visit, case, since, until)
                chosen = _filter(kind, strength, span, text, trace).choose(_events(case))
            media_type, write = _FORMS[form]
            return Response(
                write(chosen),
                media_type=media_type,
                headers={"content-disposition": f'attachment; filename="timeline.{form}"'},
            )


def _events(case: Case) -> tuple[TimelineEvent, ...]:
    return KEPT.get(
        case.folder,
        "timeline",
        lambda: timeline(case, traces=traces_of(case)),
        mark=settled_mark(case),
    )


def _filter(kind: str, strength: str, span: Span, text: str, trace: str) -> TimelineFilter:
    return TimelineFilter(
        frozenset({kind} & set(KINDS)),
        strength if strength in _STRENGTHS else "",
        span.since,
        span.until,
        text.strip(),
        trace,
    )


def _subject(event: TimelineEvent) -> str:
    """What notes on the moment of an event are kept under."""
    return f"time:{moment_to_text(event.at)}"


def _brief(sentence: str) -> str:
    """The sentence with its long identifiers by their ends; the whole stands in the tooltip."""
    return _IDENTIFIER.sub(lambda found: shortened(found[0]), sentence)


def _noted(events: Iterable[TimelineEvent], moment: str) -> dict[str, Any] | None:
    """The moment whose notes are shown; one that no event of the list has is not."""
    found = next((each for each in events if moment and _subject(each) == f"time:{moment}"), None)
    return None if found is None else {"at": found.at, "subject": _subject(found)}


def _strip(events: Sequence[TimelineEvent]) -> Markup:
    """How full each part of the time is, as a picture; the months below it say the same."""
    bars = density(events, _BARS) if events and events[0].at < events[-1].at else ()
    most = max((count for _, count in bars), default=0)
    parts = []
    for number, (_, count) in enumerate(bars):
        height = -(-count * _BAR_HEIGHT // most)
        parts.append(
            f'<rect x="{number * 10 + 1}" y="{_BAR_HEIGHT - height}" width="8" height="{height}"/>'
        )
    return Markup("".join(parts))  # noqa: S704  (numbers only)


def _months(events: Iterable[TimelineEvent], visit: Visit) -> list[dict[str, Any]]:
    """Each month (or year, where there are many months) that has events, with their number."""
    zone = ZoneInfo(visit.zone)
    days = [_local(event.at, zone) for event in events]
    counts = Counter(f"{day.year:04d}-{day.month:02d}" for day in days)
    if len(counts) > _MOST_MONTHS:
        counts = Counter(f"{day.year:04d}" for day in days)
    return [
        {"name": name, "count": count, "since": first, "until": last}
        for name, count in sorted(counts.items())
        for first, last in [_edges(name)]
    ]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in a zone; at either end of all time, as it is."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _edges(name: str) -> tuple[str, str]:
    """The first and the last day of a month or a year."""
    year, _, month = name.partition("-")
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    _, days = monthrange(int(year), int(month))
    return f"{name}-01", f"{name}-{days}"
