"""What an XRP Ledger transaction moved, from its metadata.

A simple payment is one transfer of what was **delivered**, which a partial payment's `Amount` is not.
Everything else (exchanges, escrows, checks, channels, pools, conversions on the way) is told by the
changes of balances in the metadata: each account's loss and gain is a transfer to or from nobody named,
because the ledger does not say whose unit went where.
Limits: without metadata nothing is said to have moved. Amounts of issued currencies are whole numbers
of 10^-15; what is finer is cut off and noted.
Spec: https://xrpl.org, "Partial Payments", "Transaction Metadata".
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from chainlead.ledger.accounts.account_source import TransferRead

PARTIAL_PAYMENT = 0x0002_0000
ISSUED_DECIMALS = 15
_LONGEST_NUMBER = 40
_LARGEST = 96
"""Decimal exponent that no amount of an issued currency can have."""

_PAYMENT = "Payment"
_FINER = "finer than 10^-15: cut off"
_PARTIAL = "partial payment: the amount that was asked for was not delivered"


def find_transfers(
    fields: Mapping[str, Any], meta: Mapping[str, Any] | None
) -> tuple[TransferRead, ...]:
    """The transfers of one transaction, fee not among them; none if it failed or has no metadata."""
    if not meta or meta.get("TransactionResult") != "tesSUCCESS":
        return ()
    changes = balance_changes(fields, meta)
    if fields.get("TransactionType") == _PAYMENT:
        paid = _payment(fields, meta)
        if paid is not None and _explains(paid, changes):
            return (paid,)
        if paid is not None:
            rest = _without(paid, changes)
            return (paid, *_one_sided(rest))
    return tuple(_one_sided(changes))


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


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER


def _payment(fields: Mapping[str, Any], meta: Mapping[str, Any]) -> TransferRead | None:
    is_partial = bool(int(fields.get("Flags", 0)) & PARTIAL_PAYMENT)
    asked = read_amount(fields.get("Amount"))
    told = meta.get("delivered_amount", meta.get("DeliveredAmount"))
    delivered = read_amount(told)  # None also for "unavailable", as servers say of old payments
    if delivered is None:
        if is_partial or asked is None:
            return None
        delivered = asked
    contract, units, note = delivered
    differs = asked is not None and asked[1] != units
    tag = fields.get("DestinationTag")
    return TransferRead(
        kind="payment",
        sender=fields.get("Account"),
        receiver=fields.get("Destination"),
        amount_units=units,
        contract=contract,
        asked_units=asked[1] if asked and differs else None,
        tag=None if tag is None else str(tag),
        note=note or (_PARTIAL if is_partial and differs else ""),
    )


def balance_changes(
    fields: Mapping[str, Any], meta: Mapping[str, Any]
) -> dict[tuple[str, str], int]:
    """By how much each account's balance of each asset changed, the fee taken out again.

    Returns:
        Units by (account, contract); zeros are left out.
    """
    changes: dict[tuple[str, str], int] = {}
    for node in meta.get("AffectedNodes", ()):
        for kind in ("CreatedNode", "ModifiedNode", "DeletedNode"):
            if isinstance(node, Mapping) and isinstance(node.get(kind), Mapping):
                for key, units in _node_changes(kind, node[kind]):
                    changes[key] = changes.get(key, 0) + units
    payer = (str(fields.get("Account")), "")
    fee = str(fields.get("Fee", "0"))
    if fee.isdecimal():
        changes[payer] = changes.get(payer, 0) + int(fee)
    return {key: units for key, units in sorted(changes.items()) if units}


def _node_changes(kind: str, node: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    final = node.get("FinalFields") or node.get("NewFields") or {}
    before = node.get("PreviousFields") or {}
    if node.get("LedgerEntryType") == "AccountRoot":
        now = _drops(final.get("Balance"))
        was = 0 if kind == "CreatedNode" else _drops(before.get("Balance", final.get("Balance")))
        if now is not None and was is not None and final.get("Account"):
            yield (str(final["Account"]), ""), now - was
    elif node.get("LedgerEntryType") == "RippleState":
        yield from _line_changes(kind, final, before)


def _line_changes(
    kind: str, final: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, str], int]]:
    """A trust line: the balance is the low account's; for the high one it is a debt."""
    now = read_amount(final.get("Balance"))
    was = read_amount(before.get("Balance")) if "Balance" in before else None
    low, high = final.get("LowLimit"), final.get("HighLimit")
    if now is None or not isinstance(low, Mapping) or not isinstance(high, Mapping):
        return
    if was is None and kind != "CreatedNode":
        return
    units = now[1] - (was[1] if was else 0)
    currency = final["Balance"].get("currency")
    one, other = str(low.get("issuer")), str(high.get("issuer"))
    holds = now[1] or (was[1] if was else 0)
    holder, issuer, sign = (one, other, 1) if holds >= 0 else (other, one, -1)
    yield (holder, f"{currency}.{issuer}"), sign * units


def _drops(told: Any) -> int | None:
    return int(told) if isinstance(told, str) and told.isdecimal() else None


def _explains(paid: TransferRead, changes: Mapping[tuple[str, str], int]) -> bool:
    """Whether the payment alone is all that happened to balances."""
    return not _without(paid, changes)


def _without(
    paid: TransferRead, changes: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """The changes that the payment does not explain.

    An issuer's own balance of its currency is no balance: what it pays out is made, what it gets is
    destroyed.
    """
    rest = dict(changes)
    for account, units in ((paid.sender, paid.amount_units), (paid.receiver, -paid.amount_units)):
        if paid.contract and paid.contract.endswith(f".{account}"):
            continue
        key = (str(account), paid.contract)
        rest[key] = rest.get(key, 0) + units
    return {key: units for key, units in rest.items() if units}


def _one_sided(changes: Mapping[tuple[str, str], int]) -> Iterator[TransferRead]:
    for (account, contract), units in sorted(changes.items()):
        if units < 0:
            yield TransferRead("balance change", account, None, -units, contract)
        else:
            yield TransferRead("balance change", None, account, units, contract)
