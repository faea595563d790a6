"""`COMMAND CASE` is short for `COMMAND list CASE`."""

from typing import Any

from typer.core import TyperGroup


class ListByDefault(TyperGroup):
    """A group whose command `list` is meant where a case stands in a command's place."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `list` in front unless a command or `--help` stands there."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["list", *args]
        return list(super().parse_args(ctx, args))
