"""A trace as one JSON document: amounts as strings of base units, ids as they are usually printed.

The form is stable (docs/design/taint.md, "The document"); fields may be added.
"""

from collections.abc import Iterable
from typing import Any

from chainlead.ledger import Output, Transaction
from chainlead.model import NATIVE, moment_to_text
from chainlead.trace.error_rates import describe_error_rate
from chainlead.trace.heuristic import HeuristicCard
from chainlead.trace.rule import TaintRule
from chainlead.trace.trace import FrontierNode, Limits, Reason, RuleResult, Trace, TracedTransfer

FORMAT = 1


def derive_document(
    trace: Trace,
    *,
    rules: Iterable[TaintRule[Any]],
    inferences: Iterable[HeuristicCard] = (),
    bounds: tuple[RuleResult, RuleResult] | None = None,
) -> dict[str, Any]:
    """The document of one trace.

    Args:
        trace: the answer.
        rules: the rules that made it; their cards go into the document.
        inferences: cards of the heuristics that it rests on.
        bounds: the same walk under `Least` and `Most`.
    """
    asset = NATIVE[trace.pin.chain]
    cards = {rule.name: rule_card(rule) for rule in rules}
    document: dict[str, Any] = {
        "format": FORMAT,
        "origin": trace.origin,
        "direction": str(trace.direction),
        "pinned": {
            "chain": trace.pin.chain.value,
            "network": trace.pin.network.value,
            "height": trace.pin.height,
            "block_hash": trace.pin.block_hash.display if trace.pin.block_hash else None,
        },
        "asset": {"symbol": asset.symbol, "decimals": asset.decimals},
        "parameters": limits_document(trace.limits),
        "rules": {
            result.rule: _rule_document(result, cards[result.rule])
            for result in trace.rules
            if result.rule in cards
        },
        "transactions": [_transaction_document(transaction) for transaction in trace.transactions],
        "inferences": [card_document(card) for card in inferences],
    }
    if bounds is not None:
        document["bounds"] = _bounds_document(*bounds, trace.rules)
        document["bounds_sums"] = _bounds_sums(*bounds)
    return document


def limits_document(limits: Limits) -> dict[str, Any]:
    """The limits as they stand in the journal and in the document."""
    return {
        "hops": limits.hops,
        "transactions": limits.transactions,
        "since_unix": limits.since_unix,
        "until_unix": limits.until_unix,
    }


def rule_card(rule: TaintRule[Any]) -> HeuristicCard:
    """What the report prints about a taint rule."""
    parameters = (("meaning", rule.meaning), ("conserves", "yes" if rule.conserves else "no"))
    return HeuristicCard(
        rule.name,
        rule.version,
        rule.assumption,
        rule.known_failure,
        rule.citation,
        parameters,
        describe_error_rate(rule.name, rule.version),
    )


def card_document(card: HeuristicCard) -> dict[str, Any]:
    """A card as JSON."""
    return {
        "name": card.name,
        "version": card.version,
        "assumption": card.assumption,
        "known_failure": card.known_failure,
        "citation": card.citation,
        "parameters": dict(card.parameters),
        "error_rate": card.error_rate,
    }


def _rule_document(result: RuleResult, card: HeuristicCard) -> dict[str, Any]:
    sums = {"origin_units": str(result.origin_units)}
    sums["frontier_units"] = str(sum(node.traced_units for node in result.frontier))
    for reason in Reason:
        nodes = [node.traced_units for node in result.frontier if node.reason is reason]
        if nodes:
            sums[f"{reason.name.lower()}_units"] = str(sum(nodes))
    return {
        "card": card_document(card),
        "conserves": result.conserves,
        "sums": sums,
        "frontier": [_frontier_document(node) for node in result.frontier],
        "transfers": [_transfer_document(transfer) for transfer in result.transfers],
        "notes": list(result.notes),
    }


def _frontier_document(node: FrontierNode) -> dict[str, Any]:
    return {
        "outpoint": str(node.outpoint) if node.outpoint else None,
        "address": node.address,
        "amount_units": str(node.amount_units),
        "traced_units": str(node.traced_units),
        "reason": node.reason.value,
        "note": node.note,
        "strength": node.strength.value if node.strength else None,
        "height": node.height,
        "txid": node.txid.display,
        "hop": node.hop,
    }


def _transfer_document(transfer: TracedTransfer) -> dict[str, Any]:
    return {
        "outpoint": str(transfer.outpoint),
        "address": transfer.address,
        "amount_units": str(transfer.amount_units),
        "traced_units": str(transfer.traced_units),
        "height": transfer.height,
        "mined_at_unix": transfer.mined_at_unix,
        "hop": transfer.hop,
    }


def _bounds_document(
    least: RuleResult, most: RuleResult, results: Iterable[RuleResult]
) -> list[dict[str, Any]]:
    """Every place where any rule stops, with its bounds; no more than the origin can be in one.

    Where an exact rule stopped at an unknown input and the maximum went on, the maximum is that of
    the output itself.
    """
    minimum = {_frontier_key(node): node.traced_units for node in least.frontier}
    maximum = {_frontier_key(node): node.traced_units for node in most.frontier}
    passing = {str(transfer.outpoint): transfer.traced_units for transfer in most.transfers}
    places = {
        _frontier_key(node): node for result in (most, least, *results) for node in result.frontier
    }
    found = []
    for key, node in places.items():
        highest = maximum.get(key, passing.get(str(node.outpoint)))
        found.append(
            {
                "outpoint": str(node.outpoint) if node.outpoint else None,
                "txid": node.txid.display,
                "reason": node.reason.value,
                "least_units": str(minimum.get(key, 0)),
                "most_units": None if highest is None else str(min(highest, least.origin_units)),
            }
        )
    return found


def _bounds_sums(least: RuleResult, most: RuleResult) -> dict[str, dict[str, str]]:
    """For each reason, the least and the most that can have ended there, whatever the rule.

    All together cannot exceed the origin; counted without what surely came back to it, its amount
    is `least.origin_units`.
    """
    sums = {}
    for reason in Reason:
        highest = [node.traced_units for node in most.frontier if node.reason is reason]
        lowest = [node.traced_units for node in least.frontier if node.reason is reason]
        if highest:
            sums[reason.value] = {
                "least_units": str(sum(lowest)),
                "most_units": str(min(sum(highest), least.origin_units)),
            }
    return sums


def _frontier_key(node: FrontierNode) -> tuple[str, str | None]:
    return node.txid.display, str(node.outpoint) if node.outpoint else None


def _transaction_document(transaction: Transaction) -> dict[str, Any]:
    fee_units = transaction.fee_units
    return {
        "txid": transaction.txid.display,
        "height": transaction.height,
        "block_index": transaction.block_index,
        "block_hash": transaction.block_hash.display if transaction.block_hash else None,
        "mined_at": moment_to_text(transaction.mined_at) if transaction.mined_at else None,
        "place_strength": transaction.place_strength.value,
        "verified": transaction.verified.value,
        "is_coinbase": transaction.is_coinbase,
        "fee_units": None if fee_units is None else str(fee_units),
        "inputs": [
            {
                "outpoint": str(spent.outpoint) if spent.outpoint else None,
                **_place_document(spent.previous),
            }
            for spent in transaction.inputs
        ],
        "outputs": [
            {"outpoint": str(output.outpoint), **_place_document(output)}
            for output in transaction.outputs
        ],
    }


def _place_document(output: Output | None) -> dict[str, Any]:
    """Address and amount; both null where the known blocks do not hold the output."""
    return {
        "address": output.address if output else None,
        "amount_units": str(output.amount_units) if output else None,
        "strength": output.strength.value if output else None,
    }
