"""Clusters of a ledger of 100,000 transactions: loading, `why`, `without`, against a plain union-find.

The ledger is made of wallets that spend one to three coins at a time, pay one another and themselves;
it lies in a case database on disk. The peer unites the addresses of each transaction in memory and
knows no gate, no contradiction and no evidence. Times are seconds of the processor.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from chainlead.ledger import CaseLedger, CoSpends
from chainlead.model import Chain, Txid
from chainlead.store import Store
from chainlead.trace import Clusters, Level
from chainlead.workflow.case_clusters import CaseClusters

CHAIN = Chain.BITCOIN
TRANSACTIONS = 100_000
WALLETS = 12_000
PER_BLOCK = 500
SERVICE_SHARE = 0.1
"""Of the transactions, those by one large service."""


def write_ledger(store: Store, transactions: int) -> None:
    """Fill the tables as an import of blocks would."""
    dice = Random(4)
    purses: list[list[tuple[int, int, str]]] = [[] for _ in range(WALLETS)]
    newest = [0] * WALLETS

    def address_of(wallet: int) -> str:
        """One of its addresses; half the time a new one."""
        if not newest[wallet] or dice.random() < 0.5:
            newest[wallet] += 1
        return f"w{wallet}-{dice.randint(1, newest[wallet])}"

    rows: dict[str, list[dict[str, Any]]] = {n: [] for n in ("transactions", "inputs", "outputs")}
    placements = []
    for tx_id in range(transactions):
        wallet = 0 if dice.random() < SERVICE_SHARE else dice.randrange(WALLETS)
        purse = purses[wallet]
        txid = dice.randbytes(32)
        spent = [
            purse.pop(dice.randrange(len(purse)))
            for _ in range(min(len(purse), dice.randint(1, 3)))
        ]
        is_coinbase = not spent
        rows["transactions"].append(
            {"tx_id": tx_id, "txid": txid, "is_coinbase": is_coinbase, "version": 2, "locktime": 0}
            | {"chain": CHAIN.value}
        )
        for index, (maker, output_index, _) in enumerate(spent):
            rows["inputs"].append(
                {"tx_id": tx_id, "input_index": index, "sequence": 0, "signatures": b""}
                | {
                    "previous_txid": rows["transactions"][maker]["txid"],
                    "previous_index": output_index,
                }
            )
        if is_coinbase:
            rows["inputs"].append(
                {"tx_id": tx_id, "input_index": 0, "sequence": 0, "signatures": b""}
                | {"previous_txid": bytes(32), "previous_index": 0xFFFFFFFF}
            )
        payee = 0 if dice.random() < SERVICE_SHARE else dice.randrange(WALLETS)
        payees = [wallet] * 4 if is_coinbase else [payee, wallet]
        for index, payee in enumerate(payees):
            address = address_of(payee)
            purses[payee].append((tx_id, index, address))
            rows["outputs"].append(
                {"tx_id": tx_id, "output_index": index, "amount_units": dice.randint(2_000, 10**8)}
                | {"script": address.encode(), "address": address}
            )
        placements.append(
            {"block_id": tx_id // PER_BLOCK, "block_index": tx_id % PER_BLOCK, "tx_id": tx_id}
        )
    blocks = [
        {
            "block_id": number, "chain": CHAIN.value, "network": "main",
            "block_hash": number.to_bytes(32), "previous_hash": bytes(32), "height": number,
            "height_basis": "bench", "coinbase_height": number, "target_bits": 0,
            "mined_at_unix": 1_500_000_000 + 600 * number, "transaction_count": PER_BLOCK,
            "on_best_chain": True, "source_sha256": "", "offset_bytes": 0,
        }
        for number in range((transactions + PER_BLOCK - 1) // PER_BLOCK)
    ]  # fmt: skip
    with store.transaction():
        for table, made in (*rows.items(), ("placements", placements), ("blocks", blocks)):
            store.insert(table, made)


def plain_union_find(store: Store) -> int:
    """The peer: rows already in memory, every input address of a transaction united."""
    made: dict[int, list[str]] = {}
    for tx_id, address in store.tuples("outputs", ("tx_id", "address")):
        made.setdefault(tx_id, []).append(address)
    ids = {txid: tx_id for tx_id, txid in store.tuples("transactions", ("tx_id", "txid"))}
    spends: dict[int, list[str]] = {}
    for tx_id, previous, index in store.tuples(
        "inputs", ("tx_id", "previous_txid", "previous_index")
    ):
        if previous in ids:
            spends.setdefault(tx_id, []).append(made[ids[previous]][index])
    start = time.process_time()
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while (higher := above.setdefault(name, name)) != name:
            above[name] = above[higher] = above.setdefault(higher, higher)
            name = above[name]
        return name

    for addresses in spends.values():
        for address in addresses[1:]:
            above[top(address)] = top(addresses[0])
    report("peer: plain union-find, rows in memory", time.process_time() - start)
    return len({top(name) for name in above})


def report(what: str, seconds: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<52} {seconds * 1000:9.1f} ms   {memory:5} MiB at most so far")


def timed(what: str, run: Callable[[], Any]) -> Any:
    start = time.process_time()
    made = run()
    report(what, time.process_time() - start)
    return made


def spread(what: str, times: Iterator[float]) -> None:
    taken = sorted(times)
    print(
        f"{what:<52} median {statistics.median(taken) * 1000:7.1f} ms, slowest {taken[-1] * 1000:7.1f} ms "
        f"of {len(taken)}"
    )


def each(calls: list[Callable[[], Any]]) -> Iterator[float]:
    for call in calls:
        start = time.process_time()
        call()
        yield time.process_time() - start


def measure(store: Store) -> None:
    dice = Random(5)
    spends: CoSpends = timed("columns: who spent together", lambda: CoSpends(store, CHAIN))
    print(f"  {len(spends)} transactions join {len(spends.addresses)} addresses")
    known = CaseClusters(store, CHAIN)
    known.spends = spends  # read once
    near = next(iter(sorted(spends.addresses)))
    timed("one address: its clusters from nothing", lambda: known.near(near))
    whole: Clusters = timed("whole ledger: gate, doubts, clusters", lambda: known.whole)
    groups = timed("  list all clusters", whole.all)
    print(
        f"  {len(groups)} clusters, the largest of {max(map(len, groups))}; {len(whole.contested)} contested"
    )
    largest = max(groups, key=len)
    pairs = [(largest[0], other) for other in dice.sample(largest, min(50, len(largest)))]
    spread("why, inside the largest cluster", each([lambda p=p: whole.why(*p) for p in pairs]))
    txids: list[Txid] = dice.sample(sorted(spends.transactions()), 25)
    spread("without, any transaction", each([lambda t=t: whole.without(t) for t in txids]))
    everything = list(CaseLedger(store, CHAIN).transactions())
    timed("clusters of transactions already in memory", lambda: Clusters.build(everything))
    wide = CaseClusters(store, CHAIN, level=Level.CO_SPEND_PLUS_CHANGE)
    timed("with change: everything", lambda: wide.whole)
    print(f"  {plain_union_find(store)} clusters")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TRANSACTIONS
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "case.db", write=True) as store,
    ):
        timed(f"write {count} transactions", lambda: write_ledger(store, count))
        measure(store)


if __name__ == "__main__":
    main()
