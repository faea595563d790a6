"""Which of the case's addresses belong together, level by level, and which links are contested."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.sections.inferences import card_block
from chainlead.report.story import Block, Section, heading, number, paragraph, points, table
from chainlead.report.why.link import CLUSTERS

SHOWN = 120
SIDES = 12


class ClustersOfAddresses(Section):
    """Clusters are inferred; what is contested is not drawn, and waits for a person."""

    place: ClassVar[int] = 78
    title: ClassVar[str] = "Addresses that belong together"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """For each ledger its clusters, the contested links, the decisions, and the rules' cards."""
        told = [part for part in bundle["clusters"] if part["addresses"] or part["contested"]]
        if not told:
            yield paragraph(
                "No transaction in the known blocks joins an address of this case to another one."
            )
            return
        yield paragraph(CLUSTERS)
        for part in told:
            yield from _ledger(part)


def _ledger(part: dict[str, Any]) -> Iterator[Block]:
    pinned = part["pinned"]
    yield heading(f"{part['chain']}, up to height {pinned['height']}")
    yield points(
        f"{level['level']}: {level['meaning']}"
        + ("" if level["worked_out"] else " Not worked out here: the ledger is too large.")
        for level in part["levels"]
    )
    levels = [level["level"] for level in part["levels"] if level["worked_out"]]
    yield table(
        (
            ("Strength", "auto", "strength"),
            ("Address", "1fr", "mono"),
            *((f"Cluster, {level}", "1fr", "mono") for level in levels),
        ),
        [
            ("inferred", row["address"], *(_cluster(row["levels"][level]) for level in levels))
            for row in part["addresses"][:SHOWN]
        ],
        empty="No address of this case is in a cluster of two or more.",
    )
    if len(part["addresses"]) > SHOWN:
        yield paragraph(f"{len(part['addresses']) - SHOWN} further ones: see report.json.")
    yield from _contested(part)
    yield heading(f"Rules behind these lines ({part['chain']})")
    for card in part["inferences"]:
        yield paragraph(f"{card['name']}:")
        yield card_block(card)


def _contested(part: dict[str, Any]) -> Iterator[Block]:
    yield heading(f"Contested links ({part['chain']})")
    yield table(
        (
            ("State", "auto", "text"),
            ("Transaction, rule", "1fr", "mono"),
            ("Why it is contested", "1fr", "text"),
            ("It would merge", "1fr", "mono"),
        ),
        [
            (
                link["state"],
                f"{link['txid']} at height {link['height']}, {link['rule']} v{link['version']}",
                " ".join(link["reasons"]),
                _sides(link["sides"]),
            )
            for link in part["contested"][:SHOWN]
        ],
        empty="No link around these addresses is contested.",
    )
    if len(part["contested"]) > SHOWN:
        yield paragraph(f"{len(part['contested']) - SHOWN} further ones: see report.json.")
    if part["decisions"]:
        yield table(
            (
                ("Decision", "auto", "text"),
                ("Transaction, rule", "1fr", "mono"),
                ("Reason", "1fr", "text"),
                ("Journal", "auto", "number"),
            ),
            [
                (row["verdict"], f"{row['txid']}, {row['rule']}", row["why"], row["journal_seq"])
                for row in part["decisions"]
            ],
            empty="",
        )


def _cluster(found: dict[str, Any]) -> str:
    if found["size"] == 1:
        return "alone"
    return _named(found)


def _sides(sides: list[dict[str, Any]]) -> list[str]:
    more = [f"and {len(sides) - SIDES} more, in report.json"] if len(sides) > SIDES else []
    return [*(_named(side) for side in sides[:SIDES]), *more]


def _named(cluster: dict[str, Any]) -> str:
    said = f", said to belong to {' or '.join(cluster['parties'])}" if cluster["parties"] else ""
    return f"{cluster['name']}, {number(cluster['size'], 'address', 'addresses')}{said}"
