"""One row for every coin: what is read, verified and not possible, from the code's own declarations."""

import inspect
from dataclasses import dataclass

from chainlead.ledger.accounts.account_chain import account_chains
from chainlead.ledger.accounts.account_reading import account_sources
from chainlead.ledger.coins.coin_note import CoinNote
from chainlead.ledger.parameters import output_chains
from chainlead.ledger.reading import ledger_sources
from chainlead.model import NATIVE, Chain
from chainlead.registry import residents

OUTPUTS, ACCOUNTS, NOT_READ = "outputs", "accounts", "not read"
_FOUND_ONLY = "addresses found in exhibits"


@dataclass(frozen=True, slots=True)
class CoinRow:
    """What can be done with one coin.

    Attributes:
        kind: `outputs`, `accounts`, or `not read` where money cannot be followed on its ledger.
        reads, verifies, cannot: sentences, as the code declares them.
        hides_today: only an early part of its ledger can be followed.
        advice: what to do instead, or how to come by the ledger; empty where nobody said.
    """

    chain: Chain
    symbol: str
    kind: str
    reads: str
    verifies: str
    cannot: str
    advice: str = ""
    hides_today: bool = False


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A form in which ledger data come: its name in the journal, and what it is."""

    form: str
    kind: str
    meaning: str


def coin_table() -> tuple[CoinRow, ...]:
    """A row for every coin whose addresses are found, in the order of `Chain`."""
    outputs = {found.chain: found for found in output_chains()}
    accounts = {found.chain: found for found in account_chains()}
    notes = {found.chain: found for found in residents("chainlead.ledger.coins", CoinNote)}
    rows = []
    for chain in Chain:
        symbol = NATIVE[chain].symbol
        declared = outputs.get(chain) or accounts.get(chain)
        note = notes.get(chain)
        if declared is not None:
            kind = OUTPUTS if chain in outputs else ACCOUNTS
            told = (declared.reads, declared.verifies, declared.cannot)
            more = (outputs[chain].advice, outputs[chain].hides_today) if chain in outputs else ()
            rows.append(CoinRow(chain, symbol, kind, *told, *more))
        elif note is not None:
            told = (note.reads, note.verifies, note.cannot)
            rows.append(CoinRow(chain, symbol, NOT_READ, *told, note.advice))
        else:
            told = (
                _FOUND_ONLY,
                "each address by its checksum, where it has one",
                "read its ledger",
            )
            rows.append(CoinRow(chain, symbol, NOT_READ, *told))
    return tuple(rows)


def source_table() -> tuple[SourceRow, ...]:
    """Every form of file and answer that is read, in order of kind and name."""
    rows = [SourceRow(found.form, OUTPUTS, _first_line(found)) for found in ledger_sources()]
    rows += [SourceRow(found.form, ACCOUNTS, _first_line(found)) for found in account_sources()]
    return tuple(sorted(rows, key=lambda row: (row.kind != OUTPUTS, row.form)))


def _first_line(source: object) -> str:
    module = inspect.getmodule(type(source))
    return (inspect.getdoc(module) or "").partition("\n\n")[0].replace("\n", " ")
