"""What `serve --team` and `team` share: where a team's tables are, and the server itself."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainlead.store import TeamStore

_FILE = "team.db"


def make_secret() -> str:
    """An unguessable text of 256 bits."""
    return secrets.token_urlsafe(32)


def team_place() -> tuple[str | Path, str]:
    """Where the team's tables are: the place itself, and what may be said of it."""
    from chainlead.config import database_url, state_folder

    url = database_url()
    if url:
        return url, "the PostgreSQL server of CHAINLEAD_DATABASE, schema chainlead_team"
    file = state_folder() / _FILE
    return file, str(file)


@contextmanager
def team_store() -> "Iterator[TeamStore]":
    """The team's tables, made on first use."""
    from chainlead.store import TeamStore

    with TeamStore.open(team_place()[0]) as store:
        yield store


def serve_team(folder: Path, file: Path | None, options: Mapping[str, object]) -> None:
    """Serve a team until the process is asked to stop."""
    from chainlead.config import state_folder
    from chainlead.custody import SystemClock
    from chainlead.errors import ConfigError
    from chainlead.web import Identity, Jobs, Workbench, make_application, read_settings, serve
    from chainlead.wire import ListeningPort

    settings = read_settings(file, options)
    workbench = Workbench(folder, lambda: secrets.token_bytes(32))  # noqa: TID251  (made in cli)
    try:
        address = ListeningPort.take(settings.port, settings.listen)
    except OSError as error:
        raise ConfigError(
            f"The address {settings.listen}, port {settings.port}, cannot be had ({error.strerror}).",
            next_step="Choose another with --port or --listen, or stop the server that has it.",
        ) from error
    clock = SystemClock()
    with team_store() as store:
        identity = Identity.by_settings(settings, store, address.hosts, clock, make_secret)
        if not any(each.is_admin and not each.is_disabled for each in store.persons()):
            raise ConfigError(
                "The team has no administrator yet.",
                next_step="Make the first one with `chainlead team init NAME`.",
            )
        jobs = Jobs(state_folder() / "runs", clock, make_secret)
        application = make_application(workbench, identity, jobs)
        public = settings.behind_proxy or f"http://{address.host}"
        print(f"The team logs in at {public}/login", flush=True)
        print(
            f"Accounts: {team_place()[1]}. Stop it with Ctrl-C; runs that are under way go on.",
            flush=True,
        )
        serve(application, address)
