"""`contested`: the links of a case that are not drawn without a person, and what persons decided."""

from collections.abc import Iterable
from typing import Any

from chainlead.model import Chain
from chainlead.store import Store
from chainlead.trace import Clusters, ContestedLink, Level, card_document
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.links import contested_document, pinned
from chainlead.workflow.trace import chain_of_outputs


def find_contested(
    case: Case,
    *,
    chain: Chain | None = None,
    level: Level = Level.CO_SPEND,
    until_height: int | None = None,
) -> dict[str, Any]:
    """Every contested link of one ledger in chain order, and every decision, as a document.

    Raises:
        OriginNotFoundError: the case has no ledger.
        TraceError: it has several and none was named.
    """
    chain = chain_of_outputs(case.store, chain)
    known = CaseClusters(case.store, chain, level=level, until_height=until_height)
    clusters = known.whole
    return {
        "chain": chain.value,
        "level": str(level),
        "pinned": pinned(known),
        "clusters": len(clusters),
        "contested": [contested_document(link) for link in clusters.contested],
        "decisions": list_decisions(case.store, chain),
        "inferences": [card_document(card) for card in known.cards],
    }


def list_decisions(store: Store, chain: Chain) -> list[dict[str, Any]]:
    """What persons decided about links of one ledger, in the order of the journal."""
    names = ("txid", "rule", "verdict", "doubts", "sides", "why", "journal_seq")
    rows = store.rows("link_decisions", order_by=("journal_seq",), chain=chain.value)
    return [{name: row[name] for name in names} for row in rows]


def links_around(clusters: Clusters, addresses: Iterable[str]) -> tuple[ContestedLink, ...]:
    """The contested links of which one side is a cluster of these addresses."""
    names = {clusters.name_of(address) for address in addresses}
    return tuple(
        link for link in clusters.contested if any(side.name in names for side in link.sides)
    )
