"""`fetch evm --index`: let a history service name transactions, and take none of its words for true.

What the service names is fetched as whole blocks from the unit's own node and proved there. What it
names and the node does not have, what it tells differently, and what it left out of blocks that the
case holds are doubts, kept with its raw answers. What it left out elsewhere cannot be seen, except that
the node's count of signed transactions and its balances then do not fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import NodeUnfitError, NotConsentedError
from chainlead.ledger import (
    EVM_INDEX,
    CaseAccounts,
    EvmIndex,
    IndexCheck,
    IndexHistory,
    check_index,
    get_account_chain,
    read_index_history,
    read_index_log,
)
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.fetch_evm import EvmFetch, EvmFetchResult, Progress

_MOST_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Sum:
    """One asset of an address: what the node's balance changed by, and what the case's transfers say.

    `node_units` is None where the node was not asked or keeps no state that old.
    """

    account: str
    contract: str
    case_units: int
    node_units: int | None


@dataclass(frozen=True, slots=True)
class IndexFetchResult:
    """What came of it.

    Attributes:
        fetched: the blocks from the node.
        checks: one for each address, in order.
        doubts: what the service said that the node's blocks do not bear out, in words.
        sums: of each address and asset, whether the node's balance bears the history out.
        missing: questions that the service does not offer.
        gaps: heights of blocks of which it shows a part only.
        cut: addresses that were left because the service has too many rows of them.
    """

    fetched: EvmFetchResult
    checks: tuple[IndexCheck, ...]
    doubts: tuple[str, ...]
    sums: tuple[Sum, ...]
    missing: tuple[str, ...]
    gaps: tuple[int, ...]
    cut: tuple[str, ...] = ()


def fetch_evm_index(
    case: Case,
    node: NodeAddress,
    index: NodeAddress,
    addresses: Sequence[str],
    *,
    first: int,
    last: int | None = None,
    chain: Chain = Chain.ETHEREUM,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    most: int | None = None,
    why: str = "",
    progress: Progress | None = None,
) -> IndexFetchResult:
    """Fetch the transactions that a history service names, each proved by the unit's own node.

    Args:
        case: open for writing.
        node: whom to believe; consents for `chain state`, `blocks` and `transaction`; with one for
            `account` its counts and balances are compared too.
        index: the service; a consent for `address index`. Its key is in its route, and its pause
            should be what it allows, mostly some questions in a second.
        addresses: whose histories.
        first: the first height.
        last: the last height; the node's newest if left out.
        chain: whose ledger.
        network: of which network.
        may_be_behind: take a node that is still taking over the chain.
        most: an address of which the service has more rows is left.
        why: the person's reason, for the journal.
        progress: called with blocks done and blocks in all.

    Raises:
        CodecError: one of them is no address.
        NodeUnfitError: as `fetch_evm_blocks`.
        LoginRefusedError: the service wants another key.
        WireError: offline, not consented, unreachable, budget spent, asked too often.
    """
    ledger = get_account_chain(chain)
    wanted = sorted({ledger.canonical(address) for address in addresses})
    with EvmFetch(case, node, chain, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        until = state.height if last is None else min(last, state.height)
        with Conversation(case, index, chain, network, why) as talk:
            client = EvmIndex(talk.look, talk.wait, ledger.networks[network])
            talk.note("address index", {"addresses": wanted, "first": first, "last": until})
            cut = {
                address for address in wanted
                if not client.fetch_history(address, first, until, most)
            }  # fmt: skip
            log = talk.recorder.take(EVM_INDEX)
        told = {history.address: history for history in read_index_log(log)}
        histories = [
            IndexHistory(address) if address in cut else told.get(address, IndexHistory(address))
            for address in wanted
        ]
        reads = {h.address: read_index_history(h, run.request) for h in histories}
        named = sorted({
            read.txid for events, _ in reads.values() for read in events
            if not read.txid.startswith("genesis-")
        })  # fmt: skip
        heights = run.find_heights(named, until)
        fetched = run.fetch(heights, state, (), progress)
        checks = tuple(
            check_index(
                case.store, index.host, history, reads[history.address][0],
                request=run.request, heights=(first, until),
            )
            for history in histories if history.address not in cut
        )  # fmt: skip
        sums = [
            one for check in checks
            for one in _sums(run, check, (first, until))
        ]  # fmt: skip
        doubts = [
            {"account": check.address, "txid": doubt.txid, "words": doubt.words}
            for check in checks for doubt in check.doubts
        ]  # fmt: skip
        doubts += [
            {"account": address, "txid": "", "words": f"{index.host}: {reason}."}
            for address, (_, reasons) in reads.items() for reason in reasons
        ]  # fmt: skip
        doubts += _count_doubts(run, index.host, checks, (first, until))
        what = {
            **run.facts, "index": index.host, "addresses": wanted, "first": first, "last": until,
            "named": len(named), "doubts": doubts,
        }  # fmt: skip
        case.act("fetch_evm_index.checked", why=why, what=what, blobs={"index": log.to_bytes()})
    return IndexFetchResult(
        fetched, checks, tuple(doubt["words"] for doubt in doubts), tuple(sums),
        tuple(sorted({action for h in histories for action in h.missing})),
        tuple(sorted({gap for h in histories for gap in h.gaps})),
        tuple(sorted(cut)),
    )  # fmt: skip


def apply_checked(projection: Projection, entry: Entry) -> None:
    """`fetch_evm_index.checked`: the doubts; the service's words are nowhere else."""
    what = entry.what
    rows: list[dict[str, Any]] = [
        {
            "chain": what["chain"], "journal_seq": entry.seq, "number": number,
            "host": what["index"], "account": doubt["account"], "txid": doubt["txid"],
            "words": doubt["words"],
        }
        for number, doubt in enumerate(what["doubts"])
    ]  # fmt: skip
    projection.store.insert("account_doubts", rows)


def _figures(
    run: EvmFetch, account: str, contracts: Sequence[str], heights: tuple[int, int]
) -> tuple[int | None, dict[str, int | None]]:
    """By how much the node's count of signed transactions and its balances grew."""
    before, after = max(heights[0] - 1, 0), heights[1]
    run.note("account", {"account": account, "heights": [before, after]})
    try:
        counts, balances = zip(
            *(run.server.find_figures(account, contracts, at) for at in (before, after)),
            strict=True,
        )
    except (NotConsentedError, NodeUnfitError):
        return None, {}
    finally:
        run.forget()
    grown = {
        contract: None if None in {balances[0][contract], now} else now - balances[0][contract]
        for contract, now in balances[1].items()
    }
    return (None if None in counts else counts[1] - counts[0]), grown


def _sums(run: EvmFetch, check: IndexCheck, heights: tuple[int, int]) -> list[Sum]:
    store, chain = run.case.store, run.request.chain.chain
    contracts: set[str] = set()
    for side in ("sender", "receiver"):
        where: dict[str, Any] = {"chain": chain.value, side: check.address}
        contracts |= {row["contract"] for row in store.rows("account_transfers", **where)} - {""}
    asked = sorted(contracts)[:_MOST_TOKENS]
    _, grown = _figures(run, check.address, asked, heights)
    found: list[Sum] = []
    for contract in ("", *asked):
        total = 0
        for entry in CaseAccounts(store, chain, contract).transfers_of(check.address):
            if entry.height is None or not heights[0] <= entry.height <= heights[1]:
                continue
            total += entry.amount_units if entry.receiver == check.address else 0
            total -= entry.amount_units if entry.sender == check.address else 0
            total -= entry.fee_units if entry.fee_payer == check.address else 0
        found.append(Sum(check.address, contract, total, grown.get(contract)))
    return found


def _count_doubts(
    run: EvmFetch, host: str, checks: Sequence[IndexCheck], heights: tuple[int, int]
) -> list[dict[str, str]]:
    """Where the node counts more signed transactions than the service names."""
    found: list[dict[str, str]] = []
    for check in checks:
        count, _ = _figures(run, check.address, (), heights)
        if count is not None and count > check.signed:
            words = (
                f"{host} names {check.signed} transactions that {check.address} signed; the node "
                f"counts {count}: at least {count - check.signed} are left out"
            )
            found.append({"account": check.address, "txid": "", "words": words + "."})
    return found
