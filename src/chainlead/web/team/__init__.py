"""Who a person on a team server is: accounts, passwords, an identity provider, sessions."""

from fastapi import FastAPI

from chainlead.web.team.account_pages import add_account
from chainlead.web.team.accounts import Accounts
from chainlead.web.team.door_pages import add_door, add_provider_door
from chainlead.web.team.identity import Identity
from chainlead.web.team.passwords import Passwords
from chainlead.web.team.people_pages import add_people
from chainlead.web.team.settings import read_settings


def add_team(app: FastAPI) -> None:
    """Declare the door and the pages of accounts."""
    add_door(app)
    add_provider_door(app)
    add_account(app)
    add_people(app)


__all__ = ["Accounts", "Identity", "Passwords", "add_team", "read_settings"]
