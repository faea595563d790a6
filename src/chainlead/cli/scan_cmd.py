"""`chainlead scan`: read exhibits, record findings and unread items."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli._output import (
    WARNINGS,
    CaseFolder,
    Json,
    Progress,
    named_path,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from chainlead.evidence import Limits, Passwords
    from chainlead.workflow.scan_summary import ExhibitScan

_NO_NUMBERS = {"skip_hashes", "raw_members"}

app = typer.Typer(help="Read exhibits, record findings and unread items.")


@app.command()
def scan(
    case: CaseFolder,
    exhibits: Annotated[
        list[Path],
        typer.Argument(
            metavar="EXHIBIT…", help="Files or folders.", show_default=False, parser=named_path
        ),
    ],
    *,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="The exhibit's number or name; once for each exhibit."),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option("--limit", help="NAME=NUMBER, for example seconds=3600 or depth=4."),
    ] = None,
    services: Annotated[
        list[Path] | None,
        typer.Option("--services", help="A YAML file with further services; may be repeated."),
    ] = None,
    pattern: Annotated[
        list[Path] | None,
        typer.Option(
            "--pattern",
            help="A YAML file with `patterns`, each with name and expression; may be repeated.",
        ),
    ] = None,
    skip_hashes: Annotated[
        Path | None,
        typer.Option(help="A list of SHA-256: a picture on it is never decoded."),
    ] = None,
    workers: Annotated[
        int,
        typer.Option("--workers", min=0, max=64, help="Processes that read; 0 reads in this one."),
    ] = 2,
    passwords: Annotated[
        Path | None,
        typer.Option(
            "--passwords",
            help="A file with one password per line for what is encrypted; never kept, never guessed.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read exhibits, record findings and unread items. An interrupted scan goes on."""
    from chainlead.workflow.first_use import FIRST_USE, is_search_compiled
    from chainlead.workflow.scan_nursery import prepare_nursery

    if not is_search_compiled():
        print(FIRST_USE, file=sys.stderr)
    prepare_nursery(workers)  # workers load what they need while this process does the same

    from chainlead.workflow.case import Case
    from chainlead.workflow.scan import scan as run

    limits = _limits(limit or [], skip_hashes)
    tables = [_text(path) for path in (*(services or []), *(pattern or []))]
    with Case.open_to_write(case) as opened:
        try:
            result = run(
                opened, exhibits, names=name, limits=limits, services=tables,
                passwords=_passwords(passwords), workers=workers, progress=Progress("Scan"),
            )  # fmt: skip
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json({"exhibits": [asdict(done) for done in result.exhibits]})
    else:
        for done in result.exhibits:
            _print(done)
        print(f"Next: chainlead findings {case}")
    if result.has_unread:
        raise typer.Exit(WARNINGS)


def _passwords(path: Path | None) -> "Passwords":
    from chainlead.evidence import Passwords

    return Passwords.from_lines(_text(path)) if path else Passwords()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: cannot be read as UTF-8 text") from error


def _limits(pairs: list[str], skip_hashes: Path | None) -> "Limits":
    from chainlead.evidence import Limits

    names = [known for known in Limits.__dataclass_fields__ if known not in _NO_NUMBERS]
    given: dict[str, int | float] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        if name not in names or not number.isdigit() or int(number) < 1:
            raise typer.BadParameter(
                f"{pair!r}: expected NAME=NUMBER with a name of: {', '.join(names)}"
            )
        given[name] = float(number) if "seconds" in name else int(number)
    return Limits(**given, skip_hashes=str(skip_hashes.absolute()) if skip_hashes else "")  # type: ignore[arg-type]  # each name has its type above


def _print(done: "ExhibitScan") -> None:
    note = " (scanned before; nothing was read again)" if done.state == "done before" else ""
    print(f"{done.exhibit}: {done.path}{note}")
    print(f"  {done.file_count} files, {done.size_bytes} bytes, SHA-256 {done.sha256}")
    rows = [
        (certainty, kind, number)
        for certainty, kinds in done.findings.items()
        for kind, number in kinds.items()
    ]
    print()
    if rows:
        print_table(("certainty", "kind", "findings"), rows)
    else:
        print("No findings.")
    if done.only_found_by.keys() - {"raw"}:
        print("\nFound by one layer alone (different things):")
        print_table(("layer", "things"), done.only_found_by.items())
    if done.unread:
        print("\nNot read, or not completely (where and why: chainlead findings unread CASE):")
        print_table(("reason", "number"), done.unread.items())
    print()
