"""Findings by certainty, then kind. What came with software or was judged noise is only counted."""

from collections import Counter
from typing import Any

from chainlead.model import Certainty, Role
from chainlead.store import Row, Store

_FOLDED_ROLES = frozenset({Role.SHIPPED.value, Role.EXAMPLE.value})
CERTAINTIES = tuple(certainty.value for certainty in Certainty)


def findings(store: Store) -> dict[str, Any]:
    """Listed findings in groups, and counts of the folded ones.

    A secret (a finding without a value) is a place, a kind, a verdict and a fingerprint.
    """
    states = {row["finding_id"]: (row["state"], row["why"]) for row in store.rows("triage")}
    groups: dict[tuple[int, str], list[dict[str, Any]]] = {}
    folded: Counter[tuple[str, str, str]] = Counter()
    by_role: Counter[str] = Counter()
    by_certainty: Counter[str] = Counter()
    total = 0
    for row in store.rows("findings"):
        total += 1
        by_role[row["role"]] += 1
        by_certainty[row["certainty"]] += 1
        state, why = states.get(row["finding_id"], ("new", ""))
        reason = "noise" if state == "noise" else row["role"]
        if reason == "noise" or reason in _FOLDED_ROLES:
            folded[reason, row["kind"], row["exhibit"]] += 1
            continue
        key = (CERTAINTIES.index(row["certainty"]), row["kind"])
        groups.setdefault(key, []).append(_entry(row, state, why))
    return {
        "count": total,
        "listed_count": sum(map(len, groups.values())),
        "by_certainty": dict(sorted(by_certainty.items())),
        "by_role": dict(sorted(by_role.items())),
        "groups": [
            {
                "certainty": CERTAINTIES[rank],
                "kind": kind,
                "findings": sorted(entries, key=_order),
            }
            for (rank, kind), entries in sorted(groups.items())
        ],
        "folded": [
            {"reason": reason, "kind": kind, "exhibit": exhibit, "count": number}
            for (reason, kind, exhibit), number in sorted(folded.items())
        ],
    }


def _order(entry: dict[str, Any]) -> tuple[str, str, str]:
    return (entry["value"] or entry["fingerprint"] or "", entry["place"], entry["id"])


def _entry(row: Row, state: str, why: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": row["finding_id"],
        "kind": row["kind"],
        "strength": "observed",
        "value": row["value"],
        "fingerprint": row["fingerprint"],
        "certainty": row["certainty"],
        "check": row["check_made"],
        "false_positive_rate": row["false_positive_rate"],
        "role": row["role"],
        "candidates": [
            {"chain": c["chain"], "network": c["network"], "reason": c["reason"]}
            for c in row["candidates"]
        ],
        "exhibit": row["exhibit"],
        "location": list(row["location"]),
        "place": " › ".join([row["exhibit"], *row["location"]]),
        "offset_bytes": row["offset_bytes"],
        "length_bytes": row["length_bytes"],
        "row": row["row"],
        "encoding": row["encoding"],
        "detector": row["detector"],
        "item_sha256": row["item_sha256"],
        "state": state,
        "why": why,
    }
    if row["fingerprint"] is None:
        entry["context"] = row["context"]
        entry["detail"] = row["detail"]
    return entry
