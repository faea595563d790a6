"""`chainlead access`: who has which role in a case of a team server, and who looked at it."""

import sys
from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json, print_table, printable
from chainlead.cli._team_server import team_store

app = typer.Typer(
    no_args_is_help=True,
    help="Roles in a case of a team server, and its log of looks. Run it on that server.",
)

Person = Annotated[
    str, typer.Argument(metavar="PERSON", help="Name of the account.", show_default=False)
]


@app.command("list")
def list_members(case: CaseFolder, *, as_json: Json = False) -> None:
    """Show who has which role in the case."""
    from chainlead.model import moment_to_text
    from chainlead.workflow.access import case_key

    with team_store() as team:
        rows = [
            {"person": each.name, "role": each.role, "since": moment_to_text(each.since)}
            for each in team.members(_known(case_key(case), case))
        ]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(("person", "role", "since"), [tuple(row.values()) for row in rows])
    else:
        print("Nobody has a role in this case: no person of the team knows that it exists.")
        print(f"Next: chainlead access grant {case} PERSON owner")


@app.command("grant")
def grant(
    case: CaseFolder,
    person: Person,
    role: Annotated[
        str,
        typer.Argument(
            metavar="ROLE", help="reader, investigator, reviewer or owner.", show_default=False
        ),
    ],
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Give a person a role in the case; also the first owner of a case that was copied here."""
    from chainlead.workflow import access
    from chainlead.workflow.case import Case

    with team_store() as team, Case.open_to_write(case) as opened:
        access.grant(opened, team, person, role, why=why)
    _say(as_json, person, role)


@app.command("withdraw")
def withdraw(case: CaseFolder, person: Person, *, why: Why = "", as_json: Json = False) -> None:
    """Take a person's role in the case away; the last owner stays."""
    from chainlead.workflow import access
    from chainlead.workflow.case import Case

    with team_store() as team, Case.open_to_write(case) as opened:
        access.withdraw(opened, team, person, why=why)
    _say(as_json, person, "")


@app.command("looks")
def looks(
    case: CaseFolder,
    *,
    form: Annotated[str, typer.Option("--form", help="Print all of it as csv or jsonl.")] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Show who looked at which page, when and why; saving the whole log is an act of the case."""
    from chainlead.errors import ConfigError
    from chainlead.model import moment_to_text
    from chainlead.workflow.access import case_key, looks_csv, looks_jsonl, note_log_export
    from chainlead.workflow.case import Case

    forms = {"csv": looks_csv, "jsonl": looks_jsonl}
    if form not in {*forms, ""}:
        raise ConfigError(f"The log has no form {form[:20]!r}.", next_step="Use csv or jsonl.")
    with team_store() as team:
        key = _known(case_key(case), case)
        if form:
            with Case.open_to_write(case) as opened:
                note_log_export(opened, team, form, why=why)
        views = team.views(key)
    if form or as_json:
        sys.stdout.write(forms[form or "jsonl"](views).decode())
        return
    for view in views:
        reason = f"  ({printable(view.reason)})" if view.reason else ""
        at = moment_to_text(view.at)
        print(f"{view.number:>6}  {at}  {printable(view.name)}  {printable(view.page)}{reason}")


@app.command("verify")
def verify(case: CaseFolder, *, as_json: Json = False) -> None:
    """Check every line of the log of looks, and name the first one that is not as it was written."""
    from chainlead.errors import JournalDamagedError
    from chainlead.workflow.access import case_key, check_log
    from chainlead.workflow.case import Case

    with team_store() as team, Case.open_to_read(case) as opened:
        key = _known(case_key(case), case)
        problem = str(check_log(opened.history, team, key))
        count = len(team.views(key))
    if as_json:
        print_json({"lines": count, "problem": problem})
    elif not problem:
        print(f"{count} lines, each as it was written.")
    if problem:
        raise JournalDamagedError(
            problem,
            safe="The journal of the case is not touched by this.",
            next_step="Compare the log with a saved copy (`access.export` acts name their end).",
        )


def _known(key: str, case: object) -> str:
    from chainlead.errors import CaseNotFoundError

    if not key:
        raise CaseNotFoundError(f"{case} holds no case.")
    return key


def _say(as_json: bool, person: str, role: str) -> None:
    if as_json:
        print_json({"person": person, "role": role})
    else:
        print(printable(f"{person} is {role} now." if role else f"{person} has no role now."))
