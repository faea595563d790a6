"""Which column of an export means what: shipped mappings are files in `data/mappings`, others are given.

A mapping says where its knowledge comes from (`source`) and how sure it is (`certainty`): `read`, an
export of that program was read with it; `documented`, its columns stand in the program's own source
code or documentation; `reported`, others write so.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from chainlead.errors import LedgerSourceError

_MAX_BYTES = 64 << 10
_MAX_DEPTH = 6
ASK = "ask"
UNITS = {"coin": 0, "milli": 3, "micro": 6}
"""How many decimal places an amount is written below the coin; `base` is the smallest unit."""


class AmountColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column with an amount; `unit` is coin, milli, micro or base."""

    column: str
    unit: Literal["coin", "milli", "micro", "base"] = "coin"


class TimeColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column with a time.

    Attributes:
        form: `iso`, `unix`, `unix-ms`, or a pattern as of Python's `strptime`.
        zone: an IANA name; `ask` where neither the file nor the program says it.
    """

    column: str
    form: str = "iso"
    zone: str = "UTC"


class WordColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column whose words say which way money went; other words are none."""

    column: str
    incoming: list[str] = []
    outgoing: list[str] = []


class ValueColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that must hold one of these words."""

    column: str
    words: list[str]


class RowMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the columns of one program's export mean.

    Attributes:
        name: short; goes into the journal.
        about: which program, which export.
        needs: columns that must be there; the row that has them all is the heading.
        records: JSON: the keys that lead to the records, a list or an object of them.
        children: JSON: the key of records inside a record that stand for it, as in a group.
        assets: the column that names the coin; rows of other coins are left out.
        chains: whose ledger such an export can be of; empty: any.
        amount: alternatives; the first one whose column is there counts.
        signed: whether the amount's sign says which way, where no words do.
        amount_in, amount_out: for exports with one column for each way.
        fee_in_amount: whether an outgoing amount holds the fee too.
        only: rows with other words are left out, for example failed ones.
    """

    name: str
    about: str
    source: str
    certainty: Literal["read", "documented", "reported"]
    time: TimeColumn
    needs: list[str]
    form: Literal["csv", "json"] = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    records: list[str] = []
    children: str = ""
    chains: list[str] = []
    assets: str = ""
    txid: str = ""
    amount: list[AmountColumn] = []
    signed: bool = True
    amount_in: list[AmountColumn] = []
    amount_out: list[AmountColumn] = []
    fee: list[AmountColumn] = []
    fee_in_amount: bool = False
    direction: WordColumn | None = None
    sender: str = ""
    receiver: str = ""
    note: str = ""
    only: ValueColumn | None = None


@cache
def shipped_mappings() -> dict[str, tuple[RowMapping, bytes]]:
    """The mappings that come with chainlead, with their bytes, by name."""
    folder = files("chainlead.ledger") / "data" / "mappings"
    found = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            content = path.read_bytes()
            mapping = parse_mapping(content)
            found[mapping.name] = (mapping, content)
    return found


def find_mapping(named: str) -> tuple[RowMapping, bytes]:
    """A shipped mapping by its name, or one from a file, with its bytes.

    Raises:
        LedgerSourceError: there is neither, or the file is no mapping.
    """
    if named in shipped_mappings():
        return shipped_mappings()[named]
    try:
        with Path(named).open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError):
        raise LedgerSourceError(
            f"There is no mapping {named[:80]!r}: no file of that name, and none that is shipped.",
            next_step="Shipped ones: chainlead ledger mappings.",
        ) from None
    return parse_mapping(content), content


def parse_mapping(content: bytes) -> RowMapping:
    """A mapping from its YAML text.

    Raises:
        LedgerSourceError: it is none.
    """
    if len(content) > _MAX_BYTES:
        raise LedgerSourceError(f"A mapping has at most {_MAX_BYTES} bytes.")
    try:
        document = yaml.load(content, Loader=yaml.CSafeLoader)
        _check_depth(document, _MAX_DEPTH)
        mapping = msgspec.convert(document, RowMapping)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError, ValueError) as error:
        raise LedgerSourceError(
            f"The mapping cannot be used: {str(error)[:300].splitlines()[0]}.",
            next_step="See docs/howto/add-rows-of-an-export.md for its form.",
        ) from error
    if not (mapping.amount or mapping.amount_in or mapping.amount_out):
        raise LedgerSourceError("The mapping names no column with an amount.")
    if not mapping.needs or (mapping.form == "csv" and len(mapping.delimiter) != 1):
        raise LedgerSourceError(
            "The mapping names no column that must be there, or no delimiter of one character."
        )
    return mapping


def _check_depth(document: Any, left: int) -> None:
    if left < 0:
        raise ValueError("it nests too deep")
    for part in document.values() if isinstance(document, dict) else ():
        _check_depth(part, left - 1)
    for part in document if isinstance(document, list) else ():
        _check_depth(part, left - 1)
