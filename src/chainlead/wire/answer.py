"""What was asked and what came back, with digests of the raw bytes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chainlead.model import moment_to_text


@dataclass(frozen=True, slots=True)
class Asked:
    """A question at the moment before it is sent.

    Attributes:
        host: as in the URL, with `:port` when it is not the scheme's own.
        path: path and query.
        question: the class of question that the consent names.
        asked_at: UTC.
        request_sha256: digest of the kept request bytes, which never hold a login.
        attempt: 1, and more where the question had to be repeated.
    """

    host: str
    path: str
    question: str
    asked_at: datetime
    request_sha256: str
    attempt: int = 1

    def to_document(self) -> dict[str, Any]:
        """The question for the journal."""
        return {
            "host": self.host,
            "path": self.path,
            "question": self.question,
            "asked_at": moment_to_text(self.asked_at),
            "request_sha256": self.request_sha256,
            "attempt": self.attempt,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; any status, because "404 not found" is an answer too.

    Attributes:
        asked: the question; its path is the one that was answered, after any redirect.
        status: the HTTP status.
        head_sha256: digest of the kept status line and headers.
        body_sha256: digest of the kept body.
        body: the body's bytes as they came.
        tls: version, cipher and the SHA-256 of the server's certificate; empty without TLS.
    """

    asked: Asked
    status: int
    head_sha256: str
    body_sha256: str
    body: bytes = field(repr=False)
    tls: tuple[tuple[str, str], ...] = ()

    @property
    def host(self) -> str:
        """The host that answered."""
        return self.asked.host

    @property
    def path(self) -> str:
        """Path and query that were answered."""
        return self.asked.path

    @property
    def asked_at(self) -> datetime:
        """When it was asked, UTC."""
        return self.asked.asked_at

    def to_document(self) -> dict[str, Any]:
        """The answer for the journal, without its body."""
        return {
            **self.asked.to_document(),
            "status": self.status,
            "size_bytes": len(self.body),
            "head_sha256": self.head_sha256,
            "body_sha256": self.body_sha256,
            "tls": dict(self.tls),
        }
