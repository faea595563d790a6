"""The accounts of a team server."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from chainlead.errors import PersonExistsError, PersonNotFoundError
from chainlead.store.team_database import TeamDatabase, milliseconds, moment
from chainlead.store.team_records import AccountAct, Person
from chainlead.store.team_tables import acts, people, sessions


class TeamPeople(TeamDatabase):
    """People: added, disabled, never deleted, because journals name them."""

    def add_person(
        self,
        name: str,
        full_name: str,
        password_hash: str | None = None,
        subject: str | None = None,
        is_admin: bool = False,
        *,
        at: datetime,
        must_change: bool = False,
    ) -> Person:
        """Make an account.

        Args:
            name: for journals; small letters.
            full_name: for pages.
            password_hash: argon2id; None for a person who has no password.
            subject: the person's name at the identity provider; None for none.
            is_admin: whether the person may manage accounts.
            at: the moment.
            must_change: whether the next login leads to choosing a password.

        Raises:
            PersonExistsError: the name or the subject is taken.
        """
        row = {
            "name": name,
            "full_name": full_name,
            "password_hash": password_hash,
            "must_change": int(must_change),
            "subject": subject or None,
            "is_admin": int(is_admin),
            "is_disabled": 0,
            "made_at": milliseconds(at),
        }
        try:
            with self._begin() as connection:
                connection.execute(insert(people).values(row))
        except IntegrityError:
            raise PersonExistsError(
                f"The name {name}, or the name at the identity provider, is taken."
            ) from None
        return self.required_person(name)

    def person(self, name: str) -> Person | None:
        """The account with this name, disabled ones too."""
        return self._person(people.c.name == name)

    def person_of_subject(self, subject: str) -> Person | None:
        """The account of a person as the identity provider names them."""
        return self._person(people.c.subject == subject) if subject else None

    def required_person(self, name: str) -> Person:
        """The account with this name.

        Raises:
            PersonNotFoundError: there is none.
        """
        found = self.person(name)
        if found is None:
            raise PersonNotFoundError(f"There is no account named {name}.")
        return found

    def persons(self) -> tuple[Person, ...]:
        """All accounts, by name."""
        with self._begin(reads=True) as connection:
            rows = connection.execute(select(people)).mappings().all()
        return tuple(sorted(map(person_of, rows), key=lambda person: person.name))

    def password_hash(self, name: str) -> str | None:
        """The hash of the person's password, for checking it; None: there is none."""
        with self._begin(reads=True) as connection:
            query = select(people.c.password_hash).where(people.c.name == name)
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def set_password(self, name: str, password_hash: str, *, must_change: bool) -> None:
        """Give the person another password; a reset code that was under way opens nothing more.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._change(
            name,
            password_hash=password_hash,
            must_change=int(must_change),
            code_digest=None,
            code_until=None,
        )

    def renew_hash(self, name: str, before: str, after: str) -> None:
        """Put a stronger hash of the same password in the place of the one that was checked."""
        with self._begin() as connection:
            connection.execute(
                update(people)
                .where(people.c.name == name, people.c.password_hash == before)
                .values(password_hash=after)
            )

    def set_admin(self, name: str, *, is_admin: bool) -> None:
        """Let the person manage accounts, or no longer.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._change(name, is_admin=int(is_admin))

    def set_subject(self, name: str, subject: str | None) -> None:
        """Say how the identity provider names the person; None takes that away.

        Raises:
            PersonNotFoundError: there is no such account.
            PersonExistsError: another account has this subject.
        """
        try:
            self._change(name, subject=subject or None)
        except IntegrityError:
            raise PersonExistsError("Another account has this name at the provider.") from None

    def disable(self, name: str) -> int:
        """Close an account and end its sessions at once; returns how many were open.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        with self._begin() as connection:
            _changed(connection, name, {"is_disabled": 1, "code_digest": None, "code_until": None})
            return connection.execute(delete(sessions).where(sessions.c.name == name)).rowcount

    def enable(self, name: str) -> None:
        """Open an account again.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._change(name, is_disabled=0)

    def set_code(self, name: str, digest: str, until: datetime) -> None:
        """Let a one-time code, known by its digest, open this account until a moment.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._change(name, code_digest=digest, code_until=milliseconds(until))

    def take_code(self, digest: str, at: datetime) -> Person | None:
        """The person whom a one-time code opens, once; None: used, too old, or never given."""
        with self._begin() as connection:
            name = connection.execute(
                update(people)
                .where(people.c.code_digest == digest, people.c.is_disabled == 0)
                .where(people.c.code_until >= milliseconds(at))
                .values(code_digest=None, code_until=None, must_change=1)
                .returning(people.c.name)
            ).scalar()
        return None if name is None else self.person(str(name))

    def add_act(self, *, at: datetime, by: str, act: str, name: str) -> None:
        """Record what was done with an account, for good."""
        with self._begin() as connection:
            connection.execute(insert(acts).values(at=milliseconds(at), by=by, act=act, name=name))

    def acts(self, *, most: int = 1_000) -> tuple[AccountAct, ...]:
        """What was done with accounts, newest first."""
        query = select(acts).order_by(acts.c.number.desc()).limit(most)
        with self._begin(reads=True) as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            AccountAct(row["number"], moment(row["at"]), row["by"], row["act"], row["name"])
            for row in rows
        )

    def _person(self, condition: Any) -> Person | None:
        with self._begin(reads=True) as connection:
            row = connection.execute(select(people).where(condition)).mappings().first()
        return None if row is None else person_of(row)

    def _change(self, name: str, **values: object) -> None:
        with self._begin() as connection:
            _changed(connection, name, values)


def _changed(connection: Connection, name: str, values: Mapping[str, object]) -> None:
    done = connection.execute(update(people).where(people.c.name == name).values(dict(values)))
    if not done.rowcount:
        raise PersonNotFoundError(f"There is no account named {name}.")


def person_of(row: Mapping[Any, Any]) -> Person:
    """The account that a row of the table tells of."""
    return Person(
        row["name"],
        row["full_name"],
        row["subject"] or "",
        bool(row["is_admin"]),
        bool(row["is_disabled"]),
        row["password_hash"] is not None,
        bool(row["must_change"]),
        moment(row["made_at"]),
    )
