"""What the unit's snapshots of registers say of a company, over time: listed, changed, dropped."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from chainlead.attribution.services.company_names import company_name
from chainlead.attribution.services.register import RegisterEntry
from chainlead.attribution.services.register_store import RegisterStore, Snapshot


@dataclass(frozen=True, slots=True)
class Listing:
    """One company in one register.

    Attributes:
        entry: its newest line.
        as_of: the day for which that line speaks.
        dropped: the first day for which the register no longer has it; None: it has it still.
        snapshot: SHA-256 of the snapshot that has the line.
    """

    register: str
    entry: RegisterEntry
    as_of: date | None
    dropped: date | None = None
    snapshot: str = ""

    @property
    def place(self) -> str:
        """`esma-casps as of 2026-07-01, snapshot 0123456789abcdef`."""
        return f"{self.words}, snapshot {self.snapshot[:16]}"

    @property
    def words(self) -> str:
        """`esma-casps as of 2026-07-01`."""
        return f"{self.register} as of {self.as_of.isoformat() if self.as_of else 'an unknown day'}"

    @property
    def until(self) -> date | None:
        """The last day that is stated, else the day on which the register no longer had it.

        A line that says "ended" without a readable day ended on the register's day at the latest.
        """
        gone = self.as_of if self.entry.status == "ended" else None
        return self.entry.until or self.dropped or gone


class ListingIndex:
    """Listings by LEI, company name, trade name and domain."""

    def __init__(self, listings: tuple[Listing, ...]) -> None:
        """Index these."""
        self.listings = listings
        self._by: dict[tuple[str, str], list[Listing]] = defaultdict(list)
        for listing in listings:
            entry = listing.entry
            if entry.lei:
                self._by["lei", entry.lei].append(listing)
            self._by["legal name", company_name(entry.legal_name)].append(listing)
            for name in dict.fromkeys(company_name(each) for each in entry.commercial_names):
                self._by["trade name", name].append(listing)
            for domain in entry.domains:
                self._by["domain", domain].append(listing)

    def find(self, by: str, text: str) -> tuple[Listing, ...]:
        """The listings with this `lei`, `legal name`, `trade name` or `domain`."""
        return tuple(self._by.get((by, text), ())) if text else ()


def read_listings(store: RegisterStore) -> tuple[Listing, ...]:
    """Every company that any snapshot of any register ever had, by register and key.

    Raises:
        AttributionError: a snapshot is damaged.
    """
    found: list[Listing] = []
    for register in store.registers():
        found.extend(_listings(store, register))
    return tuple(found)


def _listings(store: RegisterStore, register: str) -> list[Listing]:
    history = sorted(
        store.history(register), key=lambda each: (each.as_of or date.min, each.number)
    )
    last: dict[str, tuple[RegisterEntry, Snapshot]] = {}
    dropped: dict[str, date | None] = {}
    for snapshot in history:
        entries = {entry.key: entry for entry in store.entries(snapshot)}
        for key, entry in entries.items():
            last[key] = (entry, snapshot)
            dropped.pop(key, None)
        for key in last:
            if key not in entries and key not in dropped:
                dropped[key] = snapshot.as_of
    return [
        Listing(register, entry, snapshot.as_of, dropped.get(key), snapshot.content_sha256)
        for key, (entry, snapshot) in sorted(last.items())
    ]
