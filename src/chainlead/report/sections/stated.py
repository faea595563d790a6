"""Rows of exports: what a wallet, an exchange or an explorer states, beside what the ledger says."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.money import written
from chainlead.report.story import (
    Block,
    Section,
    facts,
    heading,
    number,
    paragraph,
    points,
    size,
    table,
)

SHOWN = 100
_WORDS = {
    "differs": "differs from it",
    "agrees": "agrees: two sources",
    "transaction known": "has the transaction; the row names no receiver to compare",
    "not in the ledger": "does not hold the transaction",
}
_CERTAINTY = {
    "read": "an export of this program was read with it",
    "documented": "its columns stand in the program's own code or documentation",
    "reported": "others write so; nobody here saw such an export",
}


class Stated(Section):
    """Exports with rows; left out where none was read."""

    place: ClassVar[int] = 65
    title: ClassVar[str] = "What exports state"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each export with its mapping, the counts, then the rows."""
        told = bundle.get("stated")
        if not told:
            return
        yield paragraph(
            "The following rows come from exports of wallets, exchanges or explorers. Each is asserted by "
            "its one source and stands beside the ledger, never in it: no trace follows it. Where the "
            "case's ledger holds the transaction that a row names, and it pays the stated receiver the "
            "stated amount, two sources agree; everything else stands as asserted only."
        )
        for source in told["sources"]:
            yield from _source(source)
        for chain in told["chains"]:
            yield from _chain(chain)


def _source(source: dict[str, Any]) -> Iterator[Block]:
    yield heading(f"Export {source['name']}")
    yield facts(
        (
            ("Ledger", source["chain"]),
            ("SHA-256", source["sha256"]),
            ("Size", size(source["size_bytes"])),
            ("Read by the mapping", source["mapping"]),
            ("How sure the mapping is", _CERTAINTY.get(source["certainty"], source["certainty"])),
            ("Where the mapping is from", source["mapping_source"] or "not said"),
            ("SHA-256 of the mapping", source["mapping_sha256"] or "see the journal"),
            ("Time zone of its times", source["zone"]),
            ("Rows kept", source["payments"]),
            ("Rows left out", source["skipped_count"]),
            ("Journal entry", source["journal_seq"]),
        )
    )
    if source["skipped"]:
        yield points(f"Left out: {reason}." for reason in source["skipped"])


def _chain(chain: dict[str, Any]) -> Iterator[Block]:
    yield heading(f"Rows about {chain['chain']}, beside the ledger of this case")
    yield table(
        (("The ledger", "1fr", "text"), ("Rows", "auto", "number")),
        [(_WORDS[word], count) for word, count in chain["outcomes"].items()],
        empty="No row.",
    )
    shown = chain["listed"][:SHOWN]
    yield table(
        (
            ("Time as stated (UTC)", "auto", "mono"),
            ("Way", "auto", "text"),
            ("Amount", "auto", "text"),
            ("Receiver and transaction", "2fr", "mono"),
            ("File and row", "1fr", "text"),
            ("The ledger", "1fr", "text"),
        ),
        [
            (
                row["at"][:19].replace("T", " "),
                row["direction"] or "not said",
                written(row["amount"]),
                [row["receiver"] or "no receiver", row["txid"] or "no transaction"],
                f"{row['source']}, {row['row']}",
                [_WORDS[row["outcome"]], row["words"]],
            )
            for row in shown
        ],
        empty="No row.",
    )
    hidden = chain["rows"] - len(shown)
    if hidden > 0:
        yield paragraph(f"{number(hidden, 'further row', 'further rows')}: see report.json.")
