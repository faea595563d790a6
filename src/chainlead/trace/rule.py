"""What a taint rule is: it says which output of a transaction carries the traced value.

A rule sees one transaction at a time. Its state for an output is its own affair: a number for a
rule that shares out, intervals for a rule that keeps places. See docs/howto/add-a-taint-rule.md.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from chainlead.errors import UnknownRuleError
from chainlead.registry import residents

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Source(Generic[State]):
    """One side's entry: its amount, and the rule's state where value in it is traced."""

    amount_units: int
    state: State | None


class TaintRule(ABC, Generic[State]):
    """A named way to divide the traced value. Residents of `trace/methods` are found by the registry.

    Class attributes: `name`; `version` (raised when any figure changes); `conserves` (whether the
    traced amounts of all sinks sum to those of the sources); `is_upper_bound`; `needs_every_amount`
    (whether one unknown input makes the answer unknown); `meaning`, `assumption`, `known_failure`, `citation`:
    sentences that the report prints.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    conserves: ClassVar[bool] = True
    is_upper_bound: ClassVar[bool] = False
    needs_every_amount: ClassVar[bool] = True
    meaning: ClassVar[str]
    assumption: ClassVar[str]
    known_failure: ClassVar[str]
    citation: ClassVar[str]

    @abstractmethod
    def mark_whole(self, amount_units: int) -> State:
        """The state of an output that is traced from its first unit to its last."""

    @abstractmethod
    def traced_units(self, state: State) -> int:
        """How many base units of the output are traced."""

    @abstractmethod
    def spread(self, sources: Sequence[Source[State]], sinks: Sequence[int]) -> list[State | None]:
        """Divide the traced value of one transaction over where it went.

        Args:
            sources: the inputs in order.
            sinks: amounts of the outputs in order, then the fee. Both sides have the same sum,
                except for a rule that does not need every amount.

        Returns:
            A state for each sink; None where nothing in it is traced.
        """

    def gather(self, sources: Sequence[Source[State]], sinks: Sequence[int]) -> list[State | None]:
        """The mirror of `spread`: which inputs financed the traced value of the outputs.

        Args:
            sources: the outputs in order, then the fee (never traced).
            sinks: amounts of the inputs in order.
        """
        return self.spread(sources, sinks)


def find_rules(names: Iterable[str] | None = None) -> tuple[TaintRule[Any], ...]:
    """The rules with these names, in the order of their names; all of them for None or "all".

    Raises:
        UnknownRuleError: no rule has this name.
    """
    base = cast("type[TaintRule[Any]]", TaintRule)
    known = {rule.name: rule for rule in residents("chainlead.trace.methods", base)}
    wanted = set(known) if names is None else set(names)
    if "all" in wanted:
        wanted = set(known)
    if not wanted:
        raise UnknownRuleError("No taint rule was named.")
    for name in sorted(wanted - set(known)):
        raise UnknownRuleError(
            f"There is no taint rule named {name[:40]!r}; the rules are {', '.join(sorted(known))}."
        )
    return tuple(known[name] for name in sorted(wanted))
