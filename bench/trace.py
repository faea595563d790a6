"""A trace of 10,000 transactions under all rules, against a plain breadth-first walk of the same graph.

The real blocks at hand are islands: of their 30,676 transactions only 4,126 spend one another, so no
single origin reaches 10,000. Two things are measured. `stitched`: the shapes are real (inputs, outputs
in their proportions and scripts, in chain order) and the links are drawn with a seed: each input
spends an output of an earlier transaction, mostly a recent one; the result is written as blocks and
read into a case. `real`: the real blocks as they are, with every output of their first 10,000
transactions as the origin. Both contenders ask the same case ledger. Without the real blocks the
shapes are drawn too, and `real` is left out.

`plain`: breadth first from the origin over spenders, nothing else: no amounts, rules, stops or order.
`walk`: every taint rule, both bounds, mixing gate, result objects. `trace`: `chainlead trace` without
start-up: also clusters and tags, document, journal; `tagged` has a tag in the case, so that each
address is asked for its cluster. `in memory`: the ledger was walked once before, so only the walk
itself counts. Each once in a fresh process: processor seconds and peak memory.

    python bench/trace.py --transactions 10000
"""

import argparse
import hashlib
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from chainlead.ledger import CaseLedger, Output
from chainlead.model import Chain, Network, Outpoint, Txid
from chainlead.trace import Least, Limits, Most, Origin, find_rules, walk
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace import trace

REAL = Path(__file__).parents[2] / "shared" / "data" / "btc-blocks"
SUBSIDY = 50 * 10**8
PER_BLOCK = 100
SEED = 4


@dataclass(frozen=True)
class Shape:
    """How many outputs a transaction spends, and what it makes: (share, script)."""

    inputs: int
    outputs: tuple[tuple[int, bytes], ...]


def real_shapes(folder: Path) -> Iterator[Shape]:
    with Case.create(folder / "real", key=bytes(32)) as case:
        add(case, [REAL], chain=Chain.BITCOIN)
        for transaction in CaseLedger(case.store, Chain.BITCOIN).transactions():
            outputs = tuple((o.amount_units, o.script) for o in transaction.outputs)
            if not transaction.is_coinbase and any(share for share, _ in outputs):
                yield Shape(len(transaction.inputs), outputs)


def drawn_shapes(dice: Random) -> Iterator[Shape]:
    while True:
        outputs = tuple(
            (dice.randint(1, 10**6), b"\x00\x14" + dice.randrange(5000).to_bytes(20, "big"))
            for _ in range(dice.choice((1, 2, 2, 2, 2, 3, 10)))
        )
        yield Shape(dice.choice((1, 1, 1, 2, 2, 3, 8)), outputs)


def varint(number: int) -> bytes:
    if number < 0xFD:
        return number.to_bytes(1, "little")
    return b"\xfd" + number.to_bytes(2, "little")


def twice(content: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(content).digest()).digest()


def serialized(inputs: list[tuple[bytes, int, bytes]], outputs: list[tuple[int, bytes]]) -> bytes:
    parts = [b"\x01\x00\x00\x00", varint(len(inputs))]
    for txid, index, script in inputs:
        parts += [txid, index.to_bytes(4, "little"), varint(len(script)), script, b"\xff" * 4]
    parts.append(varint(len(outputs)))
    for amount, script in outputs:
        parts += [amount.to_bytes(8, "little"), varint(len(script)), script]
    return b"".join((*parts, b"\x00\x00\x00\x00"))


def mined(before: bytes, height: int, transactions: list[bytes]) -> tuple[bytes, bytes]:
    """A block of the regression-test network with its magic, and its hash."""
    row = [twice(transaction) for transaction in transactions]
    while len(row) > 1:
        row += row[-1:] * (len(row) % 2)
        row = [twice(row[place] + row[place + 1]) for place in range(0, len(row), 2)]
    moment = (1_600_000_000 + 600 * height).to_bytes(4, "little")
    for nonce in range(1 << 20):
        fixed = b"\x01\x00\x00\x00" + before + row[0] + moment + 0x207FFFFF.to_bytes(4, "little")
        header = fixed + nonce.to_bytes(4, "little")
        if twice(header)[-1] < 0x7F:
            break
    body = header + varint(len(transactions)) + b"".join(transactions)
    magic = bytes.fromhex("fabfb5da")
    return magic + len(body).to_bytes(4, "little") + body, twice(header)


def stitch(shapes: Iterator[Shape], count: int, path: Path) -> Txid:
    """Write blocks with so many ordinary transactions; gives the first coinbase, the origin."""
    dice = Random(SEED)
    unspent: list[tuple[bytes, int, int]] = []
    origin = b""
    before, height = bytes(32), 0
    with path.open("wb") as file:
        while count > 0:
            script = b"\x03" + height.to_bytes(3, "little")
            made = [
                serialized([(bytes(32), 0xFFFFFFFF, script)], [(SUBSIDY, b"\x51" + script)] * 4)
            ]
            origin = origin or twice(made[0])
            unspent += [(twice(made[0]), index, SUBSIDY) for index in range(4)]
            for _ in range(min(count, PER_BLOCK if height else 0)):
                shape = next(shapes)
                spent = []
                for _ in range(min(shape.inputs, len(unspent) // 2 + 1)):
                    back = min(int(dice.expovariate(1 / 40)), len(unspent) - 1)
                    spent.append(unspent.pop(len(unspent) - 1 - back))
                left = sum(units for _, _, units in spent) * 999 // 1000
                total = sum(share for share, _ in shape.outputs)
                outputs = [(left * share // total, script) for share, script in shape.outputs]
                raw = serialized([(txid, index, b"") for txid, index, _ in spent], outputs)
                made.append(raw)
                unspent += [
                    (twice(raw), index, units) for index, (units, _) in enumerate(outputs) if units
                ]
            count -= len(made) - 1
            block, before = mined(before, height, made)
            file.write(block)
            height += 1
    return Txid(origin)


PACK = """
title: one tag
creator: bench
tags:
  - {address: ADDRESS, label: a.example, category: exchange, currency: BTC, confidence: web_crawl,
     source: "https://a.example", lastmod: 2024-01-01}
"""


def build(folder: Path, count: int) -> str:
    shapes = real_shapes(folder) if REAL.is_dir() else drawn_shapes(Random(SEED))
    origin = stitch(shapes, count, folder / "stitched.dat")
    for name in ("plain", "tagged"):
        with Case.create(folder / name, key=bytes(32)) as case:
            add(case, [folder / "stitched.dat"], network=Network.REGTEST)
            if name == "tagged":
                _tag_last_address(case, folder / "pack.yaml")
    return f"{origin.display}:0"


def _tag_last_address(case: Case, pack: Path) -> None:
    """A tag on an address of the ledger's last transaction, so that clusters could inherit it."""
    last = max(CaseLedger(case.store, Chain.BITCOIN).transactions(), key=lambda t: t.order)
    address = next(output.address for output in last.outputs if output.address)
    pack.write_text(PACK.replace("ADDRESS", address))
    if not list(import_tags(case, [pack])) or not case.store.count("tags"):
        raise RuntimeError("the tag was not imported")


def breadth_first(ledger: CaseLedger, origin: Outpoint, most: int) -> int:
    found: set[Txid] = set()
    first = ledger.lookup_output(origin)
    edge = deque([first] if first else [])
    while edge and len(found) < most:
        following = ledger.lookup_spender(edge.popleft().outpoint)
        if following is not None and following.txid not in found:
            found.add(following.txid)
            edge.extend(following.outputs)
    return len(found)


def outpoint(origin: str) -> Outpoint:
    txid, _, index = origin.partition(":")
    return Outpoint(Txid.from_display(txid), int(index))


def every_rule(ledger: CaseLedger, origin: Outpoint, most: int) -> int:
    limits = Limits(hops=1 << 30, transactions=most)
    rules = (*find_rules(), Least(), Most())
    found = walk(ledger, Origin(outpoint=origin), rules=rules, limits=limits)
    return len(found.transactions) - 1


def from_case(
    contender: Callable[[CaseLedger, Outpoint, int], int],
) -> Callable[[Path, str, int], int]:
    def run(folder: Path, origin: str, most: int) -> int:
        with Case.open_to_read(folder / "plain") as case:
            return contender(CaseLedger(case.store, Chain.BITCOIN), outpoint(origin), most)

    return run


def in_memory(
    contender: Callable[[CaseLedger, Outpoint, int], int],
) -> Callable[[Path, str, int], tuple[int, float]]:
    def run(folder: Path, origin: str, most: int) -> tuple[int, float]:
        with Case.open_to_read(folder / "plain") as case:
            ledger = CaseLedger(case.store, Chain.BITCOIN)
            breadth_first(ledger, outpoint(origin), 1 << 30)
            start = time.process_time()
            return contender(ledger, outpoint(origin), most), time.process_time() - start

    return run


def traced(name: str) -> Callable[[Path, str, int], int]:
    def run(folder: Path, origin: str, most: int) -> int:
        with Case.open_to_write(folder / name) as case:
            limits = Limits(hops=1 << 30, transactions=most)
            _, document = trace(case, origin, limits=limits)
        return len(document["transactions"]) - 1

    return run


class Everything(CaseLedger):
    """The case's ledger, where one made-up address receives every output of its first transactions."""

    most = 0

    def outputs_to(self, address: str) -> Iterable[Output]:  # noqa: ARG002  # one question is asked
        return [
            output
            for transaction in islice(self.transactions(), self.most)
            for output in transaction.outputs
        ]


def real_breadth_first(folder: Path, _origin: str, most: int) -> int:
    with Case.open_to_read(folder / "real") as case:
        ledger = Everything(case.store, Chain.BITCOIN)
        ledger.most = most
        outputs = list(ledger.outputs_to(""))
        found = {output.outpoint.txid for output in outputs}
        edge = deque(outputs)
        while edge:
            following = ledger.lookup_spender(edge.popleft().outpoint)
            if following is not None and following.txid not in found:
                found.add(following.txid)
                edge.extend(following.outputs)
        return len(found)


def real_walk(folder: Path, _origin: str, most: int) -> int:
    with Case.open_to_read(folder / "real") as case:
        ledger = Everything(case.store, Chain.BITCOIN)
        ledger.most = most
        limits = Limits(hops=1 << 30, transactions=1 << 30)
        rules = (*find_rules(), Least(), Most())
        return len(walk(ledger, Origin(address="all"), rules=rules, limits=limits).transactions)


RUNS: dict[str, tuple[str, Callable[[Path, str, int], int | tuple[int, float]]]] = {
    "plain": ("plain", from_case(breadth_first)),
    "walk": ("plain", from_case(every_rule)),
    "trace": ("plain", traced("plain")),
    "trace, tagged": ("plain", traced("tagged")),
    "plain in memory": ("plain in memory", in_memory(breadth_first)),
    "walk in memory": ("plain in memory", in_memory(every_rule)),
    "plain, real": ("plain, real", real_breadth_first),
    "walk, real": ("plain, real", real_walk),
}


def measured(name: str, folder: Path, origin: str, most: int) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, wall = time.process_time(), time.perf_counter()
    found = RUNS[name][1](folder, origin, most)
    spent = time.process_time() - start
    count, cpu_seconds = found if isinstance(found, tuple) else (found, spent)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "transactions": count,
        "cpu_seconds": cpu_seconds,
        "seconds": time.perf_counter() - wall,
        "peak_mb": peak / 1024,
        "own_mb": (peak - before) / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--transactions", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fresh = multiprocessing.get_context("spawn")
        with fresh.Pool(1) as pool:
            origin = pool.apply(build, (folder, asked.transactions * 12 // 10))
        found = {}
        for run in RUNS:
            if run.endswith("real") and not REAL.is_dir():
                continue
            with fresh.Pool(1) as pool:
                found[run] = pool.apply(measured, (run, folder, origin, asked.transactions))
    if asked.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for run, figures in found.items():
        base = found[RUNS[run][0]]
        sys.stdout.write(
            f"{run:16} {figures['transactions']:6.0f} transactions {figures['cpu_seconds']:6.2f} s CPU"
            f" {figures['cpu_seconds'] / base['cpu_seconds']:5.1f} x plain"
            f" {figures['peak_mb']:5.0f} MB peak {figures['peak_mb'] / base['peak_mb']:4.1f} x plain"
            f" ({figures['own_mb']:.0f} MB of it its own)\n"
        )


if __name__ == "__main__":
    main()
