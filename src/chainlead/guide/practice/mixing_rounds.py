"""Mixing rounds in the shapes of JoinMarket, Wasabi 1 and 2, Whirlpool, and without a name.

The shapes follow what the literature says of them (Stuetz et al., "Adoption and Actual Privacy of
Decentralized CoinJoin Implementations in Bitcoin", AFT 2022; Svenda et al., PETS 2026; Möser,
Böhme, "Join Me on a Market for Anonymity", WEIS 2016). They are simulated: amounts, participants
and their habits are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chainlead.guide.practice.economy import Coin, Economy, Payment, Wallet
from chainlead.guide.practice.habits import FINAL, Habits, fee_for
from chainlead.guide.practice.joint import Joint

JOINMARKET = "joinmarket"
WASABI_1 = "wasabi 1"
WASABI_2 = "wasabi 2"
WHIRLPOOL = "whirlpool"
EQUAL_OUTPUTS = "equal outputs"

WHIRLPOOL_POOL_SAT = 1_000_000
WHIRLPOOL_POOL_FEE_SAT = 50_000
WHIRLPOOL_SEATS = 5
WASABI_1_BASE_SAT = 10_000_000
WASABI_2_LEAST_SAT = 5_000
_RATE = 12


@dataclass(slots=True)
class Party:
    """Somebody who takes part: the wallet, and the coins it puts in."""

    wallet: Wallet
    coins: list[Coin]

    @property
    def amount_sat(self) -> int:
        """What it puts in."""
        return sum(coin.amount_sat for coin in self.coins)


def split_for_whirlpool(economy: Economy, payer: Wallet, coordinator: Wallet) -> int:
    """Tx0: one person splits coins into pieces a little above the pool's amount, for its rounds.

    Outputs: a data output, the coordinator's fee, the pieces, the change. Returns the pieces.
    """
    dice = economy.dice
    piece = WHIRLPOOL_POOL_SAT + dice.number(300, 9_000)
    coins = payer.spendable()[-3:]
    funds = sum(coin.amount_sat for coin in coins) - WHIRLPOOL_POOL_FEE_SAT
    pieces = min((funds - fee_for(3, 12)) // piece, dice.number(2, 9))
    if pieces < 1:
        return 0
    fee = fee_for(len(coins), pieces + 3, _RATE)
    note = Payment(b"\x6a\x40" + dice.bytes(64), 0, "", "data")
    share = Payment(
        coordinator.new_script(), WHIRLPOOL_POOL_FEE_SAT, coordinator.owner, "coordinator fee"
    )
    parts = [Payment(payer.new_script(), piece, payer.owner, "premix") for _ in range(pieces)]
    rest = funds - pieces * piece - fee
    if rest > 1_000:
        parts.append(Payment(payer.new_script(change=True), rest, payer.owner, "change"))
    outputs = sorted([note, share, *parts], key=lambda p: (p.amount_sat, p.script))
    economy.send(coins, outputs, "tx0", habits=Habits(version=1, sequence=FINAL))
    return pieces


def mix_whirlpool(economy: Economy, newcomers: Sequence[Coin], stayers: Sequence[Coin]) -> None:
    """As many equal outputs as inputs; newcomers' surplus is the fee, nothing else is left.

    All coins are of different owners.
    """
    round_ = Joint(economy, WHIRLPOOL)
    for coin in (*newcomers, *stayers):
        round_.put_in([coin])
        wallet = economy.wallets[coin.wallet]
        round_.take_out(wallet.new_script(), WHIRLPOOL_POOL_SAT, "mixed")
    round_.send_sorted("mix")


def mix_wasabi_1(economy: Economy, parties: Sequence[Party], coordinator: Wallet) -> None:
    """Everybody gets the base amount, the rich also its doubles; change, and a coordinator's fee."""
    dice = economy.dice
    base = WASABI_1_BASE_SAT + dice.number(-200_000, 200_000)
    levels = _shared_levels(parties, base)
    round_ = Joint(economy, WASABI_1)
    fee_parts = []
    for party in parties:
        round_.put_in(party.coins)
        share = base * 3 * len(parties) // 100_000
        mining = fee_for(len(party.coins), 3, _RATE) + 40
        left = party.amount_sat - share - mining
        for level in levels:
            if left >= level and (level == base or left - level > 2 * base // 100):
                round_.take_out(party.wallet.new_script(), level, "mixed")
                left -= level
        fee_parts.append((party.wallet.owner, share))
        if left > 1_000:
            round_.take_out(party.wallet.new_script(change=True), left, "mix change")
    script = coordinator.new_script()
    total = sum(units for _, units in fee_parts)
    round_.take_out(script, total, "coordinator fee", funders=tuple(fee_parts))
    round_.send_shuffled("mix")


def _shared_levels(parties: Sequence[Party], base: int) -> list[int]:
    """The base, then doubles that at least two parties can afford after all smaller ones."""
    levels = [base]
    while True:
        following = levels[-1] * 2
        needed = sum(levels) + following + following // 4
        if sum(party.amount_sat > needed for party in parties) < 2:
            return levels
        levels.append(following)


def standard_amounts(most_sat: int) -> list[int]:
    """Wasabi 2's amounts: powers of 2 and 3, twice those of 3, and 1, 2, 5 times powers of 10."""
    found = set()
    for power in range(40):
        for amount in (
            2**power, 3**power, 2 * 3**power, 10**power, 2 * 10**power, 5 * 10**power,
        ):  # fmt: skip
            if WASABI_2_LEAST_SAT <= amount <= most_sat:
                found.add(amount)
    return sorted(found, reverse=True)


def mix_wasabi_2(economy: Economy, parties: Sequence[Party]) -> None:
    """Everybody breaks what is left after the fee into standard amounts, greedily but not always."""
    dice = economy.dice
    amounts = standard_amounts(max(party.amount_sat for party in parties))
    round_ = Joint(economy, WASABI_2)
    for party in parties:
        round_.put_in(party.coins)
        left = party.amount_sat - fee_for(len(party.coins), 0, _RATE)
        cost = 43 * _RATE
        for amount in amounts:
            while left >= amount + cost and dice.number(0, 3):
                round_.take_out(party.wallet.new_script(), amount, "mixed")
                left -= amount + cost
        if left > WASABI_2_LEAST_SAT + cost:
            round_.take_out(party.wallet.new_script(change=True), left - cost, "mix change")
    round_.send_by_value("mix")


def mix_joinmarket(
    economy: Economy, taker: Party, makers: Sequence[Party], amount_sat: int, goal: bytes
) -> None:
    """The taker sends an amount to `goal` among equal amounts that makers send to themselves.

    Each maker is paid for it in its change; the taker pays all fees.
    """
    dice = economy.dice
    round_ = Joint(economy, JOINMARKET)
    count = sum(len(party.coins) for party in (taker, *makers))
    left = taker.amount_sat - amount_sat - fee_for(count, 2 * len(makers) + 2, _RATE)
    buyer = taker.wallet.owner
    for maker in makers:
        round_.put_in(maker.coins)
        round_.take_out(maker.wallet.new_script(), amount_sat, "mixed")
        reward = dice.number(200, 4_000)
        rest = maker.amount_sat - amount_sat
        funders = ((maker.wallet.owner, rest), (buyer, reward))
        script = maker.wallet.new_script(change=True)
        round_.take_out(script, rest + reward, "mix change", funders=funders)
        left -= reward
    round_.put_in(taker.coins)
    purpose = "mixed" if economy.owners[goal] == buyer else "payment"
    round_.take_out(goal, amount_sat, purpose, funders=((buyer, amount_sat),))
    if left > 1_000:
        round_.take_out(taker.wallet.new_script(change=True), left, "mix change")
    round_.send_shuffled("mix", Habits(version=2, sequence=FINAL - 1, locktime="height"))


def mix_equal(economy: Economy, parties: Sequence[Party], amount_sat: int) -> None:
    """Everybody puts in some coins and gets one amount and the rest back."""
    round_ = Joint(economy, EQUAL_OUTPUTS)
    for party in parties:
        round_.put_in(party.coins)
        round_.take_out(party.wallet.new_script(), amount_sat, "mixed")
        rest = party.amount_sat - amount_sat - fee_for(len(party.coins), 3, _RATE)
        if rest > 1_000:
            round_.take_out(party.wallet.new_script(change=True), rest, "mix change")
    round_.send_shuffled("mix")
