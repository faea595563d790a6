"""What a server says of a script's history and of block headers, as rows."""

from collections.abc import Iterable
from typing import NamedTuple

from chainlead.ledger.source import HeadersRead, HistoryRead
from chainlead.store import Store

_HASH_BYTES = 32


class ClaimedHistory(NamedTuple):
    """A server's answer about one script; `listed` is height by transaction id (wire order)."""

    script_hash: bytes
    source_sha256: str
    host: str
    asked_unix: int
    tip_height: int | None
    fits_status: bool
    listed: dict[bytes, int]


class KeptRun(NamedTuple):
    """A run of linked headers; `hashes` begins with the hash before the first."""

    host: str
    first_height: int
    hashes: bytes
    source_sha256: str = ""

    @property
    def last_height(self) -> int:
        """Of the last header."""
        return self.first_height + len(self.hashes) // _HASH_BYTES - 2

    def hash_at(self, height: int) -> bytes | None:
        """The hash at this height, one before the run included; None outside of it."""
        at = (height - self.first_height + 1) * _HASH_BYTES
        return self.hashes[at : at + _HASH_BYTES] if 0 <= at < len(self.hashes) else None


def write_server_word(
    store: Store, chain: str, source_sha256: str, event: HistoryRead | HeadersRead
) -> None:
    """Keep a history or a run of headers."""
    common = {"chain": chain, "source_sha256": source_sha256, "host": event.host}
    if isinstance(event, HeadersRead):
        run = {**common, "first_height": event.first_height, "hashes": event.hashes}
        store.insert("header_runs", [run], replace=True)
        return
    history = {
        **common,
        "script_hash": event.script_hash,
        "asked_unix": event.asked_unix,
        "tip_height": event.tip_height,
        "fits_status": event.fits_status,
        "listed": [[txid[::-1].hex(), height] for txid, height in event.listed],
    }
    store.insert("claimed_histories", [history], replace=True)


def load_histories(store: Store, chain: str) -> list[ClaimedHistory]:
    """The last answer of each host about each script, in order of script and host."""
    last: dict[tuple[bytes, str], ClaimedHistory] = {}
    for row in store.rows("claimed_histories", chain=chain):
        history = ClaimedHistory(
            row["script_hash"], row["source_sha256"], row["host"], row["asked_unix"],
            row["tip_height"], row["fits_status"],
            {bytes.fromhex(txid)[::-1]: height for txid, height in row["listed"]},
        )  # fmt: skip
        key = (history.script_hash, history.host)
        if key not in last or _recency(last[key]) < _recency(history):
            last[key] = history
    return [last[key] for key in sorted(last)]


def load_runs(store: Store, chain: str) -> Iterable[KeptRun]:
    """Every kept run of headers, in order of height."""
    rows = store.rows("header_runs", chain=chain)
    runs = [
        KeptRun(row["host"], row["first_height"], row["hashes"], row["source_sha256"])
        for row in rows
    ]
    return sorted(runs, key=lambda run: (run.first_height, run.host, run.hashes))


def _recency(history: ClaimedHistory) -> tuple[int, str]:
    return history.asked_unix, history.source_sha256
