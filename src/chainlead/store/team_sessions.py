"""The open sessions of a team server, by the digest of their id, and logins under way elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from chainlead.store.team_database import TeamDatabase, milliseconds, moment
from chainlead.store.team_people import person_of
from chainlead.store.team_records import Flow, OpenSession, Person
from chainlead.store.team_tables import flows, people, sessions

_MOST_FLOWS = 1_000
"""More logins under way at once than this: the oldest are forgotten."""


class TeamSessionRows(TeamDatabase):
    """Sessions: the tables never hold what opens one."""

    def add_session(
        self, digest: str, name: str, *, way: str, at: datetime, address: str, agent: str
    ) -> None:
        """Keep a session that was opened now."""
        row = {
            "digest": digest,
            "name": name,
            "way": way,
            "opened": milliseconds(at),
            "seen": milliseconds(at),
            "address": address,
            "agent": agent,
            "reason": "",
        }
        with self._begin() as connection:
            connection.execute(insert(sessions).values(row))

    def session(self, digest: str) -> tuple[OpenSession, Person] | None:
        """A session with its person, unless the account is disabled."""
        with self._begin(reads=True) as connection:
            found = connection.execute(select(sessions).where(sessions.c.digest == digest))
            row = found.mappings().first()
            if row is None:
                return None
            query = select(people).where(people.c.name == row["name"], people.c.is_disabled == 0)
            owner = connection.execute(query).mappings().first()
        return None if owner is None else (_session(row), person_of(owner))

    def sessions_of(self, name: str) -> tuple[OpenSession, ...]:
        """A person's sessions, the one used last first."""
        return tuple(each for each in self.sessions() if each.name == name)

    def sessions(self) -> tuple[OpenSession, ...]:
        """Everybody's sessions, the one used last first."""
        query = select(sessions).order_by(sessions.c.seen.desc(), sessions.c.digest)
        with self._begin(reads=True) as connection:
            return tuple(map(_session, connection.execute(query).mappings().all()))

    def see_session(self, digest: str, at: datetime) -> None:
        """Note that a session was used."""
        self._change_session(digest, seen=milliseconds(at))

    def set_reason(self, digest: str, reason: str) -> None:
        """Note why the person of a session reads now."""
        self._change_session(digest, reason=reason)

    def end_session(self, digest: str) -> None:
        """End one session; none with this digest is no fault."""
        with self._begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def end_sessions_of(self, name: str, *, but: str = "") -> int:
        """End a person's sessions except one; returns how many."""
        with self._begin() as connection:
            chosen = (sessions.c.name == name, sessions.c.digest != but)
            return connection.execute(delete(sessions).where(*chosen)).rowcount

    def drop_sessions(self, *, seen_before: datetime, opened_before: datetime) -> None:
        """Forget the sessions that were idle for too long, or open for too long."""
        old = (sessions.c.seen < milliseconds(seen_before)) | (
            sessions.c.opened < milliseconds(opened_before)
        )
        with self._begin() as connection:
            connection.execute(delete(sessions).where(old))

    def add_flow(self, digest: str, flow: Flow) -> None:
        """Remember a login that goes on at the identity provider."""
        row = {
            "digest": digest,
            "state": flow.state,
            "nonce": flow.nonce,
            "verifier": flow.verifier,
            "back": flow.back,
            "made_at": milliseconds(flow.made_at),
        }
        with self._begin() as connection:
            kept = select(flows.c.digest).order_by(flows.c.made_at.desc()).limit(_MOST_FLOWS - 1)
            connection.execute(delete(flows).where(flows.c.digest.not_in(kept)))
            connection.execute(insert(flows).values(row))

    def take_flow(self, digest: str) -> Flow | None:
        """The login that this browser began, once."""
        with self._begin() as connection:
            found = connection.execute(
                delete(flows).where(flows.c.digest == digest).returning(*flows.c)
            )
            row = found.mappings().first()
        if row is None:
            return None
        made_at = moment(row["made_at"])
        return Flow(row["state"], row["nonce"], row["verifier"], row["back"], made_at)

    def _change_session(self, digest: str, **values: object) -> None:
        with self._begin() as connection:
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(values))


def _session(row: Mapping[Any, Any]) -> OpenSession:
    return OpenSession(
        row["digest"],
        row["name"],
        row["way"],
        moment(row["opened"]),
        moment(row["seen"]),
        row["address"],
        row["agent"],
        row["reason"],
    )
