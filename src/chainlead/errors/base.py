"""The root of all errors, and those of settings."""

from typing import ClassVar


class ChainleadError(Exception):
    """Something stopped the work; nothing that was finished is lost."""

    exit_code: ClassVar[int] = 3
    default_next_step: ClassVar[str] = "Run the same command again; if it stops again, report it."

    def __init__(self, message: str, *, safe: str = "", next_step: str = "") -> None:
        """Say what happened, what is safe, and what to do next, each in a sentence."""
        super().__init__(message)
        self.message = message
        self.safe = safe
        self.next_step = next_step or self.default_next_step

    def sentences(self) -> tuple[str, ...]:
        """What happened, what is safe, what to do next: the non-empty ones, in this order."""
        return tuple(part for part in (self.message, self.safe, self.next_step) if part)


class ConfigError(ChainleadError):
    """A setting has a value that it cannot have."""

    exit_code = 4
    default_next_step = "See `chainlead case new --help` for the settings and their values."


class ReasonMissingError(ChainleadError):
    """Personal data are handed out, looked at or erased for a reason, and none was given."""

    exit_code = 5
    default_next_step = "Say why with --why; the journal keeps it."
