"""Rows of an export to stated payments: nothing is checked here, and nothing is guessed.

Proof: none; each row is the word of whoever wrote the file. A row that cannot be read is left out with
the reason. The same bytes, mapping and zone give the same payments.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from chainlead.codecs import (
    SCRIPT_CHAINS,
    address_from_script,
    parse_address,
    script_from_address,
)
from chainlead.errors import CodecError, LedgerSourceError
from chainlead.ledger.accounts.account_chain import find_account_chain
from chainlead.ledger.history_server import printable
from chainlead.ledger.json_text import json_from_bytes
from chainlead.ledger.source import Skipped
from chainlead.ledger.stated.cells import CellError, find_zone, read_moment, read_units
from chainlead.ledger.stated.mapping import AmountColumn, RowMapping
from chainlead.model import NATIVE, Chain

IN, OUT = "in", "out"
_HEADING_WITHIN = 30
_MOST_ROWS = 2_000_000
_NOTE_LENGTH = 300
_TXID = re.compile(r"(?:0[xX])?([0-9a-fA-F]{64})")
_BOM_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class StatedPayment:
    """One row.

    Attributes:
        row_number: of the record in the file, from 1; a heading does not count.
        txid: as the ledger prints it; None where the row names none.
        moment_unix: seconds; UTC.
        direction: `in` or `out` as seen by whoever's export it is; empty where it does not say.
        sender, receiver: canonical addresses.
        amount_units, fee_units: never negative; the fee is None where the row has none.
        fee_in_amount: whether the amount of an outgoing payment holds the fee.
        note: the row's own words, and what is doubtful about it.
    """

    row_number: int
    txid: str | None
    moment_unix: int
    direction: str
    sender: str | None
    receiver: str | None
    amount_units: int
    fee_units: int | None
    fee_in_amount: bool
    note: str


def read_stated(
    content: bytes, mapping: RowMapping, chain: Chain, zone: str = ""
) -> Iterator[StatedPayment | Skipped]:
    """The payments of one chain that an export states, in the order of its rows.

    Args:
        content: the file.
        mapping: what its columns mean.
        chain: whose payments; rows of other coins are left out.
        zone: of local times, where the mapping asks for it.

    Raises:
        LedgerSourceError: the file does not fit the mapping, or nobody says the time zone.
    """
    if mapping.chains and chain.value not in mapping.chains:
        raise LedgerSourceError(
            f"An export of {mapping.about} is not of {chain.value}.",
            next_step=f"Give --chain: {', '.join(mapping.chains)}.",
        )
    read = _RowReader(mapping, chain, find_zone(mapping.time, zone))
    rows = _json_rows(content, mapping) if mapping.form == "json" else _csv_rows(content, mapping)
    for number, row in enumerate(rows, start=1):
        if number > _MOST_ROWS:
            yield Skipped(number, number + 1, "too many rows; the rest was not read")
            return
        try:
            yield read.payment(number, row)
        except CellError as error:
            yield Skipped(number, number + 1, f"row {number}: {error}")


@dataclass(frozen=True, slots=True)
class _RowReader:
    mapping: RowMapping
    chain: Chain
    zone: ZoneInfo | None

    def payment(self, number: int, row: Mapping[str, str]) -> StatedPayment:
        mapping, asset = self.mapping, NATIVE[self.chain]
        if mapping.assets and row.get(mapping.assets, "").strip().upper() != asset.symbol:
            raise CellError(f"of another coin: {row.get(mapping.assets, '')[:20]!r}")
        only = mapping.only
        if only and row.get(only.column, "").strip() not in only.words:
            raise CellError(f"{only.column} is {row.get(only.column, '')[:40]!r}")
        moment, doubt = read_moment(row.get(mapping.time.column, ""), mapping.time, self.zone)
        amount, direction = self._amount(row)
        if not amount:
            raise CellError("it moves nothing on the chain")
        notes = [row.get(mapping.note, "").strip(), doubt]
        txid = self._txid(row.get(mapping.txid, "").strip(), notes)
        sender = self._address(row.get(mapping.sender, "").strip(), notes)
        receiver = self._address(row.get(mapping.receiver, "").strip(), notes)
        fee = self._units(mapping.fee, row)
        return StatedPayment(
            number, txid, moment, direction, sender, receiver, amount,
            None if fee is None else abs(fee), mapping.fee_in_amount,
            printable("; ".join(filter(None, notes)), _NOTE_LENGTH),
        )  # fmt: skip

    def _amount(self, row: Mapping[str, str]) -> tuple[int, str]:
        mapping = self.mapping
        if mapping.amount:
            signed = self._units(mapping.amount, row)
            if signed is None:
                raise CellError("it names no amount")
            words = mapping.direction
            if words is not None:
                said = row.get(words.column, "").strip()
                direction = IN if said in words.incoming else OUT if said in words.outgoing else ""
                return abs(signed), direction
            if not mapping.signed:
                return abs(signed), ""
            return abs(signed), OUT if signed < 0 else IN
        received = self._units(mapping.amount_in, row) or 0
        sent = self._units(mapping.amount_out, row) or 0
        if received and sent:
            raise CellError("it names an amount in and an amount out")
        return abs(received or sent), IN if received else OUT

    def _units(self, columns: list[AmountColumn], row: Mapping[str, str]) -> int | None:
        for one in columns:
            if one.column in row:
                text, asset = row[one.column].strip(), NATIVE[self.chain]
                if not text:
                    return None
                return read_units(text, one.unit, asset.decimals, asset.symbol, self.mapping)
        return None

    def _txid(self, text: str, notes: list[str]) -> str | None:
        found = _TXID.fullmatch(text)
        if found is None:
            if text:
                notes.append(f"its own number is {text[:80]}")
            return None
        return found[1].upper() if self.chain is Chain.XRP else found[1].lower()

    def _address(self, text: str, notes: list[str]) -> str | None:
        if not text:
            return None
        try:
            return self._canonical(text)
        except CodecError:
            notes.append(f"{text[:100]} is no address of {self.chain.value}")
            return None

    def _canonical(self, text: str) -> str:
        """An address as the ledger of this chain writes it."""
        if self.chain in SCRIPT_CHAINS:
            return address_from_script(script_from_address(text, self.chain), self.chain) or text
        accounts = find_account_chain(self.chain)
        if accounts is not None:
            return accounts.canonical(text)
        parsed = parse_address(text)
        if not parsed.is_candidate_of(self.chain):
            raise CodecError("of another chain")
        return parsed.canonical


def _csv_rows(content: bytes, mapping: RowMapping) -> Iterator[dict[str, str]]:
    lines = csv.reader(
        io.StringIO(_text(content, mapping), newline=""), delimiter=mapping.delimiter
    )
    heading: list[str] | None = None
    try:
        for number, cells in enumerate(lines):
            if heading is None:
                names = [cell.strip() for cell in cells]
                if set(mapping.needs) <= set(names):
                    heading = names
                elif number >= _HEADING_WITHIN:
                    break
            elif any(cell.strip() for cell in cells):
                row: dict[str, str] = {}
                for name, cell in zip(heading, cells, strict=False):
                    row.setdefault(name, cell)
                yield row
    except csv.Error as error:
        raise LedgerSourceError(f"It cannot be read as rows: {error}.") from error
    if heading is None:
        raise LedgerSourceError(
            f"It is no export of {mapping.about}: no heading with {', '.join(mapping.needs)}.",
            next_step="Compare its first line with the mapping; delimiter and names must be the same.",
        )


def _text(content: bytes, mapping: RowMapping) -> str:
    encoding = "utf-16" if content[:2] in _BOM_16 else mapping.encoding
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise LedgerSourceError(f"It is no text in {encoding}.") from error


def _json_rows(content: bytes, mapping: RowMapping) -> Iterator[dict[str, str]]:
    document = json_from_bytes(content)
    for key in mapping.records:
        document = document.get(key) if isinstance(document, dict) else None
    records = list(document.values()) if isinstance(document, dict) else document
    if mapping.children and isinstance(records, list):
        records = [inner for one in records for inner in _inside(one, mapping.children)]
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise LedgerSourceError(f"It is no export of {mapping.about}: no records.")
    if not any(set(mapping.needs) <= one.keys() for one in records):
        raise LedgerSourceError(
            f"It is no export of {mapping.about}: no record with {', '.join(mapping.needs)}."
        )
    for one in records:
        yield {str(key): _word(value) for key, value in one.items()}


def _inside(record: Any, key: str) -> list[Any]:
    inner = record.get(key) if isinstance(record, dict) else None
    return inner if isinstance(inner, list) and inner else [record]


def _word(value: Any) -> str:
    """A JSON value as a cell; a number with a fraction has lost its digits and is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value is None else f"{value} (no text)"
