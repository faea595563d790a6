"""What the report and the guide say about clusters: those of the case's own addresses, no others.

A case's own addresses are those on its trails and those found in its exhibits. It is worked out from
the tables each time, so it always fits the ledger, the tags and the decisions that the case holds.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from chainlead.model import Chain
from chainlead.store import Blobs, Store
from chainlead.trace import Clusters, Level, card_document
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.contested import links_around, list_decisions
from chainlead.workflow.links import contested_document, pinned

MOST_FOR_CHANGE = 50_000
"""Change looks at every transaction; in a larger ledger the report leaves that level out, and says so."""
_NOT_OURS = frozenset({"shipped", "example"})


def cluster_documents(store: Store, blobs: Blobs) -> list[dict[str, Any]]:
    """One document for each ledger of which the case has addresses."""
    addresses = frozenset(case_addresses(store, blobs))
    chains = store.group_counts("transactions", "chain") if addresses else {}
    return [_document(store, Chain(name), addresses) for name in sorted(chains)]


def case_addresses(store: Store, blobs: Blobs) -> Iterator[str]:
    """The addresses on the case's trails, and those found and not set aside; some several times."""
    for row in store.rows("traces", order_by=("journal_seq", "trace_id")):
        answer = msgspec.json.decode(blobs.get(row["result_sha256"]))
        if answer.get("kind") == "accounts":
            continue
        yield from (part for part in (answer["origin"],) if answer.get("origin_kind") == "address")
        for result in answer["rules"].values():
            for place in (*result["frontier"], *result["transfers"]):
                if place.get("address"):
                    yield place["address"]
    noise = {row["finding_id"] for row in store.rows("triage", state="noise")}
    columns = ("finding_id", "value", "role")
    for row in store.rows("findings", columns=columns, kind="address"):
        if row["value"] and row["role"] not in _NOT_OURS and row["finding_id"] not in noise:
            yield row["value"]


def open_links(store: Store, chain: Chain, addresses: Iterable[str]) -> list[dict[str, Any]]:
    """The contested links around these addresses that nobody decided about, in chain order."""
    known = CaseClusters(store, chain)
    ours = [address for address in addresses if address in known.spends]
    found = links_around(known.near(*ours), ours)
    return [contested_document(link) for link in found if link.is_open]


def _document(store: Store, chain: Chain, addresses: frozenset[str]) -> dict[str, Any]:
    known = CaseClusters(store, chain)
    ours = sorted(address for address in addresses if address in known.spends)
    clusters = {Level.CO_SPEND: known.near(*ours)}
    cards = list(known.cards)
    contested = links_around(clusters[Level.CO_SPEND], ours)
    if store.count("transactions", chain=chain.value) <= MOST_FOR_CHANGE:
        wide = CaseClusters(store, chain, level=Level.CO_SPEND_PLUS_CHANGE, ledger=known.ledger)
        clusters[Level.CO_SPEND_PLUS_CHANGE] = wide.whole
        cards = list(wide.cards)
        seen = {(link.txid, link.rule) for link in contested}
        contested += tuple(
            link
            for link in links_around(wide.whole, sorted(addresses))
            if (link.txid, link.rule) not in seen
        )
    rows = [_row(address, clusters) for address in sorted(addresses)]
    return {
        "chain": chain.value,
        "strength": "inferred",
        "pinned": pinned(known),
        "levels": [
            {"level": level.value, "meaning": level.meaning, "worked_out": level in clusters}
            for level in Level
            if level is not Level.ADDRESS
        ],
        "addresses": [
            row for row in rows if any(part["size"] > 1 for part in row["levels"].values())
        ],
        "contested": [contested_document(link) for link in contested],
        "decisions": list_decisions(store, chain),
        "inferences": [card_document(card) for card in cards],
    }


def _row(address: str, clusters: dict[Level, Clusters]) -> dict[str, Any]:
    return {
        "address": address,
        "levels": {
            level.value: {
                "name": found.name_of(address),
                "size": len(found.cluster_of(address)),
                "parties": list(found.parties_of(address)),
            }
            for level, found in clusters.items()
        },
    }
