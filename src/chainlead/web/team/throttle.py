"""How long an attempt to log in has to wait, growing with each failure.

Counted are the name, the name at one address, and the address. A stranger who types wrong passwords
for a colleague's name makes strangers wait, at most a minute; a browser in which the colleague
logged in before has a count of its own and does not wait for strangers' failures. Names are counted
by their digest whether or not an account exists, so that waiting tells nothing.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from chainlead.store import TeamStore

_FREE = 5
"""Failures of a person who mistypes."""
_FREE_FOR_ADDRESS = 20
"""Failures of an office behind one address."""
_MOST_FOR_PAIR = timedelta(minutes=15)
_MOST_FOR_STRANGERS = timedelta(minutes=1)
"""What one stranger's failures can cost the others."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt, after it was counted.

    Attributes:
        left: how long it has to wait; zero when it may be judged.
        own: counts that end when the person is let in.
        others: counts in which strangers' failures stay.
    """

    left: timedelta
    own: tuple[str, ...]
    others: tuple[str, ...]


class Throttle:
    """Counts attempts in the team's tables."""

    def __init__(self, store: TeamStore, secret: str) -> None:
        """Recognise names and browsers by this secret of the server."""
        self._store = store
        self._secret = secret.encode()

    def try_name(self, name: str, address: str, browser: str, at: datetime) -> Trial:
        """Count an attempt with a name and a password.

        Args:
            name: as it is compared.
            address: of the machine.
            browser: what the browser keeps from an earlier login; empty for none.
            at: the moment.
        """
        known = self._known_browser(name, browser)
        if known:
            return self._tried({known: _wait_of_pair}, {}, at)
        pair, alone = self._keyed("pair", name, _network(address)), self._keyed("name", name)
        place = self._keyed("address", _network(address))
        return self._tried(
            {pair: _wait_of_pair}, {alone: _wait_of_name, place: _wait_of_address}, at
        )

    def try_address(self, address: str, at: datetime) -> Trial:
        """Count an attempt that names nobody: a one-time code, or an answer of the provider."""
        place = self._keyed("address", _network(address))
        return self._tried({}, {place: _wait_of_address}, at)

    def try_again(self, name: str, digest: str, at: datetime) -> Trial:
        """Count an attempt of a session's person to say the old password again."""
        return self._tried({self._keyed("session", name, digest): _wait_of_pair}, {}, at)

    def let_in(self, trial: Trial) -> None:
        """The attempt was right: it counts no longer."""
        self._store.forgive(trial.own)
        self._store.take_back_attempt(trial.others)

    def browser_of(self, name: str, mark: str) -> str:
        """What a browser keeps after a login, to be recognised for this name.

        Args:
            name: of the account.
            mark: an unguessable text, made for this browser.
        """
        return f"{mark}.{self._keyed('browser', name, mark)}"

    def _known_browser(self, name: str, browser: str) -> str:
        mark, _, proof = browser.rpartition(".")
        expected = self._keyed("browser", name, mark)
        return expected if hmac.compare_digest(proof.encode(), expected.encode()) else ""

    def _tried(
        self,
        own: Mapping[str, Callable[[int], timedelta]],
        others: Mapping[str, Callable[[int], timedelta]],
        at: datetime,
    ) -> Trial:
        left = self._store.begin_attempt({**own, **others}, at)
        return Trial(left, tuple(own), tuple(others))

    def _keyed(self, *parts: str) -> str:
        text = "\0".join(parts).encode("utf-8", "replace")
        return f"{parts[0]}:{hmac.new(self._secret, text, hashlib.sha256).hexdigest()}"


def _wait_of_pair(failures: int) -> timedelta:
    return _grown(failures - _FREE, _MOST_FOR_PAIR)


def _wait_of_name(failures: int) -> timedelta:
    return _grown(failures - _FREE, _MOST_FOR_STRANGERS)


def _wait_of_address(failures: int) -> timedelta:
    return _grown(failures - _FREE_FOR_ADDRESS, _MOST_FOR_STRANGERS)


def _grown(above: int, most: timedelta) -> timedelta:
    """1 s after the free ones, doubled with each failure, up to the most."""
    if above < 0:
        return timedelta(0)
    return min(most, timedelta(seconds=1 << min(above, 20)))


def _network(address: str) -> str:
    """The address that counts: one machine's in IPv4, one network's in IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)
