"""Which paper for which addressee: a decision table as data, every answer with its certainty.

The table (`instrument_table`) gives a choice with its alternatives, never a silent yes or no, and a
prosecutor confirms it. Limits: seats come from actor packs or the directory and may be old; whether
an exchange is a "financial service" under the e-Evidence Regulation is disputed and said so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chainlead.errors import NoInstrumentError
from chainlead.request.certainty import LegalCertainty
from chainlead.request.data_files import country_groups
from chainlead.request.instrument_table import (
    ENGLISH,
    Instrument,
    InstrumentTable,
    Row,
    instrument_table,
)

UNKNOWN = "unknown"
FINANCIAL = "financial"
INFORMATION = "information"
ISSUER = "issuer"
SEIZURE = "seizure"
KINDS = (FINANCIAL, INFORMATION, ISSUER, SEIZURE, UNKNOWN)
DEFUNCT = "defunct"
_DISPUTED_ROWS = frozenset({"eu_eio", "eu_dk_ie"})
_TRACK_KINDS = frozenset({ISSUER, SEIZURE})


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
    state: str = ""
    asked: str = ""
    jurisdictions: tuple[str, ...] = ()
    channels: tuple[Instrument, ...] = ()
    language: str = ENGLISH

    def in_language(self, language: str) -> "Choice":
        """The same choice, in the words of another language."""
        if language == self.language:
            return self
        return choose_instrument(
            self.requester_country,
            self.jurisdictions,
            self.kind,
            instrument=self.asked,
            is_emergency=self.is_emergency,
            state=self.state,
            language=language,
        )


def choose_instrument(
    requester_country: str,
    jurisdictions: Sequence[str],
    kind: str,
    *,
    instrument: str = "",
    is_emergency: bool = False,
    state: str = "",
    language: str = ENGLISH,
) -> Choice:
    """What the decision table says.

    Args:
        requester_country: two letters.
        jurisdictions: countries where the service is said to sit, as pack or directory have them.
        kind: one of `KINDS`: `financial` (keeps customers' money), `information`, `issuer` (of a
            stablecoin), `seizure` (nobody holds it), or `unknown`.
        instrument: an instrument that a person prefers as the compulsory step.
        is_emergency: whether life or limb is at risk now.
        state: `defunct` where the service no longer exists.
        language: of the words in the answer.

    Raises:
        NoInstrumentError: there is no instrument with that name.
    """
    table = instrument_table(language)
    seats = tuple(dict.fromkeys(code.upper() for code in jurisdictions)) or ("",)
    rows = [(_row(table, requester_country, seat, kind, state), seat) for seat in seats]
    row, seat = min(rows, key=lambda pair: (pair[0].rank, pair[1]))
    warnings = list(_warnings(table, kind, row, seat, rows))
    chosen_id = row.compulsory[0]
    alternatives = [_alternative(table, each.instrument, each.reason) for each in row.why_not]
    if row.when.state == DEFUNCT and seat:
        alternatives = [*_by_last_seat(table, requester_country, seat, kind), *alternatives]
    if instrument and instrument != chosen_id:
        if instrument not in table.instruments:
            known = ", ".join(sorted(table.instruments))
            raise NoInstrumentError(f"There is no instrument {instrument!r:.40}; known: {known}.")
        warnings = [*_person_chose(table, instrument, chosen_id, alternatives), *warnings]
        reason = table.warnings["person_reason"]
        kept = [each for each in alternatives if each.instrument_id != instrument]
        alternatives = [_alternative(table, chosen_id, reason), *kept]
        chosen_id = instrument
    first = tuple(table.instruments[name] for name in (row.first, *row.also_first))
    chosen = table.instruments[chosen_id]
    freeze = tuple(table.instruments[name] for name in row.freeze)
    steps = (*first, chosen, *freeze)
    clocks = [clock for step in steps for clock in step.clocks]
    if is_emergency:
        first = (table.instruments[table.emergency.first], *first)
        clocks = [clock for step in steps for clock in step.emergency_clocks] + clocks
        warnings.insert(0, f"{table.emergency.words} {table.emergency.why}")
    return Choice(
        row_id=row.row_id,
        situation=row.words,
        requester_country=requester_country,
        addressee_country=seat,
        kind=kind,
        first=first,
        chosen_id=chosen_id,
        chosen=chosen,
        freeze=freeze,
        clocks=tuple(dict.fromkeys(clocks)),
        certainty=row.certainty,
        why=row.why,
        alternatives=tuple(alternatives),
        warnings=tuple(warnings),
        parallel=tuple(each.reason for each in table.parallel),
        confirm=table.confirm,
        table_version=table.version,
        is_emergency=is_emergency,
        state=state,
        asked=instrument,
        jurisdictions=tuple(jurisdictions),
        channels=tuple(table.instruments[each.instrument] for each in table.parallel),
        language=language,
    )


def _row(table: InstrumentTable, requester: str, addressee: str, kind: str, state: str) -> Row:
    for row in table.rows:
        if (
            row.when.kind in {kind, "any"}
            and row.when.state in {state, "any"}
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
    if group == "anywhere":
        return True
    if not country:
        return group == UNKNOWN
    if group == "any":
        return True
    if group == "same":
        return country == requester
    if group == "outside_eu":
        return country not in groups["eu"]
    if group == "other":
        return not any(country in groups[name] for name in ("eu", "uk", "us"))
    return country in groups.get(group, frozenset())


def _warnings(
    table: InstrumentTable, kind: str, row: Row, seat: str, rows: Iterable[tuple[Row, str]]
) -> Iterable[str]:
    say = table.warnings
    others = [(other, place) for other, place in rows if place != seat]
    if others:
        named = "; ".join(f"{place}: {other.words}" for other, place in others)
        yield say["seats"].format(seat=seat, others=named)
    if kind == UNKNOWN:
        yield say["kind_unknown"]
    if kind == FINANCIAL and row.row_id in _DISPUTED_ROWS:
        yield say["disputed"]
    if seat and kind not in _TRACK_KINDS:
        yield say["seat_old"].format(seat=seat)


def _person_chose(
    table: InstrumentTable, instrument: str, proposed: str, alternatives: Iterable[Alternative]
) -> Iterable[str]:
    """What is said aloud where a person takes another instrument than the table's."""
    say, taken = table.warnings, table.instruments[instrument]
    said = next((a.why_not for a in alternatives if a.instrument_id == instrument), "")
    sentence = say["person"].format(chosen=taken.name, proposed=table.instruments[proposed].name)
    yield " ".join([sentence, *([say["person_said"].format(said=said)] if said else [])])
    if not taken.is_enabled:
        yield say["not_enabled"].format(name=taken.name, reason=" ".join(taken.exclusions))


def _by_last_seat(
    table: InstrumentTable, requester: str, seat: str, kind: str
) -> Iterable[Alternative]:
    """For a closed service: the instruments that reach whoever holds its records at the last seat."""
    row = _row(table, requester, seat, kind, "")
    reason = table.warnings["last_seat"].format(seat=seat)
    yield from (_alternative(table, name, reason) for name in row.compulsory)


def _alternative(table: InstrumentTable, name: str, why_not: str) -> Alternative:
    return Alternative(name, table.instruments[name], why_not)
