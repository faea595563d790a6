"""What every wallet reader is: it knows one wallet's files by content and says whose they are.

A reader sees one whole stream (or one whole decoded value), never a name alone, and never a
password. It says what the file is, whose the addresses in it are, which addresses are in it without
being written as text, and which can be derived from its public keys.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from chainlead.codecs import lookup_address
from chainlead.findings.context import is_public
from chainlead.findings.derivation import DerivedAddress
from chainlead.findings.sqlite_rows import SQLITE_MAGIC, SqliteRows
from chainlead.findings.view import View
from chainlead.model import Candidate, Certainty, Chain, Network, Role

_LARGEST_JSON = 64 << 20
_DEEPEST = 16
_INNER_STEPS = frozenset({"table", "text", "json", "part", "message", "record"})
_MARK = b"\xef\xbb\xbf"
NOT_MEASURED = "not measured (structure, no checksum)"


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address that the file holds as a script or hash, not as text."""

    address: str
    role: Role
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a reader says about a file.

    Attributes:
        check: what was checked, in words.
        span: bytes of the view that show it.
        detail: `wallet`, versions, flags; JSON values only, no secret and no free text.
        owners: whose the addresses and keys in the stream are.
        addresses: addresses that are in the file, but not as text.
        derived: addresses that follow from its public keys.
        value: name of the finding, if other than the reader's.
    """

    check: str
    span: tuple[int, int] = (0, 4)
    certainty: Certainty = Certainty.STRUCTURED
    false_positive_rate: str = NOT_MEASURED
    candidates: tuple[Candidate, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    owners: Mapping[str, Role] = field(default_factory=dict, repr=False)
    addresses: Iterable[FoundAddress] = ()
    derived: Iterable[DerivedAddress] = ()
    value: str = ""


class WalletFile:
    """One whole stream or value, with what readers ask of it."""

    def __init__(self, view: View) -> None:
        """Look at a view that holds all of its item."""
        self.view = view
        self.content = view.data
        self.head = self.content[:4096].removeprefix(_MARK).lstrip()

    @cached_property
    def path(self) -> str:
        """The way to the file, outermost first, with `/` between the names."""
        steps = self.view.item.provenance.steps
        names = [step.name for step in steps if step.kind not in _INNER_STEPS]
        return "/" + "/".join(names).replace("\\", "/")

    @cached_property
    def document(self) -> Any:
        """The first JSON document in the file, or None."""
        if self.head[:1] not in {b"{", b"["} or len(self.content) > _LARGEST_JSON:
            return None
        text = self.content.removeprefix(_MARK).decode("utf-8", "replace").lstrip()
        try:
            return json.JSONDecoder(parse_int=_integer).raw_decode(text)[0]
        except (ValueError, RecursionError):
            return None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is an SQLite database."""
        return self.content.startswith(SQLITE_MAGIC)

    @cached_property
    def sqlite(self) -> SqliteRows:
        """The rows of an SQLite database."""
        return SqliteRows(self.content)

    def find(self, mark: bytes) -> tuple[int, int]:
        """Where a text stands, or the beginning."""
        start = max(self.content.find(mark), 0)
        return start, min(start + max(len(mark), 1), len(self.content))


def _integer(digits: str) -> int | None:
    """Numbers that no wallet has are dropped: a million digits must cost nothing."""
    return int(digits) if len(digits) < 80 else None


class Wallet(ABC):
    """One kind of wallet. A file of `findings/wallets` defines one.

    `starts`, `keys`, `tables`, `paths`: any one of them makes the file worth a look.
    """

    name: ClassVar[str]
    starts: ClassVar[tuple[bytes, ...]] = ()
    """First bytes of the stream, white space aside."""
    keys: ClassVar[frozenset[str]] = frozenset()
    """Keys at the top of a JSON document."""
    tables: ClassVar[frozenset[str]] = frozenset()
    """Tables of an SQLite database."""
    paths: ClassVar[re.Pattern[str] | None] = None
    """A path that is worth a look whatever the content begins with."""

    @abstractmethod
    def recognise(self, file: WalletFile) -> Recognised | None:
        """Say what the file is, or None."""


def candidate(chain: Chain, reason: str, network: Network = Network.MAIN) -> Candidate:
    """A ledger with the reason."""
    return Candidate(chain, network, reason)


def public_texts(thing: Any, depth: int = 0) -> Iterator[str]:
    """Addresses and public extended keys anywhere below a JSON value, in compared form."""
    if isinstance(thing, str):
        if 25 <= len(thing) <= 130:
            parsed = lookup_address(thing)
            if parsed is not None:
                yield parsed.canonical
            elif is_public(thing):
                yield thing
    elif depth < _DEEPEST and isinstance(thing, Mapping):
        for name, content in thing.items():
            yield from public_texts(name, depth + 1)
            yield from public_texts(content, depth + 1)
    elif depth < _DEEPEST and isinstance(thing, list | tuple):
        for content in thing:
            yield from public_texts(content, depth + 1)


def roles(thing: Any, role: Role) -> dict[str, Role]:
    """The same role for every address and key below a JSON value."""
    return dict.fromkeys(public_texts(thing), role)


def word(thing: Any) -> str:
    """A short harmless word from the file, or nothing: free text stays in the exhibit."""
    return thing if isinstance(thing, str) and re.fullmatch(r"[\w.+-]{1,24}", thing) else ""


def as_dict(thing: Any) -> dict[str, Any]:
    """The thing if it is a JSON object, else an empty one."""
    return thing if isinstance(thing, dict) else {}


def as_list(thing: Any) -> list[Any]:
    """The thing if it is a JSON array, else an empty one."""
    return thing if isinstance(thing, list) else []
