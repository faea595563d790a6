"""Passwords that a person gave for this scan: tried as they are, never guessed, stored or shown."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Passwords:
    """Some passwords, in the order in which they were given."""

    words: tuple[str, ...] = ()

    @classmethod
    def from_lines(cls, text: str) -> "Passwords":
        """One password per line; spaces belong to it; empty lines and repeats are left out."""
        lines = (line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n"))
        return cls(tuple(dict.fromkeys(line for line in lines if line)))

    def __iter__(self) -> Iterator[str]:
        """Each password."""
        return iter(self.words)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.words)

    def __repr__(self) -> str:
        """Their number, and nothing else."""
        return f"Passwords({len(self.words)} hidden)"

    __str__ = __repr__


NO_PASSWORDS = Passwords()
