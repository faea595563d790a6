"""Payments that are not what they seem: PayJoin, Stonewall, and sales signed for one input only.

Sources of the shapes: BIP-78 (PayJoin); Stonewall as the wallets that made it describe it;
SIGHASH_SINGLE | SIGHASH_ANYONECANPAY offers as marketplaces use them (BIP-143).
"""

from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.economy import Coin, Economy, Wallet
from chainlead.guide.practice.habits import fee_for
from chainlead.guide.practice.joint import Joint

PAYJOIN = "payjoin"
STONEWALL = "stonewall"
STONEWALL_TWO = "stonewall of two"
MARKETPLACE = "marketplace"
SINGLE_ANYONECANPAY = 0x83
ITEM_SAT = 10_000


def pay_joined(economy: Economy, payer: Wallet, payee: Wallet, amount_sat: int) -> None:
    """PayJoin: the payee puts in a coin too, and gets it back together with the amount."""
    joined = Joint(economy, PAYJOIN)
    coins = payer.select(amount_sat + 2_000)
    own = economy.dice.choice(payee.spendable())
    joined.put_in([*coins, own])
    funders = ((payer.owner, amount_sat), (payee.owner, own.amount_sat))
    script = payee.new_script()
    joined.take_out(script, amount_sat + own.amount_sat, "payment", funders=funders)
    total = sum(coin.amount_sat for coin in coins)
    rest = total - amount_sat - payer.habits.fee_for(len(coins) + 1, 2)
    if rest > 1_000:
        joined.take_out(payer.new_script(change=True), rest, "change")
    joined.send_shuffled("payment", payer.habits)


def pay_stonewall(economy: Economy, payer: Wallet, payee: Wallet, amount_sat: int) -> None:
    """One person pays, with a decoy of the same amount to herself and two changes: looks like two."""
    paying, decoy = _two_sets(payer, amount_sat)
    joined = Joint(economy, STONEWALL)
    half = payer.habits.fee_for(len(paying) + len(decoy), 4) // 2
    own = payer.owner
    joined.put_in([*paying, *decoy])
    joined.take_out(payee.inbox(), amount_sat, "payment", funders=((own, amount_sat),))
    joined.take_out(payer.new_script(), amount_sat, "decoy")
    for coins in (paying, decoy):
        rest = sum(coin.amount_sat for coin in coins) - amount_sat - half
        joined.take_out(payer.new_script(change=True), rest, "change")
    joined.send_sorted("payment", payer.habits)


def pay_with_a_friend(
    economy: Economy, payer: Wallet, friend: Wallet, payee: Wallet, amount_sat: int
) -> None:
    """The same shape, but the decoy is a friend's: two people's coins."""
    joined = Joint(economy, STONEWALL_TWO)
    sides = ((payer, payee.inbox(), "payment"), (friend, friend.new_script(), "decoy"))
    for wallet, script, purpose in sides:
        coins = wallet.select(amount_sat + 4_000)
        joined.put_in(coins)
        paid = ((wallet.owner, amount_sat),)
        joined.take_out(script, amount_sat, purpose, funders=paid)
        rest = sum(coin.amount_sat for coin in coins) - amount_sat - fee_for(len(coins), 2)
        if rest > 1_000:
            joined.take_out(wallet.new_script(change=True), rest, "change")
    joined.send_sorted("payment", payer.habits)


def _two_sets(payer: Wallet, amount_sat: int) -> tuple[list[Coin], list[Coin]]:
    """Two disjoint sets of coins, each more than the amount.

    Raises:
        CannotPayError: the wallet has no two such sets.
    """
    needed = amount_sat + payer.habits.fee_for(3, 2) + 2_000
    sets: list[list[Coin]] = [[]]
    for coin in sorted(payer.spendable(), key=lambda coin: -coin.amount_sat):
        sets[-1].append(coin)
        if sum(c.amount_sat for c in sets[-1]) >= needed:
            sets.append([])
        if len(sets) == 3:
            return sets[0], sets[1]
    raise CannotPayError(f"{payer.name} has no two sets of coins for {amount_sat} sat")


def sell_item(economy: Economy, seller: Wallet, buyer: Wallet, item: Coin, price_sat: int) -> None:
    """A seller signs one input and one output; a buyer adds coins that pay, and takes the item."""
    sale = Joint(economy, MARKETPLACE)
    coins = buyer.select(price_sat + 2_000)
    own = buyer.owner
    sale.put_in([coins[0], item, *coins[1:]])
    sale.take_out(
        buyer.new_script(), item.amount_sat, "item", funders=((seller.owner, item.amount_sat),)
    )
    sale.take_out(seller.new_script(), price_sat, "sale", funders=((own, price_sat),))
    rest = (
        sum(coin.amount_sat for coin in coins)
        - price_sat
        - buyer.habits.fee_for(len(sale.coins), 3)
    )
    if rest > 1_000:
        sale.take_out(buyer.new_script(change=True), rest, "change")
    types = [1, SINGLE_ANYONECANPAY, *[1] * (len(coins) - 1)]
    sale.send_as_given("sale", buyer.habits, types)
