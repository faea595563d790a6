"""A trace over accounts as one JSON document: amounts as strings of base units, null is unknown.

The form follows that of a trace over outputs (`document.py`); `kind` tells them apart.
"""

from collections.abc import Iterable
from typing import Any

from chainlead.model import moment_to_text
from chainlead.trace.accounts.rule import AccountRule
from chainlead.trace.accounts.trace import AccountNode, AccountResult, AccountTrace
from chainlead.trace.accounts.view import AssetTransfer
from chainlead.trace.document import FORMAT, card_document, limits_document
from chainlead.trace.heuristic import HeuristicCard
from chainlead.trace.trace import Reason


def derive_account_document(
    trace: AccountTrace,
    *,
    rules: Iterable[AccountRule[Any, Any]],
    bounds: tuple[AccountResult, AccountResult] | None = None,
) -> dict[str, Any]:
    """The document of one trace over accounts.

    Args:
        trace: the answer.
        rules: the rules that made it; their cards go into the document.
        bounds: the same walk under `AccountLeast` and `AccountMost`.
    """
    pin, asset = trace.pin, trace.asset
    cards = {rule.name: account_rule_card(rule) for rule in rules}
    document: dict[str, Any] = {
        "format": FORMAT,
        "kind": "accounts",
        "origin": [_transfer_document(transfer) for transfer in trace.origin],
        "direction": str(trace.direction),
        "pinned": {
            "chain": pin.chain.value,
            "network": pin.network.value,
            "height": pin.height,
            "block_hash": pin.block_hash.display if pin.block_hash else None,
        },
        "asset": {
            "symbol": asset.symbol,
            "decimals": asset.decimals,
            "contract": asset.contract or None,
        },
        "parameters": limits_document(trace.limits),
        "rules": {
            result.rule: _rule_document(result, cards[result.rule])
            for result in trace.rules
            if result.rule in cards
        },
        "transfers": [_transfer_document(transfer) for transfer in trace.transfers],
    }
    if bounds is not None:
        document["bounds"] = {
            name: [_node_document(node) for node in result.frontier]
            for name, result in zip(("least", "most"), bounds, strict=True)
        }
    return document


def account_rule_card(rule: AccountRule[Any, Any]) -> HeuristicCard:
    """What the report prints about a taint rule for accounts."""
    parameters = (
        ("meaning", rule.meaning),
        ("conserves", "yes" if rule.conserves else "no"),
        ("needs the balance", "yes" if rule.needs_balance else "no"),
    )
    return HeuristicCard(
        rule.name, rule.version, rule.assumption, rule.known_failure, rule.citation, parameters
    )


def _rule_document(result: AccountResult, card: HeuristicCard) -> dict[str, Any]:
    sums = {"origin_units": str(result.origin_units), "frontier_units": _sum(result.frontier)}
    for reason in Reason:
        nodes = [node for node in result.frontier if node.reason is reason]
        if nodes:
            sums[f"{reason.name.lower()}_units"] = _sum(nodes)
    return {
        "card": card_document(card),
        "conserves": result.conserves,
        "sums": sums,
        "frontier": [_node_document(node) for node in result.frontier],
        "transfers": [
            {
                **_transfer_document(traced.transfer),
                "traced_units": str(traced.traced_units),
                "hop": traced.hop,
            }
            for traced in result.transfers
        ],
        "notes": list(result.notes),
    }


def _sum(nodes: Iterable[AccountNode]) -> str | None:
    """The sum, or null where one of the amounts cannot be said."""
    units = [node.traced_units for node in nodes]
    known = [number for number in units if number is not None]
    return str(sum(known)) if len(known) == len(units) else None


def _node_document(node: AccountNode) -> dict[str, Any]:
    return {
        "account": node.account,
        "txid": node.txid,
        "memo": node.memo,
        "amount_units": _units(node.amount_units),
        "traced_units": _units(node.traced_units),
        "reason": node.reason.value,
        "note": node.note,
        "strength": node.strength.value if node.strength else None,
        "height": node.height,
        "hop": node.hop,
    }


def _transfer_document(transfer: AssetTransfer) -> dict[str, Any]:
    return {
        "txid": transfer.txid,
        "order": list(transfer.order),
        "sender": transfer.sender,
        "receiver": transfer.receiver,
        "memo": transfer.memo,
        "amount_units": str(transfer.amount_units),
        "fee_payer": transfer.fee_payer,
        "fee_units": str(transfer.fee_units),
        "height": transfer.height,
        "mined_at": moment_to_text(transfer.mined_at) if transfer.mined_at else None,
    }


def _units(number: int | None) -> str | None:
    return None if number is None else str(number)
