"""What a person chooses for themselves: language, colours, times, keys. Kept in cookies of their browser.

Nothing of it is part of a case, and no journal tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from chainlead.web.entrance import Entrance
from chainlead.web.keys import read_keys

THEMES = ("system", "light", "dark")
TIMES = ("case", "utc")
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Own:
    """One person's choices.

    Attributes:
        theme: one of `THEMES`.
        times: `case`: in the time zone of the case; `utc`: always in UTC.
        keys: the key for each name of `keys.KEYS`; None: keys of one character are off.
    """

    theme: str
    times: str
    keys: Mapping[str, str] | None

    def key(self, name: str) -> str:
        """The key with this name; empty where keys are off."""
        return self.keys[name] if self.keys is not None else ""


def own_of(cookies: Mapping[str, str], entrance: Entrance) -> Own:
    """The choices that these cookies keep; the usual ones for what they do not say."""
    theme, times, keys = (
        cookies.get(entrance.cookie(name), "") for name in ("theme", "times", "keys")
    )
    return Own(
        theme if theme in THEMES else THEMES[0],
        times if times in TIMES else TIMES[0],
        read_keys(keys),
    )


def keep(answer: Response, entrance: Entrance, name: str, value: str) -> None:
    """Keep one choice in the browser for a year."""
    entrance.set_cookie(answer, name, value, seconds=_YEAR)
