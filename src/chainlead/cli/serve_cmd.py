"""`chainlead serve`: the workbench page, for this machine only, or for a team behind a proxy."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._team_server import serve_team

app = typer.Typer(help="Open the workbench page for a case, or for a folder of cases.")


@app.command()
def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="CASE", help="A case folder, or a folder of case folders.")
    ] = Path(),
    *,
    port: Annotated[
        int | None, typer.Option(help="Port on this machine (8765); 0 takes a free one.")
    ] = None,
    team: Annotated[
        bool, typer.Option("--team", help="Serve a team: everybody logs in. See `chainlead team`.")
    ] = False,
    settings: Annotated[
        Path | None, typer.Option(help="Team: its team.toml; the options below stand above it.")
    ] = None,
    behind_proxy: Annotated[
        str, typer.Option(metavar="https://NAME", help="Team: the public address, at the proxy.")
    ] = "",
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Team: where it listens (127.0.0.1).")
    ] = "",
    idle_minutes: Annotated[
        int | None, typer.Option(help="Team: a session that nobody uses ends after these (60).")
    ] = None,
    absolute_hours: Annotated[
        int | None, typer.Option(help="Team: each session ends after these (12).")
    ] = None,
    oidc_issuer: Annotated[str, typer.Option(help="Team: the identity provider.")] = "",
    oidc_client_id: Annotated[str, typer.Option(help="Team: this server's name there.")] = "",
    oidc_secret_file: Annotated[
        str, typer.Option(help="Team: a file that holds the secret agreed with it.")
    ] = "",
) -> None:
    """Serve the page on this machine only, and print the address that opens it, once.

    With --team people log in; the server still listens on this machine only, behind a proxy.
    """
    given = {
        "port": port,
        "behind_proxy": behind_proxy,
        "listen": listen,
        "idle_minutes": idle_minutes,
        "absolute_hours": absolute_hours,
        "provider_issuer": oidc_issuer,
        "provider_client_id": oidc_client_id,
        "provider_secret_file": oidc_secret_file,
    }
    if team:
        serve_team(folder, settings, given)
        return
    if settings is not None or any(value for name, value in given.items() if name != "port"):
        raise typer.BadParameter("Options of a team server need --team.")
    _serve_alone(folder, 8765 if port is None else port)


def _serve_alone(folder: Path, port: int) -> None:
    from chainlead.config import current_user, state_folder
    from chainlead.custody import SystemClock
    from chainlead.errors import ConfigError
    from chainlead.web import Jobs, SessionKeeper, Workbench, make_application
    from chainlead.web import serve as run
    from chainlead.wire import ListeningPort

    def make_secret() -> str:
        return secrets.token_urlsafe(32)

    workbench = Workbench(folder, lambda: secrets.token_bytes(32))  # noqa: TID251  (made in cli)
    try:
        address = ListeningPort.take(port)
    except OSError as error:
        raise ConfigError(
            f"The port {port} of this machine is taken ({error.strerror}).",
            next_step="Choose another with --port, or stop the server that has it.",
        ) from error
    clock, state = SystemClock(), state_folder()
    sessions = SessionKeeper(state / "sessions.json", clock, make_secret, current_user())
    jobs = Jobs(state / "runs", clock, make_secret)
    application = make_application(workbench, sessions, jobs, hosts=address.hosts)
    print(
        f"Open this address on this machine; it works once:\nhttp://{address.host}/enter?token={sessions.invite()}",
        flush=True,
    )
    print(
        "Only this machine reaches it. Stop it with Ctrl-C; runs that are under way go on.",
        flush=True,
    )
    run(application, address)
