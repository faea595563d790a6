"""A heuristic is a value with a reason: name, version, assumption, known failure, citation."""

from abc import ABC
from dataclasses import dataclass
from typing import NoReturn

from chainlead.trace.error_rates import describe_error_rate


@dataclass(frozen=True, slots=True)
class HeuristicCard:
    """What the report prints about a rule or heuristic whose inference it shows.

    `error_rate` is a sentence, "measured on simulated wallets, seed S: …"; None where this name,
    version and set of parameters was not measured.
    """

    name: str
    version: int
    assumption: str
    known_failure: str
    citation: str
    parameters: tuple[tuple[str, str], ...] = ()
    error_rate: str | None = None


class Heuristic(ABC):
    """Something that infers from the ledger. Residents of `trace/heuristics`, one per file.

    A class says who it is; a combination of heuristics says it for itself.
    """

    name: str
    version: int
    assumption: str
    known_failure: str
    citation: str

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each number that the verdict depends on."""
        return ()

    @property
    def card(self) -> HeuristicCard:
        """The heuristic as the report prints it."""
        return HeuristicCard(
            self.name,
            self.version,
            self.assumption,
            self.known_failure,
            self.citation,
            self.parameters,
            describe_error_rate(self.name, self.version, self.parameters),
        )

    def __bool__(self) -> NoReturn:
        """Refuse `heuristic and other`, which would silently drop one of the two."""
        raise TypeError(f"{self.name} is a heuristic, not a verdict: ask it about a transaction")
