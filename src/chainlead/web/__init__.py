"""The workbench page: the verbs of the command line, for one person at one machine or for a team."""

import importlib
from typing import TYPE_CHECKING, Any

from chainlead.errors import ConfigError
from chainlead.web.application import make_application
from chainlead.web.entrance import Entrance
from chainlead.web.jobs import Jobs
from chainlead.web.serving import serve
from chainlead.web.sessions import SessionKeeper
from chainlead.web.workbench import Workbench

if TYPE_CHECKING:
    from chainlead.web.team import Accounts, Identity, Passwords, read_settings

_OF_A_TEAM = ("Accounts", "Identity", "Passwords", "read_settings")


def __getattr__(name: str) -> Any:
    """Load what only a team server needs when it is asked for.

    Raises:
        ConfigError: it is not installed.
    """
    if name not in _OF_A_TEAM:
        raise AttributeError(name)
    try:
        return getattr(importlib.import_module("chainlead.web.team"), name)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"A team server needs more than is installed ({error.name} is missing).",
            next_step="Install it with its extra: chainlead[team].",
        ) from error


__all__ = [
    "Accounts",
    "Entrance",
    "Identity",
    "Jobs",
    "Passwords",
    "SessionKeeper",
    "Workbench",
    "make_application",
    "read_settings",
    "serve",
]
