"""What people, shops and services do on an ordinary day. Each function sends what it can, or nothing."""

from collections.abc import Callable

from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.economy import Payment, Wallet
from chainlead.guide.practice.habits import PROFILES, fee_for
from chainlead.guide.practice.townspeople import COIN, Townspeople

DUST_SAT = 546
POOR_SAT = 400_000


def pay_somebody(town: Townspeople) -> None:
    """A person pays another, or a shop that takes coins itself."""
    payer, payee = town.dice.some([*town.people, *town.savings, *town.shops], 2)
    if payer.owner == payee.owner:
        return
    amount = town.price(payer.balance_sat() // 2)
    town.economy.pay(payer, [Payment(payee.inbox(), amount, payee.owner)], "payment")


def pay_two(town: Townspeople) -> None:
    """One payment with two payees."""
    payer, *payees = town.dice.some([*town.people, *town.shops], 3)
    parts = [
        Payment(payee.inbox(), town.price(payer.balance_sat() // 4), payee.owner)
        for payee in payees
    ]
    town.economy.pay(payer, parts, "payment")


def pay_all(town: Townspeople) -> None:
    """One, two or all coins go whole to somebody else, or into an account: no change is made."""
    payer, payee = town.dice.some([*town.people, *town.savings, *town.shops], 2)
    coins = town.dice.some(payer.spendable(), town.dice.choice((1, 2, 100)))
    fee = payer.habits.fee_for(len(coins), 1)
    amount = sum(coin.amount_sat for coin in coins) - fee
    if payer.owner == payee.owner or amount < fee:
        return
    part = Payment(payee.inbox(), amount, payee.owner)
    if town.dice.number(0, 1):
        part = town.dice.choice(town.houses).deposit(payer.owner, amount)
    town.economy.send(coins, [part], "payment", habits=payer.habits)


def buy_at_a_shop(town: Townspeople) -> None:
    """A person pays an invoice of the processor; the shop is its customer."""
    payer = town.dice.choice(town.people)
    shop = town.dice.choice(town.shops)
    part = town.processor.deposit(shop.owner, town.price(payer.balance_sat() // 3))
    town.economy.pay(payer, [part], "payment")


def deposit(town: Townspeople) -> None:
    """Somebody pays into an account at an exchange, perhaps at the nested one."""
    payer = town.dice.choice([*town.people, *town.shops, *town.mixers])
    amount = town.price(payer.balance_sat() * 2 // 3)
    place = town.dice.choice(town.houses)
    town.economy.pay(payer, [place.deposit(payer.owner, amount)], "payment")


def sweep(town: Townspeople) -> None:
    """A service gathers deposits."""
    town.dice.choice([*town.exchanges, town.processor]).sweep(town.economy)


def pay_out(town: Townspeople) -> None:
    """An exchange pays some customers in one transaction, or one alone."""
    service = town.dice.choice(town.exchanges)
    poor = [wallet for wallet in town.people if wallet.balance_sat() < POOR_SAT]
    count = 1 if town.dice.number(0, 2) == 0 else town.dice.number(4, 16)
    payees = town.dice.some([*town.people, *town.mixers, *poor, *poor, *poor], count)
    parts = [town.sold(payee, town.price(COIN // 2)) for payee in payees]
    if service is town.hafen and len(parts) > 3:
        guest = town.dice.choice(town.people)
        parts.append(town.winkel.payout(guest, town.price(COIN // 4)))
    service.pay_out(town.economy, parts, "payout" if count == 1 else "batch payout")


def settle(town: Townspeople) -> None:
    """The processor pays the shops."""
    shops = town.dice.some(town.shops, town.dice.number(2, 6))
    parts = [
        Payment(shop.inbox(), town.price(COIN // 5), shop.owner, "payout", shop.owner)
        for shop in shops
    ]
    town.processor.pay_out(town.economy, parts, "batch payout")


def move_own(town: Townspeople) -> None:
    """A person moves coins to another wallet of her own."""
    target = town.dice.choice([*town.savings, *town.mixers])
    source = town.economy.wallets.get(target.owner)
    if source is None or source is target:
        return
    amount = town.price(source.balance_sat() // 2)
    part = Payment(target.inbox(), amount, target.owner, "own transfer")
    town.economy.pay(source, [part], "own transfer")


def consolidate(town: Townspeople) -> None:
    """Many small coins become one."""
    wallet = town.dice.choice([*town.people, *town.shops])
    coins = wallet.spendable()
    if len(coins) < 4:
        return
    total = sum(coin.amount_sat for coin in coins)
    amount = total - wallet.habits.fee_for(len(coins), 1)
    part = Payment(wallet.new_script(change=True), amount, wallet.owner, "gathered")
    town.economy.send(coins, [part], "consolidation", habits=wallet.habits)


def peel(town: Townspeople) -> None:
    """A peeler's largest coin pays somebody a little; the rest is the next link of the chain."""
    peeler = town.dice.choice(town.peelers)
    if peeler.balance_sat() < COIN:
        return
    largest = max(peeler.coins, key=lambda coin: coin.amount_sat)
    amount = town.dice.number(2, 40) * 500_000 + town.dice.number(0, 1) * town.dice.number(1, 9_999)
    if town.dice.number(0, 1):
        place = town.dice.choice(town.houses)
        part = place.deposit(peeler.owner, amount)
    else:
        payee = town.dice.choice(town.people)
        part = Payment(payee.inbox(), amount, payee.owner)
    town.economy.pay(peeler, [part], "peel", coins=[largest])


def pay_salaries(town: Townspeople) -> None:
    """An employer pays equal salaries: equal outputs that are no mixing round."""
    employer = town.dice.choice(town.employers)
    salary = town.dice.number(10, 30) * 100_000
    staff = town.dice.some(town.people, town.dice.number(3, 9))
    parts = [Payment(one.inbox(), salary, one.owner, "salary") for one in staff]
    coins = None
    spendable = employer.spendable()
    if len(spendable) > 3 and town.dice.number(0, 1):
        coins = spendable[-6:]
        needed = salary * len(parts) + fee_for(len(coins), len(parts) + 1, 20)
        if sum(coin.amount_sat for coin in coins) < needed:
            coins = None
    town.economy.pay(employer, parts, "salaries", coins=coins)


def fund_an_employer(town: Townspeople) -> None:
    """An exchange pays an employer."""
    employer: Wallet = town.dice.choice(town.employers)
    parts = [town.sold(employer, town.price(COIN))]
    town.dice.choice(town.exchanges).pay_out(town.economy, parts, "payout")


def send_dust(town: Townspeople) -> None:
    """A stranger sends a few hundred satoshi to many addresses that were used before."""
    holders = town.dice.some([*town.people, *town.shops, *town.mixers], 30)
    parts = [
        Payment(town.dice.choice(holder.scripts), DUST_SAT, holder.owner, "dust")
        for holder in holders
        if holder.scripts
    ]
    town.economy.pay(town.duster, parts, "dust")


def sell_new_coins(town: Townspeople) -> None:
    """The pool pays its miners and sells to an exchange."""
    miners = town.dice.some(town.people, town.dice.number(5, 15))
    parts = [
        Payment(one.inbox(), town.dice.number(100, 9_000) * 1_001, one.owner, "mined")
        for one in miners
    ]
    service = town.dice.choice(town.exchanges)
    parts.append(Payment(service.hot_script(), 20 * COIN, service.name, "hot wallet"))
    town.economy.pay(town.pool, parts, "pool payout")


def change_program(town: Townspeople) -> None:
    """A person moves to another wallet program and keeps the old coins in it."""
    wallet = town.dice.choice(town.people)
    wallet.habits = town.dice.choice(PROFILES)


def try_to(town: Townspeople, event: Callable[[Townspeople], None]) -> bool:
    """Let an event happen; who has no coins for it lets it be."""
    try:
        event(town)
    except CannotPayError:
        return False
    return True
