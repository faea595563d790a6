"""The annexes: one row per transfer or balance as CSV (RFC 4180), amounts as text, no cell is a formula.

Every cell is quoted. A cell whose first character a spreadsheet would take for a formula gets an
apostrophe before it; no identifier starts with such a character. Import the columns as text: a
spreadsheet shortens long numbers.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from chainlead.request.subject_facts import HoldingFacts
from chainlead.request.transfer_facts import TransferFacts

TRANSFERS = "annex.csv"
BALANCES = "balances.csv"
COLUMNS = (
    "row", "ledger", "asset", "token_contract", "txid", "output_index", "transfer_place", "address",
    "memo_or_destination_tag", "amount_base_units", "amount", "block_height", "block_hash",
    "time_utc", "from_addresses", "next_txid", "service_wallet", "fiat_value", "rate",
)  # fmt: skip
BALANCE_COLUMNS = (
    "row", "ledger", "asset", "token_contract", "address", "unspent_output", "amount_base_units",
    "amount", "as_of_block_height", "as_of_time_utc",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Rows = tuple[tuple[str, ...], ...]


def guard_cell(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def annex_rows(facts: Iterable[TransferFacts]) -> Rows:
    """The rows of the transfers, header first, as they are written."""
    return _guarded(
        COLUMNS,
        (
            (
                str(fact.number),
                fact.ledger,
                fact.asset,
                fact.contract,
                fact.txid,
                fact.output_index,
                fact.transfer_place,
                fact.address,
                fact.memo,
                fact.amount_units,
                fact.amount,
                fact.height,
                fact.block_hash,
                fact.mined_at,
                " ".join(fact.from_addresses),
                fact.sweep_txid,
                fact.service_address if fact.sweep_txid else "",
                fact.fiat_value,
                fact.rate_source,
            )
            for fact in facts
        ),
    )


def balance_rows(facts: Iterable[HoldingFacts]) -> Rows:
    """The rows of the balances, header first, as they are written."""
    return _guarded(
        BALANCE_COLUMNS,
        (
            (
                str(fact.number),
                fact.ledger,
                fact.asset,
                fact.contract,
                fact.address,
                fact.place,
                fact.amount_units,
                fact.amount,
                fact.as_of_height,
                fact.as_of,
            )
            for fact in facts
        ),
    )


def _guarded(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Rows:
    return (tuple(columns), *(tuple(guard_cell(cell) for cell in row) for row in rows))


def write_annex(rows: Rows) -> bytes:
    """The annex as bytes: UTF-8, CRLF line ends."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def read_annex(content: bytes) -> Rows:
    """The rows of an annex, header first.

    Raises:
        ValueError: not UTF-8 or not CSV.
    """
    try:
        reader = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
        return tuple(tuple(row) for row in reader)
    except csv.Error as error:
        raise ValueError(str(error)) from error
