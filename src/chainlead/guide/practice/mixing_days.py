"""Who meets for a mixing round, and the other transactions that several people make together."""

from chainlead.guide.practice.economy import Coin, Payment, Wallet
from chainlead.guide.practice.mixing_rounds import (
    WASABI_1_BASE_SAT,
    WHIRLPOOL_POOL_SAT,
    WHIRLPOOL_SEATS,
    Party,
    mix_equal,
    mix_joinmarket,
    mix_wasabi_1,
    mix_wasabi_2,
    mix_whirlpool,
    split_for_whirlpool,
)
from chainlead.guide.practice.shared_payments import (
    ITEM_SAT,
    pay_joined,
    pay_stonewall,
    pay_with_a_friend,
    sell_item,
)
from chainlead.guide.practice.townspeople import Townspeople

WASABI_SEATS = 10
MOST_WHIRLPOOL_SEATS = 8


def split(town: Townspeople) -> None:
    """A mixer prepares coins for Whirlpool."""
    able = town.able(town.mixers, 3 * WHIRLPOOL_POOL_SAT)
    if able:
        split_for_whirlpool(town.economy, town.dice.choice(able), town.coordinator)


def whirlpool(town: Townspeople) -> None:
    """Five to eight coins of as many people, one to four of them new; all in the first round."""
    seats = town.dice.number(WHIRLPOOL_SEATS, MOST_WHIRLPOOL_SEATS)
    fresh = _one_each(town, "premix", WHIRLPOOL_POOL_SAT + 1)
    mixed = _one_each(town, "mixed", WHIRLPOOL_POOL_SAT, WHIRLPOOL_POOL_SAT)
    if not mixed:
        seats, newcomers = WHIRLPOOL_SEATS, fresh[:WHIRLPOOL_SEATS]
    else:
        newcomers = fresh[: town.dice.number(1, WHIRLPOOL_SEATS - 1)]
    there = {coin.owner for coin in newcomers}
    stayers = [coin for coin in mixed if coin.owner not in there][: seats - len(newcomers)]
    if newcomers and len(newcomers) + len(stayers) >= WHIRLPOOL_SEATS:
        mix_whirlpool(town.economy, newcomers, stayers)


def _one_each(
    town: Townspeople, purpose: str, least_sat: int, most_sat: int = 1 << 62
) -> list[Coin]:
    found = []
    for wallet in town.dice.shuffled(town.mixers):
        coins = (
            coin
            for coin in wallet.coins
            if coin.purpose == purpose and least_sat <= coin.amount_sat <= most_sat
        )
        found += list(coins)[:1]
    return found


def _parties(town: Townspeople, most: int, least_sat: int, coins_each: int) -> list[Party]:
    parties = []
    for wallet in town.dice.shuffled(town.mixers):
        chosen: list[Coin] = []
        coins = [c for c in wallet.spendable() if c.amount_sat > 5_000 and c.purpose != "premix"]
        for coin in town.dice.shuffled(coins):
            if len(chosen) >= coins_each and sum(c.amount_sat for c in chosen) >= least_sat:
                break
            chosen.append(coin)
        if chosen and sum(coin.amount_sat for coin in chosen) >= least_sat:
            parties.append(Party(wallet, chosen))
        if len(parties) == most:
            break
    return parties


def wasabi_1(town: Townspeople) -> None:
    """Ten to twenty-four people."""
    most = town.dice.number(WASABI_SEATS, 24)
    parties = _parties(town, most, WASABI_1_BASE_SAT * 11 // 10, 1)
    if len(parties) >= WASABI_SEATS:
        mix_wasabi_1(town.economy, parties, town.coordinator)


def wasabi_2(town: Townspeople) -> None:
    """Ten to twenty-four people with two to four coins each."""
    parties = _parties(town, town.dice.number(WASABI_SEATS, 24), 500_000, town.dice.number(2, 4))
    if len(parties) >= WASABI_SEATS and sum(len(party.coins) for party in parties) >= 20:
        mix_wasabi_2(town.economy, parties)


def joinmarket(town: Townspeople) -> None:
    """A taker and two to eight makers; the taker mixes or pays somebody."""
    amount = town.price(20_000_000)
    parties = _parties(town, town.dice.number(3, 9), amount + 200_000, 1)
    if len(parties) < 3:
        return
    taker, *makers = parties
    goal = taker.wallet.new_script()
    if town.dice.number(0, 2) == 0:
        goal = town.dice.choice(town.people).inbox()
    mix_joinmarket(town.economy, taker, makers, amount, goal)


def equal_outputs(town: Townspeople) -> None:
    """Two to seven people who agreed on an amount; two are too few for anybody to see a round."""
    amount = town.price(10_000_000)
    parties = _parties(town, town.dice.number(2, 7), amount + 100_000, 1)
    if len(parties) >= 2:
        mix_equal(town.economy, parties, amount)


def _two(town: Townspeople) -> tuple[Wallet, Wallet]:
    """Two different people with coins; the first is the richer half."""
    able = town.dice.shuffled(town.able([*town.people, *town.mixers], 1_000_000))
    payer = able[0]
    return payer, next(wallet for wallet in able[1:] if wallet.owner != payer.owner)


def payjoin(town: Townspeople) -> None:
    """A payment in which the payee takes part."""
    payer, payee = _two(town)
    pay_joined(town.economy, payer, payee, town.price(payer.balance_sat() // 3))


def stonewall(town: Townspeople) -> None:
    """A payment that looks like two people's."""
    payer, payee = _two(town)
    pay_stonewall(town.economy, payer, payee, town.price(payer.balance_sat() // 5))


def stonewall_of_two(town: Townspeople) -> None:
    """A payment that looks the same and is two people's."""
    payer, friend = _two(town)
    amount = town.price(min(payer.balance_sat(), friend.balance_sat()) // 3)
    payee = town.dice.choice(town.people)
    if payee.owner not in {payer.owner, friend.owner}:
        pay_with_a_friend(town.economy, payer, friend, payee, amount)


def marketplace(town: Townspeople) -> None:
    """Somebody makes an item, a small coin, or sells one that lies ready."""
    buyer, maker = _two(town)
    items = [
        coin
        for wallet in (*town.people, *town.mixers)
        for coin in wallet.coins
        if coin.purpose == "item" and coin.owner != buyer.owner
    ]
    if not items or town.dice.number(0, 2) == 0:
        part = Payment(maker.new_script(), ITEM_SAT, maker.owner, "item")
        town.economy.pay(maker, [part], "own transfer")
        return
    item = town.dice.choice(items)
    seller = town.economy.wallets[item.wallet]
    sell_item(town.economy, seller, buyer, item, town.price(buyer.balance_sat() // 4))


def spend_mixed(town: Townspeople) -> None:
    """A mixer pays somebody from mixed coins."""
    payer = town.dice.choice(town.mixers)
    payee = town.dice.choice([*town.people, *town.shops])
    if payer.owner != payee.owner:
        amount = town.price(payer.balance_sat() // 3)
        town.economy.pay(payer, [Payment(payee.inbox(), amount, payee.owner)], "payment")
