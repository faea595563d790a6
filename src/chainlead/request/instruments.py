"""Which paper for which addressee: a decision table as data, every answer with its certainty.

Data: `data/instruments.yaml` and `data/countries.yaml`. The table gives a choice with its
alternatives, never a silent yes or no, and a prosecutor confirms it. Limits: seats come from actor
packs and may be old; whether an exchange is a "financial service" under the e-Evidence Regulation
is disputed and said so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec

from chainlead.errors import NoInstrumentError
from chainlead.request.certainty import LegalCertainty
from chainlead.request.data_files import country_groups, read_table
from chainlead.request.deadlines import deadlines

UNKNOWN = "unknown"
FINANCIAL = "financial"
INFORMATION = "information"


class Instrument(msgspec.Struct, frozen=True):
    """One legal instrument or channel."""

    name: str
    legal_basis: str
    issuing_authority: str
    form: str
    languages: tuple[str, ...]
    clocks: tuple[str, ...]
    exclusions: tuple[str, ...]
    certainty: LegalCertainty
    source: str
    read: str


class _When(msgspec.Struct, frozen=True):
    requester: str
    addressee: str
    kind: str


class _WhyNot(msgspec.Struct, frozen=True):
    instrument: str
    reason: str


class Row(msgspec.Struct, frozen=True, rename={"row_id": "id"}):
    """One line of the decision table."""

    row_id: str
    when: _When
    words: str
    first: str
    compulsory: tuple[str, ...]
    freeze: tuple[str, ...]
    clocks: tuple[str, ...]
    certainty: LegalCertainty
    why: str
    why_not: tuple[_WhyNot, ...]
    also_first: tuple[str, ...] = ()


class Emergency(msgspec.Struct, frozen=True, rename={"row_id": "id"}):
    """What comes before everything else where life is at risk."""

    row_id: str
    words: str
    first: str
    clocks: tuple[str, ...]
    certainty: LegalCertainty
    why: str


class InstrumentTable(msgspec.Struct, frozen=True):
    """The whole table."""

    version: str
    confirm: str
    instruments: dict[str, Instrument]
    rows: tuple[Row, ...]
    emergency: Emergency
    parallel: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """An instrument that was not chosen, with the reason."""

    instrument_id: str
    instrument: Instrument
    why_not: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the table says for one requester and one addressee. A person confirms it."""

    row_id: str
    situation: str
    requester_country: str
    addressee_country: str
    kind: str
    first: tuple[Instrument, ...]
    chosen_id: str
    chosen: Instrument
    freeze: tuple[Instrument, ...]
    clocks: tuple[str, ...]
    certainty: LegalCertainty
    why: str
    alternatives: tuple[Alternative, ...]
    warnings: tuple[str, ...]
    parallel: tuple[str, ...]
    confirm: str
    table_version: str
    is_emergency: bool = False


@cache
def instrument_table() -> InstrumentTable:
    """The table of `data/instruments.yaml`."""
    table = read_table("instruments.yaml", InstrumentTable)
    _check(table)
    return table


def _check(table: InstrumentTable) -> None:
    named = {table.emergency.first}
    clocks = {*table.emergency.clocks}
    for row in table.rows:
        named |= {row.first, *row.also_first, *row.compulsory, *row.freeze}
        named |= {each.instrument for each in row.why_not}
        clocks |= {*row.clocks}
    for instrument in table.instruments.values():
        clocks |= {*instrument.clocks}
    assert named <= table.instruments.keys(), sorted(named - table.instruments.keys())
    assert clocks <= deadlines().keys(), sorted(clocks - deadlines().keys())


def choose_instrument(
    requester_country: str,
    jurisdictions: Sequence[str],
    kind: str,
    *,
    instrument: str = "",
    is_emergency: bool = False,
) -> Choice:
    """What the decision table says.

    Args:
        requester_country: two letters.
        jurisdictions: countries where the service is said to sit, as the actor pack has them.
        kind: `financial` (keeps customers' money), `information`, or `unknown`.
        instrument: an instrument that a person prefers as the compulsory step.
        is_emergency: whether life or limb is at risk now.

    Raises:
        NoInstrumentError: there is no instrument with that name.
    """
    table = instrument_table()
    seats = tuple(dict.fromkeys(code.upper() for code in jurisdictions)) or ("",)
    rows = [(_row(table, requester_country, seat, kind), seat) for seat in seats]
    order = {row.row_id: place for place, row in enumerate(table.rows)}
    row, seat = min(rows, key=lambda pair: (order[pair[0].row_id], pair[1]))
    warnings = list(_warnings(kind, row, seat, rows))
    chosen_id = row.compulsory[0]
    alternatives = [_alternative(table, each.instrument, each.reason) for each in row.why_not]
    if instrument and instrument != chosen_id:
        if instrument not in table.instruments:
            known = ", ".join(sorted(table.instruments))
            raise NoInstrumentError(f"There is no instrument {instrument!r:.40}; known: {known}.")
        said = next((a.why_not for a in alternatives if a.instrument_id == instrument), "")
        warnings.insert(
            0,
            f"A person chose {table.instruments[instrument].name}; the table proposes "
            f"{table.instruments[chosen_id].name}." + (f" The table says: {said}" if said else ""),
        )
        alternatives = [a for a in alternatives if a.instrument_id != instrument]
        alternatives.insert(0, _alternative(table, chosen_id, "A person chose another instrument."))
        chosen_id = instrument
    first = (row.first, *row.also_first)
    clocks = (*row.clocks, *table.instruments[chosen_id].clocks)
    if is_emergency:
        first = (table.emergency.first, *first)
        clocks = (*table.emergency.clocks, *clocks)
        warnings.insert(0, f"{table.emergency.words} {table.emergency.why}")
    return Choice(
        row_id=row.row_id,
        situation=row.words,
        requester_country=requester_country,
        addressee_country=seat,
        kind=kind,
        first=tuple(table.instruments[name] for name in first),
        chosen_id=chosen_id,
        chosen=table.instruments[chosen_id],
        freeze=tuple(table.instruments[name] for name in row.freeze),
        clocks=tuple(dict.fromkeys(clocks)),
        certainty=row.certainty,
        why=row.why,
        alternatives=tuple(alternatives),
        warnings=tuple(warnings),
        parallel=table.parallel,
        confirm=table.confirm,
        table_version=table.version,
        is_emergency=is_emergency,
    )


def _row(table: InstrumentTable, requester: str, addressee: str, kind: str) -> Row:
    for row in table.rows:
        if (
            row.when.kind in {"any", kind}
            and _is_requester(requester, row.when.requester)
            and _is_addressee(addressee, row.when.addressee, requester)
        ):
            return row
    raise NoInstrumentError(f"The table has no line for {requester} and {addressee or UNKNOWN}.")


def _is_requester(country: str, group: str) -> bool:
    groups = country_groups()
    if group == "any":
        return True
    if group == "eu_uk_us":
        return any(country in groups[name] for name in ("eu", "uk", "us"))
    return country in groups[group]


def _is_addressee(country: str, group: str, requester: str) -> bool:
    groups = country_groups()
    if not country:
        return group == UNKNOWN
    if group == "any":
        return True
    if group == "same":
        return country == requester
    if group == "other":
        return not any(country in groups[name] for name in ("eu", "uk", "us"))
    return country in groups.get(group, frozenset())


def _warnings(kind: str, row: Row, seat: str, rows: Iterable[tuple[Row, str]]) -> Iterable[str]:
    others = [(other, place) for other, place in rows if place != seat]
    if others:
        named = "; ".join(f"{place}: {other.words}" for other, place in others)
        yield (
            f"Several seats are named; this choice is for {seat}. Find out which company holds "
            f"the account. For the others: {named}"
        )
    if kind == UNKNOWN:
        yield (
            "What kind of service it is, is not known: for a service that is no financial "
            "service inside the European Union the e-Evidence Regulation comes first."
        )
    if kind == FINANCIAL and row.row_id in {"eu_eio", "eu_dk_ie"}:
        yield (
            "Status of the e-Evidence Regulation for crypto-asset services: disputed. Presumed "
            "excluded (financial services); no source that was found decides it."
        )
    if seat:
        yield (
            f"The seat {seat} comes from an actor pack; at the time of the transfers another "
            "company may have run the service. Check a register."
        )


def _alternative(table: InstrumentTable, name: str, why_not: str) -> Alternative:
    return Alternative(name, table.instruments[name], why_not)
