"""The documentation leads where it says: every page is listed, every link and every command exists."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from chainlead.cli._main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMANDS = typer.main.get_command(app)
CONTEXT = COMMANDS.make_context("chainlead", [], resilient_parsing=True)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as a reader of Markdown makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", re.sub(r"\[(.+?)\]\(.+?\)", r"\1", h)) for h in headings]
    return {each.strip().lower().replace(" ", "-") for each in plain}


def test_every_page_of_the_documentation_is_on_its_first_page():
    listed = set(re.findall(r"\]\(([^)#]+)\)", (ROOT / "docs/README.md").read_text()))
    standing = {str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/*/*.md")}
    assert standing - listed == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []


def told_commands(page: Path) -> list[str]:
    """The lines of a page's blocks that call the program, each as one line."""
    blocks = re.findall(
        r"^ *```(?:sh|console|shell|bash)?\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL
    )
    lines = [line for block in blocks for line in re.sub(r"\\\n\s*", " ", block).splitlines()]
    called = [re.match(r"\s*(?:\$ )?chainlead (\S.*?)(?:\s{2,}|$)", line) for line in lines]
    return [found[1] for found in called if found]


@pytest.mark.parametrize(
    ("page", "line"),
    [pytest.param(page, line, id=f"{named(page)}: {line}") for page in PAGES for line in told_commands(page)],
)  # fmt: skip
def test_every_command_that_a_page_tells_is_one(page, line):
    words = shlex.split(line, comments=True)
    command, path = COMMANDS, ["chainlead"]
    while words and hasattr(command, "get_command"):
        is_short = "list" in getattr(command, "commands", ()) and words[0] not in command.commands
        path.append("list" if is_short else words.pop(0))
        command = command.get_command(CONTEXT, path[-1])
        assert command is not None, f"there is no command {' '.join(path)}"
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {
        "--help"
    }
    given = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    assert set(given) <= known, f"{' '.join(path)} has no {sorted(set(given) - known)}"
