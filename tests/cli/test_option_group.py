"""Options that several commands share are options like all others."""

from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from chainlead.cli._option_group import with_options


def place(
    *,
    host: Annotated[str, typer.Option(help="Where.")],
    often: Annotated[int, typer.Option(min=1)] = 3,
) -> str:
    return f"{host} x {often}"


@pytest.fixture
def app():
    made = typer.Typer()

    @made.command()
    @with_options("where", place, often=7)
    def go(thing: str, *, where: str, loud: bool = False) -> None:
        """Go there."""
        print(thing, where, loud)

    return made


def said(app, *words):
    return CliRunner().invoke(app, words)


def test_they_are_read_with_the_default_of_the_command(app):
    assert said(app, "a", "--host", "h").stdout == "a h x 7 False\n"
    assert said(app, "a", "--host", "h", "--often", "2", "--loud").stdout == "a h x 2 True\n"


def test_their_limits_and_help_hold(app):
    assert said(app, "a").exit_code == 2
    assert said(app, "a", "--host", "h", "--often", "0").exit_code == 2
    told = said(app, "--help").stdout
    assert "--host" in told
    assert "Go there." in told
    assert "--where" not in told
