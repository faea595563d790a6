"""A trace over accounts in the shape that the report's sections, tables and pictures read.

A transfer is named by its transaction and its number in it; an end is an account, or a fee. Where a
rule cannot say an amount, there is none: not zero.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chainlead.report.money import money

_UNITS = "_units"
_Amount = dict[str, str] | None


def account_trace(trace_id: str, asked: Any, answer: Mapping[str, Any]) -> dict[str, Any]:
    """One trace of the bundle, made from the stored answer.

    Args:
        trace_id: its id.
        asked: the question's parameters.
        answer: the stored document; its `kind` is `accounts`.
    """
    form = _Form(answer)
    rules = {name: form.rule(result) for name, result in sorted(answer["rules"].items())}
    return {
        "trace_id": trace_id,
        "kind": "accounts",
        "origin": answer.get("asked_origin") or answer["origin"][0]["txid"],
        "direction": answer["direction"],
        "pinned": dict(answer["pinned"]),
        "asset": answer["asset"],
        "parameters": answer.get("parameters") or asked,
        "rules": rules,
        "side_by_side": form.side_by_side(rules, answer.get("bounds")),
        "bounds_sums": {},
        "notes": list(answer.get("notes", [])),
        **({"basis": dict(answer["basis"])} if "basis" in answer else {}),
        "transactions": form.transactions(answer["transfers"]),
        "inferences": [],
    }


class _Form:
    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.chain = str(answer["pinned"]["chain"])
        self.asset = answer["asset"]
        self.is_forward = answer["direction"] == "forward"
        self.times = {
            told["txid"]: told["mined_at"]
            for told in (
                *answer["transfers"],
                *(t for result in answer["rules"].values() for t in result["transfers"]),
            )
        }

    def amount(self, units: str | None) -> _Amount:
        return None if units is None else money(self.chain, units, self.asset)

    def rule(self, result: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "strength": "inferred",
            "conserves": bool(result["conserves"]),
            "sums": {
                name: self.amount(units)
                for name, units in sorted(result["sums"].items())
                if units is not None
            },
            "frontier": [self.end(node) for node in result["frontier"]],
            "transfers": [self.transfer(told) for told in result["transfers"]],
            "notes": list(result["notes"]),
            "card": result["card"],
        }

    def end(self, node: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "outpoint": None,
            "place": _end_place(node),
            "address": node["account"],
            "memo": node["memo"],
            "txid": node["txid"],
            "amount": self.amount(node["amount_units"]),
            "traced": self.amount(node["traced_units"]),
            "reason": node["reason"],
            "note": node["note"],
            "strength": node["strength"],
            "height": node["height"],
            "mined_at": self.times.get(node["txid"]),
            "hop": node["hop"],
        }

    def transfer(self, told: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "outpoint": None,
            "place": transfer_place(told),
            "address": told["receiver" if self.is_forward else "sender"],
            "sender": told["sender"],
            "receiver": told["receiver"],
            "memo": told["memo"],
            "txid": told["txid"],
            "order": list(told["order"]),
            "amount": self.amount(told["amount_units"]),
            "traced": self.amount(told["traced_units"]),
            "height": told["height"],
            "mined_at": told["mined_at"],
            "hop": told["hop"],
        }

    def transactions(self, transfers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for told in transfers:
            found.setdefault(
                told["txid"],
                {
                    "txid": told["txid"],
                    "height": told["height"],
                    "block_index": told["order"][1],
                    "mined_at": told["mined_at"],
                },
            )
        return list(found.values())

    def side_by_side(
        self, rules: Mapping[str, Any], bounds: Mapping[str, Any] | None
    ) -> list[dict[str, Any]]:
        limits: dict[str, dict[str, int]] = {}
        for name in ("least", "most"):
            for node in (bounds or {}).get(name, ()):
                limit = limits.setdefault(_key(node, _end_place(node)), {})
                limit[name] = limit.get(name, 0) + int(node["traced_units"] or 0)
        places: dict[str, dict[str, Any]] = {}
        for name, result in rules.items():
            for node in result["frontier"]:
                key = _key(node, node["place"])
                bound = limits.get(key, {})
                place = places.setdefault(
                    key,
                    {
                        "place": node["place"],
                        "address": node["address"],
                        "reason": node["reason"],
                        "note": node["note"],
                        "height": node["height"],
                        "amount": node["amount"],
                        "traced": {},
                        "least": self.amount(str(bound.get("least", 0))) if bounds else None,
                        "most": self.amount(str(bound["most"])) if "most" in bound else None,
                    },
                )
                if node["traced"] is not None:
                    before = place["traced"].get(name)
                    units = int(node["traced"]["units"]) + (int(before["units"]) if before else 0)
                    place["traced"][name] = self.amount(str(units))
        return sorted(
            places.values(), key=lambda p: (p["height"] is None, p["height"] or 0, p["place"])
        )


def transfer_place(told: Mapping[str, Any]) -> str:
    """`txid, transfer 3`: a transaction's first transfer has the number 1."""
    return f"{told['txid']}, transfer {told['order'][2] + 1}"


def _end_place(node: Mapping[str, Any]) -> str:
    txid = node["txid"] or "no known transaction"
    if node["account"] is None:
        return f"{txid} ({node['reason']})"
    return f"{txid}, tag {node['memo']}" if node["memo"] else txid


def _key(node: Mapping[str, Any], place: str) -> str:
    account = node.get("account", node.get("address"))
    return f"{place} {account} {node['reason']}"
