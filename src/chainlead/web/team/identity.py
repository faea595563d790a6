"""Everything that says who a person on a team server is."""

from collections.abc import Callable
from dataclasses import dataclass

from chainlead.custody import Clock
from chainlead.store import TeamStore
from chainlead.web.entrance import Entrance
from chainlead.web.team.passwords import Passwords
from chainlead.web.team.provider import Provider
from chainlead.web.team.team_sessions import SessionTimes, TeamSessions
from chainlead.web.team.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Identity:
    """The accounts of a team, their sessions, and the ways to log in.

    Attributes:
        provider: the unit's identity provider; None: there is none.
    """

    store: TeamStore
    entrance: Entrance
    clock: Clock
    make_secret: Callable[[], str]
    passwords: Passwords
    sessions: TeamSessions
    throttle: Throttle
    provider: Provider | None = None

    @classmethod
    def of(
        cls,
        store: TeamStore,
        entrance: Entrance,
        clock: Clock,
        make_secret: Callable[[], str],
        *,
        times: SessionTimes | None = None,
        passwords: Passwords | None = None,
        provider: Provider | None = None,
    ) -> "Identity":
        """Put it together over one team's tables.

        Args:
            store: the tables.
            entrance: how browsers reach the server.
            clock: the time.
            make_secret: gives unguessable texts.
            times: how long sessions stay open.
            passwords: another strength of hashes than the usual one.
            provider: the unit's identity provider.
        """
        return cls(
            store,
            entrance,
            clock,
            make_secret,
            passwords or Passwords(),
            TeamSessions(store, clock, make_secret, times),
            Throttle(store, store.keep_secret(make_secret())),
            provider,
        )
