"""Precision and recall of the change heuristics, each alone and combined.

Truth A: towns of the practice generator, which know the owner of every output (seeds for tuning;
`error_rates.py` measures on others). Truth B: real blocks, outputs
that a later co-spend shows to be change (exactly one of two outputs shares a co-spend cluster with
the inputs; Möser and Narayanan, FC 2022). Truth C: real blocks, outputs that pay an input's address
back. For B and C only transactions whose previous outputs are all known are counted. The real
blocks are single blocks far apart: what an address did before and what spends an output are mostly
unknown there, so `first_seen`, `locktime`, `same_fingerprint` and `peel` can be judged by A only.
"""

import sys
from collections.abc import Callable, Iterable

from real_blocks import FOLDER, BlocksInMemory

from chainlead.codecs import script_kind
from chainlead.guide.practice import build_town
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.ledger import LedgerView, Transaction
from chainlead.trace import (
    ChangeHeuristic,
    CoinJoinGate,
    change_combinations,
    change_heuristics,
)

SEEDS = ("train", "train 2")
SIZE = 100
Truth = list[tuple[Transaction, frozenset[int]]]


def practice(seed: str) -> tuple[LedgerView, Truth]:
    """A town's ledger, and for each payment of one owner the outputs that came back to him."""
    town = build_town(seed, size=SIZE)
    ledger = EconomyLedger(town.economy)
    truth: Truth = []
    for transaction in ledger.transactions():
        txid = transaction.txid.display
        if transaction.is_coinbase:
            continue
        payers, payees = set(town.owners_of_inputs(txid)), town.owners_of_outputs(txid)
        if len(payers) == 1:
            (payer,) = payers
            own = frozenset(index for index, owner in enumerate(payees) if owner == payer)
            if len(own) < len(payees):
                truth.append((transaction, own))
    return ledger, truth


def revealed(view: BlocksInMemory, gate: Callable[[Transaction], bool]) -> tuple[Truth, Truth]:
    """Change that a co-spend shows, and change that a reused address shows."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for transaction in view.transactions():
        if not transaction.is_coinbase and gate(transaction):
            roots = [find(name) for name in view.payers(transaction)]
            for root in roots[1:]:
                a, b = sorted((find(roots[0]), find(root)))
                parent[b] = a
    later: Truth = []
    reused: Truth = []
    for transaction in view.transactions():
        if transaction.is_coinbase or not gate(transaction):
            continue
        if any(spent.previous is None for spent in transaction.inputs):
            continue
        spendable = [
            (index, output.address)
            for index, output in enumerate(transaction.outputs)
            if script_kind(output.script) != "op_return"
        ]
        if len(spendable) != 2:
            continue
        payers = set(view.payers(transaction))
        roots = {find(name) for name in payers}
        back = frozenset(index for index, address in spendable if address in payers)
        joined = frozenset(
            index for index, address in spendable if address and find(address) in roots
        )
        if len(back) == 1:
            reused.append((transaction, back))
        elif not back and len(joined) == 1:
            later.append((transaction, joined))
    return later, reused


def measure(
    heuristic: ChangeHeuristic, worlds: Iterable[tuple[LedgerView, Truth]]
) -> tuple[int, int, int, int]:
    """Transactions, single candidates named, right ones among them, transactions with change."""
    asked = named = right = real = 0
    single = heuristic.unique
    for view, truth in worlds:
        for transaction, own in truth:
            asked += 1
            real += bool(own)
            found = single.candidates(transaction, view)
            named += bool(found)
            right += bool(found) and found <= own
    return asked, named, right, real


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:6.1f}" if whole else "     -"


def table(title: str, worlds: list[tuple[LedgerView, Truth]]) -> None:
    rows = [*change_heuristics(), *change_combinations()]
    size = sum(len(truth) for _, truth in worlds)
    print(f"\n{title}: {size} transactions")
    print(f"{'precision %':>12} {'recall %':>9} {'named':>7}  heuristic (single candidate)")
    for heuristic in rows:
        _, named, right, real = measure(heuristic, worlds)
        print(f"{share(right, named):>12} {share(right, real):>9} {named:>7}  {heuristic.name}")


def main() -> None:
    worlds = [practice(seed) for seed in SEEDS]
    table(f"A {len(SEEDS)} simulated towns, true owners", worlds)
    if not FOLDER.is_dir():
        print("\nB, C: real blocks are not beside this checkout", file=sys.stderr)
        return
    view = BlocksInMemory()
    gate = CoinJoinGate()
    later, reused = revealed(view, lambda t: gate.verdict(t) is None)
    table(f"B {view.blocks} real blocks, shown by a later co-spend", [(view, later)])
    table("C the same blocks, shown by a reused address", [(view, reused)])


if __name__ == "__main__":
    main()
