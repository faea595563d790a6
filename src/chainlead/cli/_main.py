"""Builds the command tree from the files of this folder, loading a command when it is called."""

import errno
import importlib
import sys
import traceback
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from chainlead.errors import CaseError, ChainleadError, DiskFullError
from chainlead.registry import resident_modules

_ORDER = (
    "demo", "case", "scan", "findings", "ledger", "trace", "why", "without", "tags", "leads",
    "request", "next", "report", "verify", "journal", "pack", "stats", "serve",
)  # fmt: skip

_INTERRUPTED = 130
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_RIGHT = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.EIO,
        errno.ENAMETOOLONG,
        errno.ENOTDIR,
        errno.EISDIR,
    }
)


def _commands() -> dict[str, str]:
    found = {
        name.rpartition(".")[2].removesuffix("_cmd").replace("_", "-"): name
        for name in resident_modules("chainlead.cli")
        if name.endswith("_cmd")
    }
    rank = {name: place for place, name in enumerate(_ORDER)}
    return dict(sorted(found.items(), key=lambda pair: (rank.get(pair[0], len(rank)), pair[0])))


class _Commands(TyperGroup):
    """Commands are the files `<name>_cmd.py`; each has an `app`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(_commands())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  (click's signature)
        module = _commands().get(cmd_name)
        if module is None:
            return None
        one = importlib.import_module(module).app
        one.rich_markup_mode = None  # plain help: rich takes longer to load than the rest
        one._add_completion = False  # noqa: SLF001  (typer asks at construction only)
        command = get_command(one)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Find cryptocurrency traces in evidence, follow the money, ask the service that knows a name.",
)


@app.callback(invoke_without_command=True)
def root(
    *,
    version: bool = typer.Option(False, "--version", help="Print the exact build and stop."),
) -> None:
    """Find cryptocurrency traces in evidence, follow the money, ask the service that knows a name."""
    if version:
        from chainlead import version as build

        typer.echo(build())
        raise typer.Exit


def _say_interrupted() -> NoReturn:
    print("\nInterrupted. What was finished is kept; the same command goes on.", file=sys.stderr)
    sys.exit(_INTERRUPTED)


def _say_error(error: ChainleadError) -> NoReturn:
    print(f"{type(error).__name__}: {error.message}", file=sys.stderr)
    for sentence in error.sentences()[1:]:
        print(f"  {sentence}", file=sys.stderr)
    sys.exit(error.exit_code)


def _refused_by_system(error: OSError) -> ChainleadError | None:
    """The named error for a disk, a file or a folder that the system refuses; None for a fault of ours."""
    if error.errno in _NO_SPACE:
        return DiskFullError("No space left on the disk.", safe="What was finished is kept.")
    if error.errno not in _NO_RIGHT or not error.filename:
        return None
    return CaseError(
        f"{error.filename} cannot be read or written ({error.strerror}).",
        safe="What was finished is kept.",
        next_step="Get the right to it, work on a copy, or give another place.",
    )


def main() -> None:
    """Run the command line; every error leaves as sentences and a documented exit code."""
    try:
        app(standalone_mode=True)
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:  # typer makes it of Ctrl-C; no error has this code
            _say_interrupted()
        raise
    except ChainleadError as error:
        _say_error(error)
    except KeyboardInterrupt:
        _say_interrupted()
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  the last door: a user never meets a traceback
        if isinstance(error, OSError) and (named := _refused_by_system(error)) is not None:
            _say_error(named)
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(
            f"InternalError: {type(error).__name__} in {where.name}, line {where.lineno} of "
            f"{where.filename.rpartition('chainlead/')[2]}.\n"
            "  What was finished is kept.\n"
            "  Please report this line; it holds no case data.",
            file=sys.stderr,
        )
        sys.exit(3)
