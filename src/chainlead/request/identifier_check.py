"""Before a draft is written, every identifier in it is read again and compared with the ledger's.

What is compared: each table of a transfer, balance or name in each letter, cell by cell and in order;
each annex, row by row; the annexes' digests in the letters; and anything else in a letter that looks
like a transaction id, digest or address must be one of the identifiers of the lead. What other forms
than Markdown say is `read_back`'s.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from chainlead.attribution import Lead
from chainlead.codecs import lookup_address
from chainlead.errors import IdentifierMismatchError
from chainlead.model import (
    Amount,
    Asset,
    BlockHash,
    Certainty,
    Chain,
    Outpoint,
    Txid,
    moment_from_text,
)
from chainlead.request.annex import Rows, read_annex, write_annex
from chainlead.request.letter import shown_cell
from chainlead.request.markdown_text import blocks_runs, parse_blocks, plain_text, runs_text
from chainlead.request.subject_facts import HandleFacts, HoldingFacts
from chainlead.request.texts import Texts
from chainlead.request.transfer_facts import NOT_KNOWN, TransferFacts

_LOOKS_LIKE_ONE = re.compile(r"[0-9A-Za-z]{26,}")
_TABLE = re.compile(r"#([A-Z]?\d+)")
_INDEX = re.compile(r"\d{1,10}")


class Facts(Protocol):
    """Anything that stands in a table of its own in a letter."""

    @property
    def key(self) -> str:
        """What the head of the table names it by."""

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each line."""

    @property
    def identifiers(self) -> set[str]:
        """Every value that may stand anywhere in a letter."""


def check_facts(
    facts: Iterable[TransferFacts | HoldingFacts | HandleFacts],
    assets: Sequence[Asset | None],
    chain: Chain | None,
) -> None:
    """Parse every identifier of the facts again.

    Args:
        facts: transfers, balances, names.
        assets: what each of them is counted in.
        chain: whose ledger; None where the facts are names.

    Raises:
        IdentifierMismatchError: one is not what it should be.
    """
    for fact, asset in zip(facts, assets, strict=True):
        if isinstance(fact, HandleFacts) or chain is None or asset is None:
            continue
        try:
            sound = _amount_is_sound(fact.amount, fact.amount_units, asset)
            sound &= _is_sound(fact) if isinstance(fact, TransferFacts) else _lies(fact)
        except ValueError as error:
            raise IdentifierMismatchError(f"Table {fact.key}: {error}.") from error
        if not sound:
            raise IdentifierMismatchError(f"Table {fact.key}: two of its values disagree.")
        for address in _addresses(fact):
            parsed = lookup_address(address)
            if parsed is None or not parsed.is_candidate_of(chain):
                raise IdentifierMismatchError(
                    f"Table {fact.key}: {address!r:.100} is no {chain.value} address."
                )


def check_claims(lead: Lead) -> None:
    """An address that a tag names is one of the lead's, or proves itself by a checksum.

    Raises:
        IdentifierMismatchError: one is neither.
    """
    own = {name for one in lead.holdings for name in (one.address, one.contract)}
    for deposit in lead.deposits:
        own |= {deposit.address, deposit.service_address, deposit.sender, deposit.contract}
    for claim in lead.claims:
        if not claim.address or claim.address in own:
            continue
        parsed = lookup_address(claim.address)
        if parsed is None or parsed.certainty is not Certainty.CHECKED:
            raise IdentifierMismatchError(
                f"The address {claim.address!r:.100} of a tag is none of the lead's and has no "
                "checksum that holds."
            )


def _amount_is_sound(amount: str, units: str, asset: Asset) -> bool:
    counted = Amount.from_decimal(asset, amount.split(" ", maxsplit=1)[0]).units
    return str(Amount(asset, int(units))) == amount and counted == int(units)


def _is_sound(fact: TransferFacts) -> bool:
    place = fact.output_index
    return (
        Txid.from_display(fact.txid).display == fact.txid
        and (fact.block_hash == NOT_KNOWN or _block_hash(fact.block_hash) == fact.block_hash)
        and (bool(fact.transfer_place) or bool(_INDEX.fullmatch(place)))
        and (fact.mined_at == NOT_KNOWN or bool(moment_from_text(fact.mined_at)))
        and (not fact.sweep_txid or bool(Txid.from_display(fact.sweep_txid)))
    )


def _lies(fact: HoldingFacts) -> bool:
    return (not fact.place or str(Outpoint.from_display(fact.place)) == fact.place) and (
        fact.as_of == NOT_KNOWN or bool(moment_from_text(fact.as_of))
    )


def _addresses(fact: TransferFacts | HoldingFacts) -> tuple[str, ...]:
    found = [fact.address]
    if isinstance(fact, TransferFacts):
        found += [fact.sender, fact.service_address if fact.sweep_txid else ""]
    return tuple(address for address in found if address not in {"", NOT_KNOWN})


def _block_hash(text: str) -> str:
    return BlockHash.from_display(text).display


def check_annex(content: bytes, rows: Rows) -> None:
    """Read an annex again and compare it cell by cell, then byte by byte.

    Args:
        content: the file.
        rows: what it must hold, header first.

    Raises:
        IdentifierMismatchError: a cell is not the ledger's.
    """
    try:
        there = read_annex(content)
    except ValueError as error:
        raise IdentifierMismatchError(f"The annex cannot be read again: {error}.") from error
    if len(there) != len(rows):
        raise IdentifierMismatchError(f"The annex has {len(there)} rows instead of {len(rows)}.")
    for number, (row, wanted) in enumerate(zip(there, rows, strict=True)):
        if row != wanted:
            pairs = zip(rows[0], row, wanted, strict=False)
            column = next((name for name, a, b in pairs if a != b), "columns")
            raise IdentifierMismatchError(f"Annex, row {number}: {column} is not the ledger's.")
    if content != write_annex(rows):
        raise IdentifierMismatchError("The annex is written in another form than ours.")


def check_letter(
    text: str,
    facts: Sequence[Facts],
    texts: Texts,
    *,
    annexes: Mapping[str, bytes],
    also: Iterable[str] = (),
) -> None:
    """Read a letter again and compare every identifier in it.

    Args:
        text: the letter's Markdown.
        facts: what it must name, all of them, in order.
        texts: the letter's language.
        annexes: the files whose digests it must print.
        also: further identifiers and texts that it may hold (ids of lead and draft, sources).

    Raises:
        IdentifierMismatchError: an identifier is missing or is not one of these.
    """
    blocks = parse_blocks(text)
    tables = {}
    for block in blocks:
        if block["kind"] == "table" and (match := _TABLE.fullmatch(runs_text(block["rows"][0][0]))):
            if match[1] in tables:
                raise IdentifierMismatchError(f"Table {match[1]} stands twice in the letter.")
            tables[match[1]] = block["rows"][1:]
    if list(tables) != [fact.key for fact in facts]:
        raise IdentifierMismatchError("The letter does not name each subject once, in order.")
    for fact in facts:
        _check_table(tables[fact.key], fact, texts)
    digests = [hashlib.sha256(content).hexdigest() for content in annexes.values()]
    known = {*digests, *also}
    for fact in facts:
        known |= fact.identifiers
        known |= {texts.amount(each) for each in fact.identifiers}
    lines = blocks_runs(blocks)
    _check_codes(lines, known, digests)
    check_words((runs_text(line) for line in lines), known)


def _check_table(rows: list[list[list[dict[str, str]]]], fact: Facts, texts: Texts) -> None:
    written = [[runs_text(cell) for cell in row] for row in rows]
    expected = [
        [texts.plain(f"cell_{name}"), plain_text(shown_cell(name, value, texts))]
        for name, value in fact.cells
    ]
    if written != expected:
        pairs = zip(fact.cells, written, expected, strict=False)
        wrong = next((name for (name, _), there, wanted in pairs if there != wanted), "a line")
        raise IdentifierMismatchError(
            f"Table {fact.key} of the letter: {wrong} is not the ledger's."
        )


def _check_codes(
    lines: Iterable[list[dict[str, str]]], known: set[str], digests: Iterable[str]
) -> None:
    codes = [run["text"] for line in lines for run in line if run["style"] == "code"]
    for digest in digests:
        if digest not in codes:
            raise IdentifierMismatchError("The letter does not print the annex's digest.")
    for code in codes:
        if code not in known:
            raise IdentifierMismatchError(
                f"The letter prints {code!r:.100}, which is no fact of it."
            )


def check_words(lines: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a text that holds anything like an identifier that is not known.

    Raises:
        IdentifierMismatchError: there is one.
    """
    words = set(known)
    everything = "\n".join(sorted(words))
    for line in lines:
        for word in _LOOKS_LIKE_ONE.findall(line):
            if word not in words and word not in everything and any(c.isdigit() for c in word):
                raise IdentifierMismatchError(
                    f"The text holds {word!r:.100}, which is no identifier of the lead."
                )
