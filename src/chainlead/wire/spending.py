"""What one piece of work may ask in all: requests, bytes, time; and how much of it is spent."""

from collections.abc import Callable
from dataclasses import dataclass

from chainlead.errors import WireBudgetSpentError


@dataclass(frozen=True, slots=True)
class WireBudget:
    """How much one piece of work may ask for.

    Attributes:
        requests: questions, counting each repeat.
        answer_bytes: all bodies together.
        seconds: from the first question on.
    """

    requests: int = 100_000
    answer_bytes: int = 8 << 30
    seconds: float = 24 * 3600.0


class Spending:
    """The account of one piece of work."""

    def __init__(self, budget: WireBudget, ticks: Callable[[], float]) -> None:
        """Begin with nothing spent; `ticks` are seconds that never go back."""
        self.budget = budget
        self._ticks = ticks
        self._began: float | None = None
        self.requests = 0
        self.answer_bytes = 0

    @property
    def seconds(self) -> float:
        """Time since the first question."""
        return 0.0 if self._began is None else self._ticks() - self._began

    def ask(self) -> None:
        """Count one question before it is sent.

        Raises:
            WireBudgetSpentError: the budget does not allow it.
        """
        if self._began is None:
            self._began = self._ticks()
        for spent, allowed, what in (
            (self.requests, self.budget.requests, "requests"),
            (self.answer_bytes, self.budget.answer_bytes, "bytes"),
            (self.seconds, self.budget.seconds, "seconds"),
        ):
            if spent >= allowed:
                raise WireBudgetSpentError(f"The budget of {allowed:g} {what} is spent.")
        self.requests += 1

    def receive(self, size_bytes: int) -> None:
        """Count an answer."""
        self.answer_bytes += size_bytes
