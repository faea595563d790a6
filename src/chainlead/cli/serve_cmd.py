"""`chainlead serve`: the workbench page, for this machine only."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Open the workbench page for a case, or for a folder of cases.")


@app.command()
def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="CASE", help="A case folder, or a folder of case folders.")
    ] = Path(),
    *,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8765,
) -> None:
    """Serve the page on this machine only, and print the address that opens it, once."""
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
