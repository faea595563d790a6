"""A case in a notebook: findings as rows, traces as pictures. Reads only; nothing is kept open.

Each call opens the case, reads, and closes it again, so that a notebook that lies open overnight
blocks nobody and shows nothing stale. What changes a case is done with the verbs of `workflow`, on
the command line or on the page, where an act gets its author and its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from chainlead.errors import TraceError, UnknownRuleError
from chainlead.report import (
    COMPARE,
    Canvas,
    PictureToExport,
    Shown,
    beneath_view,
    lines_of,
    main_rule,
    picture_formats,
    to_export,
    trace_documents,
    trail_svg,
)
from chainlead.workflow.canvas import canvas_of
from chainlead.workflow.case import Case
from chainlead.workflow.findings import Filters, list_findings
from chainlead.workflow.leads import list_leads
from chainlead.workflow.saved_views import get_view


@dataclass(frozen=True)
class TrailView:
    """One trace under one rule; a notebook shows it as the report's picture.

    Attributes:
        document: the trace as the report's bundle has it.
        rule: the taint rule that is looked at, or `compare` for all of them as one picture.
        shown: places, folds, notes and marks as the page shows them; as it was made if left out.
    """

    document: Mapping[str, Any]
    rule: str
    shown: Shown = field(default_factory=Shown)

    @property
    def trace_id(self) -> str:
        """The trace's id in the case."""
        return str(self.document["trace_id"])

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules under which the same trace can be looked at."""
        return tuple(sorted(self.document["rules"]))

    def under(self, rule: str) -> "TrailView":
        """The same trace under another rule.

        Raises:
            UnknownRuleError: the trace was not made with this rule.
        """
        if rule not in (*self.rules, COMPARE):
            raise UnknownRuleError(
                f"The trace {self.trace_id} has no rule {rule!r}.",
                next_step=f"It has {', '.join(self.rules)}.",
            )
        return TrailView(self.document, rule)

    def on(self, canvas: Canvas) -> "TrailView":
        """The same picture with what persons did to it; see `CaseReading.canvas`."""
        return replace(self, shown=replace(self.shown, canvas=canvas))

    @cached_property
    def _export(self) -> PictureToExport:
        return to_export(self.document, self.rule, self.shown)

    def lines(self) -> list[dict[str, Any]]:
        """What the picture draws, a row for each line; `units` are base units, whole numbers."""
        return [
            {
                "from": edge.tail,
                "to": edge.head,
                "strength": edge.strength.value,
                "units": edge.units,
                "amount": amount["decimal"],
                "symbol": amount["symbol"],
                "what": edge.title,
            }
            for edge, amount in lines_of(self._export)
        ]

    def ends(self) -> list[dict[str, Any]]:
        """Where the trail stops under this rule, and why; under all rules in a comparison."""
        rules = self.rules if self.rule == COMPARE else (self.rule,)
        return [
            {**end, "rule": rule}
            for rule in rules
            for end in self.document["rules"][rule]["frontier"]
        ]

    def save(self, file: Path | str) -> Path:
        """Write the picture in the form that the file's ending names: svg, png, csv, graphml.

        Raises:
            TraceError: there is no such form.
        """
        target = Path(file)
        known = {form.name: form for form in picture_formats()}
        form = known.get(target.suffix.removeprefix("."))
        if form is None:
            raise TraceError(
                f"There is no form of a picture for the ending {target.suffix!r}.",
                next_step=f"Choose one of {', '.join(sorted(known))}.",
            )
        target.write_bytes(form.content(self._export))
        return target

    def _repr_svg_(self) -> str:
        return trail_svg(self.document, self.rule, self.shown)

    def __repr__(self) -> str:
        """Which trace, under which rule."""
        return (
            f"<trace {self.trace_id} from {self.document['origin']}, "
            f"{self.document['direction']}, rule {self.rule}>"
        )


class CaseReading:
    """A case for reading in a notebook."""

    def __init__(self, folder: Path | str) -> None:
        """Look whether the case is whole.

        Raises:
            CaseNotFoundError: no case there.
            JournalDamagedError, CaseDamagedError: a file is not what was written.
        """
        self.folder = Path(folder)
        with Case.open_to_read(self.folder) as case:
            self._title = case.settings["title"] or self.folder.name

    def findings(self, **filters: str) -> list[dict[str, Any]]:
        """The findings as rows; a secret has no value in them.

        Args:
            filters: `kind`, `certainty`, `role`, `chain`, `state`, as `chainlead findings` has them.

        Raises:
            ConfigError: a filter has a value that findings never have.
        """
        with Case.open_to_read(self.folder) as case:
            return list_findings(case, Filters(**filters))

    def traces(self) -> tuple[TrailView, ...]:
        """Every trace of the case, each under the rule that the report draws."""
        with Case.open_to_read(self.folder) as case:
            documents = trace_documents(case.store, case.blobs)
        return tuple(TrailView(document, main_rule(document)) for document in documents)

    def trace(self, trace_id: str) -> TrailView:
        """The trace with this id.

        Raises:
            TraceError: the case has no such trace.
        """
        found = next((each for each in self.traces() if each.trace_id == trace_id), None)
        if found is None:
            raise TraceError(
                f"The case has no trace {trace_id!r}.", next_step="List them with traces()."
            )
        return found

    def canvas(self, trace_id: str, rule: str) -> Canvas:
        """What persons did to one picture: places, opened folds, notes, marks."""
        with Case.open_to_read(self.folder) as case:
            return canvas_of(case, trace_id, rule)

    def view(self, name: str) -> TrailView:
        """A saved view, as it was saved.

        Raises:
            SubjectNotFoundError: the case has no view of this name.
            TraceError: the case no longer has its trace.
        """
        with Case.open_to_read(self.folder) as case:
            saved = get_view(case, name)
        beneath = beneath_view(saved.name, saved.sha256)
        shown = Shown(saved.canvas, saved.narrowing, saved.show_unspent, saved.rules, beneath)
        return TrailView(self.trace(saved.trace_id).document, saved.rule, shown)

    def leads(self) -> tuple[Any, ...]:
        """Where the money reached somebody who knows a name, best first."""
        with Case.open_to_read(self.folder) as case:
            return tuple(list_leads(case))

    def __repr__(self) -> str:
        """The case by its title."""
        return f"<case {self._title}>"


def read_case(folder: Path | str) -> CaseReading:
    """A case for reading, by its folder."""
    return CaseReading(folder)
