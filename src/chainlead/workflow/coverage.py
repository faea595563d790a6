"""How far the histories of single places were fetched, for cases that grow while they are traced.

A place is an account, an address, or `script:` with a script's bytes. Where a trace is asked to be
live, it goes on at a place only if that place's history is known from there to the height that the
question names; else it ends with the reason `not fetched`, which is not `unspent`.
Limits: that a history is whole is the word of the node that was asked, or of an index.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainlead.ledger import CaseAccounts, CaseLedger, Output, is_held
from chainlead.model import Chain
from chainlead.store import Row, Store
from chainlead.trace import AssetTransfer, Origin, Reason, Stop

KNOWN, TOO_MANY = "known", "too many"
SCRIPT = "script:"


@dataclass(frozen=True, slots=True)
class Covered:
    """A place whose history was fetched from one height to another, or was found too large.

    Attributes:
        count: transactions or blocks that concern it, where that is known.
        words: why it was not fetched.
        openings: balances before `first`, by contract, where the node told them.
    """

    place: str
    first: int
    last: int
    count: int | None = None
    state: str = KNOWN
    words: str = ""
    openings: Mapping[str, int] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "place": self.place, "first": self.first, "last": self.last, "count": self.count,
            "state": self.state, "words": self.words,
            "openings": {contract: str(units) for contract, units in self.openings.items()},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LiveQuestion:
    """From which height on and up to which a live trace knows what it was told to look for."""

    first: int
    until: int

    def to_document(self) -> dict[str, int]:
        """As it stands in the question of a trace."""
        return {"first": self.first, "until": self.until}


class Coverage:
    """What was fetched of one chain's places, as the tables say."""

    def __init__(self, store: Store, chain: Chain) -> None:
        """Read the table."""
        rows = store.rows("fetched_places", chain=chain.value)
        self._rows: dict[str, Row] = {row["place"]: row for row in rows}

    def missing_from(self, place: str, first: int, until: int) -> int | None:
        """The first height of which the place's history is not known; None if there is none."""
        row = self._rows.get(place)
        if row is None or row["state"] != KNOWN or row["first_height"] > first:
            return first
        return None if row["last_height"] >= until else max(first, row["last_height"] + 1)

    def why_missing(self, place: str, first: int, until: int) -> str:
        """A sentence about it; empty if nothing is missing."""
        row = self._rows.get(place)
        if self.missing_from(place, first, until) is None:
            return ""
        if row is not None and row["state"] == TOO_MANY:
            return f"not fetched: {row['words']}"
        if row is not None and row["first_height"] <= first <= row["last_height"]:
            return f"fetched up to height {row['last_height']} only"
        return "not fetched yet"

    def count_before(self, place: str, first: int) -> int:
        """How many transactions of the place are known already, where its history goes on at a height."""
        row = self._rows.get(place)
        goes_on = row is not None and row["state"] == KNOWN and row["last_height"] + 1 == first
        return int(row["transaction_count"] or 0) if row is not None and goes_on else 0

    def is_too_many(self, place: str) -> bool:
        """Whether its history was found to be too large to fetch."""
        row = self._rows.get(place)
        return row is not None and row["state"] == TOO_MANY

    def told_balances(self, contract: str) -> Iterator[tuple[str, int, int]]:
        """Place, height from which on its history is known, and its balance before that."""
        for place, row in sorted(self._rows.items()):
            if row["state"] == KNOWN and contract in row["openings"]:
                yield place, row["first_height"], int(row["openings"][contract])


def write_covered(store: Store, chain: str, told: Iterable[Mapping[str, Any]]) -> None:
    """Put what was fetched into the table; what touches what was known before extends it."""
    for one in told:
        row = store.lookup("fetched_places", chain=chain, place=one["place"])
        first, last = one["first"], one["last"]
        openings = dict(one["openings"])
        if row is not None and KNOWN == one["state"] == row["state"]:
            if first <= row["last_height"] + 1 and last >= row["first_height"] - 1:
                if row["first_height"] <= first:
                    openings = row["openings"] or openings
                first, last = min(first, row["first_height"]), max(last, row["last_height"])
        elif row is not None and row["state"] == KNOWN:
            continue  # a known history is not unknown because a later part of it is too large
        new = {
            "chain": chain, "place": one["place"], "state": one["state"], "first_height": first,
            "last_height": last, "transaction_count": one["count"], "words": one["words"],
            "openings": openings,
        }  # fmt: skip
        store.insert("fetched_places", [new], replace=True)


def forget_covered(store: Store, chain: str, height: int) -> None:
    """From this height on no history is known any more: other blocks stand there now."""
    for row in list(store.rows("fetched_places", chain=chain, last_height=(">=", height))):
        if row["state"] != KNOWN:
            continue
        store.delete("fetched_places", chain=chain, place=row["place"])
        if row["first_height"] < height:
            store.insert("fetched_places", [{**row, "last_height": height - 1}])


class LiveView:
    """What a live trace asks: whether the trail may go on at a place, and from which balance."""

    def __init__(
        self,
        store: Store,
        chain: Chain,
        question: Mapping[str, Any],
        ledger: CaseLedger | None = None,
    ) -> None:
        """Answer for a question; `ledger` only where the chain has outputs."""
        self.coverage = Coverage(store, chain)
        self.live = LiveQuestion(**question["live"])
        self._store = store
        self._chain = chain
        self._ledger = ledger
        self.is_forward = question["direction"] == "forward"
        self._origins: dict[str, int] = {}

    def span(self, height: int | None) -> tuple[int, int]:
        """From which height to which the history of a place must be known that is reached here."""
        here = self.live.until if height is None else height
        if self.is_forward:
            return here, max(self.live.until, here)
        return min(self.live.first, here), here

    def _stop(self, place: str, height: int | None) -> Stop | None:
        if is_held(place):
            return None  # an escrow or a channel: the history of whoever filled it tells its end
        words = self.coverage.why_missing(place, *self.span(height))
        return Stop(Reason.NOT_FETCHED, words) if words else None

    def begin(self, transfers: Iterable[AssetTransfer]) -> None:
        """Note when the accounts that a trace starts from got what is followed."""
        for transfer in transfers:
            account = transfer.receiver if self.is_forward else transfer.sender
            if account is not None and transfer.height is not None:
                pick = min if self.is_forward else max
                self._origins[account] = pick(
                    transfer.height, self._origins.get(account, transfer.height)
                )

    def judge_held(self, account: str) -> Stop | None:
        """The reason why more may have left an account of the origin than is known."""
        if account not in self._origins:
            return None  # the trail came to it with its history known
        return self._stop(account, self._origins[account])

    def judge_transfer(self, transfer: AssetTransfer) -> Stop | None:
        """The stop at the account that the trail comes to, or none."""
        account = transfer.receiver if self.is_forward else transfer.sender
        return None if account is None else self._stop(account, transfer.height)

    def judge_output(self, output: Output) -> Stop | None:
        """The stop at this output, or none: it is known who spent it, or that nobody did."""
        missing = self.missing_output(output)
        return None if missing is None else self._stop(*missing)

    def missing_output(self, output: Output) -> tuple[str, int | None] | None:
        """Place and height of an output whose spender has not been looked for."""
        if self._ledger is None or not self.is_forward or output.script[:1] == b"\x6a":
            return None
        if self._ledger.lookup_spender(output.outpoint) is not None:
            return None
        maker = self._ledger.lookup_transaction(output.outpoint.txid)
        height = maker.height if maker is not None else None
        place = place_of(output)
        missing = self.coverage.missing_from(place, *self.span(height))
        return None if missing is None else (place, height)

    def origin_outputs(self, origin: Origin) -> list[Output]:
        """The outputs that a trace starts from."""
        if self._ledger is None:
            return []
        if origin.address is not None:
            return list(self._ledger.outputs_to(origin.address))
        if origin.outpoint is not None:
            found = self._ledger.lookup_output(origin.outpoint)
            return [found] if found else []
        made = self._ledger.lookup_transaction(origin.txid) if origin.txid else None
        return list(made.outputs) if made else []

    def openings(self, contract: str) -> dict[str, int]:
        """Balances before the first known transfer of accounts, where a node told them."""
        accounts = CaseAccounts(self._store, self._chain, contract)
        found: dict[str, int] = {}
        for place, first, units in self.coverage.told_balances(contract):
            heights = [e.height for e in accounts.transfers_of(place) if e.height is not None]
            if heights and min(heights) >= first:
                found[place] = units
        return found


def place_of(output: Output) -> str:
    """The name of an output's place: its address, or its script."""
    return output.address or f"{SCRIPT}{output.script.hex()}"
