"""The CoinJoin gate on real and emulated rounds, on ordinary transactions, and its price.

Recall where somebody listed the rounds (labels of others, heuristic and by hand) or where the truth
is known (emulations); who else says yes; how many ordinary transactions are flagged; whether owners
are merged; processor time for transactions of two outputs against the same loop without the gate.
Reads ../shared/data beside the checkout; says so and measures the rest where it is absent.

    python bench/coinjoin.py
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import coinjoin_truth as truth

from chainlead.guide.practice import build_town
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Chain, Outpoint
from chainlead.trace import Clusters, CoinJoinGate, CommonInput, find_detectors

DATA = Path(__file__).parents[2] / "shared" / "data"
ROUNDS = DATA / "coinjoin"
EMULATION = ROUNDS / "emul__ww2_lognorm-static-5utxo.zip"
TOWN_SEED, TOWN_SIZE = "coinjoin control", 120
SPEED_TRANSACTIONS, SPEED_ROUNDS = 100_000, 5
DETECTORS = [detector.name for detector in find_detectors() if detector.name != "payjoin"]


class Tally:
    """What the gate and every detector said of one set."""

    def __init__(self, name: str, transactions: Iterable[Transaction], gate: CoinJoinGate) -> None:
        self.name = name
        self.judged = 0
        self.rounds = self.doubts = self.entrances = 0
        self.says: Counter[str] = Counter()
        self.wins: Counter[str] = Counter()
        for transaction in transactions:
            if transaction.is_coinbase:
                continue
            self.judged += 1
            verdicts = gate.verdicts(transaction)
            self.says.update(verdict.heuristic for verdict in verdicts)
            if verdicts:
                first = verdicts[0]
                self.wins[first.heuristic] += 1
                self.rounds += first.certainty == "round"
                self.doubts += first.certainty == "ambiguous"
                self.entrances += first.certainty == "entrance"

    def line(self) -> str:
        share = f"{100 * self.rounds / self.judged:.2f} %" if self.judged else "-"
        several = ", ".join(
            f"{name} {self.says[name]}/{self.wins[name]}" for name in DETECTORS if self.says[name]
        )
        return (
            f"{self.name:44} {self.judged:6} {self.rounds:6} {share:>9} {self.doubts:6} "
            f"{self.entrances:5}  {several}"
        )


def heading(title: str) -> None:
    print(f"\n{title}")
    print(
        f"{'set':44} {'judged':>6} {'rounds':>6} {'share':>9} {'doubts':>6} {'entr.':>5}  says/wins"
    )


def listed(archive: str, member: str) -> list[Transaction]:
    return list(truth.read_dumplings(ROUNDS / archive, f"Scanner/{member}.txt"))


def recall() -> None:
    heading("Rounds (share = recall, as a round of any name)")
    whirlpool = listed("dumplings__sw_202403.zip", "SamouraiCoinJoins")
    plain = CoinJoinGate()
    print(Tally("Whirlpool, listed, March 2024", whirlpool, plain).line())
    wasabi = listed("dumplings__ww1_202405.zip", "WasabiCoinJoins")
    print(Tally("Wasabi 1, listed, August 2021", wasabi, plain).line())
    runs = truth.read_emulations(EMULATION)
    mixed = [t for run in runs for t in run.transactions if t.txid in run.rounds]
    print(Tally("Wasabi 2, emulated with owners, 2 runs", mixed, plain).line())
    for title, pattern in (("emulated", "emulated_cjs"), ("real", "?" * 64)):
        mapped = [
            transaction
            for path in sorted((ROUNDS / "mappings").glob(f"{pattern}.json"))
            for transaction, _ in truth.read_mappings(path)
        ]
        print(Tally(f"Wasabi 2, mapped, {title}", mapped, plain).line())
    heading("Lists that hold rounds among other things (no labels, so no recall)")
    confirming = CoinJoinGate(_Spenders(whirlpool))
    tx0 = listed("dumplings__sw_202403.zip", "SamouraiTx0s")
    print(Tally("'Tx0s' of that time and before", tx0, confirming).line())
    for archive, member in (
        ("dumplings__sw_202403.zip", "SamouraiPostMixTxs"),
        ("dumplings__ww1_202405.zip", "WasabiPostMixTxs"),
    ):
        print(Tally(member, listed(archive, member), plain).line())
    for chain, name, transactions in _other_chains():
        print(Tally(f"{chain.value} {name}", transactions, plain).line())


class _Spenders:
    """The one question about a ledger that the gate asks."""

    def __init__(self, transactions: Iterable[Transaction]) -> None:
        self._known = {spent.outpoint: t for t in transactions for spent in t.inputs}

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        return self._known.get(outpoint)


def _other_chains() -> Iterator[tuple[Chain, str, list[Transaction]]]:
    for path in sorted((DATA / "ltc-dash" / "ltc").glob("litecoin_mainnet_*.json")):
        content = bytes.fromhex(json.loads(path.read_bytes())["block"])
        yield Chain.LITECOIN, path.stem, list(truth.read_foreign_block(content, Chain.LITECOIN))
    for path in sorted((DATA / "ltc-dash" / "dash").glob("*.hex")):
        content = bytes.fromhex(path.read_text("ascii").strip())
        yield Chain.DASH, path.stem, list(truth.read_foreign_block(content, Chain.DASH))


def control() -> None:
    heading("Ordinary transactions (share = falsely called a round)")
    ledger = truth.read_block_folder(DATA / "btc-blocks")
    gate = CoinJoinGate(ledger)
    eras: dict[str, list[Transaction]] = {}
    for transaction in ledger.transactions():
        year = transaction.mined_at.year if transaction.mined_at else 0
        if year:
            eras.setdefault("before 2013" if year < 2013 else str(year), []).append(transaction)
    print(Tally("Bitcoin before 2013: no such protocol", eras.pop("before 2013"), gate).line())
    known = Path("api-fixtures") / "am-i-exposed" / "api-responses"
    for path in sorted((DATA / known).glob("*.json")):
        found = list(truth.read_esplora(path))
        if found:
            print(Tally(f"recorded: {path.stem}", found, CoinJoinGate()).line())
    print_town()
    heading("Bitcoin later: not labelled, most inputs unknown (share = called a round)")
    for era in sorted(eras):
        print(Tally(era, eras[era], gate).line())


def print_town() -> None:
    town = build_town(TOWN_SEED, TOWN_SIZE)
    ledger = EconomyLedger(town.economy)
    sets: dict[str, list[Transaction]] = {}
    for transaction in ledger.transactions():
        if transaction.is_coinbase:
            continue
        protocol = town.protocol_of(transaction.txid.display)
        sets.setdefault(protocol or "ordinary", []).append(transaction)
    gate = CoinJoinGate(ledger)
    print(Tally("practice town: ordinary", sets.pop("ordinary"), gate).line())
    for protocol in sorted(sets):
        print(Tally(f"practice town: {protocol} (no control)", sets[protocol], gate).line())


def merges() -> None:
    print("\nOwners in one cluster, emulated Wasabi 2 (most in any cluster; clusters with several)")
    for run in truth.read_emulations(EMULATION):
        for title, rule in (("gate", CommonInput()), ("no gate", CommonInput(lambda _: None))):
            counts = [
                len({run.owners[a] for a in cluster if a in run.owners})
                for cluster in Clusters.build(run.transactions, rule).all()
            ]
            several = sum(count > 1 for count in counts)
            print(f"{run.name:44} {title:8} {max(counts, default=0):4} {several:4}")


def speed(transactions: Sequence[Transaction]) -> None:
    """CPU time for transactions of two outputs, best of some rounds."""
    small = [t for t in transactions if not t.is_coinbase and len(t.outputs) == 2]
    many = (small * (1 + SPEED_TRANSACTIONS // len(small)))[:SPEED_TRANSACTIONS]
    judge = CoinJoinGate().judge

    def bare() -> None:
        for transaction in many:
            len(transaction.inputs)
            len(transaction.outputs)

    def gated() -> None:
        for transaction in many:
            judge(transaction)

    took = {work.__name__: _best(work) for work in (bare, gated)}
    print(
        f"\n{SPEED_TRANSACTIONS} transactions of two outputs, processor seconds, best of {SPEED_ROUNDS}"
    )
    print(f"bare loop {took['bare']:.3f}, with the gate {took['gated']:.3f}")
    print(f"per transaction with the gate: {took['gated'] / SPEED_TRANSACTIONS * 1e6:.2f} us")


def _best(work: Callable[[], None]) -> float:
    times = []
    for _ in range(SPEED_ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    if DATA.is_dir():
        recall()
        control()
        merges()
    else:
        print("Real material is not beside this checkout (../shared/data): practice town only.")
        heading("Practice town")
        print_town()
    ledger: LedgerView = EconomyLedger(build_town(TOWN_SEED, TOWN_SIZE).economy)
    speed(list(ledger.transactions()))


if __name__ == "__main__":
    main()
