"""By how much each account's balance of each asset changed, from a transaction's metadata.

Counted like accounts: escrows, payment channels (what was put into them and not claimed yet), named by
their place in the ledger: `escrow-ID`, `channel-ID`. A pool (AMM) is an account of its own.
Limits: what a number of an issued currency is finer than 10^-15 is cut off. NFTs, vaults, loans and
bridges to side chains are not counted.
Spec: https://xrpl.org, "Transaction Metadata", ledger entry types AccountRoot, RippleState, MPToken,
Escrow, PayChannel.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

ISSUED_DECIMALS = 15
ESCROW, CHANNEL = "escrow-", "channel-"
_LONGEST_NUMBER = 40
_LARGEST = 96
"""Decimal exponent that no amount of an issued currency can have."""
_FINER = "finer than 10^-15: cut off"
_NODE_KINDS = ("CreatedNode", "ModifiedNode", "DeletedNode")

Node = Mapping[str, Any]
Key = tuple[str, str]
"""Account and contract; the contract is empty for XRP, `CODE.issuer`, or the id of an MPT issue."""


def is_held(account: str) -> bool:
    """Whether this names an escrow or a channel, and not an account."""
    return account.startswith((ESCROW, CHANNEL))


def read_amount(told: Any) -> tuple[str, int, str] | None:
    """Contract, units and note of an amount: drops as text, or currency, issuer and value.

    A multi-purpose token (`mpt_issuance_id`) is named by its id.
    """
    if isinstance(told, str):
        return ("", int(told), "") if _is_whole(told) else None
    if not isinstance(told, Mapping) or not isinstance(told.get("value"), str):
        return None
    value = told["value"]
    if "mpt_issuance_id" in told:
        return (str(told["mpt_issuance_id"]), int(value), "") if _is_whole(value) else None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if len(value) > _LONGEST_NUMBER or not number.is_finite() or number.adjusted() > _LARGEST:
        return None
    scaled = number.scaleb(ISSUED_DECIMALS)
    units = int(scaled)
    contract = f"{told.get('currency')}.{told.get('issuer')}"
    return contract, units, "" if scaled == units else _FINER


def fee_payer_of(fields: Mapping[str, Any]) -> str:
    """Who paid the fee: the account, or whom it let act for it (`Delegate`)."""
    return str(fields.get("Delegate") or fields.get("Account"))


def balance_changes(fields: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[Key, int]:
    """Units by account and contract, the fee taken out again; zeros are left out."""
    changes: dict[Key, int] = {}
    for kind, node in nodes_of(meta):
        for key, units in _node_changes(kind, node):
            changes[key] = changes.get(key, 0) + units
    payer = (fee_payer_of(fields), "")
    fee = str(fields.get("Fee", "0"))
    if fee.isascii() and fee.isdecimal():
        changes[payer] = changes.get(payer, 0) + int(fee)
    return {key: units for key, units in sorted(changes.items()) if units}


def nodes_of(meta: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    """The entries of the ledger that were made, changed or removed."""
    for node in meta.get("AffectedNodes", ()):
        for kind in _NODE_KINDS:
            if isinstance(node, Mapping) and isinstance(node.get(kind), Mapping):
                yield kind, node[kind]


def _node_changes(kind: str, node: Node) -> Iterator[tuple[Key, int]]:
    final = node.get("FinalFields") or node.get("NewFields") or {}
    before = node.get("PreviousFields") or {}
    entry = node.get("LedgerEntryType")
    if entry == "AccountRoot":
        now = _drops(final.get("Balance"))
        was = 0 if kind == "CreatedNode" else _drops(before.get("Balance", final.get("Balance")))
        if now is not None and was is not None and final.get("Account"):
            yield (str(final["Account"]), ""), now - was
    elif entry == "RippleState":
        yield from _line_changes(kind, final, before)
    elif entry == "MPToken":
        yield from _token_changes(kind, final, before)
    elif entry == "Escrow":
        yield from _escrow_changes(kind, node, final)
    elif entry == "PayChannel":
        yield from _channel_changes(kind, node, final, before)


def _line_changes(kind: str, final: Node, before: Node) -> Iterator[tuple[Key, int]]:
    """A trust line: above zero the low side holds what the high side owes, below zero the reverse."""
    now = read_amount(final.get("Balance"))
    was = read_amount(before.get("Balance")) if "Balance" in before else None
    low, high = final.get("LowLimit"), final.get("HighLimit")
    if now is None or not isinstance(low, Mapping) or not isinstance(high, Mapping):
        return
    if was is None and kind != "CreatedNode":
        return
    start, end = (was[1] if was else 0), now[1]
    currency = final["Balance"].get("currency")
    one, other = str(low.get("issuer")), str(high.get("issuer"))
    yield (one, f"{currency}.{other}"), max(end, 0) - max(start, 0)
    yield (other, f"{currency}.{one}"), max(-end, 0) - max(-start, 0)


def _token_changes(kind: str, final: Node, before: Node) -> Iterator[tuple[Key, int]]:
    """Units of a multi-purpose token; those that an escrow holds are counted there."""
    now = _drops(str(final.get("MPTAmount", "0")))
    told = before.get("MPTAmount", "0" if kind == "CreatedNode" else final.get("MPTAmount", "0"))
    was = _drops(str(told))
    issue = final.get("MPTokenIssuanceID")
    if now is not None and was is not None and issue and final.get("Account"):
        yield (str(final["Account"]), str(issue)), now - was


def _escrow_changes(kind: str, node: Node, final: Node) -> Iterator[tuple[Key, int]]:
    amount = read_amount(final.get("Amount"))
    if amount is None or kind == "ModifiedNode":
        return
    sign = 1 if kind == "CreatedNode" else -1
    yield (f"{ESCROW}{node.get('LedgerIndex')}", amount[0]), sign * amount[1]


def _channel_changes(kind: str, node: Node, final: Node, before: Node) -> Iterator[tuple[Key, int]]:
    put, claimed = _drops(final.get("Amount")), _drops(final.get("Balance", "0"))
    put_before = _drops(before.get("Amount", final.get("Amount")))
    claimed_before = _drops(before.get("Balance", final.get("Balance", "0")))
    if None in {put, claimed, put_before, claimed_before}:
        return
    was = 0 if kind == "CreatedNode" else int(put_before or 0) - int(claimed_before or 0)
    now = 0 if kind == "DeletedNode" else int(put or 0) - int(claimed or 0)
    yield (f"{CHANNEL}{node.get('LedgerIndex')}", ""), now - was


def _drops(told: Any) -> int | None:
    return int(told) if isinstance(told, str) and _is_whole(told) else None


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER
