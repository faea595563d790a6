"""`chainlead case`: make a case, change a setting."""

import os
from typing import Annotated

import typer

from chainlead.cli._case_keeping import add_keeping_commands
from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(no_args_is_help=True, help="Make a case folder, or change a setting of it.")


@app.command("new")
def new(
    case: CaseFolder,
    *,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, for example country=SE or currency=SEK."),
    ] = None,
    database: Annotated[
        bool,
        typer.Option(
            "--database", help="Keep the tables on the PostgreSQL server of CHAINLEAD_DATABASE."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a case folder. Settings: title, reference, unit, country, currency, language."""
    from chainlead.config import required_database_url
    from chainlead.workflow.case import KEY_BYTES, Case

    pairs = dict(_pair(text) for text in setting or [])
    url = required_database_url() if database else ""
    with Case.create(case, key=os.urandom(KEY_BYTES), settings=pairs, database=url) as made:
        settings = made.settings
    if as_json:
        print_json({"case": str(case), "settings": settings})
    else:
        print(f"Case made: {case}")
        print(f"Next: chainlead scan {case} EXHIBIT")


@app.command("set")
def set_one(case: CaseFolder, setting: str, *, why: Why = "", as_json: Json = False) -> None:
    """Change one setting, NAME=VALUE; the journal keeps the old one."""
    from chainlead.workflow.case import Case, set_setting

    name, value = _pair(setting)
    with Case.open_to_write(case) as opened:
        set_setting(opened, name, value, why=why)
    if as_json:
        print_json({"name": name, "value": value})
    else:
        print(f"{name} is now {value!r}.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"expected NAME=VALUE, got {text!r}")
    return name, value


add_keeping_commands(app)
