"""What administrators do with accounts, on the page and on the command line; each act is recorded."""

import base64
from collections.abc import Callable
from datetime import timedelta

from chainlead.custody import Clock
from chainlead.errors import TeamError
from chainlead.store import Person, TeamStore
from chainlead.web.sessions import secret_digest
from chainlead.web.team.login import code_digest
from chainlead.web.team.names import required_name
from chainlead.web.team.password_rules import require_fit
from chainlead.web.team.passwords import Passwords

CODE_LASTS = timedelta(hours=24)
_CODE_CHARACTERS = 20
"""100 bits of chance."""
_MOST_FULL_NAME = 200


class Accounts:
    """The accounts of a team, in the hands of one administrator."""

    def __init__(
        self, store: TeamStore, clock: Clock, make_secret: Callable[[], str], by: str
    ) -> None:
        """Work in the name of `by`."""
        self._store = store
        self._clock = clock
        self._make_secret = make_secret
        self._by = by

    def add(
        self,
        given_name: str,
        full_name: str = "",
        *,
        subject: str = "",
        is_admin: bool = False,
        password: str = "",
        passwords: Passwords | None = None,
        must_change: bool = True,
    ) -> Person:
        """Make an account.

        Args:
            given_name: for journals; it is never given again.
            full_name: for pages.
            subject: the person's name at the identity provider; empty for none.
            is_admin: whether the person may manage accounts.
            password: the first one; empty for none.
            passwords: what hashes it.
            must_change: whether the person must choose another at the first login.

        Raises:
            TeamError: the name is none.
            PersonExistsError: the name or the subject is taken.
            PasswordUnfitError: the password should protect nothing.
        """
        name = required_name(given_name)
        full_name = " ".join(full_name.split())[:_MOST_FULL_NAME] or name
        kept = None
        if password:
            require_fit(password, name, full_name)
            kept = (passwords or Passwords()).hash(password)
        person = self._store.add_person(
            name,
            full_name,
            kept,
            subject.strip() or None,
            is_admin,
            at=self._clock.now(),
            must_change=must_change and kept is not None,
        )
        self._record("added as administrator" if is_admin else "added", name)
        return person

    def give_code(self, name: str) -> str:
        """A one-time code that opens an account, to be told to its person by another way.

        Raises:
            PersonNotFoundError: there is no such account.
            TeamError: the account is closed.
        """
        if self._store.required_person(name).is_disabled:
            raise TeamError(
                f"The account {name} is closed.", next_step="Open it first, if it should be."
            )
        drawn = base64.b32encode(bytes.fromhex(secret_digest(self._make_secret()))).decode()
        code = "-".join(drawn[i : i + 4].lower() for i in range(0, _CODE_CHARACTERS, 4))
        self._store.set_code(name, code_digest(code), self._clock.now() + CODE_LASTS)
        self._record("given a one-time code", name)
        return code

    def disable(self, name: str) -> int:
        """Close an account and end its sessions at once; returns how many.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        ended = self._store.disable(name)
        self._record("closed", name)
        return ended

    def enable(self, name: str) -> None:
        """Open an account again.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._store.enable(name)
        self._record("opened again", name)

    def end_sessions(self, name: str) -> int:
        """End all sessions of a person; returns how many.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._store.required_person(name)
        ended = self._store.end_sessions_of(name)
        self._record("sessions ended", name)
        return ended

    def end_session(self, name: str, digest: str) -> None:
        """End one session of a person.

        Raises:
            TeamError: there is no such session.
        """
        if not any(each.digest == digest for each in self._store.sessions_of(name)):
            raise TeamError(
                "There is no such session; perhaps it has ended.", next_step="Load the page again."
            )
        self._store.end_session(digest)
        self._record("session ended", name)

    def set_admin(self, name: str, *, is_admin: bool) -> None:
        """Let a person manage accounts, or no longer.

        Raises:
            PersonNotFoundError: there is no such account.
        """
        self._store.set_admin(name, is_admin=is_admin)
        self._record("made administrator" if is_admin else "no administrator any more", name)

    def set_subject(self, name: str, subject: str) -> None:
        """Say how the identity provider names a person; empty takes that away.

        Raises:
            PersonNotFoundError: there is no such account.
            PersonExistsError: another account has this subject.
        """
        self._store.set_subject(name, subject.strip() or None)
        self._record("name at the identity provider changed", name)

    def _record(self, act: str, name: str) -> None:
        self._store.add_act(at=self._clock.now(), by=self._by, act=act, name=name)
