"""Finds the outputs that rings of one spend, and keeps what is known of every ring.

Proof: a ring of one is signed for one public key only. A key that a source names, or that of a known
output of the amount, counts once the signature holds for it; then the one known output with that key
is what the input spends, exactly.
Limits: two outputs with one key (a payer can make them) leave open which was spent. Without any source
that names the key, at most `MOST_TRIALS` outputs of the amount are tried that no other ring spent, and at
most `MOST_CHECKS` signatures each time that something is added: a key that is named costs one. Rings of
several are never resolved.
Spec: CryptoNote 2.0, section 4.4.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chainlead.ledger.cryptonote.material import name_of_output
from chainlead.ledger.cryptonote.open_transaction import OUT_KEY
from chainlead.ledger.cryptonote.ring_signature import ring_holds
from chainlead.ledger.source import RingKeysRead
from chainlead.ledger.wire_transaction import NO_INDEX, WireTransaction
from chainlead.store import Row, Store

MOST_TRIALS = 256
MOST_CHECKS = 4_000
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KnownRing:
    """What is known of an input's ring: amount, members, and the key it was signed for, if proved."""

    amount_units: int
    members: tuple[int, ...]
    proved_key: bytes


def ring_rows(chain: str, tx_id: int, transaction: WireTransaction) -> list[Row]:
    """The rows of a transaction's rings."""
    return [
        {
            "tx_id": tx_id,
            "input_index": index,
            "chain": chain,
            "amount_units": spent.ring.amount_units,
            "members": list(spent.ring.members),
            "key_image": spent.ring.key_image,
            "prefix_hash": spent.ring.prefix_hash,
            "signatures": spent.ring.signatures,
            "proved_key": b"",
        }
        for index, spent in enumerate(transaction.inputs)
        if spent.ring is not None
    ]


def write_ring_keys(store: Store, chain: str, source_sha256: str, event: RingKeysRead) -> None:
    """Keep what a source says of a ring's keys."""
    row = {
        "chain": chain,
        "named": event.named,
        "source_sha256": source_sha256,
        "keys": b"".join(event.keys),
    }
    store.insert("ring_keys", [row], replace=True)


def resolve_rings(store: Store, chain: str) -> None:
    """Give every ring of one the output that it spends, as the whole set of sources says."""
    rings = [row for row in store.rows("ring_inputs", chain=chain) if len(row["members"]) == 1]
    if not rings:
        return
    told = _told_keys(store, chain)
    outputs = _outputs_by_key(store, chain, {row["amount_units"] for row in rings})
    proved = [row for row in rings if not row["proved_key"] and _prove_told(row, told)]
    proved += _prove_by_trial([row for row in rings if not row["proved_key"]], rings, outputs)
    store.insert("ring_inputs", proved, replace=True)
    _point(store, rings, outputs)


def load_rings(store: Store, chain: str) -> dict[bytes, KnownRing]:
    """Every ring of the chain, by key image."""
    return {
        row["key_image"]: KnownRing(row["amount_units"], tuple(row["members"]), row["proved_key"])
        for row in store.rows("ring_inputs", chain=chain)
    }


def count_hidden(rings: Iterable[KnownRing]) -> Counter[int]:
    """How many rings hide what they spend, by amount."""
    return Counter(ring.amount_units for ring in rings if not ring.proved_key)


_Place = tuple[bytes, int, int]


def _told_keys(store: Store, chain: str) -> dict[bytes, list[bytes]]:
    """Keys that sources name, by what they name them for; of rings of one only."""
    found: dict[bytes, set[bytes]] = {}
    for row in store.rows("ring_keys", chain=chain):
        if len(row["keys"]) == _KEY_BYTES:
            found.setdefault(row["named"], set()).add(row["keys"])
    return {named: sorted(keys) for named, keys in found.items()}


def _outputs_by_key(store: Store, chain: str, amounts: set[int]) -> dict[bytes, list[_Place]]:
    """Transaction, number and amount of each known output to a one-time key, by that key."""
    txids = dict(store.tuples("transactions", ("tx_id", "txid"), chain=chain))
    found: dict[bytes, list[_Place]] = {}
    columns = ("tx_id", "output_index", "amount_units", "script")
    for tx_id, index, amount, script in store.tuples("outputs", columns):
        if amount in amounts and tx_id in txids and script[:1] == bytes([OUT_KEY]):
            found.setdefault(script[1:], []).append((txids[tx_id], index, amount))
    return found


def _prove_told(row: Row, told: Mapping[bytes, list[bytes]]) -> bool:
    """Whether a key that a source names is the one that the input was signed for; notes it."""
    (member,) = row["members"]
    named = told.get(row["key_image"], []) + told.get(
        name_of_output(row["amount_units"], member), []
    )
    return any(_is_signer(row, key) for key in dict.fromkeys(named))


def _prove_by_trial(
    open_rings: list[Row], rings: list[Row], outputs: Mapping[bytes, list[_Place]]
) -> list[Row]:
    """Try the known outputs of the amount that no ring is proved to spend."""
    spent = {row["proved_key"] for row in rings}
    by_amount: dict[int, set[bytes]] = {}
    for key, places in outputs.items():
        for _, _, amount in places:
            by_amount.setdefault(amount, set()).add(key)
    proved = []
    checks_left = MOST_CHECKS
    for row in open_rings:
        keys = sorted(by_amount.get(row["amount_units"], set()) - spent)
        for key in keys[: min(MOST_TRIALS, checks_left)]:
            checks_left -= 1
            if _is_signer(row, key):
                spent.add(key)
                proved.append(row)
                break
    return proved


def _is_signer(row: Row, key: bytes) -> bool:
    if not ring_holds(row["prefix_hash"], row["key_image"], (key,), row["signatures"]):
        return False
    row["proved_key"] = key
    return True


def _point(store: Store, rings: list[Row], outputs: Mapping[bytes, list[_Place]]) -> None:
    """Let each input name its output, or its key image where that is not one known output."""
    changed = []
    for ring in rings:
        places = [p for p in outputs.get(ring["proved_key"], []) if p[2] == ring["amount_units"]]
        one = len(places) == 1
        spent = (places[0][0], places[0][1]) if one else (ring["key_image"], NO_INDEX)
        where = {"tx_id": ring["tx_id"], "input_index": ring["input_index"]}
        row = store.lookup("inputs", **where)
        assert row is not None
        if (row["previous_txid"], row["previous_index"]) != spent:
            changed.append({**row, "previous_txid": spent[0], "previous_index": spent[1]})
    store.insert("inputs", changed, replace=True)
