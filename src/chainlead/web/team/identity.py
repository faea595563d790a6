"""Everything that says who a person on a team server is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from chainlead.config import is_network_off
from chainlead.custody import Clock
from chainlead.errors import OfflineError
from chainlead.store import TeamStore
from chainlead.web.entrance import Entrance
from chainlead.web.team.passwords import Passwords
from chainlead.web.team.provider import Client, Provider
from chainlead.web.team.settings import ProviderSettings, TeamSettings
from chainlead.web.team.team_sessions import SessionTimes, TeamSessions
from chainlead.web.team.throttle import Throttle
from chainlead.wire import IssuerDoor


@dataclass(frozen=True, slots=True)
class Identity:
    """The accounts of a team, their sessions, and the ways to log in.

    Attributes:
        provider: the unit's identity provider; None: there is none.
        zone: of times on the pages about accounts.
    """

    store: TeamStore
    entrance: Entrance
    clock: Clock
    make_secret: Callable[[], str]
    passwords: Passwords
    sessions: TeamSessions
    throttle: Throttle
    provider: Provider | None = None
    zone: str = "UTC"

    @classmethod
    def by_settings(
        cls,
        settings: TeamSettings,
        store: TeamStore,
        hosts: Collection[str],
        clock: Clock,
        make_secret: Callable[[], str],
    ) -> "Identity":
        """Put it together as the settings say.

        Args:
            settings: of the server.
            store: the team's tables.
            hosts: names of this machine, for a server without a public address.
            clock: the time.
            make_secret: gives unguessable texts.

        Raises:
            ConfigError: a setting, or a file that it names, cannot be.
            OfflineError: the network is switched off, and there is an identity provider.
        """
        if settings.behind_proxy:
            entrance = Entrance.behind(settings.behind_proxy)
        else:
            entrance = Entrance.on_this_machine(hosts, is_team=True)
        provider = None
        if settings.provider is not None:
            provider = provider_of(settings.provider, entrance, clock, make_secret)
        return cls.of(
            store, entrance, clock, make_secret, provider=provider, zone=settings.timezone,
            times=SessionTimes(settings.idle, settings.absolute),
        )  # fmt: skip

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
        zone: str = "UTC",
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
            zone: of times on the pages about accounts.
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
            zone,
        )


def provider_of(
    settings: ProviderSettings, entrance: Entrance, clock: Clock, make_secret: Callable[[], str]
) -> Provider:
    """The identity provider that the settings name.

    Raises:
        ConfigError: a file of the settings cannot be read.
        OfflineError: this machine's network switch forbids asking any server.
        WireError: the issuer's address is none.
    """
    if is_network_off():
        raise OfflineError(
            "The network is switched off (CHAINLEAD_OFFLINE), so no identity provider can be asked.",
            next_step="Switch it on, or leave the provider out of the settings.",
        )
    door = IssuerDoor(settings.issuer, authorities_pem=settings.authorities())
    origin = next(iter(sorted(entrance.origins)))
    client = Client(settings.client_id, settings.secret(), f"{origin}/login/return", settings.label)
    return Provider(settings.issuer, door, client, clock, make_secret)
