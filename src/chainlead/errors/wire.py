"""Errors of servers that are asked, and of a team's people."""

from chainlead.errors.base import ChainleadError


class WireError(ChainleadError):
    """A question to a server could not be asked or answered."""

    exit_code = 95


class OfflineError(WireError):
    """The network is switched off; nothing was sent."""

    exit_code = 96
    default_next_step = "Work from files, or switch the network on for this case on purpose."


class NotConsentedError(WireError):
    """Nobody agreed to ask this host; nothing was sent."""

    exit_code = 97
    default_next_step = "Record the consent first: who, why, which host."


class AnswerRefusedError(WireError):
    """The server's answer is too large, redirected elsewhere, or not what was asked for."""

    exit_code = 98


class WireBudgetSpentError(WireError):
    """What this piece of work may ask for is used up."""

    exit_code = 99
    default_next_step = (
        "What came is kept. Run the same command again to go on, or give a larger budget."
    )


class LoginRefusedError(WireError):
    """The server does not take the name and password."""

    exit_code = 100
    default_next_step = (
        "Check the node's user and password, or give its cookie file; a cookie changes at each "
        "start of the node."
    )


class TeamError(ChainleadError):
    """An account or a session of a team server could not be used or changed."""

    exit_code = 110
    default_next_step = "Ask an administrator of the team server."


class PersonNotFoundError(TeamError):
    """The team has no account with this name."""

    exit_code = 111
    default_next_step = "List the accounts with `chainlead team list`."


class PersonExistsError(TeamError):
    """The team has an account with this name already; names are never given again."""

    exit_code = 112
    default_next_step = "Choose another name; see the accounts with `chainlead team list`."


class PasswordUnfitError(TeamError):
    """The password is too short, too common, or says the account's own name."""

    exit_code = 113
    default_next_step = (
        "Take twelve characters or more, for example four words that do not belong together."
    )
