"""What a page of findings asks for, as its address says it: filters, fold, page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode

from chainlead.web.desk import KEPT, last_entry
from chainlead.workflow.case import Case
from chainlead.workflow.findings_index import FACETS, Chosen, FindingsIndex, Wanted
from chainlead.workflow.undo import REVERSIBLE

_INDEX = "findings"
_FILTERS = (*FACETS, "text")
_ADDS_FINDINGS = ("scan.part", "scan.batch", "scan.finish", "derive.run")
_JUDGES = (
    *(act for act, table in REVERSIBLE.items() if table == "triage"),
    "undo.back",
    "undo.again",
)


@dataclass(frozen=True, slots=True)
class Question:
    """The filters of a list, and how they are written in an address."""

    wanted: Wanted

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Take the fields of an address or a form; what is no filter is left out."""
        chosen = {name: given.get(name, "") for name in _FILTERS}
        return cls(Wanted(**chosen, is_folded=not given.get("unfold")))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `address` wrote."""
        return cls.read(dict(parse_qsl(text)))

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are set."""
        given = {name: getattr(self.wanted, name) for name in _FILTERS}
        fold = {} if self.wanted.is_folded else {"unfold": "yes"}
        return {**{name: value for name, value in given.items() if value}, **fold}

    @property
    def address(self) -> str:
        """The filters as the end of an address."""
        return urlencode(self.asked)

    def but(self, name: str, value: str = "") -> str:
        """The address with one filter set otherwise, or taken away."""
        if name == "unfold":
            return Question(replace(self.wanted, is_folded=not value)).address
        changed: dict[str, str] = {name: value}
        return Question(replace(self.wanted, **changed)).address  # type: ignore[arg-type]

    def page(self, number: int) -> str:
        """The address of one page of the list."""
        return urlencode({**self.asked, "page": str(number)})

    def choose(self, case: Case) -> Chosen:
        """The findings that it asks for."""
        index = index_of(case)
        states = KEPT.get(
            case.folder,
            "findings judged",
            lambda: index.states(case.store),
            mark=(last_entry(case, *_ADDS_FINDINGS, *_JUDGES), len(index)),
        )
        return index.choose(self.wanted, states)


def index_of(case: Case) -> FindingsIndex:
    """The case's findings in the order of the list, kept until there are others."""
    return KEPT.get(case.folder, _INDEX, lambda: FindingsIndex(case.store), mark=_index_mark(case))


def has_index(case: Case) -> bool:
    """Whether `index_of` answers at once."""
    return KEPT.holds(case.folder, _INDEX, _index_mark(case))


def _index_mark(case: Case) -> tuple[int, int]:
    return last_entry(case, *_ADDS_FINDINGS), case.store.count("findings")
