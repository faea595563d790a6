"""`why`, `without` and decisions on contested links: what joins addresses, and what hangs on it.

The first two only look. A decision is the act `links.decide`; from then on the clusters respect it.
"""

from typing import Any

from chainlead.custody import Entry
from chainlead.errors import NoLinkError, OriginNotFoundError, TraceError
from chainlead.model import Chain, Txid
from chainlead.store import Store
from chainlead.trace import Clusters, ContestedLink, Level, Link, card_document, parse_origin
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.trace import chain_of_outputs

VERDICTS = ("accept", "refuse", "withdraw")


def find_links(
    case: Case,
    a: str,
    b: str,
    *,
    chain: Chain | None = None,
    level: Level = Level.CO_SPEND,
    until_height: int | None = None,
) -> dict[str, Any]:
    """The shortest chain of evidence between two addresses, as a document.

    Args:
        case: open for reading.
        a: an address.
        b: another one.
        chain: whose ledger; the case's only one if left out.
        level: what may count as evidence.
        until_height: look at nothing later.

    Raises:
        NoLinkError: nothing joins them at this level.
        OriginNotFoundError: one of the two is no address, or the case has no ledger.
    """
    first, second = _address(a), _address(b)
    known = CaseClusters(
        case.store, chain_of_outputs(case.store, chain), level=level, until_height=until_height
    )
    clusters = known.near(first, second)
    links = _chain_of(clusters, first, second, level)
    return {
        "addresses": [first, second],
        "level": str(level),
        "level_meaning": level.meaning,
        "strength": "inferred",
        "pinned": pinned(known),
        "cluster": {
            "name": clusters.name_of(first),
            "size": len(clusters.cluster_of(first)),
            "parties": list(clusters.parties_of(first)),
        },
        "links": [
            {**link_document(link), "unknown_inputs": _unknown_inputs(known, link.txid)}
            for link in links
        ],
        "decisions": [
            {name: row[name] for name in ("txid", "rule", "why", "journal_seq")}
            for link in links
            if link.accepted
            for row in case.store.rows(
                "link_decisions",
                chain=known.ledger.chain.value,
                txid=link.txid.display,
                rule=link.rule,
            )
        ],
        "inferences": [card_document(card) for card in known.cards],
    }


def derive_without(
    case: Case,
    txid: str,
    *,
    chain: Chain | None = None,
    level: Level = Level.CO_SPEND,
    until_height: int | None = None,
) -> dict[str, Any]:
    """What falls apart if one transaction is not counted as a link, as a document.

    Raises:
        OriginNotFoundError: not a transaction id, or the ledger does not hold it.
    """
    known = CaseClusters(
        case.store, chain_of_outputs(case.store, chain), level=level, until_height=until_height
    )
    wanted = known_txid(known, txid)
    clusters = known.near_transaction(wanted)
    found = clusters.without(wanted)
    mixing = known.refused_round(wanted)
    return {
        "txid": wanted.display,
        "level": str(level),
        "pinned": pinned(known),
        "joins": bool(found.before),
        "unknown_inputs": _unknown_inputs(known, wanted),
        "refused_as_mixing": mixing is not None,
        "mixing": mixing.described if mixing else None,
        "contested": [contested_document(link) for link in clusters.contested_by(wanted)],
        "before": list(found.before),
        "after": [list(group) for group in found.after],
        "inferences": [card_document(card) for card in known.cards],
    }


def decide_link(
    case: Case,
    txid: str,
    verdict: str,
    *,
    why: str,
    chain: Chain | None = None,
    level: Level = Level.CO_SPEND,
) -> dict[str, Any]:
    """Accept or refuse a contested link, or withdraw such a decision; the journal keeps the reason.

    Args:
        case: open for writing.
        txid: of the contested transaction.
        verdict: one of `VERDICTS`.
        why: the person's reason.
        chain: whose ledger; the case's only one if left out.
        level: at "co-spend" the decision is about the inputs, at "co-spend plus change" about the
            change where that is contested, else about the inputs.

    Returns:
        The contested link as a document, with the verdict.

    Raises:
        TraceError: no reason, no such verdict, or the transaction is not contested.
        OriginNotFoundError: not a transaction id, or the ledger does not hold it.
    """
    if verdict not in VERDICTS:
        raise TraceError(f"A decision is one of {', '.join(VERDICTS)}, not {verdict[:40]!r}.")
    if not why.strip():
        raise TraceError(
            "A link is decided with a reason only.",
            next_step="Give the reason with --why; the journal and the report keep it.",
        )
    chain = chain_of_outputs(case.store, chain)
    known = CaseClusters(case.store, chain, level=level)
    wanted = known_txid(known, txid)
    contested = _to_decide(case.store, chain, level, wanted, known)
    decided = case.store.lookup(
        "link_decisions", chain=chain.value, txid=wanted.display, rule=contested.rule
    )
    if verdict == "withdraw" and decided is None:
        raise TraceError(f"Nobody has decided about the transaction {wanted}.")
    document = contested_document(contested)
    what = {
        "chain": chain.value,
        "txid": wanted.display,
        "rule": contested.rule,
        "version": contested.version,
        "verdict": verdict,
        "doubts": document["doubts"],
        "sides": [list(side.addresses) for side in contested.sides],
        "pinned": pinned(known),
    }
    case.act("links.decide", why=why, what=what)
    return {**document, "chain": chain.value, "verdict": verdict, "why": why}


def apply_decide(projection: Projection, entry: Entry) -> None:
    """`links.decide`: the latest decision on a transaction and rule; a withdrawn one is gone."""
    what = entry.what
    key = {name: what[name] for name in ("chain", "txid", "rule")}
    if what["verdict"] == "withdraw":
        projection.store.delete("link_decisions", **key)
        return
    row = {
        **key,
        "verdict": what["verdict"],
        "doubts": what["doubts"],
        "sides": what["sides"],
        "why": entry.why,
        "journal_seq": entry.seq,
    }
    projection.store.insert("link_decisions", [row], replace=True)


def contested_document(link: ContestedLink) -> dict[str, Any]:
    """A contested link as JSON."""
    return {
        "txid": link.txid.display,
        "height": link.height,
        "rule": link.rule,
        "version": link.version,
        "state": "open" if link.is_open else "refused",
        "doubts": [doubt.value for doubt in link.doubts],
        "reasons": [doubt.meaning for doubt in link.doubts],
        "sides": [
            {
                "name": side.name,
                "size": side.size,
                "parties": list(side.parties),
                "addresses": list(side.addresses),
            }
            for side in link.sides
        ],
    }


def link_document(link: Link) -> dict[str, Any]:
    """One step of a chain of evidence as JSON."""
    return {
        "txid": link.txid.display,
        "height": link.height,
        "rule": link.rule,
        "version": link.version,
        "addresses": list(link.addresses),
        "accepted_by_a_person": link.accepted,
    }


def pinned(known: CaseClusters) -> dict[str, Any]:
    """The state of the ledger that an answer about clusters rests on."""
    pin = known.ledger.pin
    is_cut = known.until_height is not None and (
        pin.height is None or known.until_height < pin.height
    )
    return {
        "chain": pin.chain.value,
        "network": pin.network.value,
        "height": known.until_height if is_cut else pin.height,
        "block_hash": None if is_cut or pin.block_hash is None else pin.block_hash.display,
    }


def known_txid(known: CaseClusters, text: str) -> Txid:
    """The id of a transaction that the ledger holds.

    Raises:
        OriginNotFoundError: not a transaction id, or the ledger does not hold it.
    """
    txid = parse_origin(text).txid
    if txid is None:
        raise OriginNotFoundError("That is no transaction id.")
    if known.ledger.lookup_transaction(txid) is None:
        raise OriginNotFoundError(f"The ledger of this case holds no transaction {txid}.")
    return txid


def _unknown_inputs(known: CaseClusters, txid: Txid) -> int:
    """How many inputs take no part, because the known blocks do not hold what they spend."""
    transaction = known.ledger.lookup_transaction(txid)
    inputs = transaction.inputs if transaction and not transaction.is_coinbase else ()
    return sum(spent.previous is None for spent in inputs)


def _to_decide(
    store: Store, chain: Chain, level: Level, txid: Txid, known: CaseClusters
) -> ContestedLink:
    """The link as it is contested if no decision on it counts."""
    rules = [card.name for card in known.near_transaction(txid).cards]
    for rule in reversed(rules):
        undecided = CaseClusters(
            store, chain, level=level, ledger=known.ledger, without_decision=(txid, rule)
        )
        for link in undecided.near_transaction(txid).contested_by(txid):
            if link.rule == rule:
                return link
    raise TraceError(
        f"No link by the transaction {txid} is contested at the level {level}.",
        next_step="List the contested links with `chainlead contested CASE`.",
    )


def _chain_of(clusters: Clusters, a: str, b: str, level: Level) -> tuple[Link, ...]:
    try:
        return clusters.why(a, b)
    except NoLinkError as error:
        names = {clusters.name_of(a), clusters.name_of(b)}
        between = [
            link for link in clusters.contested if names <= {side.name for side in link.sides}
        ]
        if not between:
            raise
        raise NoLinkError(
            f"At the level {level} nothing joins the two addresses but contested links, the first by "
            f"{between[0].txid}.",
            next_step="Look at it with `chainlead contested CASE`, and decide.",
        ) from error


def _address(text: str) -> str:
    address = parse_origin(text).address
    if address is None:
        raise OriginNotFoundError(
            "A link is asked between two addresses, not transactions.",
            next_step="Give two addresses: `chainlead why CASE ADDRESS ADDRESS`.",
        )
    return address
