"""Who has which role in which case, and who looked at it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from chainlead.errors import PersonNotFoundError
from chainlead.store.team_database import TeamDatabase, lock_for, milliseconds, moment
from chainlead.store.team_records import Member, View
from chainlead.store.team_tables import members, people, views

_FIRST = "0" * 64


class TeamMembers(TeamDatabase):
    """Roles and looks by the case's key: the digest of its journal's key, not its folder's name."""

    def role_of(self, case_key: str, name: str) -> str | None:
        """The person's role in a case; None: none, or the account is disabled."""
        with self._begin(reads=True) as connection:
            found = connection.execute(
                select(members.c.role)
                .join(people, people.c.name == members.c.name)
                .where(members.c.case_key == case_key, members.c.name == name)
                .where(people.c.is_disabled == 0)
            ).scalar()
        return None if found is None else str(found)

    def set_role(self, case_key: str, name: str, role: str | None, *, at: datetime) -> None:
        """Give a person a role in a case; None takes it away.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        chosen = (members.c.case_key == case_key, members.c.name == name)
        row = {"case_key": case_key, "name": name, "role": role, "since": milliseconds(at)}
        try:
            with self._begin() as connection:
                lock_for(connection, case_key)
                connection.execute(delete(members).where(*chosen))
                if role is not None:
                    connection.execute(insert(members).values(row))
        except IntegrityError:
            raise PersonNotFoundError(f"There is no account named {name}.") from None

    def members(self, case_key: str) -> tuple[Member, ...]:
        """Everybody with a role in a case, by name; disabled accounts too."""
        return self._members(members.c.case_key == case_key)

    def cases_of(self, name: str) -> dict[str, str]:
        """The keys of the cases in which a person has a role, each with the role."""
        return {each.case_key: each.role for each in self._members(members.c.name == name)}

    def add_view(self, case_key: str, who: str, at: datetime, page: str, reason: str) -> View:
        """Record that a person looked at a page of a case, chained to the look before."""
        with self._begin() as connection:
            lock_for(connection, case_key)
            query = select(func.max(views.c.number)).where(views.c.case_key == case_key)
            number = int(connection.execute(query).scalar() or 0)
            before = (views.c.case_key == case_key, views.c.number == number)
            previous = connection.execute(select(views.c.digest).where(*before)).scalar()
            row = {
                "case_key": case_key,
                "number": number + 1,
                "name": who,
                "at": milliseconds(at),
                "page": page,
                "reason": reason,
                "previous": str(previous or _FIRST),
            }
            row["digest"] = _digest(row)
            connection.execute(insert(views).values(row))
        return _view(row)

    def views(self, case_key: str) -> tuple[View, ...]:
        """Every look at a case, oldest first."""
        query = select(views).where(views.c.case_key == case_key).order_by(views.c.number)
        with self._begin(reads=True) as connection:
            return tuple(map(_view, connection.execute(query).mappings().all()))

    def last_views(self, case_key: str, most: int) -> tuple[View, ...]:
        """The last looks at a case, newest first."""
        query = select(views).where(views.c.case_key == case_key)
        query = query.order_by(views.c.number.desc()).limit(most)
        with self._begin(reads=True) as connection:
            return tuple(map(_view, connection.execute(query).mappings().all()))

    def first_broken_view(self, case_key: str) -> int | None:
        """The number of the first look that was changed or follows a gap; None: the chain is whole."""
        previous = _FIRST
        for expected, view in enumerate(self.views(case_key), start=1):
            row = {
                "case_key": view.case_key,
                "number": view.number,
                "name": view.name,
                "at": milliseconds(view.at),
                "page": view.page,
                "reason": view.reason,
                "previous": view.previous,
            }
            if (view.number, view.previous) != (expected, previous) or view.digest != _digest(row):
                return expected
            previous = view.digest
        return None

    def _members(self, condition: Any) -> tuple[Member, ...]:
        with self._begin(reads=True) as connection:
            rows = connection.execute(select(members).where(condition)).mappings().all()
        found = [
            Member(row["case_key"], row["name"], row["role"], moment(row["since"])) for row in rows
        ]
        return tuple(sorted(found, key=lambda each: (each.case_key, each.name)))


def _digest(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(dict(row), order="sorted")).hexdigest()


def _view(row: Mapping[Any, Any]) -> View:
    return View(
        row["case_key"],
        row["number"],
        row["name"],
        moment(row["at"]),
        row["page"],
        row["reason"],
        row["previous"],
        row["digest"],
    )
