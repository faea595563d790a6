"""The ledger data that this case holds, and up to which block."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, paragraph, size, table

_LISTED = 20


class Ledger(Section):
    """Sources with their digests, and the last block known."""

    place: ClassVar[int] = 60
    title: ClassVar[str] = "Ledger"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """State of each chain, then the sources."""
        yield paragraph(_what_was_checked(bundle["ledger"]))
        yield table(
            (
                ("Chain", "auto", "text"),
                ("Network", "auto", "text"),
                ("Blocks", "auto", "number"),
                ("Transactions", "auto", "number"),
                ("Last height", "auto", "number"),
                ("Mined at (UTC)", "auto", "mono"),
                ("Last block's hash", "1fr", "mono"),
            ),
            [
                (
                    row["chain"],
                    row["network"],
                    row["blocks"],
                    row["transactions"],
                    row["height"],
                    row["mined_at"],
                    row["block_hash"],
                )
                for row in bundle["ledger"]["chains"]
            ],
            empty="So nothing is known of any chain.",
        )
        yield heading("How far it was checked")
        yield table(
            (("Chain", "auto", "text"), ("What", "1fr", "text"), ("Number", "auto", "number")),
            [
                (row["chain"], what, count)
                for row in bundle["ledger"]["chains"]
                for what, count in _figures(row)
            ],
            empty="Nothing was checked.",
        )
        for row in bundle["ledger"]["chains"]:
            yield from (paragraph(sentence) for sentence in _warnings(row))
        yield heading("Sources")
        yield table(
            (
                ("Chain", "auto", "text"),
                ("Name", "2fr", "mono"),
                ("Form", "auto", "text"),
                ("Size", "auto", "number"),
                ("SHA-256", "3fr", "mono"),
            ),
            [
                (row["chain"], row["name"], row["form"], size(row["size_bytes"]), row["sha256"])
                for row in bundle["ledger"]["sources"]
            ],
            empty="No source.",
        )


def _figures(row: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for level, count in row["block_levels"].items():
        yield f"Blocks: {level}", count
    if row["ledger_of"] == "accounts":
        yield "Blocks with all their transactions", row["whole_blocks"]
        for level, count in row["transaction_levels"].items():
            yield f"Transactions: {level}", count
        yield "Transactions whose inner transfers are unknown (not zero)", row["unknown_inner"]
        return
    yield "Transactions in a whole block of the best chain", row["whole_transactions"]
    yield "Transactions whose place a source names", row["claimed_transactions"]
    for level, count in row["place_levels"].items():
        yield f"Place named by a source: {level}", count


def _warnings(row: dict[str, Any]) -> Iterator[str]:
    chain = row["chain"]
    if row["ledger_of"] == "accounts":
        if row["disagreements"]:
            listed = _some(row["disagreements"])
            yield f"Sources of {chain} disagree about these transactions: {listed}."
        yield from _doubts(row)
        return
    if row["contradicted_places"]:
        listed = _some(row["contradicted_places"])
        yield f"Sources of {chain} disagree where these transactions stand: {listed}. None is believed."
    if row["contradicted_outputs"]:
        listed = _some(row["contradicted_outputs"])
        yield f"Sources of {chain} disagree what these outputs are: {listed}. None is believed."
    for lost in row["lost_blocks"]:
        yield (
            f"Block {lost['block_hash']} of {chain} left the best chain with journal entry "
            f"{lost['since_act']}; transactions that have no block since then: "
            f"{_some(lost['txids']) or 'none'}."
        )
    yield from _doubts(row)


def _doubts(row: dict[str, Any]) -> Iterator[str]:
    chain = row["chain"]
    for doubt in row["doubts"][:_LISTED]:
        yield f"Doubt about a source of {chain}: {doubt}"
    if len(row["doubts"]) > _LISTED:
        yield f"And {len(row['doubts']) - _LISTED} more doubts about sources of {chain}."


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _what_was_checked(ledger: dict[str, Any]) -> str:
    if not ledger["sources"]:
        return "No ledger data was added to this case."
    blocks = (
        "Every block's proof of work, merkle root and link was checked, and every "
        if any(row["blocks"] for row in ledger["chains"])
        else "The sources are histories, not blocks: no block was checked. Every "
    )
    return (
        f"{blocks}transaction id was recomputed from the bytes before anything was believed. "
        "What only a history says (the place of a transaction, the amount of an earlier output) "
        "is asserted by that source, unless a merkle proof leads to a header on the best chain."
    )
