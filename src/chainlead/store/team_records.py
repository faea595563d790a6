"""What the tables of a team server give out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """An account; its password's hash is not part of it.

    Attributes:
        name: unique and never given again; what journals hold.
        subject: the person's name at the identity provider; empty for none.
        must_change: the next login leads to choosing a password.
    """

    name: str
    full_name: str
    subject: str
    is_admin: bool
    is_disabled: bool
    has_password: bool
    must_change: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session of a person, without the secret that opens it.

    Attributes:
        way: how it was opened: `password`, `provider` or `code`.
        address: of the machine.
        agent: what the browser calls itself.
        reason: why the person reads now, as given by the person; empty for none.
    """

    digest: str
    name: str
    way: str
    opened: datetime
    seen: datetime
    address: str
    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to log in; `name` is empty where no such account exists."""

    number: int
    at: datetime
    name: str
    address: str
    agent: str
    way: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AccountAct:
    """Something that was done with an account, and who did it."""

    number: int
    at: datetime
    by: str
    act: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A login that is under way at the identity provider."""

    state: str
    nonce: str
    verifier: str
    back: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person's role in a case."""

    case_key: str
    name: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class View:
    """One look at a page of a case, chained to the one before by its digest."""

    case_key: str
    number: int
    name: str
    at: datetime
    page: str
    reason: str
    previous: str
    digest: str
