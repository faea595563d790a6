"""Every transaction id of an answer against the case's own ledger.

A statement that agrees stays a statement: the ledger says that the payment exists, the service
alone says whose it was. Limits: only ledgers that the case holds are asked; a transaction that lies
behind their end is absent here and may still exist.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chainlead.codecs import lookup_address
from chainlead.model import NATIVE, Chain, moment_from_text, moment_to_text
from chainlead.request.answers.amounts import agrees, to_units
from chainlead.request.answers.stated import StatedRow

_HEX = re.compile(r"(?:0x)?([0-9a-fA-F]{64})\Z")
_SYMBOLS = {
    "XBT": Chain.BITCOIN, "BTC": Chain.BITCOIN, "LTC": Chain.LITECOIN, "DASH": Chain.DASH,
    "ETH": Chain.ETHEREUM, "XRP": Chain.XRP, "XMR": Chain.MONERO, "BCH": Chain.BITCOIN_CASH,
    "DOGE": Chain.DOGECOIN, "ZEC": Chain.ZCASH, "TRX": Chain.TRON,
}  # fmt: skip
_NETWORKS = {
    "btc": Chain.BITCOIN, "erc20": Chain.ETHEREUM, "erc-20": Chain.ETHEREUM, "eth": Chain.ETHEREUM,
    "ltc": Chain.LITECOIN, "ripple": Chain.XRP, "xrpl": Chain.XRP, "trc20": Chain.TRON,
    "trc-20": Chain.TRON, "tron": Chain.TRON, "segwit": Chain.BITCOIN,
    **{chain.value: chain for chain in Chain},
}  # fmt: skip
_LEAST_APART = timedelta(minutes=30)
_MOST_APART = timedelta(hours=14, minutes=20)
_NEAR_THE_HOUR = timedelta(minutes=12)
_LIKE = 8
_MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class LedgerPayment:
    """One payment of a transaction, as the ledger has it.

    Attributes:
        place: `output 1` on a chain of outputs, else the transfer's place.
        outpoint: `txid:output_index` on a chain of outputs, else empty.
        contract: of a token; empty for the chain's coin.
    """

    txid: str
    place: str
    outpoint: str
    address: str
    amount_units: int
    decimals: int
    mined_at: str | None
    height: int | None
    contract: str = ""
    sender: str = ""


class PaymentBook(Protocol):
    """What the check asks of a ledger."""

    def payments(self, txid: str) -> tuple[LedgerPayment, ...] | None:
        """The payments of a transaction (64 small hex digits); None if the ledger does not hold it."""
        ...

    def payments_to(self, address: str) -> tuple[LedgerPayment, ...]:
        """The payments to an address."""
        ...


def chain_of(row: StatedRow, lead_chain: Chain | None) -> Chain | None:
    """Whose ledger a row is about: its network, its asset, its address, else the lead's chain.

    None: an asset whose ledger is not known here. A lead to a provider has no chain.
    """
    network = row.fields.get("network", "").strip().casefold()
    if network in _NETWORKS:
        return _NETWORKS[network]
    asset = row.fields.get("asset", "").strip().upper()
    if asset in _SYMBOLS:
        return _SYMBOLS[asset]
    parsed = lookup_address(row.fields.get("address", ""))
    if parsed is not None:
        chains = {candidate.chain for candidate in parsed.candidates}
        if lead_chain is not None and lead_chain in chains:
            return lead_chain
        if len(chains) == 1:
            return chains.pop()
    is_other = lead_chain is None or (asset and asset != NATIVE[lead_chain].symbol)
    return None if is_other else lead_chain


def check_row(
    row: StatedRow, lead_chain: Chain | None, book_of: Callable[[Chain], PaymentBook | None]
) -> None:
    """Compare one row with the ledger; fill its `check` and its doubts.

    `check` holds `state` (agrees, differs, absent, no ledger, malformed, none), `chain`, and where
    the ledger holds the transaction `place`, `outpoint`, `address_equal`, `amount_equal` (true,
    false, or null where the row gives none), `ledger_units`, `mined_at`, `height`.
    """
    said = row.fields.get("txid", "").strip()
    if not said:
        if row.kind == "crypto" and row.fields.get("address"):
            row.check = {"state": "none"}
        return
    found = _HEX.match(said)
    if not found:
        row.check = {"state": "malformed"}
        row.doubt("txid malformed", f"{said!r:.100} is no transaction id.")
        return
    txid = found.group(1).lower()
    chain = chain_of(row, lead_chain)
    book = book_of(chain) if chain else None
    if chain is None or book is None:
        name = chain.value if chain else row.fields.get("asset", "this asset")
        row.check = {"state": "no ledger", "chain": chain.value if chain else "", "txid": txid}
        row.doubt("no ledger", f"The case holds no ledger of {name}: nothing was checked.")
        return
    payments = book.payments(txid)
    if payments is None:
        _absent(row, txid, chain, book)
    else:
        _compare(row, payments[0].txid if payments else txid, chain, payments)


def _absent(row: StatedRow, txid: str, chain: Chain, book: PaymentBook) -> None:
    row.check = {"state": "absent", "chain": chain.value, "txid": txid}
    sentence = f"The case's ledger holds no transaction {txid}."
    paid = book.payments_to(row.fields.get("address", "").strip())
    likely = [
        payment
        for payment in (paid if len(paid) <= _MOST_COMPARED else ())
        if row.amount is not None
        and agrees(
            row.amount, payment.amount_units, payment.decimals, is_binary=row.is_binary_amount
        )
    ]
    if likely:
        row.check["likely"] = [payment.outpoint or payment.txid for payment in likely]
        names = ", ".join(payment.txid for payment in likely[:3])
        alike = [p for p in likely if _apart(p.txid, txid) <= _LIKE]
        how = f" It differs from it in {_apart(alike[0].txid, txid)} characters." if alike else ""
        sentence += (
            f" A payment of this amount to this address is {names}.{how} Ask which is meant."
        )
    else:
        sentence += " It may lie behind the ledger's end: fetch it, or ask the service."
    row.doubt("txid absent", sentence)


def _apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def _compare(row: StatedRow, txid: str, chain: Chain, payments: tuple[LedgerPayment, ...]) -> None:
    address = row.fields.get("address", "").strip()
    base = address.partition(":")[0] if chain is Chain.XRP else address
    ranked = sorted(
        payments,
        key=lambda p: (not _is_same(p.address, base), not _has_amount(row, p), p.place),
    )
    best = ranked[0] if ranked else None
    address_equal = None if not base else best is not None and _is_same(best.address, base)
    amount_equal = None if row.amount is None else best is not None and _has_amount(row, best)
    if best is not None and base and not address_equal:
        best = None
    row.check = {
        "state": "differs" if address_equal is False or amount_equal is False else "agrees",
        "chain": chain.value,
        "txid": txid,
        "address_equal": address_equal,
        "amount_equal": amount_equal,
    }
    if address_equal is None and amount_equal is not True and len(payments) != 1:
        best = None
    if best is not None:
        row.check |= {
            "place": best.place,
            "outpoint": best.outpoint,
            "address": best.address,
            "contract": best.contract,
            "sender": best.sender,
            "ledger_units": str(best.amount_units),
            "decimals": best.decimals,
        }
    first = payments[0] if payments else None
    if first is not None:
        row.check |= {"mined_at": first.mined_at, "height": first.height}
    if address_equal is False:
        row.doubt("address differs", f"Transaction {txid} pays nothing to {address} on the ledger.")
    elif amount_equal is False and best is not None:
        row.doubt(
            "amount differs",
            f"The answer says {row.amount}, the ledger {_decimal(best)} ({txid}, {best.place}).",
        )
    _check_time(row)


def _is_same(one: str, other: str) -> bool:
    if one.startswith("0x") or one.lower().startswith(("bc1", "tb1", "bcrt1", "ltc1")):
        return one.lower() == other.lower()
    return one == other


def _has_amount(row: StatedRow, payment: LedgerPayment) -> bool:
    """Equal, or equal once the stated fee is taken off."""
    if row.amount is None:
        return False
    if agrees(row.amount, payment.amount_units, payment.decimals, is_binary=row.is_binary_amount):
        return True
    from chainlead.request.answers.amounts import read_amount  # noqa: PLC0415  (rare)

    fee = read_amount(row.fields.get("fee", ""), ".").number if row.fields.get("fee") else None
    units = to_units(row.amount, payment.decimals)
    fee_units = to_units(fee, payment.decimals) if fee else None
    return (
        units is not None and bool(fee_units) and units - (fee_units or 0) == payment.amount_units
    )


def _decimal(payment: LedgerPayment) -> str:
    text = str(payment.amount_units).rjust(payment.decimals + 1, "0")
    return f"{text[: -payment.decimals]}.{text[-payment.decimals :]}" if payment.decimals else text


def _check_time(row: StatedRow) -> None:
    """A stated time whole hours from the block's own is likely in another zone."""
    mined_at = row.check.get("mined_at")
    if not mined_at or not row.occurred_at or "T" not in row.occurred_at:
        return
    block = moment_from_text(mined_at)
    readings = [moment_from_text(text) for text in (row.occurred_at, row.occurred_latest) if text]
    apart = min((reading - block for reading in readings), key=abs)
    row.check["seconds_from_block"] = int(apart.total_seconds())
    if not _LEAST_APART <= abs(apart) <= _MOST_APART:
        return
    hours = round(apart / timedelta(hours=1))
    if hours and abs(apart - timedelta(hours=hours)) <= _NEAR_THE_HOUR:
        way = "after" if apart > timedelta() else "before"
        row.doubt(
            "time zone",
            f"The stated time {moment_to_text(_nearest(readings, block))} is about {abs(hours)} h "
            f"{way} the block of the transaction ({mined_at}): this column may be in another zone.",
        )


def _nearest(readings: list[datetime], block: datetime) -> datetime:
    return min(readings, key=lambda reading: abs(reading - block))


def check_summary(rows: Mapping[int, StatedRow] | list[StatedRow]) -> dict[str, Any]:
    """How many rows have which state."""
    each = rows.values() if isinstance(rows, Mapping) else rows
    counts: dict[str, int] = {}
    for row in each:
        if state := row.check.get("state"):
            counts[state] = counts.get(state, 0) + 1
    return dict(sorted(counts.items()))
