"""Logging in with a name and a password, or with a one-time code: judged, counted, recorded.

A name that nobody has, a closed account and a wrong password take the same way to the same answer.
"""

from dataclasses import dataclass
from datetime import timedelta

from chainlead.store import Person
from chainlead.web.sessions import secret_digest
from chainlead.web.team.identity import Identity
from chainlead.web.team.names import folded_name


@dataclass(frozen=True, slots=True)
class Place:
    """Where an attempt comes from.

    Attributes:
        address: of the machine.
        agent: what the browser calls itself.
        browser: what the browser keeps from an earlier login.
    """

    address: str
    agent: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """How an attempt ended.

    Attributes:
        session_id: of the session that it opened; empty when it was refused.
        name: of the account that was opened.
        left: how long a next attempt has to wait before it is judged.
    """

    session_id: str = ""
    name: str = ""
    left: timedelta = timedelta(0)


def log_in(identity: Identity, given_name: str, password: str, place: Place) -> Judged:
    """Judge a name and a password."""
    name = folded_name(given_name)
    trial = identity.throttle.try_name(name, place.address, place.browser, identity.clock.now())
    if trial.left > timedelta(0):
        return Judged(left=trial.left)
    person = identity.store.person(name)
    kept = identity.store.password_hash(name)
    is_right = identity.passwords.is_right(kept, password)
    if not is_right or kept is None or person is None or person.is_disabled:
        outcome = "account is closed" if is_right else "wrong"
        record(identity, person.name if person else "", place, "password", outcome)
        return Judged()
    if identity.passwords.is_weaker(kept):
        identity.store.renew_hash(name, kept, identity.passwords.hash(password))
    identity.throttle.let_in(trial)
    return let_in(identity, person, place, "password")


def log_in_by_code(identity: Identity, code: str, place: Place) -> Judged:
    """Judge a one-time code that an administrator gave."""
    now = identity.clock.now()
    trial = identity.throttle.try_address(place.address, now)
    if trial.left > timedelta(0):
        return Judged(left=trial.left)
    person = identity.store.take_code(code_digest(code), now)
    if person is None:
        record(identity, "", place, "code", "wrong")
        return Judged()
    identity.throttle.let_in(trial)
    return let_in(identity, person, place, "code")


def let_in(identity: Identity, person: Person, place: Place, way: str) -> Judged:
    """Open a session for a person who has proved who they are."""
    record(identity, person.name, place, way, "let in")
    session_id = identity.sessions.open(
        person.name, way=way, address=place.address, agent=place.agent
    )
    return Judged(session_id, person.name)


def record(identity: Identity, name: str, place: Place, way: str, outcome: str) -> None:
    """Record an attempt to log in."""
    identity.store.add_attempt(
        at=identity.clock.now(), name=name, address=place.address, agent=place.agent[:300],
        way=way, outcome=outcome,
    )  # fmt: skip


def code_digest(code: str) -> str:
    """What is kept of a one-time code; spaces, hyphens and capitals do not count."""
    return secret_digest("".join(c for c in code.casefold() if c.isalnum()))
