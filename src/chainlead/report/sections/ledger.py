"""The ledger data that this case holds, and up to which block."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, paragraph, size, table


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
        "is asserted by that source."
    )
