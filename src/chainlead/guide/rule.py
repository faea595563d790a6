"""A rule of the guide: looks at the case, yields steps. A new rule is a new file in `rules`."""

import shlex
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.step import Step, Urgency
from chainlead.registry import residents


class NextStepRule(ABC):
    """One thing that may be missing. `name` starts the id of each of its steps."""

    name: ClassVar[str]

    @abstractmethod
    def steps(self, facts: CaseFacts) -> Iterable[Step]:
        """Steps that this rule asks for; none where all is well."""

    def step(
        self,
        title: str,
        why: str,
        command: str,
        urgency: Urgency,
        *,
        about: str = "",
        forgotten: bool = False,
        place: Place | None = None,
    ) -> Step:
        """A step of this rule; `about` tells several of them apart, `place` is where it is done."""
        step_id = f"{self.name}:{about}" if about else self.name
        return Step(step_id, title, why, command, urgency, forgotten, place)


def command(facts: CaseFacts, verb: str, *rest: str) -> str:
    """A command line for this case, ready to be pasted into a shell; `rest` comes quoted."""
    words = ["chainlead", *verb.split(), shlex.quote(facts.folder)]
    return " ".join([*words, *rest])


def next_step_rules() -> tuple[NextStepRule, ...]:
    """All rules, in order of their module names."""
    return residents("chainlead.guide.rules", NextStepRule)  # type: ignore[type-abstract]
