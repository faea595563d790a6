"""The unit's own figures: how many of its cases hold crypto traces, with everything that must be said.

Numerator, denominator, period and case definition always stand together. A case that was not
searched is not a case without traces: it is in no denominator and is counted apart. A count below five
is not printed, because it could point to one case.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chainlead.model import moment_to_text
from chainlead.prevalence.interval import percent, wilson_interval
from chainlead.prevalence.survey import comparison_class

SMALLEST_CELL = 5

TRACE_KINDS = frozenset(
    {
        "address", "extended_key", "private_key", "mnemonic", "wallet", "txid", "payment_uri",
        "explorer_link", "exchange_domain", "exchange_mail",
    }
)  # fmt: skip
"""Kinds of finding that can make a case count."""

DEFINITION = (
    "A case counts when it has at least one crypto finding that a person judged relevant, or that "
    "is checked (a checksum or hash holds), is neither an example nor shipped with software, and was "
    "not judged noise."
)
DENOMINATOR = "Cases in which at least one exhibit was searched for crypto traces."
SUPPRESSED = "<5"
NOT_PRINTED = "not printed"


@dataclass(frozen=True, slots=True)
class Trace:
    """What of one finding decides whether its case counts."""

    kind: str
    certainty: str
    role: str
    triage: str
    chains: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether this finding makes its case count (see `DEFINITION`)."""
        if self.kind not in TRACE_KINDS or self.triage == "noise":
            return False
        is_theirs = self.role not in {"example", "shipped"}
        return self.triage == "relevant" or (self.certainty == "checked" and is_theirs)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What one case says for the figures; nothing in it names a person or a place.

    Attributes:
        opened_at: when the case folder was made, UTC.
        is_searched: at least one exhibit was scanned.
        is_practice: a practice case.
        traces: its findings.
    """

    opened_at: datetime
    is_searched: bool
    is_practice: bool
    traces: tuple[Trace, ...]

    @property
    def counts(self) -> bool:
        """Whether crypto was a factor, by the definition."""
        return any(trace.counts for trace in self.traces)

    @property
    def chains(self) -> frozenset[str]:
        """The best candidate chain of each finding that counts."""
        return frozenset(t.chains[0] for t in self.traces if t.counts and t.chains)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a set of cases."""

    numerator: int
    denominator: int
    unsearched: int
    practice_left_out: int
    period: tuple[datetime, datetime] | None
    by_chain: tuple[tuple[str, int], ...]

    def to_document(self) -> dict[str, Any]:
        """The figures as JSON: counts, and percents as text; small counts are suppressed."""
        numerator = _shown_part(self.numerator, self.denominator)
        interval = share = survey = None
        if isinstance(numerator, int) and self.denominator >= SMALLEST_CELL:
            ends = wilson_interval(self.numerator, self.denominator)
            interval = {"low": percent(ends.low), "high": percent(ends.high)}
            share = percent(Decimal(self.numerator) / Decimal(self.denominator))
            survey = comparison_class(self.numerator, self.denominator)
        chains = {
            chain: _shown_part(count, self.numerator) if isinstance(numerator, int) else NOT_PRINTED
            for chain, count in self.by_chain
        }
        return {
            "definition": DEFINITION,
            "denominator_is": DENOMINATOR,
            "period": self.period
            and {
                "first_case": moment_to_text(self.period[0]),
                "last_case": moment_to_text(self.period[1]),
            },
            "numerator": numerator,
            "denominator": _shown(self.denominator),
            "percent": share,
            "wilson_95_percent": interval,
            "survey_class": survey and survey.to_document(),
            "unsearched_cases": _shown(self.unsearched),
            "practice_cases_left_out": self.practice_left_out,
            "by_chain": chains,
            "suppression": f"Counts from 1 to {SMALLEST_CELL - 1} are not printed, nor a part "
            "whose rest would be such a count.",
        }


def count_cases(cases: Iterable[CaseFacts], *, with_practice: bool = False) -> Figures:
    """The figures of these cases.

    Args:
        cases: one record per case, in any order.
        with_practice: count practice cases too.
    """
    everything = list(cases)
    real = [case for case in everything if with_practice or not case.is_practice]
    searched = [case for case in real if case.is_searched]
    counted = [case for case in searched if case.counts]
    chains = Counter(chain for case in counted for chain in case.chains)
    return Figures(
        numerator=len(counted),
        denominator=len(searched),
        unsearched=len(real) - len(searched),
        practice_left_out=len(everything) - len(real),
        period=_period(searched),
        by_chain=tuple(sorted(chains.items())),
    )


def _period(cases: Sequence[CaseFacts]) -> tuple[datetime, datetime] | None:
    moments = [case.opened_at for case in cases]
    return (min(moments), max(moments)) if moments else None


def _is_small(count: int) -> bool:
    return 0 < count < SMALLEST_CELL


def _shown(count: int) -> int | str:
    return SUPPRESSED if _is_small(count) else count


def _shown_part(count: int, whole: int) -> int | str:
    if _is_small(count) or _is_small(whole):
        return SUPPRESSED
    return NOT_PRINTED if _is_small(whole - count) else count
