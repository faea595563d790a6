"""Traces with their rules side by side: frontier, sums, trail, and the inferences they rest on.

The stored answer of a trace is one canonical JSON document; this module reads it and writes the
amounts as strings with their exact decimals.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from chainlead.model import moment_from_unix, moment_to_text
from chainlead.report.money import money
from chainlead.report.parts.account_traces import account_trace
from chainlead.store import Blobs, Store

_UNITS = "_units"


def traces(store: Store, blobs: Blobs) -> list[dict[str, Any]]:
    """All traces in the order in which they were made."""
    rows = store.rows("traces", order_by=("journal_seq", "trace_id"))
    return [_kept(row, blobs) for row in rows]


def trace_named(store: Store, blobs: Blobs, trace_id: str) -> dict[str, Any] | None:
    """One trace, or None where the case does not have it."""
    row = store.lookup("traces", trace_id=trace_id)
    return None if row is None else _kept(row, blobs)


def _kept(row: Mapping[str, Any], blobs: Blobs) -> dict[str, Any]:
    answer = msgspec.json.decode(blobs.get(row["result_sha256"]))
    made = _trace(row["trace_id"], row["parameters"], answer)
    return made | {"result_sha256": row["result_sha256"]}


def _trace(trace_id: str, asked: Any, answer: Mapping[str, Any]) -> dict[str, Any]:
    if answer.get("kind") == "accounts":
        return account_trace(trace_id, asked, answer)
    pinned = dict(answer["pinned"])
    chain = str(pinned.get("chain", ""))
    said = _Said(chain)
    rules = {name: _rule(said, result) for name, result in sorted(answer.get("rules", {}).items())}
    return {
        "trace_id": trace_id,
        "kind": "outputs",
        "origin": answer["origin"],
        "direction": answer["direction"],
        "pinned": pinned,
        "asset": answer.get("asset"),
        "parameters": answer.get("parameters") or asked,
        "rules": rules,
        "side_by_side": _side_by_side(said, rules, answer.get("bounds", [])),
        "bounds_sums": {
            reason: {
                name.removesuffix(_UNITS): said.money(value) for name, value in sorted(sums.items())
            }
            for reason, sums in sorted(answer.get("bounds_sums", {}).items())
        },
        "notes": list(answer.get("notes", [])),
        **({"basis": dict(answer["basis"])} if "basis" in answer else {}),
        "transactions": [_timed(said, tx) for tx in answer.get("transactions", [])],
        "inferences": list(answer.get("inferences", [])),
    }


class _Said:
    """Amounts and times of one trace in words: the same stand under every rule, and are made once."""

    def __init__(self, chain: str) -> None:
        self._chain = chain
        self._moneys: dict[int | str, dict[str, str]] = {}
        self._moments: dict[int, str] = {}

    def money(self, units: int | str) -> dict[str, str]:
        found = self._moneys.get(units)
        if found is None:
            found = self._moneys[units] = money(self._chain, units)
        return found

    def moment(self, seconds: int) -> str:
        found = self._moments.get(seconds)
        if found is None:
            found = self._moments[seconds] = moment_to_text(moment_from_unix(seconds))
        return found


def _rule(said: _Said, result: Mapping[str, Any]) -> dict[str, Any]:
    sums = {
        name: said.money(value) if _is_units(value) else value
        for name, value in sorted(dict(result.get("sums", {})).items())
    }
    return {
        "strength": "inferred",
        "conserves": bool(result.get("conserves", True)),
        "sums": sums,
        "frontier": [_place(said, node) for node in result.get("frontier", [])],
        "transfers": [_place(said, transfer) for transfer in result.get("transfers", [])],
        "notes": list(result.get("notes", [])),
        **({"card": result["card"]} if "card" in result else {}),
    }


def _is_units(value: Any) -> bool:
    return type(value) is int or (isinstance(value, str) and value.lstrip("-").isdecimal())


def _place(said: _Said, node: Mapping[str, Any]) -> dict[str, Any]:
    place = _timed(said, node)
    for name in [name for name in place if name.endswith(_UNITS)]:
        place[name.removesuffix(_UNITS)] = said.money(place.pop(name))
    return place


def _timed(said: _Said, record: Mapping[str, Any]) -> dict[str, Any]:
    seconds = record.get("mined_at_unix")
    if seconds is None or record.get("mined_at"):
        return dict(record)
    return {**record, "mined_at": said.moment(int(seconds))}


def frontier_key(node: Mapping[str, Any]) -> str:
    """What makes two frontier nodes of different rules the same place."""
    return str(node.get("outpoint") or f"{node.get('txid')} ({node['reason']})")


def _side_by_side(
    said: _Said, rules: Mapping[str, Any], bounds: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    limits = {frontier_key(bound): bound for bound in bounds}
    places: dict[str, dict[str, Any]] = {}
    for name, result in rules.items():
        for node in result["frontier"]:
            place = places.setdefault(
                frontier_key(node),
                {
                    "place": frontier_key(node),
                    "address": node.get("address"),
                    "reason": node["reason"],
                    "note": node.get("note", ""),
                    "height": node.get("height"),
                    "amount": node.get("amount"),
                    "traced": {},
                    **_bounds(said, limits.get(frontier_key(node))),
                },
            )
            before = place["traced"].get(name)
            units = int(node["traced"]["units"]) + (int(before["units"]) if before else 0)
            place["traced"][name] = said.money(units)
    return sorted(
        places.values(),
        key=lambda p: (p["height"] is None, p["height"] or 0, p["place"]),
    )


def _bounds(said: _Said, bound: Mapping[str, Any] | None) -> dict[str, Any]:
    """Least and most that can be traced there under any rule; None where it was not worked out."""
    return {
        name: None
        if bound is None or bound[f"{name}_units"] is None
        else said.money(bound[f"{name}_units"])
        for name in ("least", "most")
    }
