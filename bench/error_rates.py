"""Error rates of every heuristic and combination, measured on towns whose owners are known.

Towns are made by the practice generator (`build_town`, and its Litecoin- and Dash-like chains) with
seeds that nobody tuned on; the seed `train` is the one for tuning. Without arguments: prints the
table. `--write`: also writes `src/chainlead/trace/data/error_rates.yaml` and
`docs/reference/error-rates.md`. `--check`: in seconds; measures one small town, and fails where a
heuristic's name, version or parameters are not those that were measured, or where one of the same
version counts otherwise there than when it was measured. Simulated wallets are not
the world, and precision depends on how common each kind of transaction is in the town.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from error_patterns import measure_patterns
from error_samples import Sample, sample, shipped_rule, total

from chainlead.codecs import script_kind
from chainlead.guide.practice import Town, build_town
from chainlead.guide.practice.dash_chain import build_dash_chain
from chainlead.guide.practice.mweb_chain import build_mweb_chain
from chainlead.ledger import Transaction
from chainlead.trace import (
    ChangeHeuristic,
    Clusters,
    CoinJoinGate,
    Heuristic,
    Source,
    TaintRule,
    change_combinations,
    change_heuristics,
    change_rule,
    find_rules,
)
from chainlead.trace.error_rates import (
    DATA,
    ErrorRate,
    Measure,
    describe_error_rate,
    load_measurement,
    share,
)
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.gate import find_detectors

SEEDS = ("held out 1", "held out 2", "held out 3")
SIZE = 150
CHECK_SEEDS, CHECK_SIZE = ("train",), 24
COMMAND = "python bench/error_rates.py --write"
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "error-rates.md"

MIXING = {
    "dash_coinjoin": {"dash coinjoin"},
    "joinmarket": {"joinmarket"},
    "litecoin_mweb": {"mweb hogex"},
    "wasabi1": {"wasabi 1"},
    "wasabi2": {"wasabi 2"},
    "whirlpool": {"whirlpool"},
    "equal_output": {
        "equal outputs", "joinmarket", "wasabi 1", "wasabi 2", "whirlpool", "dash coinjoin",
    },
    "stonewall": {"stonewall", "stonewall of two"},
    "payjoin": {"payjoin"},
    "anyone_can_pay": {"marketplace"},
}  # fmt: skip
"""For each detector the protocols of the towns that it should see."""

ENTRANCES = {"whirlpool_tx0": "tx0", "litecoin_mweb": "peg-in"}
"""For each detector the purpose of the entrances that it should see."""

ROUNDS = MIXING["equal_output"] | {"mweb hogex"}


def count_transactions(
    case: Sample,
    words: tuple[str, str],
    named: Callable[[Transaction], bool],
    right: Callable[[Transaction], bool],
    real: Callable[[Transaction], bool],
) -> Measure:
    """Which transactions are named, which of them rightly; which should be, which of them are."""
    rows = [(named(t), right(t), real(t)) for t in case.transactions]
    return Measure(
        *words,
        len(rows),
        sum(n for n, _, _ in rows),
        sum(n and r for n, r, _ in rows),
        sum(w for _, _, w in rows),
        sum(n and w for n, _, w in rows),
    )


def measure_detector(case: Sample, detector: CoinJoinDetector) -> Measure:
    """Right where several people paid in or the shape is the protocol's; real: the protocol's."""
    wanted = MIXING.get(detector.name, set())
    entrance = ENTRANCES.get(detector.name)

    def real(transaction: Transaction) -> bool:
        purpose = case.town.purpose_of(transaction.txid.display)
        return case.protocol(transaction) in wanted or purpose == entrance

    return count_transactions(
        case,
        (
            "transactions",
            (
                "called a round of this protocol or its entrance: right where it is that, or several "
                "people paid in; real where it is that"
            ),
        ),
        lambda t: detector.judge(t, case.ledger) is not None,
        lambda t: real(t) or len(case.owners_in(t)) > 1,
        real,
    )


def measure_gate(case: Sample) -> list[Measure]:
    gate = CoinJoinGate(case.ledger)

    def several(transaction: Transaction) -> bool:
        return len(case.owners_in(transaction)) > 1 or case.protocol(transaction) == "mweb hogex"

    return [
        count_transactions(
            case,
            (
                "transactions, called a mixing round",
                "right where several people paid in, real where they mixed",
            ),
            lambda t: gate.judge(t) is not None,
            several,
            lambda t: case.protocol(t) in ROUNDS,
        ),
        count_transactions(
            case,
            (
                "transactions, kept out of clusters",
                (
                    "rounds and doubtful shapes: right and real where several people paid in, PayJoins "
                    "included"
                ),
            ),
            lambda t: gate.judge(t) is not None or gate.ambiguous(t) is not None,
            several,
            several,
        ),
    ]


def pairs(count: int) -> int:
    return count * (count - 1) // 2


def measure_pairs(case: Sample, clusters: Clusters) -> Measure:
    """Pairs of addresses that were spent from: in one cluster, of one owner, in both."""
    groups: dict[str, int] = {}
    owners: dict[str, int] = {}
    both: dict[tuple[str, str], int] = {}
    addresses = {i.previous.address for t in case.transactions for i in t.inputs if i.previous}
    addresses.discard(None)
    for address in addresses:
        name, owner = clusters.name_of(address), case.town.owner_of(address)
        groups[name] = groups.get(name, 0) + 1
        owners[owner] = owners.get(owner, 0) + 1
        both[name, owner] = both.get((name, owner), 0) + 1
    right = sum(map(pairs, both.values()))
    return Measure(
        f"pairs of addresses at the level {clusters.level}",
        "of addresses that spent; in one cluster: right and real where one person holds both",
        pairs(len(addresses)),
        sum(map(pairs, groups.values())),
        right,
        sum(map(pairs, owners.values())),
        right,
    )


def measure_common_input(case: Sample) -> list[Measure]:
    rule = shipped_rule(case)

    def several_addresses(transaction: Transaction) -> bool:
        found = {i.previous.address for i in transaction.inputs if i.previous}
        return len(found - {None}) > 1

    return [
        count_transactions(
            case,
            (
                "transactions that may join addresses",
                "right where one person paid, real where one person paid from several addresses",
            ),
            lambda t: bool(rule.joined(t)),
            lambda t: len(case.owners_in(t)) == 1,
            lambda t: len(case.owners_in(t)) == 1 and several_addresses(t),
        ),
        measure_pairs(
            case,
            Clusters.build(case.ledger.transactions(), rule),
        ),
    ]


def measure_change(case: Sample, heuristic: ChangeHeuristic) -> Measure:
    """A single named output is right where it belongs to the one person who paid."""
    single = heuristic.unique
    judged = named = right = real = 0
    for transaction in case.transactions:
        spendable = [o for o in transaction.outputs if script_kind(o.script) != "op_return"]
        if len(spendable) < 2:
            continue
        judged += 1
        payers = case.owners_in(transaction)
        owners = case.town.owners_of_outputs(transaction.txid.display)
        real += len(payers) == 1 and bool(payers & set(owners))
        found = single.candidates(transaction, case.ledger)
        if found:
            (index,) = found
            named += 1
            right += len(payers) == 1 and owners[index] in payers
    return Measure(
        "transactions of two or more outputs",
        "one output named as change: right where it belongs to the one person who paid, real where "
        "some output does",
        judged,
        named,
        right,
        real,
        right,
    )


def measure_change_level(case: Sample) -> Measure:
    clusters = Clusters.build(
        case.ledger.transactions(), shipped_rule(case), change=(change_rule(), case.ledger)
    )
    return measure_pairs(case, clusters)


def measure_taint(case: Sample, rule: TaintRule[Any]) -> Measure:
    """Where several people paid in, each one's money as the rule shares it out, and as it was."""
    named = right = real = judged = 0
    for sent in case.town.transactions:
        if len({coin.owner for coin in sent.spent}) < 2:
            continue
        judged += 1
        sinks = [*(coin.amount_sat for coin in sent.made), sent.fee_sat]
        for owner in sorted({coin.owner for coin in sent.spent}):
            sources = [
                Source(
                    coin.amount_sat,
                    rule.mark_whole(coin.amount_sat) if coin.owner == owner else None,
                )
                for coin in sent.spent
            ]
            shares = rule.spread(sources, sinks)[:-1]
            for state, funders in zip(shares, sent.funders, strict=True):
                traced = rule.traced_units(state) if state is not None else 0
                true = sum(units for who, units in funders if who == owner)
                named += traced
                real += true
                right += min(traced, true)
    return Measure(
        "transactions of several people; inside one person's coins a rule is a convention",
        "counted in satoshi of each payer: right where an output is given as much of his money as it "
        "holds",
        judged, named, right, real, right,
    )  # fmt: skip


def rate(thing: Heuristic, measures: list[Measure]) -> ErrorRate:
    return ErrorRate(thing.name, thing.version, thing.parameters, tuple(measures))


def measure(towns: Iterable[Town], seeds: Sequence[str]) -> dict[str, list[ErrorRate]]:
    """Every subject, by the heading of its table."""
    cases = [sample(town) for town in towns]
    plain = [case for case in cases if case.town.services]
    first = plain[0]

    def each(work: Callable[[Sample], Measure], where: Sequence[Sample] = plain) -> Measure:
        return total([work(case) for case in where])

    def many(work: Callable[[Sample], list[Measure]], where: Sequence[Sample]) -> list[Measure]:
        return [total(column) for column in zip(*(work(case) for case in where), strict=True)]

    detectors = [
        rate(d, [each(lambda case, d=d: measure_detector(case, d), cases)])
        for d in find_detectors()
    ]
    changes = []
    for heuristic in (*change_heuristics(), *change_combinations()):
        measures = [each(lambda case, h=heuristic: measure_change(case, h))]
        if heuristic.name == change_rule().name:
            measures.append(each(measure_change_level))
        changes.append(rate(heuristic, measures))
    return {
        "Mixing": [*detectors, rate(CoinJoinGate(first.ledger), many(measure_gate, cases))],
        "Clusters": [rate(shipped_rule(first), many(measure_common_input, plain))],
        "Change": changes,
        "Patterns": measure_patterns(plain, seeds),
        "Taint rules": [
            ErrorRate(rule.name, rule.version, (), (each(lambda c, r=rule: measure_taint(c, r)),))
            for rule in find_rules()
        ],
    }


def towns_of(seeds: Sequence[str], size: int) -> list[Town]:
    return [
        town
        for seed in seeds
        for town in (
            build_town(seed, size), build_mweb_chain(seed, 20), build_dash_chain(seed, 20),
        )
    ]  # fmt: skip


def table(found: dict[str, list[ErrorRate]]) -> list[str]:
    """The rows as Markdown."""
    lines = []
    for heading, rates in found.items():
        lines += [
            "",
            f"## {heading}",
            "",
            "| name | version | n | named | right | precision | real | seen | recall |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        notes: dict[str, str] = {}
        for row in rates:
            for m in row.measures:
                mark = notes.setdefault(f"{m.counted}; {m.meaning}", str(len(notes) + 1))
                real = "" if m.real is None else str(m.real)
                recall = "" if m.real is None else share(m.seen, m.real)
                name = row.name.replace("|", "\\|")
                lines.append(
                    f"| {name} | {row.version} | {m.judged} [{mark}] | {m.named} | {m.right} "
                    f"| {share(m.right, m.named)} | {real} | {m.seen} | {recall} |"
                )
        lines += ["", *(f"[{mark}] {counted}.  " for counted, mark in notes.items())]
    return lines


def control(found: dict[str, list[ErrorRate]]) -> str:
    """How many ordinary transactions the gate takes for something else."""
    stopped, kept = next(r for r in found["Mixing"] if r.name == "coinjoin_gate").measures
    ordinary = kept.judged - (kept.real or 0)
    wrong, doubtful = stopped.named - stopped.right, kept.named - kept.right
    return (
        f"Control: of {ordinary} transactions that one person paid for, the gate called {wrong} a mixing "
        f"round ({share(wrong, ordinary)}) and kept {doubtful} out of clusters "
        f"({share(doubtful, ordinary)}; among them those that imitate two people on purpose)."
    )


def write(found: dict[str, list[ErrorRate]]) -> None:
    document = {
        "format": 1,
        "seeds": list(SEEDS),
        "size": SIZE,
        "command": COMMAND,
        "check": {
            "seeds": list(CHECK_SEEDS),
            "size": CHECK_SIZE,
            "counts": counts_of(measure(towns_of(CHECK_SEEDS, CHECK_SIZE), CHECK_SEEDS)),
        },
        "measured": [
            {
                "name": row.name,
                "version": row.version,
                "parameters": [list(pair) for pair in row.parameters],
                "measures": [
                    {
                        "counted": m.counted,
                        "meaning": m.meaning,
                        "judged": m.judged,
                        "named": m.named,
                        "right": m.right,
                        "real": m.real,
                        "seen": m.seen,
                    }
                    for m in row.measures
                ],
            }
            for rates in found.values()
            for row in rates
        ],
    }
    head = "# Written by bench/error_rates.py; do not edit. Simulated wallets are not the world.\n"
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    DATA.write_text(head + text, "utf-8")
    seeds = ", ".join(f"`{seed}`" for seed in SEEDS)
    page = PAGE_HEAD.format(seeds=seeds, size=SIZE, command=COMMAND)
    PAGE.write_text(f"{page}\n{control(found)}\n" + "\n".join(table(found)) + "\n", "utf-8")


PAGE_HEAD = """# Measured error rates

Written by `{command}`; do not edit.
Seeds: {seeds}; each makes a town of {size} people, a Litecoin-like and a Dash-like chain of 20, two
ledgers of accounts, and two chains with an exchange that changes one coin into the other. These seeds were not used for tuning (`train` is the seed for that).

**Simulated wallets are not the world.** The figures say how each heuristic does on wallets, services
and mixers that a program invented, with habits and frequencies that we chose. Mixing rounds, PayJoins
and dust are far more common there than on a real chain, so that there are enough of them to count:
precision on a real chain differs, and no figure here is the error rate of a case. Rates on real
blocks, where the truth is known in part, are in the notes of the heuristics' own benchmarks.

The rounds of the towns are made from the same published descriptions that the detectors were written
from. So a recall near 100 % there says that detector and description agree, not that every real round is
seen: for that, the tests of the detectors count real rounds.

- **n**: things looked at; **named**: of them, what the heuristic named; **right**: of those, what it
  was right to name; precision = right / named.
- **real**: what it should have named; **seen**: what of that it named; recall = seen / real.
- A change heuristic names an output where exactly one candidate is left. It is right where that output
  belongs to the one person who paid; transactions that several people paid for count against it.
- A card prints a rate only where name, version and parameters are those that were measured.
- A taint rule is a convention for money that was merged. Inside the coins of one owner there is no
  truth about which unit went where, so nothing is measured there. What can be measured are transactions
  that several people paid for: whose money each output is, is known to the generator. The figures show
  why a trail stops at a mix: no rule follows the money through it.
- Not measured: rules for accounts, because an account of one owner has no such transactions. Where nothing
  was measured, a card says so.
"""


def counts_of(found: dict[str, list[ErrorRate]]) -> dict[str, list[str]]:
    """What each heuristic named, and how much of it was right and real: a mark of its behaviour."""
    return {
        f"{row.name} v{row.version}": [
            f"{m.judged} {m.named} {m.right} {m.real} {m.seen}" for m in row.measures
        ]
        for rates in found.values()
        for row in rates
    }


def changed(found: dict[str, list[ErrorRate]]) -> list[str]:
    """What behaves otherwise on the small town than when its version was measured."""
    kept = yaml.load(DATA.read_text("utf-8"), Loader=yaml.CSafeLoader)["check"]["counts"]
    now = counts_of(found)
    return [name for name, counts in now.items() if name in kept and kept[name] != counts]


def stale(found: dict[str, list[ErrorRate]]) -> list[str]:
    """What the file does not hold as it is now."""
    return [
        f"{row.name} v{row.version}"
        for rates in found.values()
        for row in rates
        if describe_error_rate(row.name, row.version, row.parameters) is None
    ]


def main() -> int:
    check = "--check" in sys.argv
    seeds, size = (CHECK_SEEDS, CHECK_SIZE) if check else (SEEDS, SIZE)
    found = measure(towns_of(seeds, size), seeds)
    if "--write" in sys.argv:
        write(found)
        load_measurement.cache_clear()
    for line in (control(found), *table(found)):
        print(line)
    missing, other = stale(found), changed(found) if check else []
    if missing:
        print(f"\nnot measured in this version: {', '.join(missing)}; run `{COMMAND}`")
    if other:
        print(
            f"\nmeasured, but otherwise than it is now: {', '.join(other)}. If the heuristic changed, "
            f"raise its version; then run `{COMMAND}`"
        )
    return 1 if check and (missing or other) else 0


if __name__ == "__main__":
    raise SystemExit(main())
