"""The decision table: instruments, the lines in which each is the compulsory step, in a language.

Data: `data/instruments.yaml`, one file per instrument in `data/instruments/`, `data/countries.yaml`;
other languages in `templates/<language>/instruments.yaml`. A text that a language lacks stays English.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from chainlead.request.certainty import LegalCertainty
from chainlead.request.data_files import read_language, read_raw
from chainlead.request.deadlines import deadlines

ENGLISH = "en"


class Instrument(msgspec.Struct, frozen=True):
    """One legal instrument or channel.

    Attributes:
        recipient: `service`, or `authority` where another authority carries it out.
        emergency_clocks: clocks that run only where life is at risk.
        is_enabled: False where it must not be used yet; `exclusions` say why.
    """

    name: str
    legal_basis: str
    issuing_authority: str
    form: str
    languages: tuple[str, ...]
    certainty: LegalCertainty
    source: str
    read: str
    clocks: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    recipient: str = "service"
    emergency_clocks: tuple[str, ...] = ()
    is_enabled: bool = msgspec.field(default=True, name="enabled")
    instrument_id: str = msgspec.field(default="", name="id")


class When(msgspec.Struct, frozen=True):
    """Whom a line is for: groups of countries, kind and state of the service."""

    requester: str
    addressee: str
    kind: str = "any"
    state: str = "any"


class WhyNot(msgspec.Struct, frozen=True):
    """An instrument that a line does not propose, with the reason; or one to use beside it."""

    instrument: str
    reason: str


class Row(msgspec.Struct, frozen=True):
    """One line of the decision table."""

    row_id: str = msgspec.field(name="id")
    rank: int
    when: When
    words: str
    first: str
    certainty: LegalCertainty
    why: str
    why_not: tuple[WhyNot, ...]
    compulsory: tuple[str, ...] = ()
    also_first: tuple[str, ...] = ()
    freeze: tuple[str, ...] = ()


class Emergency(msgspec.Struct, frozen=True):
    """What comes before everything else where life is at risk."""

    words: str
    first: str
    certainty: LegalCertainty
    why: str


class InstrumentTable(msgspec.Struct, frozen=True):
    """The whole table, in one language."""

    version: str
    confirm: str
    instruments: dict[str, Instrument]
    rows: tuple[Row, ...]
    emergency: Emergency
    parallel: tuple[WhyNot, ...]
    warnings: dict[str, str]


def instrument_table(language: str = ENGLISH) -> InstrumentTable:
    """The table of `data/instruments.yaml` and `data/instruments/`, in this language."""
    return _table(language)


@cache
def _table(language: str) -> InstrumentTable:
    told = _read()
    if language != ENGLISH:
        _translate(told, read_language(language, "instruments.yaml"))
    table = msgspec.convert(told, InstrumentTable)
    _check(table)
    return table


def _read() -> dict[str, Any]:
    told: dict[str, Any] = read_raw("instruments.yaml")
    told["instruments"] = {}
    told["rows"] = []
    folder = resources.files("chainlead.request").joinpath("data", "instruments")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".yaml"))
    for name in names:
        instrument = read_raw(f"instruments/{name}")
        instrument["id"] = name.removesuffix(".yaml")
        lines = instrument.pop("lines", [])
        told["rows"] += [{**line, "compulsory": [instrument["id"]]} for line in lines]
        told["instruments"][instrument["id"]] = instrument
    told["rows"].sort(key=lambda line: (line["rank"], line["id"]))
    return told


def _translate(told: dict[str, Any], words: Mapping[str, Any]) -> None:
    """Put a language's words in the place of the English ones."""
    for name, texts in words.get("instruments", {}).items():
        if name in told["instruments"]:
            told["instruments"][name].update(texts)
    lines = words.get("lines", {})
    for row in told["rows"]:
        texts = lines.get(row["id"], {})
        row.update({name: texts[name] for name in ("words", "why") if name in texts})
        for other in row["why_not"]:
            other["reason"] = texts.get("why_not", {}).get(other["instrument"], other["reason"])
    table = words.get("table", {})
    told["confirm"] = table.get("confirm", told["confirm"])
    told["emergency"].update(table.get("emergency", {}))
    told["warnings"].update(table.get("warnings", {}))
    for step in told["parallel"]:
        step["reason"] = table.get("parallel", {}).get(step["instrument"], step["reason"])


def _check(table: InstrumentTable) -> None:
    named = {table.emergency.first, *(each.instrument for each in table.parallel)}
    for row in table.rows:
        named |= {row.first, *row.also_first, *row.compulsory, *row.freeze}
        named |= {each.instrument for each in row.why_not}
    clocks = {
        clock
        for each in table.instruments.values()
        for clock in each.clocks + each.emergency_clocks
    }
    ranks = [row.rank for row in table.rows]
    assert named <= table.instruments.keys(), sorted(named - table.instruments.keys())
    assert clocks <= deadlines().keys(), sorted(clocks - deadlines().keys())
    assert len(set(ranks)) == len(ranks), "two lines have one rank"
