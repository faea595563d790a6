"""Attempts to log in, and how often they failed for a name, an address or a browser."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from chainlead.store.team_database import TeamDatabase, lock_for, milliseconds, moment
from chainlead.store.team_records import Attempt
from chainlead.store.team_tables import attempts, failures

_FORGOTTEN_AFTER = timedelta(days=1)
_KEPT = timedelta(days=365)


class TeamAttempts(TeamDatabase):
    """The record of logins, and the counts behind the growing wait; both survive a restart."""

    def begin_attempt(
        self, waits: Mapping[str, Callable[[int], timedelta]], at: datetime
    ) -> timedelta:
        """Count an attempt as failed before it is judged, or say how long it has to wait.

        Counting first is what keeps many attempts at one time from being judged together.

        Args:
            waits: for each name, address or browser that counts: the wait after so many failures.
            at: the moment.

        Returns:
            Zero when the attempt may be judged; else the time that is left, and nothing is counted.
        """
        now = milliseconds(at)
        with self._begin() as connection:
            for subject in sorted(waits):
                lock_for(connection, subject)
            old = milliseconds(at - _FORGOTTEN_AFTER)
            connection.execute(delete(failures).where(failures.c.last_at < old))
            query = select(failures).where(failures.c.subject.in_(list(waits)))
            known = {row.subject: row for row in connection.execute(query)}
            left = max(
                (
                    moment(row.last_at) + waits[subject](row.tries) - at
                    for subject, row in known.items()
                ),
                default=timedelta(0),
            )
            if left > timedelta(0):
                return left
            connection.execute(delete(failures).where(failures.c.subject.in_(list(waits))))
            rows = [
                {
                    "subject": subject,
                    "tries": (known[subject].tries if subject in known else 0) + 1,
                    "last_at": now,
                }
                for subject in sorted(waits)
            ]
            if rows:
                connection.execute(insert(failures), rows)
        return timedelta(0)

    def forgive(self, subjects: Sequence[str]) -> None:
        """Forget the failures of a name, address or browser: the person was let in."""
        with self._begin() as connection:
            connection.execute(delete(failures).where(failures.c.subject.in_(list(subjects))))

    def take_back_attempt(self, subjects: Sequence[str]) -> None:
        """Count one failure less: the attempt was right, others' failures still stand."""
        with self._begin() as connection:
            chosen = failures.c.subject.in_(list(subjects))
            connection.execute(failures.update().where(chosen).values(tries=failures.c.tries - 1))
            connection.execute(delete(failures).where(chosen, failures.c.tries <= 0))

    def add_attempt(
        self, *, at: datetime, name: str, address: str, agent: str, way: str, outcome: str
    ) -> None:
        """Record an attempt to log in, for a year.

        Args:
            at: the moment.
            name: of the account; empty where there is none.
            address: of the machine.
            agent: what the browser calls itself.
            way: `password`, `provider` or `code`.
            outcome: in one word.
        """
        row = {"at": milliseconds(at), "name": name, "address": address}
        with self._begin() as connection:
            connection.execute(delete(attempts).where(attempts.c.at < milliseconds(at - _KEPT)))
            connection.execute(
                insert(attempts).values({**row, "agent": agent, "way": way, "outcome": outcome})
            )

    def attempts(self, *, most: int = 1_000, name: str = "") -> tuple[Attempt, ...]:
        """The last attempts, newest first; with a name, those of this account."""
        query = select(attempts).order_by(attempts.c.number.desc()).limit(most)
        if name:
            query = query.where(attempts.c.name == name)
        with self._begin(reads=True) as connection:
            return tuple(map(_attempt, connection.execute(query).mappings().all()))


def _attempt(row: Mapping[Any, Any]) -> Attempt:
    return Attempt(
        row["number"],
        moment(row["at"]),
        row["name"],
        row["address"],
        row["agent"],
        row["way"],
        row["outcome"],
    )
