"""What an XRP Ledger transaction moved, from its metadata.

A payment is one transfer of what was **delivered**, which a partial payment's `Amount` is not.
Everything else (exchanges, escrows, checks, channels, pools, conversions on the way) is told by the
changes of balances: where one account alone lost or gained an asset, it is known who paid whom. A unit
of an issued currency that nobody lost was issued, one that nobody got was redeemed, or is the issuer's
fee. Where several lost and several gained the same asset, the ledger does not say whose unit went where:
each loss and gain then stands alone, with nobody on its other side.
Limits: without metadata nothing is said to have moved. Amounts of issued currencies are whole numbers of
10^-15. An NFT's new owner is not shown, only what was paid. What is not counted: see `xrp_changes`.
Spec: https://xrpl.org, "Partial Payments", "Transaction Metadata", "Transfer Fees".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chainlead.ledger.accounts.account_source import TransferRead
from chainlead.ledger.accounts.xrp_changes import (
    CHANNEL,
    ISSUED_DECIMALS,
    Key,
    balance_changes,
    nodes_of,
    read_amount,
)

__all__ = ["ISSUED_DECIMALS", "balance_changes", "find_transfers", "read_amount"]

PARTIAL_PAYMENT = 0x0002_0000
_PAYMENT = "Payment"
_KINDS = {
    "EscrowCreate": "escrow", "EscrowFinish": "escrow finished",
    "EscrowCancel": "escrow cancelled", "PaymentChannelCreate": "payment channel",
    "PaymentChannelFund": "payment channel", "PaymentChannelClaim": "payment channel claim",
    "CheckCash": "check", "OfferCreate": "exchange", "AccountDelete": "account deleted",
    "Clawback": "clawback", "AMMClawback": "clawback", "NFTokenAcceptOffer": "NFT sale",
    "AMMCreate": "pool", "AMMDeposit": "pool", "AMMWithdraw": "pool", "AMMBid": "pool",
    "AMMDelete": "pool", _PAYMENT: "conversion",
}  # fmt: skip
_OTHER = "balance change"
_WITH_TAGS = frozenset({"Escrow", "PayChannel", "Check"})
_PARTIAL = "partial payment: the amount that was asked for was not delivered"
_BY_BALANCES = "what was delivered is told by the changes of balances"
_UNPAIRED = "several paid and several were paid: the ledger does not say who whom"
_SHARED = "the issuer's fee is shared out in proportion"
_ISSUED, _REDEEMED = "issued", "redeemed, or the issuer's fee"


def find_transfers(
    fields: Mapping[str, Any], meta: Mapping[str, Any] | None
) -> tuple[TransferRead, ...]:
    """The transfers of one transaction, fee not among them; none if it failed or has no metadata."""
    if not meta or meta.get("TransactionResult") != "tesSUCCESS":
        return ()
    changes = balance_changes(fields, meta)
    teller = _Teller(fields, _tags(fields, meta), _channel_owners(meta))
    if fields.get("TransactionType") != _PAYMENT:
        return tuple(teller.tell(changes))
    paid = _payment(fields, meta)
    paid = paid and _of_its_issuer(paid, changes)
    if paid is None:
        return tuple(teller.tell(changes))
    return (paid, *teller.tell(_without(paid, changes)))


def _asked(fields: Mapping[str, Any]) -> Any:
    """The amount that a payment names; servers call it `DeliverMax` since version 2 of their API."""
    return fields.get("Amount", fields.get("DeliverMax"))


def _payment(fields: Mapping[str, Any], meta: Mapping[str, Any]) -> TransferRead | None:
    is_partial = bool(int(fields.get("Flags", 0)) & PARTIAL_PAYMENT)
    asked = read_amount(_asked(fields))
    told = meta.get("delivered_amount", meta.get("DeliveredAmount"))
    delivered = read_amount(told)  # None also for "unavailable", as servers say of old payments
    if delivered is None:
        if is_partial or asked is None:
            return None
        delivered = asked
    contract, units, note = delivered
    differs = asked is not None and asked[1] != units
    tag, source = fields.get("DestinationTag"), fields.get("SourceTag")
    notes = [
        note,
        _PARTIAL if is_partial and differs else "",
        "" if source is None else f"source tag {source}",
    ]
    return TransferRead(
        kind="payment",
        sender=fields.get("Account"),
        receiver=fields.get("Destination"),
        amount_units=units,
        contract=contract,
        asked_units=asked[1] if asked and differs else None,
        tag=None if tag is None else str(tag),
        note="; ".join(part for part in notes if part),
    )


def _of_its_issuer(paid: TransferRead, changes: Mapping[Key, int]) -> TransferRead | None:
    """The payment in the units that moved; None where the receiver gained those of several issuers.

    An amount that names one of its two sides as issuer may mean "units of whatever issuer the receiver
    accepts": where the other side's balance of that name did not change, what the receiver gained tells.
    """
    currency, _, issuer = (paid.contract or "").rpartition(".")
    other = {paid.receiver: paid.sender, paid.sender: paid.receiver}.get(issuer)
    if other is None or (other, paid.contract) in changes:
        return paid
    gained = [
        (contract, units)
        for (account, contract), units in sorted(changes.items())
        if account == paid.receiver and units > 0 and contract.rpartition(".")[0] == currency
    ]
    if len(gained) > 1:
        return None
    for contract, units in gained:
        note = "; ".join(part for part in (_BY_BALANCES, paid.note) if part)
        return replace(paid, contract=contract, amount_units=units, note=note)
    return paid


def _without(paid: TransferRead, changes: Mapping[Key, int]) -> dict[Key, int]:
    """The changes that the payment does not explain.

    An issuer's own balance of its currency is no balance: what it pays out is made, what it gets is
    destroyed. A payment that was converted on the way took another asset from the sender.
    """
    rest = dict(changes)
    for account, units in ((paid.sender, paid.amount_units), (paid.receiver, -paid.amount_units)):
        if paid.contract and paid.contract.endswith(f".{account}"):
            continue
        key = (str(account), paid.contract)
        rest[key] = rest.get(key, 0) + units
    return {key: units for key, units in rest.items() if units}


def _tags(fields: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, str]:
    """The destination tag that goes with a receiver: of the transaction, an escrow, a channel, a check."""
    found: dict[str, str] = {}
    for _, node in nodes_of(meta):
        told = node.get("FinalFields") or node.get("NewFields") or {}
        if node.get("LedgerEntryType") in _WITH_TAGS and "DestinationTag" in told:
            found[str(told.get("Destination"))] = str(told["DestinationTag"])
    if "DestinationTag" in fields and "Destination" in fields:
        found[str(fields["Destination"])] = str(fields["DestinationTag"])
    return found


def _channel_owners(meta: Mapping[str, Any]) -> frozenset[str]:
    """Whose money the payment channels of a transaction hold."""
    return frozenset(
        str((node.get("FinalFields") or {}).get("Account"))
        for _, node in nodes_of(meta)
        if node.get("LedgerEntryType") == "PayChannel"
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    """Turns losses and gains of one transaction into transfers."""

    fields: Mapping[str, Any]
    tags: Mapping[str, str]
    owners: frozenset[str]

    def tell(self, changes: Mapping[Key, int]) -> Iterator[TransferRead]:
        """Asset by asset."""
        for contract in sorted({contract for _, contract in changes}):
            losses = {a: -u for (a, c), u in changes.items() if c == contract and u < 0}
            gains = {a: u for (a, c), u in changes.items() if c == contract and u > 0}
            for one in _paired(losses, gains, contract):
                yield self._named(one)

    def _named(self, one: TransferRead) -> TransferRead:
        kind = _KINDS.get(str(self.fields.get("TransactionType")), _OTHER)
        if None in {one.sender, one.receiver} and one.note == _UNPAIRED:
            kind = _OTHER
        elif kind == "payment channel claim" and self._returns_to_owner(one):
            kind = "payment channel closed"
        asked, note = None, one.note
        pair = (self.fields.get("Account"), self.fields.get("Destination"))
        if kind == "conversion" and (one.sender, one.receiver) == pair:
            kind, asked = "payment", read_amount(_asked(self.fields))
            note = "; ".join(part for part in (_BY_BALANCES, note) if part)
        differs = asked is not None and asked[0] == one.contract and asked[1] != one.amount_units
        return replace(
            one, kind=kind, note=note, asked_units=asked[1] if asked and differs else None,
            tag=self.tags.get(one.receiver or ""),
        )  # fmt: skip

    def _returns_to_owner(self, one: TransferRead) -> bool:
        """Whether a channel gives what was not claimed back to whom it came from."""
        return (one.sender or "").startswith(CHANNEL) and one.receiver in self.owners


def _paired(
    losses: Mapping[str, int], gains: Mapping[str, int], contract: str
) -> Iterator[TransferRead]:
    """Who paid whom, as far as the changes of one asset say it."""
    lost, got = sum(losses.values()), sum(gains.values())
    if not losses:
        for account, units in sorted(gains.items()):
            yield TransferRead("", None, account, units, contract, note=_ISSUED if contract else "")
    elif not gains:
        for account, units in sorted(losses.items()):
            yield TransferRead(
                "", account, None, units, contract, note=_REDEEMED if contract else ""
            )
    elif lost >= got and len(losses) == 1:
        (payer,) = losses
        for account, units in sorted(gains.items()):
            yield TransferRead("", payer, account, units, contract)
        if lost > got:
            yield TransferRead("", payer, None, lost - got, contract, note=_REDEEMED)
    elif lost >= got and len(gains) == 1:
        yield from _to_one(losses, next(iter(gains)), got, contract)
    else:
        for account, units in sorted(losses.items()):
            yield TransferRead("", account, None, units, contract, note=_UNPAIRED)
        for account, units in sorted(gains.items()):
            yield TransferRead("", None, account, units, contract, note=_UNPAIRED)


def _to_one(
    losses: Mapping[str, int], receiver: str, got: int, contract: str
) -> Iterator[TransferRead]:
    """Several paid one. Of an issuer's fee each bore its part, for the rate is one for all."""
    lost, left = sum(losses.values()), got
    for number, (account, units) in enumerate(sorted(losses.items()), start=1):
        part = left if number == len(losses) else units * got // lost
        left -= part
        note = _SHARED if lost > got else ""
        if part:
            yield TransferRead("", account, receiver, part, contract, note=note)
        if units > part:
            yield TransferRead("", account, None, units - part, contract, note=_REDEEMED)
