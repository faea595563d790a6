"""Who is at the page: a one-time token opens a session, a cookie carries it, a file remembers it.

The file holds only the digest of each session's id, so a copy of it opens nothing. A session ends
when it is revoked or was not used for half a day. It outlives a restart of the server.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Lock

import msgspec

from chainlead.custody import Clock

IDLE = timedelta(hours=12)


class _Kept(msgspec.Struct):
    """One session as the file has it; times in seconds since 1970."""

    digest: str
    who: str
    opened: int
    seen: int


@dataclass(frozen=True, slots=True)
class Session:
    """An open session.

    Attributes:
        who: the person, for the journal.
        form_token: what each form of this session sends along; no other page can know it.
        person_id: name of the account on a team server; empty where one person is at one machine.
        is_admin: whether the person manages accounts; it opens no case.
        must_change: only the page that chooses a password is open.
        way: how the session was opened on a team server: `password`, `provider` or `code`.
    """

    who: str
    form_token: str
    digest: str
    person_id: str = ""
    is_admin: bool = False
    must_change: bool = False
    way: str = ""


class SessionKeeper:
    """Opens, finds and revokes sessions."""

    def __init__(self, file: Path, clock: Clock, make_secret: Callable[[], str], who: str) -> None:
        """Remember sessions in `file`; `make_secret` gives unguessable texts."""
        self._file = file
        self._clock = clock
        self._make_secret = make_secret
        self._who = who
        self._lock = Lock()
        self._invitations: set[str] = set()
        self._sessions = self._read()

    def invite(self) -> str:
        """A token that opens one session, once."""
        token = self._make_secret()
        self._invitations.add(secret_digest(token))
        return token

    def enter(self, token: str) -> str | None:
        """The id of a new session for a token that was not used before; None otherwise."""
        with self._lock:
            if secret_digest(token) not in self._invitations:
                return None
            self._invitations.discard(secret_digest(token))
            session_id = self._make_secret()
            now = self._now()
            kept = _Kept(secret_digest(session_id), self._who, now, now)
            self._sessions[kept.digest] = kept
            self._write()
            return session_id

    def find(self, session_id: str, *, is_used: bool = True) -> Session | None:
        """The session with this id, if it is open; `is_used` keeps it open for longer."""
        digest = secret_digest(session_id)
        with self._lock:
            kept = self._sessions.get(digest)
            if kept is None:
                return None
            now = self._now()
            if now - kept.seen > IDLE.total_seconds():
                del self._sessions[digest]
                self._write()
                return None
            if is_used and now - kept.seen > 60:
                kept.seen = now
                self._write()
        return Session(kept.who, form_token(session_id), digest)

    def is_open(self, digest: str) -> bool:
        """Whether a session is open still."""
        with self._lock:
            return digest in self._sessions

    def revoke(self, digest: str) -> None:
        """End a session; its cookie opens nothing any more."""
        with self._lock:
            if self._sessions.pop(digest, None) is not None:
                self._write()

    def revoke_all(self) -> None:
        """End every session."""
        with self._lock:
            self._sessions.clear()
            self._write()

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    def _read(self) -> dict[str, _Kept]:
        try:
            kept = msgspec.json.decode(self._file.read_bytes(), type=list[_Kept])
        except (FileNotFoundError, msgspec.DecodeError):
            return {}
        return {session.digest: session for session in kept}

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_name(f".{self._file.name}.part")
        part.touch(mode=0o600)
        part.write_bytes(msgspec.json.encode(list(self._sessions.values())))
        part.replace(self._file)


def form_token(session_id: str) -> str:
    """What the forms of a session send along; it does not tell the id of the session."""
    return hmac.new(session_id.encode(), b"form", hashlib.sha256).hexdigest()


def secret_digest(secret: str) -> str:
    """What is kept of a secret that only needs to be recognised."""
    return hashlib.sha256(secret.encode()).hexdigest()
