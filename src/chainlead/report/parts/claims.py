"""What others say about the addresses of this case. Asserted, with source; conflicts stay."""

from collections.abc import Iterable, Sequence
from typing import Any

from chainlead.attribution import SilentTags, canonical_address
from chainlead.store import Row, Store

_AT_ONCE = 500


def claims(
    store: Store, addresses: Iterable[str], reached: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Claims on these addresses, the packs they came from, and the addresses that are disputed."""
    packs = {row["pack_id"]: row for row in store.rows("packs")}
    wanted = sorted({canonical_address(address) for address in addresses})
    rows: list[Row] = []
    for start in range(0, len(wanted), _AT_ONCE):
        rows.extend(store.rows("tags", canonical=("in", wanted[start : start + _AT_ONCE])))
    silent = SilentTags(store)
    listed = sorted((_claim(row, packs, silent) for row in rows), key=_order)
    names: dict[str, set[str]] = {}
    for claim in listed:
        names.setdefault(claim["canonical"], set()).add(claim["actor"] or claim["label"])
    inherited = [
        claim | {"lead_id": lead["lead_id"]}
        for lead in reached
        for claim in lead["claims"]
        if claim["inherited_via"]
    ]
    for lead in reached:
        for claim in (*lead["claims"], *lead["conflicts"]):
            canonical = canonical_address(claim["address"])
            names.setdefault(canonical, set()).add(claim["actor"] or claim["service"])
    return {
        "packs": [
            {
                "pack_id": row["pack_id"],
                "sha256": row["sha256"],
                "name": row["name"],
                "form": row["form"],
                "title": row["title"],
                "creator": row["creator"],
                "tag_count": row["tag_count"],
                "actor_count": row["actor_count"],
            }
            for row in sorted(packs.values(), key=lambda row: (row["name"], row["pack_id"]))
        ],
        "listed": listed,
        "inherited": inherited,
        "conflicts": [
            {"address": address, "named": sorted(said)}
            for address, said in sorted(names.items())
            if len(said) > 1
        ],
    }


def _order(claim: dict[str, Any]) -> tuple[str, str, str, int]:
    return (claim["address"], claim["label"], claim["pack_id"], claim["tag_number"])


def _claim(row: Row, packs: dict[str, Row], silent: SilentTags) -> dict[str, Any]:
    pack = packs.get(row["pack_id"])
    silence = silent.judge(
        row["chain"] or "",
        row["canonical"],
        label=row["label"],
        category=row["category"],
        abuse=row["abuse"],
    )
    return {
        "strength": "asserted",
        "address": row["address"],
        "canonical": row["canonical"],
        "chain": row["chain"],
        "currency": row["currency"],
        "label": row["label"],
        "actor": row["actor"],
        "category": row["category"],
        "confidence": row["confidence"],
        "source": row["source"],
        "date": row["lastmod"],
        "pack": pack["name"] if pack else "",
        "pack_creator": pack["creator"] if pack else "",
        "pack_id": row["pack_id"],
        "tag_number": row["tag_number"],
        "says_nothing": silence.words if silence else "",
    }
