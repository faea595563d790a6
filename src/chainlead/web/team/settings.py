"""How a team server is set up: the file `team.toml`, and options that stand above it."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from chainlead.errors import ConfigError

_NEXT = "See docs/howto/run-a-team-server.md for what the file holds."
_LONGEST = 7 * 24 * 60


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The unit's identity provider.

    Attributes:
        issuer: exactly as the provider's own document has it.
        client_id: under which this server is registered there.
        secret_file: a file that holds the client's secret; empty for a client without one.
        authorities_file: a file with the unit's certificate authorities; empty for the public roots.
        label: what the way to it is called on the login page.
    """

    issuer: str
    client_id: str
    secret_file: str = ""
    authorities_file: str = ""
    label: str = ""

    def secret(self) -> str:
        """The client's secret; empty for none.

        Raises:
            ConfigError: the file cannot be read, or others may read it.
        """
        if not self.secret_file:
            return ""
        file = Path(self.secret_file)
        if file.exists() and file.stat().st_mode & 0o077:
            raise ConfigError(
                f"{file.name} can be read by others than its owner.",
                next_step=f"Take that from them: chmod 600 {file.name}.",
            )
        return _read(file).strip()

    def authorities(self) -> str:
        """The unit's certificate authorities as PEM; empty for the public roots.

        Raises:
            ConfigError: the file cannot be read.
        """
        return _read(Path(self.authorities_file)) if self.authorities_file else ""


class TeamSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team server.

    Attributes:
        port: where it listens.
        listen: the address there; only with a proxy it may be another than this machine's own.
        behind_proxy: the public address, `https://name`; empty for a trial on this machine.
        timezone: of the pages about accounts.
        idle_minutes: without a request a session ends after these.
        absolute_hours: however busy, it ends after these.
        provider: the unit's identity provider; None: there is none.
    """

    port: int = 8765
    listen: str = "127.0.0.1"
    behind_proxy: str = ""
    timezone: str = "Europe/Stockholm"
    idle_minutes: int = 60
    absolute_hours: int = 12
    provider: ProviderSettings | None = None

    @property
    def idle(self) -> timedelta:
        """After how long without a request a session ends."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def absolute(self) -> timedelta:
        """After how long a session ends."""
        return timedelta(hours=self.absolute_hours)


def read_settings(file: Path | None, options: Mapping[str, object]) -> TeamSettings:
    """The settings of a team server.

    Args:
        file: a `team.toml`; None for none.
        options: given beside it, by the names of `TeamSettings`, and of `ProviderSettings` behind
            `provider_`; None and empty texts say nothing.

    Raises:
        ConfigError: a name or a value that cannot be.
    """
    given: dict[str, object] = {}
    if file is not None:
        try:
            given = tomllib.loads(_read(file))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{file.name} is no TOML: {error}.", next_step=_NEXT) from error
    of_provider = given.get("provider", {})
    provider = dict(of_provider) if isinstance(of_provider, dict) else {}
    for name, value in options.items():
        if value not in {None, ""}:
            place = provider if name.startswith("provider_") else given
            place[name.removeprefix("provider_")] = value
    if provider:
        given["provider"] = provider
    try:
        settings = msgspec.convert(given, TeamSettings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"The team's settings: {error}.", next_step=_NEXT) from error
    _require_sense(settings)
    return settings


def _require_sense(settings: TeamSettings) -> None:
    if (
        not 0 < settings.idle_minutes <= _LONGEST
        or not 0 < settings.absolute_hours * 60 <= _LONGEST
    ):
        raise ConfigError(
            "A session lasts between a minute and a week.",
            next_step="Mend idle_minutes or absolute_hours.",
        )
    if not 0 <= settings.port < 1 << 16:
        raise ConfigError("A port is a number below 65536.", next_step=_NEXT)
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"{settings.timezone!r:.60} is no time zone.",
            next_step="Write it as Europe/Stockholm.",
        ) from error
    if settings.listen not in {"127.0.0.1", "::1", "localhost"} and not settings.behind_proxy:
        raise ConfigError(
            "Passwords would pass the network in the open: this server speaks no TLS itself.",
            next_step="Put a proxy with a certificate before it and name it with --behind-proxy.",
        )


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise ConfigError(f"{file.name} cannot be read ({reason}).", next_step=_NEXT) from error
