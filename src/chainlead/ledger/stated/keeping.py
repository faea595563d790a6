"""Stated payments as rows of the case, apart from what blocks and nodes prove."""

from collections.abc import Iterable

from chainlead.ledger.stated.reading import StatedPayment
from chainlead.model import Chain
from chainlead.store import Store


def keep_stated(
    store: Store, chain: Chain, source_sha256: str, payments: Iterable[StatedPayment]
) -> None:
    """Write the payments of one file."""
    rows = [
        {
            "chain": chain.value,
            "source_sha256": source_sha256,
            "row_number": one.row_number,
            "txid": one.txid,
            "moment_unix": one.moment_unix,
            "direction": one.direction,
            "sender": one.sender,
            "receiver": one.receiver,
            "amount_units": str(one.amount_units),
            "fee_units": None if one.fee_units is None else str(one.fee_units),
            "fee_in_amount": one.fee_in_amount,
            "note": one.note,
        }
        for one in payments
    ]
    store.insert("stated_payments", rows)


def load_stated(store: Store, chain: Chain) -> list[tuple[str, StatedPayment]]:
    """The stated payments of a chain with the name of their file, by time, file and row."""
    names = {row["sha256"]: row["name"] for row in store.rows("stated_sources", chain=chain.value)}
    found = [
        (
            names[row["source_sha256"]],
            row["source_sha256"],
            StatedPayment(
                row["row_number"], row["txid"], row["moment_unix"], row["direction"],
                row["sender"], row["receiver"], int(row["amount_units"]),
                None if row["fee_units"] is None else int(row["fee_units"]),
                row["fee_in_amount"], row["note"],
            ),
        )
        for row in store.rows("stated_payments", chain=chain.value)
    ]  # fmt: skip
    found.sort(key=lambda one: (one[2].moment_unix, one[1], one[2].row_number))
    return [(name, payment) for name, _, payment in found]
