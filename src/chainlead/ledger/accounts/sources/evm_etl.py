"""Tables of Ethereum as ethereum-etl writes them, in CSV or JSON lines.

Found in: public data sets and exports: blocks, transactions, receipts, logs, token transfers, traces,
tokens; also its stream form, where the rows of all kinds stand in one file.
Proof: none: the tables leave out signatures and part of the header, so nothing can be re-hashed;
every row is the word of who made them. Limits: a token transfer without its log may be of a single
thing (ERC-721) as well as of money; it is taken as money. Traces without transaction ids are
skipped.
Spec: ethereum-etl, docs/schema.md (column names).
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from chainlead.errors import WrongNetworkError
from chainlead.ledger.accounts.account_source import AccountEvent, AccountRequest, AccountSource
from chainlead.ledger.accounts.chains.ethereum import Ethereum
from chainlead.ledger.accounts.evm_assembly import EvmAssembly, read_withdrawals
from chainlead.ledger.accounts.evm_calls import read_flat_calls
from chainlead.ledger.accounts.evm_etl_rows import (
    BLOCK,
    LOG,
    RECEIPT,
    TOKEN,
    TRACE,
    TRANSACTION,
    TRANSFER,
    kind_of_row,
    read_etl_header,
    read_etl_log,
    read_etl_receipt,
    read_etl_transaction,
    read_etl_transfer,
    trace_as_flat,
)
from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    address_of,
    find_moment,
    find_number,
    find_place,
    hash_of,
)
from chainlead.ledger.accounts.evm_tokens import read_asset
from chainlead.ledger.json_text import json_from_bytes

_MOST_COLUMNS = 64
_MOST_FIELD = 1 << 24
_ORDER = (BLOCK, TRANSACTION, RECEIPT, LOG, TRANSFER, TOKEN)
Row = Mapping[str, Any]


class EvmEtl(AccountSource):
    """Tables of one kind, or of all in one file."""

    form = "ethereum-etl"

    def recognises(self, content: bytes, request: AccountRequest) -> bool:
        """The columns of the first row are those of a known table."""
        if not isinstance(request.chain, Ethereum):
            return False
        first = next(_rows(content), None)
        return first is not None and bool(kind_of_row(first))

    def read(self, content: bytes, request: AccountRequest) -> Iterator[AccountEvent]:
        """Blocks, then transactions by block and place, then tokens."""
        assembly = EvmAssembly(request)
        rows: dict[str, list[tuple[int, Row]]] = {}
        for number, row in enumerate(_rows(content)):
            kind = kind_of_row(row)
            if kind:
                rows.setdefault(kind, []).append((number, row))
            else:
                assembly.skip(number, "a row of another kind")
        for kind in _ORDER:
            for number, row in rows.get(kind, ()):
                try:
                    _add(assembly, kind, row, number)
                except EvmFieldError as error:
                    assembly.skip(number, f"row {number + 1}: {error}")
        _add_traces(assembly, rows.get(TRACE, []))
        if assembly.is_all_foreign:
            raise WrongNetworkError(assembly.skipped[0].reason + ".")
        yield from assembly.events()


def _rows(content: bytes) -> Iterator[Row]:
    """Rows of JSON lines or of CSV with a head; nothing for anything else."""
    if content.lstrip()[:1] == b"{":
        for line in content.split(b"\n"):
            row = json_from_bytes(line) if line.strip() else None
            if isinstance(row, Mapping):
                yield row
        return
    head = content[:4096].partition(b"\n")[0]
    if not head.isascii() or b"," not in head or head.count(b",") > _MOST_COLUMNS:
        return
    text = io.StringIO(content.decode("utf-8", "replace"), newline="")
    csv.field_size_limit(_MOST_FIELD)
    reader = csv.DictReader(text, strict=False)
    try:
        for row in reader:
            yield {name: value or None for name, value in row.items() if name is not None}
    except csv.Error:
        return


def _add(assembly: EvmAssembly, kind: str, row: Row, number: int) -> None:
    if kind == BLOCK:
        paid = row.get("withdrawals")
        if isinstance(paid, str):  # in CSV the list stands in one column
            paid = json_from_bytes(paid.replace("'", '"').encode())
        named = [
            {**one, "validatorIndex": one.get("validator_index")}
            for one in (paid if isinstance(paid, list) else ())
            if isinstance(one, Mapping)
        ]
        assembly.add_block(read_etl_header(row), None, read_withdrawals(named), number=number)
        return
    if kind == TOKEN:
        address = address_of(row.get("address"), "the contract")
        symbol = row.get("symbol")
        request = assembly.request
        if symbol:  # without a symbol its decimals are a default of the exporter, not an answer
            assembly.add_asset(
                read_asset(
                    address, str(symbol), find_number(row.get("decimals")),
                    request.chain.chain, request.network,
                )
            )  # fmt: skip
        return
    txid = hash_of(row.get("hash" if kind == TRANSACTION else "transaction_hash"), "the id")
    told = row.get("block_hash")
    block_hash = hash_of(told, "the block's hash") if told else ""
    height = find_place(row.get("block_number"))
    place = find_place(row.get("transaction_index")) or 0
    if kind == TRANSACTION:
        parts = assembly.add_transaction(
            read_etl_transaction(row), block_hash, height, place, number=number
        )
        if parts is not None:
            parts.mined_at_unix = find_moment(row.get("block_timestamp"))
            if row.get("receipt_gas_used") is not None:
                assembly.add_receipt(read_etl_receipt(row, "receipt_"))
    elif kind == RECEIPT:
        assembly.add_receipt(read_etl_receipt(row, ""))
    else:
        log = read_etl_log(row) if kind == LOG else read_etl_transfer(row)
        assembly.add_logs(txid, [log], block_hash, height, place)
        parts = assembly.parts(txid)
        parts.mined_at_unix = parts.mined_at_unix or find_moment(row.get("block_timestamp"))


def _add_traces(assembly: EvmAssembly, rows: list[tuple[int, Row]]) -> None:
    groups: dict[str, list[Row]] = {}
    for number, row in rows:
        txid = row.get("transaction_hash")
        if isinstance(txid, str):
            groups.setdefault(txid, []).append(row)
        elif row.get("trace_type") != "reward":
            assembly.skip(number, f"row {number + 1}: a trace without its transaction's id")
    for txid, parts in groups.items():
        try:
            calls = read_flat_calls([trace_as_flat(row) for row in parts])
            height = find_place(parts[0].get("block_number"))
            place = find_place(parts[0].get("transaction_index")) or 0
            assembly.add_calls(hash_of(txid, "the id"), calls, height, place)
        except EvmFieldError as error:
            assembly.skip(0, f"traces of {txid[:66]}: {error}")
