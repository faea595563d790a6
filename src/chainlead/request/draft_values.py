"""Everything that the templates of a lead's letters print, in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chainlead.attribution import (
    Claim,
    Lead,
    LeadTrack,
    Service,
    confidence_words,
    customer_memo,
)
from chainlead.errors import RequestError
from chainlead.model import Strength, moment_from_text
from chainlead.request.addressee import Step, derive_addressee
from chainlead.request.data_files import country_groups
from chainlead.request.deadlines import due_dates
from chainlead.request.draft_parameters import DraftParameters, asked_of
from chainlead.request.instruments import Choice
from chainlead.request.items import items
from chainlead.request.markdown_text import Verbatim, as_code, escape_markdown
from chainlead.request.subject_facts import HandleFacts, HoldingFacts
from chainlead.request.texts import Texts
from chainlead.request.transfer_facts import NOT_KNOWN, TransferFacts
from chainlead.trace import Least, Most, find_account_rules, find_rules

MOST_PERIOD_DAYS = 3_660
MOST_TABLES = 40
_MOST_CLAIMS = 4
_MOST_LINKS = 3
_BOUNDS = frozenset({Least.name, Most.name})


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a draft is about: transfers, balances, names; each compared with its source."""

    transfers: tuple[TransferFacts, ...] = ()
    holdings: tuple[HoldingFacts, ...] = ()
    handles: tuple[HandleFacts, ...] = ()

    @property
    def all(self) -> tuple[TransferFacts | HoldingFacts | HandleFacts, ...]:
        """In the order in which a letter prints them."""
        return (*self.transfers, *self.holdings, *self.handles)

    @property
    def shown(self) -> "Subjects":
        """Those that a letter prints as tables; the annexes hold all transfers and balances."""
        return Subjects(self.transfers[:MOST_TABLES], self.holdings[:MOST_TABLES], self.handles)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of the period in UTC, and how far it reaches around the transfers."""

    start: str
    end: str
    days: int


@dataclass(frozen=True, slots=True)
class _ShownClaim:
    """A claim as a letter prints it."""

    service: str
    is_inferred: bool
    shown_address: Verbatim
    source: str
    pack: str
    lastmod: str
    confidence: str
    words: str
    note: str
    level: int
    links: tuple[str, ...]
    shown_links: Verbatim


def derive_values(
    lead: Lead,
    settings: Mapping[str, str],
    choice: Choice,
    parameters: DraftParameters,
    *,
    letter: str,
    subjects: Subjects,
    service: Service | None,
    digests: Sequence[tuple[str, str]],
    draft_id: str,
    parts: Sequence[str],
    texts: Texts,
) -> dict[str, Any]:
    """The values of one letter of a draft."""
    shown = subjects.shown
    addressee = derive_addressee(lead, step_of(letter, choice), service, parameters.dated, texts)
    supporting = [claim for claim in lead.claims if claim not in lead.conflicts]
    rules = _rules(lead, texts)
    list_name = asked_of(lead)
    return {
        "practice": settings.get("practice") == "yes",
        "settings": {name: settings.get(name, "") for name in ("unit", "reference", "country")},
        "choice": choice,
        "instrument": choice.chosen,
        "lead": lead,
        "addressee": () if lead.track is LeadTrack.UNSPENT else addressee.rows,
        "entry": addressee.entry,
        "companies": addressee.companies,
        "domains": addressee.domains,
        "has_entry": addressee.has_entry,
        "stale_since": addressee.stale_since,
        "rules": rules,
        "rule_words": "; ".join(
            meaning if name in _BOUNDS else texts.plain("rule_words", name=name, meaning=meaning)
            for name, meaning in rules
        ),
        "claims": [_shown(claim, texts) for claim in supporting[:_MOST_CLAIMS]],
        "more_claims": len(supporting[_MOST_CLAIMS:]),
        "conflicts": [_shown(claim, texts) for claim in lead.conflicts],
        "facts": shown.transfers,
        "holdings": shown.holdings,
        "handles": shown.handles,
        "more_facts": len(subjects.transfers) - len(shown.transfers),
        "more_holdings": len(subjects.holdings) - len(shown.holdings),
        "tagless": {each.key for each in subjects.transfers if each.memo == NOT_KNOWN},
        "by_memo": bool(subjects.transfers and customer_memo(lead.chain)),
        "items": [item for item in items() if item.asked_of == list_name],
        "ticked": parameters.ticked_of(list_name),
        "period": derive_period(lead, parameters, texts),
        "clocks": clock_rows(choice, parameters, texts),
        "outside_eea": is_outside_eea(choice),
        "is_issuer": lead.track is LeadTrack.ISSUER,
        "is_seizure": lead.track is LeadTrack.UNSPENT,
        "digests": digests,
        "draft_id": draft_id,
        "dated": parameters.dated.isoformat(),
        "parts": parts,
        "follow_up_of": parameters.follow_up_of,
        "unanswered": parameters.unanswered,
    }


def step_of(letter: str, choice: Choice) -> Step:
    """Who receives a letter: the service itself, or an authority that carries the measure out."""
    steps = {
        "preservation": [each for each in choice.first if each.recipient == "service"],
        "freeze": list(choice.freeze),
    }.get(letter, [])
    step = steps[0] if steps else choice.chosen
    return Step(step.recipient, choice.addressee_country)


def is_outside_eea(choice: Choice) -> bool:
    """Whether the request takes personal data out of the Union and its Schengen partners."""
    groups = country_groups()
    at_home = choice.requester_country in groups["eu"]
    return at_home and choice.addressee_country not in {*groups["eea"], ""}


def start_of(parameters: DraftParameters) -> datetime:
    """Midnight (UTC) of the draft's date."""
    return datetime(parameters.dated.year, parameters.dated.month, parameters.dated.day, tzinfo=UTC)


def clock_rows(choice: Choice, parameters: DraftParameters, texts: Texts) -> list[dict[str, str]]:
    """The clocks of all steps as if they started on the draft's date."""
    return [texts.clock(due) for due in due_dates(choice.clocks, start_of(parameters))]


def derive_period(lead: Lead, parameters: DraftParameters, texts: Texts) -> Period:
    """The days around the first and last transfer; a field to fill where none is known.

    Raises:
        RequestError: a period that cannot be.
    """
    if not 0 <= parameters.period_days <= MOST_PERIOD_DAYS:
        raise RequestError(f"A period of {parameters.period_days} days around transfers cannot be.")
    days = [moment_from_text(d.mined_at).date() for d in lead.deposits if d.mined_at]
    if not days:
        name = "period_open_handles" if lead.handles else "period_open"
        return Period(texts(name), texts(name), parameters.period_days)
    around = timedelta(days=parameters.period_days)
    return Period(
        (min(days) - around).isoformat(), (max(days) + around).isoformat(), parameters.period_days
    )


def _rules(lead: Lead, texts: Texts) -> tuple[tuple[str, str], ...]:
    """The rules that the lead gives amounts under, with what each means."""
    named = {rule for deposit in lead.deposits for rule in deposit.traced_units}
    named |= {rule for holding in lead.holdings for rule in holding.traced_units}
    for bounds in (
        *((each.least_units, each.most_units) for each in lead.deposits),
        *((each.least_units, each.most_units) for each in lead.holdings),
    ):
        pairs = zip((Least.name, Most.name), bounds, strict=True)
        named |= {name for name, units in pairs if units is not None}
    of_outputs = {rule.name: rule.meaning for rule in find_rules()}
    of_accounts = {rule.name: rule.meaning for rule in find_account_rules()}
    known = of_outputs | of_accounts if _is_over_accounts(lead) else of_accounts | of_outputs
    known |= {Least.name: Least.meaning, Most.name: Most.meaning}
    return tuple((name, texts.kept(known[name])) for name in sorted(named & known.keys()))


def _is_over_accounts(lead: Lead) -> bool:
    return any(each.transfer_place for each in lead.deposits) or any(
        not each.place for each in lead.holdings
    )


def _shown(claim: Claim, texts: Texts) -> _ShownClaim:
    readable = claim.address.isalnum() and claim.address.isascii()
    address = as_code(claim.address) if readable else Verbatim(escape_markdown(claim.address))
    links = claim.inherited_via[:_MOST_LINKS]
    words = confidence_words(claim.confidence)
    return _ShownClaim(
        service=claim.service,
        is_inferred=claim.strength is Strength.INFERRED,
        shown_address=address,
        source=texts.kept(claim.source),
        pack=texts.kept(claim.pack) or texts.plain("no_pack"),
        lastmod=claim.lastmod or texts.plain("no_date"),
        confidence=claim.confidence,
        words=texts.word("confidence", claim.confidence, texts.kept(words)),
        note=texts.kept(claim.note),
        level=claim.level,
        links=links,
        shown_links=Verbatim(" ".join(as_code(link) for link in links)),
    )
