"""`why` and `without`: what joins two addresses, and what hangs on one transaction.

Both only look; they change nothing in the case.
"""

from typing import Any

from chainlead.errors import OriginNotFoundError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain
from chainlead.trace import Clusters, CommonInput, EqualOutput, card_document, parse_origin
from chainlead.workflow.case import Case
from chainlead.workflow.trace import only_chain


def find_links(case: Case, a: str, b: str, *, chain: Chain | None = None) -> dict[str, Any]:
    """The shortest chain of co-spends between two addresses, as a document.

    Raises:
        NoLinkError: nothing joins them.
        OriginNotFoundError: one of the two is no address, or the case has no ledger.
    """
    first, second = _address(a), _address(b)
    clusters = _clusters(_ledger(case, chain))
    links = clusters.why(first, second)
    return {
        "addresses": [first, second],
        "cluster": {"name": clusters.name_of(first), "size": len(clusters.cluster_of(first))},
        "links": [
            {
                "txid": link.txid.display,
                "height": link.height,
                "rule": link.rule,
                "version": link.version,
                "addresses": list(link.addresses),
            }
            for link in links
        ],
        "inferences": _cards(clusters),
    }


def derive_without(case: Case, txid: str, *, chain: Chain | None = None) -> dict[str, Any]:
    """What falls apart if one transaction is not counted as a link, as a document.

    Raises:
        OriginNotFoundError: not a transaction id, or the ledger does not hold it.
    """
    wanted = parse_origin(txid).txid
    if wanted is None:
        raise OriginNotFoundError("That is no transaction id.")
    ledger = _ledger(case, chain)
    transaction = ledger.lookup_transaction(wanted)
    if transaction is None:
        raise OriginNotFoundError(f"The ledger of this case holds no transaction {wanted}.")
    clusters = _clusters(ledger)
    found = clusters.without(wanted)
    return {
        "txid": wanted.display,
        "joins": bool(found.before),
        "refused_as_mixing": EqualOutput().judge(transaction) is not None,
        "before": list(found.before),
        "after": [list(group) for group in found.after],
        "inferences": _cards(clusters),
    }


def _address(text: str) -> str:
    address = parse_origin(text).address
    if address is None:
        raise OriginNotFoundError(
            "A link is asked between two addresses, not transactions.",
            next_step="Give two addresses: `chainlead why CASE ADDRESS ADDRESS`.",
        )
    return address


def _ledger(case: Case, chain: Chain | None) -> CaseLedger:
    return CaseLedger(case.store, chain or only_chain(case.store))


def _clusters(ledger: CaseLedger) -> Clusters:
    return Clusters.build(ledger.transactions(), CommonInput(EqualOutput().judge))


def _cards(clusters: Clusters) -> list[dict[str, Any]]:
    return [card_document(clusters.rule.card), card_document(EqualOutput().card)]
