"""What a report is made from. Workflow gathers it; nothing here has a clock or looks outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chainlead.attribution import Lead
from chainlead.store import Blobs, Store


@dataclass(frozen=True, slots=True)
class JournalState:
    """The journal as far as it changed what the case says.

    Attributes:
        entries: how many such entries there are.
        head: digest of the last of them.
        first_at, last_at: their times, as text in UTC; empty for an empty journal.
    """

    entries: int
    head: str
    first_at: str
    last_at: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary, in plain words."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Material:
    """The case's tables and stored answers, with what workflow worked out for the report.

    `clusters` are documents, one for each ledger; `patterns` one for each trail over outputs;
    `hidden_coins` one for each address, proof and portal of a coin that hides its movements.
    """

    store: Store
    blobs: Blobs
    journal: JournalState
    versions: Mapping[str, str]
    leads: tuple[Lead, ...] = ()
    clusters: tuple[Mapping[str, Any], ...] = ()
    patterns: tuple[Mapping[str, Any], ...] = ()
    hidden_coins: tuple[Mapping[str, Any], ...] = ()
    glossary: tuple[Term, ...] = field(default_factory=tuple)
