"""A person's agreement to ask one host one class of question."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed, why, which host, and what may be asked of it.

    Attributes:
        host: name or address as in the URL, with `:port` when it is not the scheme's own.
        question: the class of question, for example `transaction` or `address history`; an address
            history tells the host more than a transaction does, so each is agreed to by itself.
        who: the person.
        why: the reason given.
    """

    host: str
    question: str
    who: str
    why: str

    def covers(self, host: str, question: str) -> bool:
        """Whether this host may be asked this."""
        return (self.host.lower(), self.question) == (host.lower(), question)

    def to_document(self) -> dict[str, Any]:
        """The consent for the journal."""
        return {"host": self.host, "question": self.question, "who": self.who, "why": self.why}
