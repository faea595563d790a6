"""`consent`: who agreed that which host may be asked what, and why. Kept in the journal, nowhere else."""

from chainlead.custody import Entry
from chainlead.errors import WireError
from chainlead.wire import Consent
from chainlead.workflow.case import Case, Projection

QUESTIONS = {
    "chain state": "the height and the hashes of blocks: says nothing about the case",
    "blocks": "whole blocks and filters: says which days matter, not which address",
    "transaction": "one transaction by its id: tells the host that it matters",
    "address history": "what one address did: tells the host whom the police look at",
    "address index": "what one address did, asked of a service of somebody else: tells its keeper "
    "whom the police look at",
    "account": "state and history of one account: tells the host whom the police look at",
    "wallet": "what a wallet of the unit's own node received",
}
"""Class of question and what the host learns by it, from least to most."""


def grant(case: Case, host: str, questions: tuple[str, ...], *, why: str) -> None:
    """Agree that a host may be asked these classes of question.

    Raises:
        WireError: no reason was given, or there is no such class of question.
    """
    if not why.strip():
        raise WireError(
            "A consent needs a reason.", next_step="Give it with --why: it goes into the journal."
        )
    for question in questions:
        if question not in QUESTIONS:
            raise WireError(
                f"There is no class of question named {question[:40]!r}.",
                next_step=f"The classes are: {', '.join(QUESTIONS)}.",
            )
    case.act("consent.grant", why=why, what={"host": host.lower(), "questions": sorted(questions)})


def withdraw(case: Case, host: str, *, why: str = "") -> None:
    """Take back every consent for a host.

    Raises:
        WireError: there is none.
    """
    if not any(consent.host == host.lower() for consent in find_consents(case)):
        raise WireError(f"Nobody has agreed to ask {host[:80]}.", next_step="Nothing to take back.")
    case.act("consent.withdraw", why=why, what={"host": host.lower()})


def find_consents(case: Case) -> tuple[Consent, ...]:
    """The consents that hold now, in order of host and question."""
    held: dict[tuple[str, str], Consent] = {}
    for entry in case.entries:
        host = entry.what.get("host", "")
        if entry.act == "consent.grant":
            for question in entry.what["questions"]:
                held[host, question] = Consent(host, question, entry.who, entry.why)
        elif entry.act == "consent.withdraw":
            held = {key: consent for key, consent in held.items() if key[0] != host}
    return tuple(held[key] for key in sorted(held))


def apply_grant(projection: Projection, entry: Entry) -> None:
    """`consent.grant`: the journal is where it is looked up; no table holds it."""


def apply_withdraw(projection: Projection, entry: Entry) -> None:
    """`consent.withdraw`: as above."""
