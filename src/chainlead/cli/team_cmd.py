"""`chainlead team`: the accounts of a team server and their sessions."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import Json, print_json, print_table
from chainlead.cli._team_server import make_secret, team_place, team_store

if TYPE_CHECKING:
    from chainlead.store import TeamStore
    from chainlead.web import Accounts

app = typer.Typer(
    no_args_is_help=True,
    help="Manage the accounts of a team server. Passwords come from a prompt or from stdin.",
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the account.", show_default=False)
]
FullName = Annotated[str, typer.Option(help="The person's full name, for pages.")]


@app.command("init")
def init(name: Name, *, full_name: FullName = "", as_json: Json = False) -> None:
    """Make the team's tables and the first administrator, whose password is asked for."""
    from chainlead.errors import PersonExistsError

    with team_store() as store:
        if store.persons():
            raise PersonExistsError(
                "This team has accounts already.",
                next_step="Add further ones with `chainlead team add`.",
            )
        made = _accounts(store).add(
            name, full_name, is_admin=True, password=_password(), must_change=False
        )
    if as_json:
        print_json({"name": made.name, "is_admin": True, "place": team_place()[1]})
    else:
        print(f"Administrator {made.name}; accounts are kept in {team_place()[1]}.")
        print("Next: chainlead serve CASES --team --behind-proxy https://NAME")


@app.command("add")
def add(
    name: Name,
    *,
    full_name: FullName = "",
    subject: Annotated[str, typer.Option(help="How the identity provider names the person.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May manage accounts.")] = False,
    code: Annotated[
        bool, typer.Option("--code", help="Print a one-time code in place of a first password.")
    ] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="The person logs in at the provider only.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make an account. A first password must be changed at the first login."""
    if code and no_password:
        raise typer.BadParameter("Give --code or --no-password, not both.")
    if no_password and not subject:
        raise typer.BadParameter("--no-password needs --subject: nobody could log in else.")
    with team_store() as store:
        accounts = _accounts(store)
        password = "" if code or no_password else _password()
        made = accounts.add(name, full_name, subject=subject, is_admin=admin, password=password)
        given = accounts.give_code(made.name) if code else ""
    if as_json:
        print_json({"name": made.name, "is_admin": made.is_admin, "code": given})
    else:
        print(f"Account made: {made.name}")
        if given:
            _say_code(given)


@app.command("change")
def change(
    name: Name,
    *,
    admin: Annotated[
        bool | None, typer.Option("--admin/--no-admin", help="Whether it may manage accounts.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="How the identity provider names the person; empty takes it away."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Change whether an account manages accounts, and its name at the identity provider."""
    if admin is None and subject is None:
        raise typer.BadParameter("Say what to change: --admin, --no-admin or --subject.")
    with team_store() as store:
        accounts = _accounts(store)
        if admin is not None:
            accounts.set_admin(name, is_admin=admin)
        if subject is not None:
            accounts.set_subject(name, subject)
        person = store.required_person(name)
    _done(
        {"name": name, "is_admin": person.is_admin, "subject": person.subject},
        f"{name} is changed.", as_json=as_json,
    )  # fmt: skip


@app.command("list")
def show(*, as_json: Json = False) -> None:
    """List the accounts."""
    with team_store() as store:
        people = store.persons()
    if as_json:
        print_json([
            {
                "name": each.name, "full_name": each.full_name, "subject": each.subject,
                "is_admin": each.is_admin, "is_disabled": each.is_disabled,
                "has_password": each.has_password, "must_change": each.must_change,
                "made_at": each.made_at.isoformat(),
            }
            for each in people
        ])  # fmt: skip
        return
    print_table(
        ("name", "full name", "state", "password", "at the provider"),
        [
            (
                each.name,
                each.full_name,
                ("closed" if each.is_disabled else "open")
                + (", administrator" if each.is_admin else ""),
                "must be changed" if each.must_change else "yes" if each.has_password else "none",
                each.subject or "-",
            )
            for each in people
        ],
    )


@app.command("disable")
def disable(name: Name, *, as_json: Json = False) -> None:
    """Close an account and end its sessions at once."""
    with team_store() as store:
        ended = _accounts(store).disable(name)
    _done(
        {"name": name, "ended": ended}, f"{name} is closed; sessions ended: {ended}.",
        as_json=as_json,
    )  # fmt: skip


@app.command("enable")
def enable(name: Name, *, as_json: Json = False) -> None:
    """Open a closed account again."""
    with team_store() as store:
        _accounts(store).enable(name)
    _done({"name": name}, f"{name} is open again.", as_json=as_json)


@app.command("reset")
def reset(name: Name, *, as_json: Json = False) -> None:
    """Print a one-time code that opens an account and leads to choosing a password."""
    with team_store() as store:
        code = _accounts(store).give_code(name)
    if as_json:
        print_json({"name": name, "code": code})
    else:
        _say_code(code)


@app.command("sessions")
def sessions(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Of this account only.", show_default=False)
    ] = "",
    *,
    as_json: Json = False,
) -> None:
    """List the sessions that are kept, the one used last first; the digest opens nothing."""
    with team_store() as store:
        found = store.sessions_of(name) if name else store.sessions()
    if as_json:
        print_json([
            {
                "name": each.name, "digest": each.digest, "way": each.way,
                "opened": each.opened.isoformat(), "seen": each.seen.isoformat(),
                "address": each.address, "agent": each.agent,
            }
            for each in found
        ])  # fmt: skip
        return
    print_table(
        ("name", "opened", "last seen", "machine", "by", "digest"),
        [
            (
                each.name, each.opened.isoformat(), each.seen.isoformat(), each.address, each.way,
                each.digest[:12],
            )
            for each in found
        ],
    )  # fmt: skip


@app.command("end-sessions")
def end_sessions(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Of this account.", show_default=False)
    ] = "",
    *,
    everybody: Annotated[bool, typer.Option("--everybody", help="Of all accounts.")] = False,
    as_json: Json = False,
) -> None:
    """End all sessions of an account, or everybody's."""
    if bool(name) == everybody:
        raise typer.BadParameter("Give a NAME, or --everybody.")
    with team_store() as store:
        accounts = _accounts(store)
        names = [each.name for each in store.persons()] if everybody else [name]
        ended = sum(accounts.end_sessions(each) for each in names)
    _done({"names": names, "ended": ended}, f"Sessions ended: {ended}.", as_json=as_json)


@app.command("logins")
def logins(
    *,
    most: Annotated[int, typer.Option(help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List the last attempts to log in, newest first."""
    with team_store() as store:
        found = store.attempts(most=most)
    rows = [
        (
            each.at.isoformat(),
            each.name or "(no such account)",
            each.address,
            each.way,
            each.outcome,
        )
        for each in found
    ]
    columns = ("at", "name", "address", "way", "outcome")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows)


def _accounts(store: "TeamStore") -> "Accounts":
    from chainlead.config import current_user
    from chainlead.custody import SystemClock
    from chainlead.web import Accounts

    return Accounts(store, SystemClock(), make_secret, f"{current_user()} (command line)")


def _password() -> str:
    """A password from the prompt, twice, or the first line of stdin."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise typer.BadParameter("No password came on stdin.")
    return given


def _say_code(code: str) -> None:
    print(f"One-time code, valid for 24 hours: {code}")
    print("It opens /login/code once and leads to choosing a password.", file=sys.stderr)


def _done(document: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        print(sentence)
