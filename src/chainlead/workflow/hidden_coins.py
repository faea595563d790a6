"""What keys and proofs showed of coins that hide their movements: from the journal, for report and guide.

A sum of what was received is never called a balance, and a ring of several is "one of N, not followed".
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from chainlead.custody import Entry
from chainlead.guide import HiddenCoinFact
from chainlead.model import Chain
from chainlead.store import Blobs
from chainlead.workflow.electroneum import NOT_A_BALANCE as NOT_A_BALANCE_ETN
from chainlead.workflow.monero import NOT_A_BALANCE, Material, incoming_of

_PROOFS = {"monero.proof": Chain.MONERO, "electroneum.proof": Chain.ELECTRONEUM}
RECEIVED, PROOF, PORTAL = "received", "proof", "portal"


def hidden_coin_documents(entries: Sequence[Entry], blobs: Blobs) -> Iterator[dict[str, Any]]:
    """One document for each address, proof and portal, in the order of their first act."""
    told: set[tuple[str, str]] = set()
    last = {_subject(entry): entry.seq for entry in entries}
    for entry in entries:
        subject = _subject(entry)
        if subject is None or subject in told:
            continue
        told.add(subject)
        if entry.act == "monero.incoming":
            yield _monero_received(entries, blobs, entry.what["address"])
        elif entry.act in _PROOFS:
            yield _proof(entry)
        else:
            newest = next(other for other in entries if other.seq == last[subject])
            yield _electroneum(newest, blobs)


def hidden_coin_facts(entries: Sequence[Entry], blobs: Blobs) -> Iterator[HiddenCoinFact]:
    """The same in short, for the rules of the guide."""
    for document in hidden_coin_documents(entries, blobs):
        if document["kind"] == RECEIVED:
            count = len(document["outputs"])
            yield HiddenCoinFact(RECEIVED, document["chain"], document["address"], count)
        elif document["kind"] == PROOF:
            yield HiddenCoinFact(
                PROOF,
                document["chain"],
                document["address"] or document["txid"],
                holds=document["holds"],
                proof=document["proof"],
                txid=document["txid"],
                has_message=bool(document["message"]),
                is_in_block=document["in_block"],
            )


def _subject(entry: Entry) -> tuple[str, str] | None:
    """What an act is about; None for acts of other kinds. Each proof stands by itself."""
    what = entry.what
    if entry.act in {"monero.incoming", "electroneum.received"}:
        return (entry.act, what["address"])
    if entry.act == "electroneum.portal":
        return (entry.act, what["portal"])
    return (entry.act, str(entry.seq)) if entry.act in _PROOFS else None


def _monero_received(entries: Iterable[Entry], blobs: Blobs, address: str) -> dict[str, Any]:
    entries = tuple(entries)
    found = incoming_of(entries, blobs, address)
    rings = _rings(entries, blobs, address)
    return {
        "kind": RECEIVED,
        "chain": Chain.MONERO.value,
        "address": address,
        "shown_by": "view key",
        "looked_at": {"transactions": found.looked_at[0], "blocks": found.looked_at[1]},
        "outputs": [
            {**asdict(output), "payer": _payer(output.is_coinbase, rings.get(output.txid))}
            for output in found.outputs
        ],
        "received_units": found.received_units,
        "unknown_amounts": found.unknown_amounts,
        "skipped": list(found.skipped),
        "statement": NOT_A_BALANCE,
    }


def _rings(entries: Iterable[Entry], blobs: Blobs, address: str) -> dict[str, list[int]]:
    """How many members each input's ring has, by transaction, from the kept bytes."""
    found: dict[str, list[int]] = {}
    for entry in entries:
        if entry.act != "monero.incoming" or entry.what["address"] != address:
            continue
        material = Material()
        for name in sorted(entry.blobs):
            if name.startswith("source"):
                material.read(blobs.get(entry.blobs[name]), name)
        for txid, loose in material.transactions.items():
            found[txid.hex()] = [len(ring.members) for ring in loose.transaction.rings]
    return found


def _payer(is_coinbase: bool, rings: list[int] | None) -> str:
    if is_coinbase:
        return "new coins of a miner"
    if not rings:
        return "not known here"
    counts = Counter(rings)
    return "; ".join(
        f"{count} input{'s' if count != 1 else ''}: "
        + (
            "exactly one output, known by its number"
            if size == 1
            else f"one of {size}, not followed"
        )
        for size, count in sorted(counts.items())
    )


def _proof(entry: Entry) -> dict[str, Any]:
    what = entry.what
    return {
        "kind": PROOF,
        "chain": _PROOFS[entry.act].value,
        "proof": what.get("kind", "transaction key"),
        "txid": what["txid"],
        "address": what["address"],
        "message": what.get("message", ""),
        "holds": what["holds"],
        "received_units": what["received_units"],
        "spent_units": what.get("spent_units"),
        "unknown_amounts": what.get("unknown_amounts", 0),
        "checked_by": what.get("checked_by", "this program"),
        "in_block": what.get("in_block"),
        "reason": what["reason"],
    }


def _electroneum(entry: Entry, blobs: Blobs) -> dict[str, Any]:
    rows = msgspec.json.decode(blobs.get(entry.blobs["result"]))
    if entry.act == "electroneum.portal":
        return {
            "kind": PORTAL,
            "chain": Chain.ELECTRONEUM.value,
            "address": entry.what["portal"],
            "published": entry.what["published"],
            "transfers": rows,
            "statement": entry.what["statement"],
        }
    return {
        "kind": RECEIVED,
        "chain": Chain.ELECTRONEUM.value,
        "address": entry.what["address"],
        "shown_by": "view key, or address in the clear",
        "looked_at": {"transactions": entry.what["looked_at"], "blocks": None},
        "outputs": [{**row, "payer": ""} for row in rows],
        "received_units": entry.what["received_units"],
        "unknown_amounts": 0,
        "skipped": [],
        "statement": NOT_A_BALANCE_ETN,
    }
