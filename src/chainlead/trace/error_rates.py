"""Measured error rates of heuristics: counts from the practice generator, never a guess.

`data/error_rates.yaml` is written by `bench/error_rates.py`. A rate belongs to one name, one
version and one set of parameters; a heuristic that differs in any of them was not measured.
Limits: simulated wallets are not the world. The rates say how a heuristic does on wallets whose
habits we invented; they are no error rate for a real case.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data" / "error_rates.yaml"
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Measure:
    """One count over simulated things whose truth is known.

    Attributes:
        counted: what a thing is, for example "pairs of addresses".
        meaning: when naming one is right, and which ones are real.
        judged: how many things were looked at.
        named: how many of them the heuristic named.
        right: how many of those it was right to name; `right / named` is the precision.
        real: how many it should have named; None where that has no meaning.
        seen: how many of those it named; `seen / real` is the recall.
    """

    counted: str
    meaning: str
    judged: int
    named: int
    right: int
    real: int | None
    seen: int

    def sentence(self) -> str:
        """Precision and recall in words, with what they were counted from."""
        parts = [f"precision {share(self.right, self.named)}" if self.named else "named none"]
        if self.real is not None:
            parts.append(f"recall {share(self.seen, self.real)}")
        return f"{', '.join(parts)} (n = {self.judged} {self.counted})"


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """What was measured about one heuristic in one version with one set of parameters."""

    name: str
    version: int
    parameters: tuple[tuple[str, str], ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A run of the measurement: its seeds, and the rates of everything that was measured."""

    seeds: tuple[str, ...]
    size: int
    command: str
    rates: tuple[ErrorRate, ...]


def share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, cut, never rounded up; of nothing there is none."""
    if not whole:
        return "none"
    permille = part * 1000 // whole
    if part and not permille:
        return "under 0.1 %"
    return f"{permille // 10}.{permille % 10} %"


@cache
def load_measurement() -> Measurement:
    """The measurement that this version of chainlead ships."""
    return read_measurement(DATA.read_text("utf-8"))


def read_measurement(text: str) -> Measurement:
    """Read the form that `bench/error_rates.py` writes."""
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return Measurement(
        seeds=tuple(document["seeds"]),
        size=document["size"],
        command=document["command"],
        rates=tuple(
            ErrorRate(
                name=row["name"],
                version=row["version"],
                parameters=tuple((name, value) for name, value in row["parameters"]),
                measures=tuple(Measure(**measure) for measure in row["measures"]),
            )
            for row in document["measured"]
        ),
    )


def describe_error_rate(
    name: str, version: int, parameters: tuple[tuple[str, str], ...] = ()
) -> str | None:
    """The sentence that a card prints; None where this very heuristic was not measured."""
    measurement = load_measurement()
    for rate in measurement.rates:
        if (rate.name, rate.version, rate.parameters) == (name, version, parameters):
            measured = "; ".join(measure.sentence() for measure in rate.measures)
            return f"measured on simulated wallets, {name_seeds(measurement.seeds)}: {measured}"
    return None


def name_seeds(seeds: tuple[str, ...]) -> str:
    """`seed S`, or `seeds S, T`."""
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(seeds)}"
