"""Sessions of a team: opened at a login, found by the digest of their id, ended by anybody entitled.

An id is made at each login and never taken from a browser. Nothing that the tables hold opens a
session. A session ends when nobody used it for a while, and at the latest after a working day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chainlead.custody import Clock
from chainlead.store import OpenSession, TeamStore
from chainlead.web.sessions import Session, form_token, secret_digest

_MOST_AGENT = 300
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """How long a session stays open.

    Attributes:
        idle: without a request of its person.
        absolute: however busy.
    """

    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)


class TeamSessions:
    """Opens, finds and ends sessions."""

    def __init__(
        self,
        store: TeamStore,
        clock: Clock,
        make_secret: Callable[[], str],
        times: SessionTimes | None = None,
    ) -> None:
        """Keep sessions in `store`; `make_secret` gives unguessable texts."""
        self._store = store
        self._clock = clock
        self._make_secret = make_secret
        self._times = times or SessionTimes()

    def open(self, name: str, *, way: str, address: str, agent: str) -> str:
        """The id of a new session of a person who has proved who they are."""
        session_id, now = self._make_secret(), self._clock.now()
        self._store.drop_sessions(
            seen_before=now - self._times.idle, opened_before=now - self._times.absolute
        )
        self._store.add_session(
            secret_digest(session_id), name, way=way, at=now, address=address,
            agent=agent[:_MOST_AGENT],
        )  # fmt: skip
        return session_id

    def find(self, session_id: str, *, is_used: bool = True) -> Session | None:
        """The session with this id, if it is open; `is_used` keeps it open for longer."""
        digest = secret_digest(session_id)
        found = self._store.session(digest)
        if found is None:
            return None
        kept, person = found
        if not self._is_fresh(kept):
            self._store.end_session(digest)
            return None
        now = self._clock.now()
        if is_used and now - kept.seen > min(_NOTED_EVERY, self._times.idle / 10):
            self._store.see_session(digest, now)
        return Session(
            who=person.name,
            form_token=form_token(session_id),
            digest=digest,
            person_id=person.name,
            is_admin=person.is_admin,
            must_change=person.must_change,
            way=kept.way,
        )

    def is_open(self, digest: str) -> bool:
        """Whether a session is open still."""
        found = self._store.session(digest)
        return found is not None and self._is_fresh(found[0])

    def revoke(self, digest: str) -> None:
        """End a session; its cookie opens nothing any more."""
        self._store.end_session(digest)

    def revoke_of(self, name: str, *, but: str = "") -> int:
        """End a person's sessions except one; returns how many."""
        return self._store.end_sessions_of(name, but=but)

    def open_of(self, name: str = "") -> tuple[OpenSession, ...]:
        """The open sessions of a person, or of everybody, the one used last first."""
        rows = self._store.sessions_of(name) if name else self._store.sessions()
        return tuple(each for each in rows if self._is_fresh(each))

    def _is_fresh(self, kept: OpenSession) -> bool:
        now = self._clock.now()
        return now - kept.seen <= self._times.idle and now - kept.opened <= self._times.absolute
