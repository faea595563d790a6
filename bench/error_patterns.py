"""Precision and recall of patterns: a part of `error_rates.py`, which prints the table."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from error_samples import Sample, sample, service_of_tags, tags_of, total

from chainlead.attribution import SweepCard
from chainlead.guide.practice.account_transfer import AccountTransfer
from chainlead.guide.practice.account_world import (
    ETH_WEI,
    XRP_DROPS,
    XRP_PER_ETH,
    AccountWorld,
    build_account_world,
)
from chainlead.guide.practice.economy import Coin
from chainlead.guide.practice.swap_chains import RATE, Crossing, SwapChains, build_swap_chains
from chainlead.ledger import Transaction
from chainlead.model import Chain, moment_from_unix
from chainlead.trace import (
    AccountDepositAddress,
    CrossLedger,
    Heuristic,
    Movement,
    PatternFound,
    UTurn,
    find_deposits,
    find_patterns,
    find_payouts,
    swept_into_service,
)
from chainlead.trace.error_rates import ErrorRate, Measure

ACCOUNT_SIZE = 20


def measure_patterns(cases: list[Sample], seeds: Iterable[str]) -> list[ErrorRate]:
    """Every pattern, on the towns, the account worlds and the pairs of chains with swaps."""
    tags = [service_of_tags(case) for case in cases]
    rows = []
    for pattern in find_patterns():
        count = COUNTS.get(pattern.name)
        if count is None:
            continue
        measures = [
            count(case, list(pattern.find(case.ledger, case.transactions, service_of=tag)))
            for case, tag in zip(cases, tags, strict=True)
        ]
        rows.append(_rate(pattern, total(measures)))
    swept = [_deposit_sweeps(case, tags_of(case).get) for case in cases]
    rows.append(ErrorRate(SweepCard.name, int(SweepCard.version), (), (total(swept),)))
    worlds = [build_account_world(seed, ACCOUNT_SIZE) for seed in seeds]
    rows.append(_rate(AccountDepositAddress(), total([_account_deposits(w) for w in worlds])))
    crossings = [_crossings(w) for w in worlds]
    pairs = [_swaps(build_swap_chains(seed, ACCOUNT_SIZE)) for seed in seeds]
    measures = (total(crossings), total([one for one, _ in pairs]))
    rows.append(
        ErrorRate(CrossLedger.name, CrossLedger.version, CrossLedger().parameters, measures)
    )
    rows.append(_rate(UTurn(), total([turns for _, turns in pairs])))
    return rows


def _rate(thing: Heuristic, measure: Measure) -> ErrorRate:
    return ErrorRate(thing.name, thing.version, thing.parameters, (measure,))


def _count(
    case: Sample,
    meaning: str,
    found: list[PatternFound],
    right: Callable[[Transaction], bool],
    real: Callable[[Transaction], bool],
) -> Measure:
    named = {txid for one in found for txid in one.txids}
    return Measure(
        "transactions",
        meaning,
        len(case.transactions),
        sum(t.txid in named for t in case.transactions),
        sum(t.txid in named and right(t) for t in case.transactions),
        sum(map(real, case.transactions)),
        sum(t.txid in named and real(t) for t in case.transactions),
    )


def _batch(case: Sample, found: list[PatternFound]) -> Measure:
    return _count(
        case,
        "called a batch payout: right where a service paid customers, real where it "
        "paid six or more",
        found,
        lambda t: case.purpose(t) in {"batch payout", "pool payout", "payout"},
        lambda t: case.purpose(t) in {"batch payout", "pool payout"} and len(t.outputs) > 6,
    )


def _gathered(case: Sample, found: list[PatternFound]) -> Measure:
    def one_hand(transaction: Transaction) -> bool:
        owners = set(case.town.owners_of_outputs(transaction.txid.display))
        return len(case.owners_in(transaction)) == 1 and owners == case.owners_in(transaction)

    return _count(
        case,
        "called a consolidation: right where one person paid himself, real where he "
        "did with five or more coins",
        found,
        one_hand,
        lambda t: one_hand(t) and len(t.inputs) >= 5,
    )


def _dust(case: Sample, found: list[PatternFound]) -> Measure:
    return _count(
        case,
        "called dust: right and real where a stranger sent it",
        found,
        lambda t: case.purpose(t) == "dust",
        lambda t: case.purpose(t) == "dust",
    )


def _peels(case: Sample, found: list[PatternFound]) -> Measure:
    def rest_is_own(transaction: Transaction) -> bool:
        largest = max(transaction.outputs, key=lambda output: output.amount_units)
        owners = case.town.owners_of_outputs(transaction.txid.display)
        return case.owners_in(transaction) == {owners[largest.outpoint.output_index]}

    return _count(
        case,
        "called a hop of a peel chain: right where the rest stayed with who paid, "
        "real where a peeler peeled",
        found,
        rest_is_own,
        lambda t: case.purpose(t) == "peel",
    )


def _sweeps(case: Sample, found: list[PatternFound]) -> Measure:
    def several(transaction: Transaction) -> bool:
        return len({i.previous.address for i in transaction.inputs if i.previous}) > 2

    return _count(
        case,
        "called a sweep: right where one owner holds both sides, real where a service "
        "swept more than two addresses",
        found,
        lambda t: (
            case.owners_in(t) == set(case.town.owners_of_outputs(t.txid.display))
            and len(case.owners_in(t)) == 1
        ),
        lambda t: case.purpose(t) == "sweep" and several(t),
    )


def _deposits(case: Sample, found: list[PatternFound]) -> Measure:
    spent = {i.previous.address for t in case.transactions for i in t.inputs if i.previous}
    named = {address for one in found for address in one.addresses}
    real = {a for a in spent if a and case.town.is_deposit_address(a)}
    return Measure(
        "addresses that spent",
        "called a deposit address: right where a service gave it to a "
        "customer, real where it did and emptied it",
        len(spent),
        len(named),
        sum(case.town.is_deposit_address(address) for address in named),
        len(real),
        len(real & named),
    )


def _deposit_sweeps(case: Sample, service_of: Callable[[str], str | None]) -> Measure:
    """The rule of leads: a transaction that pays only one service empties that service's inboxes."""
    named = right = real = seen = 0
    for transaction in case.transactions:
        senders = [i.previous.address if i.previous else None for i in transaction.inputs]
        receivers = [output.address for output in transaction.outputs]
        said = {service_of(address) if address else None for address in receivers}
        service = said.pop() if len(said) == 1 else None
        found = service is not None and bool(
            swept_into_service(senders, receivers, lambda a, s=service: service_of(a) == s)
        )
        true = case.purpose(transaction) == "sweep" and len(set(senders)) > 1
        named += found
        right += found and case.owners_in(transaction) == {service}
        real += true
        seen += found and true
    return Measure(
        "transactions",
        "into tagged addresses, called a sweep of deposits: right where the service held what was "
        "emptied, real where a service swept two addresses or more",
        len(case.transactions), named, right, real, seen,
    )  # fmt: skip


COUNTS = {
    "batch_payout": _batch,
    "consolidation": _gathered,
    "dust": _dust,
    "peel_chain": _peels,
    "sweep": _sweeps,
    "deposit_address": _deposits,
}


def _account_deposits(world: AccountWorld) -> Measure:
    hot = {a: n for (chain, n), a in world.hot.items() if chain is Chain.ETHEREUM}
    moved = [t for t in world.evm.transfers if t.kind != "fee" and t.sender]
    found = AccountDepositAddress().find(moved, service_of=hot.get)
    named = {one.address for one in found}
    deposits = {account for account, tag in world.evm.customers if tag is None}
    real = {t.sender for t in moved if t.sender in deposits}
    return Measure(
        "accounts that sent",
        "called a deposit account: right where an exchange gave it to "
        "a customer, real where it did and forwarded",
        len({t.sender for t in moved}),
        len(named),
        len(named & deposits),
        len(real),
        len(named & real),
    )


def _crossings(world: AccountWorld) -> Measure:
    """Deposits in XRP and payouts in ETH of both exchanges; a candidate is named where it is alone."""
    services = {account: name for (_, name), account in world.hot.items()}
    deposits = [
        _movement(t, services[t.receiver], t.receiver)
        for t in world.xrp.transfers
        if t.receiver in services and t.sender and t.sender not in services
    ]
    payouts = [
        _movement(t, services[t.sender], t.receiver)
        for t in world.evm.transfers
        if t.sender in services and t.kind == "payment" and t.amount_units
    ]
    rate = Fraction(ETH_WEI, XRP_DROPS * XRP_PER_ETH)
    found = CrossLedger().match(deposits, payouts, lambda _deposit: rate)
    alone = {(c.deposit.txid, c.payout.txid) for c in found if c.score == 1}
    true = {(swap.deposit.txid, swap.payout.txid) for swap in world.swaps}
    return Measure(
        "deposits",
        "with one candidate alone on the other ledger: right where the customer "
        "swapped just that, real: swaps",
        len(deposits),
        len(alone),
        len(alone & true),
        len(true),
        len(alone & true),
    )


def _movement(transfer: AccountTransfer, service: str, address: str) -> Movement:
    at = moment_from_unix(transfer.mined_at_unix)
    plain = Movement(transfer.chain, transfer.txid, service, address, transfer.amount_units, at)
    return replace(plain, parties=(transfer.sender,))


def _swaps(swaps: SwapChains) -> tuple[Measure, Measure]:
    """Crossings both ways, and U-turns; whose the exchange's addresses are is known."""
    cases = (sample(swaps.first), sample(swaps.second))

    def holder(case: Sample) -> Callable[[str], str | None]:
        hot = case.town.services[0].name
        own = {a for a in case.town.addresses() if case.town.owner_of(a) == hot}
        return lambda address: hot if address in own else None

    candidates = []
    deposits = 0
    for here, there, rate in ((*cases, Fraction(RATE)), (*cases[::-1], Fraction(1, RATE))):
        paid_in = find_deposits(here.transactions, holder(here))
        paid_out = find_payouts(there.transactions, holder(there))
        deposits += len(paid_in)
        candidates.append(CrossLedger().match(paid_in, paid_out, lambda _d, r=rate: r))
    alone = {
        (str(c.deposit.outpoint), str(c.payout.outpoint))
        for found in candidates
        for c in found
        if c.score == 1
    }
    true = {(crossing.deposit, crossing.payout) for crossing in swaps.crossings}
    paid = {crossing.payout: crossing for crossing in swaps.crossings}
    turns = {
        (paid[coin.outpoint].deposit, crossing.payout)
        for crossing in swaps.crossings
        for coin in _spent_by(swaps, crossing)
        if coin.outpoint in paid
    }
    found_turns = {
        (str(turn.out.deposit.outpoint), str(turn.back.payout.outpoint))
        for out, back, other in (
            (candidates[0], candidates[1], cases[1]),
            (candidates[1], candidates[0], cases[0]),
        )
        for turn in UTurn().find(out, back, other.ledger)
    }
    crossing = Measure(
        "deposits on a ledger of outputs",
        "with one candidate alone on the other ledger: right where the customer swapped just that, "
        "real: swaps",
        deposits, len(alone), len(alone & true), len(true), len(alone & true),
    )  # fmt: skip
    turning = Measure(
        "crossings",
        "called the first half of a U-turn: right and real where the customer changed what was paid "
        "out back again",
        sum(map(len, candidates)), len(found_turns), len(found_turns & turns), len(turns),
        len(found_turns & turns),
    )  # fmt: skip
    return crossing, turning


def _spent_by(swaps: SwapChains, crossing: Crossing) -> tuple[Coin, ...]:
    town = swaps.first if crossing.chain is Chain.BITCOIN else swaps.second
    return town.sent(crossing.deposit.partition(":")[0]).spent
