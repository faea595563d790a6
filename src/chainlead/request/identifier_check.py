"""Before a draft is written, every identifier in it is read again and compared with the ledger's.

What is compared: each transfer's table in each letter, cell by cell and in order; the annex, row by
row; the annex's digest in the letters; and anything else in a letter that looks like a transaction
id, digest or address must be one of the identifiers of the lead.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from chainlead.codecs import lookup_address
from chainlead.errors import IdentifierMismatchError
from chainlead.model import NATIVE, Amount, BlockHash, Chain, Txid, moment_from_text
from chainlead.request.annex import COLUMNS, annex_rows, read_annex
from chainlead.request.markdown_text import blocks_runs, parse_blocks, runs_text
from chainlead.request.transfer_facts import NOT_KNOWN, TransferFacts

_LOOKS_LIKE_ONE = re.compile(r"[0-9A-Za-z]{26,}")
_TABLE = re.compile(r"#(\d+)")


def check_facts(facts: Iterable[TransferFacts], chain: Chain) -> None:
    """Parse every identifier of the facts again.

    Raises:
        IdentifierMismatchError: one is not what it should be.
    """
    asset = NATIVE[chain]
    for fact in facts:
        try:
            sound = (
                Txid.from_display(fact.txid).display == fact.txid
                and (
                    fact.block_hash == NOT_KNOWN or _block_hash(fact.block_hash) == fact.block_hash
                )
                and str(int(fact.output_index)) == fact.output_index
                and str(Amount(asset, int(fact.amount_units))) == fact.amount
                and Amount.from_decimal(asset, fact.amount.split(" ")[0]).units
                == int(fact.amount_units)
                and (fact.mined_at == NOT_KNOWN or bool(moment_from_text(fact.mined_at)))
                and (not fact.sweep_txid or bool(Txid.from_display(fact.sweep_txid)))
            )
        except ValueError as error:
            raise IdentifierMismatchError(f"Transfer {fact.number}: {error}.") from error
        for address in (fact.address, fact.service_address if fact.sweep_txid else NOT_KNOWN):
            parsed = lookup_address(address) if address != NOT_KNOWN else None
            if address != NOT_KNOWN and (parsed is None or not parsed.is_candidate_of(chain)):
                raise IdentifierMismatchError(
                    f"Transfer {fact.number}: {address!r:.100} is no {chain.value} address."
                )
        if not sound:
            raise IdentifierMismatchError(f"Transfer {fact.number}: two of its values disagree.")


def check_annex(content: bytes, facts: Sequence[TransferFacts]) -> None:
    """Read the annex again and compare it cell by cell.

    Raises:
        IdentifierMismatchError: a cell is not the ledger's.
    """
    try:
        rows = read_annex(content)
    except ValueError as error:
        raise IdentifierMismatchError(f"The annex cannot be read again: {error}.") from error
    expected = (COLUMNS, *annex_rows(facts))
    if len(rows) != len(expected):
        raise IdentifierMismatchError(f"The annex has {len(rows)} rows instead of {len(expected)}.")
    for number, (row, wanted) in enumerate(zip(rows, expected, strict=True)):
        if row != wanted:
            column = next(
                (name for name, a, b in zip(COLUMNS, row, wanted, strict=False) if a != b),
                "columns",
            )
            raise IdentifierMismatchError(f"Annex, row {number}: {column} is not the ledger's.")


def check_letter(
    text: str, facts: Sequence[TransferFacts], *, annex: bytes, also: Iterable[str] = ()
) -> None:
    """Read a letter again and compare every identifier in it.

    Args:
        text: the letter's Markdown.
        facts: the transfers that it must name, all of them, in order.
        annex: the annex whose digest it must print.
        also: further identifiers and texts that it may hold (ids of lead and draft, sources).

    Raises:
        IdentifierMismatchError: an identifier is missing or is not one of these.
    """
    blocks = parse_blocks(text)
    tables = {}
    for block in blocks:
        if block["kind"] == "table" and (match := _TABLE.fullmatch(runs_text(block["rows"][0][0]))):
            if match[1] in tables:
                raise IdentifierMismatchError(f"Transfer {match[1]} stands twice in the letter.")
            tables[match[1]] = block["rows"][1:]
    if list(tables) != [str(fact.number) for fact in facts]:
        raise IdentifierMismatchError("The letter does not name each transfer once, in order.")
    for fact in facts:
        written = [runs_text(row[1]) for row in tables[str(fact.number)]]
        expected = [value for _, value in fact.cells]
        if written != expected:
            wrong = next(
                (
                    name
                    for (name, value), there in zip(fact.cells, written, strict=False)
                    if value != there
                ),
                "a line",
            )
            raise IdentifierMismatchError(
                f"Transfer {fact.number} of the letter: {wrong} is not the ledger's."
            )
    digest = hashlib.sha256(annex).hexdigest()
    known = {digest, *also}
    for fact in facts:
        known |= {value for _, value in fact.cells} | {*fact.from_addresses}
        known |= {value for _, *values in fact.traced for value in values}
    lines = blocks_runs(blocks)
    _check_codes(lines, known, digest)
    _check_words((runs_text(line) for line in lines), known)


def _check_codes(lines: Iterable[list[dict[str, str]]], known: set[str], digest: str) -> None:
    codes = [run["text"] for line in lines for run in line if run["style"] == "code"]
    if digest not in codes:
        raise IdentifierMismatchError("The letter does not print the annex's digest.")
    for code in codes:
        if code not in known:
            raise IdentifierMismatchError(
                f"The letter prints {code!r:.100}, which is no fact of it."
            )


def _check_words(lines: Iterable[str], known: set[str]) -> None:
    everything = "\n".join(sorted(known))
    for line in lines:
        for word in _LOOKS_LIKE_ONE.findall(line):
            if word not in known and word not in everything and any(c.isdigit() for c in word):
                raise IdentifierMismatchError(
                    f"The letter holds {word!r:.100}, which is no identifier of the lead."
                )


def _block_hash(text: str) -> str:
    return BlockHash.from_display(text).display
