"""What the guide knows of leads, requests, clocks, the service directory and answers."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from chainlead.attribution import Lead, customer_memo, is_shared_wallet
from chainlead.guide import AnswerFact, ClockFact, DraftFact, LeadFact, ServiceAgeFact
from chainlead.model import Strength
from chainlead.request import Running
from chainlead.store import Store
from chainlead.workflow.case import Case
from chainlead.workflow.deadlines import case_deadlines
from chainlead.workflow.request_states import states
from chainlead.workflow.services import service_directory

_INDICATORS = 2


def lead_fact(lead: Lead) -> LeadFact:
    """A lead as the guide sees it."""
    word = customer_memo(lead.chain) if lead.direction == "forward" else ""
    return LeadFact(
        lead.lead_id,
        lead.service,
        lead.chain,
        bool(lead.conflicts),
        lead.missing,
        lead.track.value,
        lead.reach,
        missing_memo=word if word and any(not d.memo for d in lead.deposits) else "",
        names_shared=not word and _names_shared(lead),
        rests_on_inference=lead.strength is Strength.INFERRED and _sources(lead) < _INDICATORS,
    )


def _names_shared(lead: Lead) -> bool:
    shared = {c.address for c in lead.claims if not c.inherited_via and is_shared_wallet(c)}
    return lead.direction == "forward" and any(
        deposit.address in shared and not deposit.sweep_txid for deposit in lead.deposits
    )


def _sources(lead: Lead) -> int:
    """How many independent sources say that the service is here."""
    return len({(claim.source, claim.pack) for claim in lead.claims if claim not in lead.conflicts})


def draft_facts(store: Store) -> Iterator[DraftFact]:
    """The drafts, each as its events leave it."""
    known = {state.draft_id: state for state in states(store)}
    for row in store.rows("drafts"):
        state = known[row["draft_id"]]
        yield DraftFact(
            row["draft_id"],
            row["lead_id"],
            row["kind"],
            state.state.value,
            state.parts_sent,
            state.lost_review,
            state.confirmed_by,
        )


def clock_facts(case: Case, now: datetime) -> Iterator[ClockFact]:
    """The clocks that run or are over, and were not ended."""
    for clock in case_deadlines(case.store, case.blobs):
        standing = clock.standing(now)
        if clock.due_at is None or standing is Running.ENDED:
            continue
        yield ClockFact(
            clock.draft_id,
            clock.clock_id,
            clock.name,
            clock.due_at.strftime("%Y-%m-%d %H:%M UTC"),
            clock.is_red,
            standing is Running.OVER,
            clock.reminder(now),
        )


def old_service_facts(leads: Sequence[Lead], today: date) -> Iterator[ServiceAgeFact]:
    """The entries of the directory that leads use and nobody read for more than 180 days."""
    if not leads:
        return
    directory = service_directory()
    used: dict[str, list[str]] = {}
    for lead in leads:
        service = directory.lookup_any(lead.actor, lead.uri, lead.service)
        if service is not None and not service.is_practice and service.is_stale(today):
            used.setdefault(service.service_id, []).append(lead.lead_id)
    for service_id, lead_ids in sorted(used.items()):
        service = directory.get(service_id)
        assert service is not None
        read = service.read.isoformat() if service.read else "never"
        yield ServiceAgeFact(service_id, service.brand, read, tuple(lead_ids))


def answer_facts(store: Store) -> Iterator[AnswerFact]:
    """The answers, with what each left open."""
    asked_again = {row["parameters"].get("follow_up_of") for row in store.rows("drafts")}
    followed: dict[str, set[int]] = {}
    for row in store.rows("traces"):
        behind = row["parameters"].get("behind")
        if behind:
            followed.setdefault(behind["answer_id"], set()).add(behind["row"])
    for row in store.rows("answers"):
        leads = store.rows("answer_leads", answer_id=row["answer_id"])
        yield AnswerFact(
            row["answer_id"],
            row["draft_id"],
            row["service"],
            tuple(row["unanswered"].get("sentences", ())),
            row["draft_id"] in asked_again,
            tuple(
                (lead["kind"], lead["value"], lead["rows"][0])
                for lead in leads
                if not lead["lacks"]
            ),
            frozenset(followed.get(row["answer_id"], ())),
        )
