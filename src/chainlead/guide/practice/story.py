"""What happens in the practice world, step by step.

A shop sells unlawful goods for coins. Customers pay a static address and per-order addresses;
some prices are in coins, some in crowns at the rate of the day. The shop gathers the coins, peels
them off towards two exchanges, buys supplies, enters one equal-output mix, and keeps a rest in cold
storage. Around it people and exchanges go about their business: deposits, sweeps, batch payouts,
plain payments, one sender of dust, and one settlement that both exchanges sign, which a rule that
joins all inputs would take for one owner's.

At the end the shop takes a part out of its account at the first exchange again, in two payouts that
also pay other customers, and brings the first part to an account at the second exchange. On the
chain nothing says that this is the shop's money: only the exchange's answer does.
"""

from dataclasses import dataclass, field

from chainlead.codecs import PublicBranch, Secret, derive_public_key
from chainlead.guide.practice.daily_rates import DailyRates
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.economy import (
    Coin,
    Economy,
    Payment,
    SentTransaction,
    Wallet,
)
from chainlead.guide.practice.habits import Habits, Picks, Style, fee_for

START_UNIX = 1_706_745_600  # 2024-02-01T00:00:00Z
SHOP = "shop"
SUPPLIER = "supplier"
MINER = "miner"
KASTELL = "Kastell Exchange"
LAGUNE = "Lagune Exchange"
DUST_SAT = 546
MIX_SAT = 5_000_000
SETTLED_SAT = 70_000_000
PRICES_SAT = (1_250_000, 3_100_000, 5_600_000, 1_250_000)
PRICES_SEK = (7_500, 12_000)
WITHDRAWN_SAT = (2_400_000, 2_800_000)
SECOND_ACCOUNT = "shop's second account"
SECOND_WALLET = "shop's second wallet"
ORDER_PRICES_SAT = (4_300_000, 1_900_000, 2_750_000, 990_000)


@dataclass(slots=True)
class Exchange:
    """A service: its hot wallet, and one deposit script per customer."""

    name: str
    wallet: Wallet
    hot_script: bytes
    deposit_scripts: dict[str, bytes] = field(default_factory=dict)

    def deposit_script(self, customer: str) -> bytes:
        """The customer's own inbox at the exchange."""
        if customer not in self.deposit_scripts:
            self.deposit_scripts[customer] = self.wallet.new_script()
        return self.deposit_scripts[customer]

    def deposit_coins(self) -> list[Coin]:
        """Deposits that were not swept yet."""
        inboxes = set(self.deposit_scripts.values())
        return [coin for coin in self.wallet.coins if coin.script in inboxes]

    def hot_coins(self) -> list[Coin]:
        """Coins of the hot wallet, oldest first."""
        inboxes = set(self.deposit_scripts.values())
        return [coin for coin in self.wallet.coins if coin.script not in inboxes]


@dataclass(slots=True)
class PracticeWorld:
    """The finished world and the truth about its story."""

    seed: str
    economy: Economy
    exchanges: dict[str, Exchange]
    shop_script: bytes
    order_scripts: tuple[bytes, ...]
    decoy_script: bytes
    story: dict[str, bytes]
    rates: DailyRates

    @property
    def transactions(self) -> list[SentTransaction]:
        """Every transaction, in chain order, with owners."""
        return self.economy.sent

    def transaction(self, name: str) -> SentTransaction:
        """A transaction of the story by its name, for example `gather`, `peel 1`, `mix`."""
        wanted = self.story[name]
        return next(sent for sent in self.transactions if sent.wire.txid_wire == wanted)

    def deposits_of(self, exchange: str, customer: str) -> list[Coin]:
        """All outputs that ever reached this customer's inbox, in chain order."""
        script = self.exchanges[exchange].deposit_scripts[customer]
        return [coin for sent in self.transactions for coin in sent.made if coin.script == script]

    def paid_at_price(self) -> list[Coin]:
        """Payments to the shop's static address for something at a price of the shop's page."""
        listed = {1_250_000, 3_100_000}
        return [
            coin
            for sent in self.transactions
            for coin in sent.made
            if coin.script == self.shop_script
            and (coin.purpose == "order in crowns" or coin.amount_sat in listed)
        ]

    def spent_outpoints(self) -> set[str]:
        """Every outpoint that some transaction spends."""
        return {coin.outpoint for sent in self.transactions for coin in sent.spent}


def build_world(seed: str = "chainlead practice case 1") -> PracticeWorld:
    """Let the story happen; the same seed gives the same bytes on every machine."""
    teller = _Storyteller(seed)
    teller.found()
    teller.trade()
    teller.move_the_money()
    teller.wind_down()
    teller.cash_out()
    return PracticeWorld(
        seed,
        teller.economy,
        {exchange.name: exchange for exchange in (teller.kastell, teller.lagune)},
        teller.shop_script,
        tuple(teller.order_scripts),
        teller.decoy_script,
        teller.story,
        teller.rates,
    )


class _Storyteller:
    def __init__(self, seed: str) -> None:
        self.economy = Economy(seed, START_UNIX)
        self.dice = Dice(seed + " plot")
        self.story: dict[str, bytes] = {}
        self.rates = DailyRates(seed, START_UNIX)
        self.miner = self.economy.wallet(MINER)
        self.kastell = self._exchange(KASTELL)
        self.lagune = self._exchange(LAGUNE)
        styles: tuple[Style, ...] = ("p2wpkh", "p2pkh", "p2wpkh")
        picks: tuple[Picks, ...] = ("largest", "oldest")
        self.people = [
            self.economy.wallet(f"person {number}", Habits(styles[number % 3], picks[number % 2]))
            for number in range(24)
        ]
        self.shop = self.economy.wallet(SHOP)
        self.shop.account = PublicBranch(
            derive_public_key(Secret(self.dice.bytes(32))), self.dice.bytes(32)
        )
        self.supplier = self.economy.wallet(SUPPLIER, Habits("p2pkh"))
        self.shop_script = self.shop.new_script()
        self.order_scripts = [self.shop.new_script() for _ in ORDER_PRICES_SAT]
        self.decoy_script = self.economy.wallet("decoy page").new_script()

    def _exchange(self, name: str) -> Exchange:
        wallet = self.economy.wallet(name)
        return Exchange(name, wallet, wallet.new_script())

    def _mine(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self.economy.mine_block(self.miner)

    def found(self) -> None:
        """Blocks without payments, then the miner sells coins to the exchanges and to people."""
        self._mine(101)
        for exchange in (self.kastell, self.lagune):
            for _ in range(2):
                part = Payment(exchange.hot_script, 20 * 10**8, exchange.name, "hot wallet")
                self.economy.pay(self.miner, [part], "miner sells")
                self._mine()
        for group in range(0, len(self.people), 6):
            parts = [
                Payment(person.new_script(), self.dice.number(20, 90) * 1_000_000, person.owner)
                for person in self.people[group : group + 6]
                for _ in range(2)
            ]
            self.economy.pay(self.miner, parts, "miner sells")
            self._mine()

    def _background(self) -> None:
        """One to three ordinary payments, sometimes a deposit; unlucky payers skip their turn."""
        for _ in range(self.dice.number(1, 3)):
            payer, payee = self.dice.shuffled(self.people)[:2]
            amount = self.dice.number(2, 90) * 10_000
            if payer.balance_sat() < amount + 200_000:
                continue
            if self.dice.number(0, 3) == 0:
                exchange = self.dice.choice((self.kastell, self.lagune))
                script = exchange.deposit_script(payer.owner)
                part = Payment(script, amount, exchange.name, f"deposit of {payer.owner}")
            else:
                part = Payment(payee.new_script(), amount, payee.owner)
            self.economy.pay(payer, [part], "payment")

    def _sweep(self, exchange: Exchange, *, keep: int = 0) -> bytes | None:
        """Deposits and one hot coin, which pays the fee, go to the hot wallet."""
        deposits = exchange.deposit_coins()
        if len(deposits) <= keep:
            return None
        coins = [*deposits, exchange.hot_coins()[0]]
        total = sum(coin.amount_sat for coin in coins) - fee_for(len(coins), 1)
        part = Payment(exchange.hot_script, total, exchange.name, "hot wallet")
        return self.economy.send(coins, [part], "sweep")

    def _batch_payout(self, exchange: Exchange) -> None:
        lucky = self.dice.shuffled(self.people)[: self.dice.number(6, 12)]
        parts = [
            Payment(person.new_script(), self.dice.number(15, 400) * 10_007, person.owner, "payout")
            for person in lucky
        ]
        coins = exchange.hot_coins()[:1]
        total = sum(p.amount_sat for p in parts) + fee_for(1, len(parts) + 1)
        change = Payment(
            exchange.hot_script, coins[0].amount_sat - total, exchange.name, "hot wallet"
        )
        self.economy.send(coins, self.dice.shuffled([*parts, change]), "batch payout")

    def _customer(self, amount_sat: int) -> Wallet:
        rich = [p for p in self.people if p.balance_sat() > amount_sat + 500_000]
        return self.dice.choice(rich)

    def trade(self) -> None:
        """Orders, dust, and everyday life for two days."""
        static = [(self.shop_script, price, "order") for price in PRICES_SAT]
        static += [(self.shop_script, -price, "order in crowns") for price in PRICES_SEK]
        orders = [
            (script, price, "order")
            for script, price in zip(self.order_scripts, ORDER_PRICES_SAT, strict=True)
        ]
        sales = self.dice.shuffled([*static, *orders])
        for turn in range(44):
            self._background()
            if turn % 4 == 2 and sales:
                script, price, purpose = sales.pop()
                if price < 0:
                    price = self.rates.satoshi(-price, self.economy.now_unix)
                self.story[f"order {len(static) + len(orders) - len(sales)}"] = self.economy.pay(
                    self._customer(price), [Payment(script, price, SHOP, purpose)], "order"
                )
            if turn == 21:
                self._dust()
            if turn % 11 == 10:
                self._sweep(self.kastell)
                self._sweep(self.lagune)
            if turn % 9 == 8:
                self._batch_payout(self.dice.choice((self.kastell, self.lagune)))
            self._mine()
        assert not sales

    def _dust(self) -> None:
        targets = [self.shop_script]
        targets += [self.dice.choice(person.scripts) for person in self.dice.shuffled(self.people)]
        parts = [
            Payment(script, DUST_SAT, self.economy.owners[script], "dust")
            for script in targets[:20]
        ]
        self.story["dust"] = self.economy.pay(self.people[0], parts, "dust")

    def move_the_money(self) -> None:
        """Gather, peel to exchanges and the supplier, mix a part, keep the rest."""
        gathered = list(self.shop.coins)
        total = sum(coin.amount_sat for coin in gathered) - fee_for(len(gathered), 1)
        part = Payment(self.shop.new_script(), total, SHOP, "gathered")
        self.story["gather"] = self.economy.send(gathered, [part], "gather")
        self._mine()
        self._peel(1, self._deposit(self.kastell, SHOP, 4_000_000))
        self._peel(2, Payment(self.supplier.new_script(), 2_600_000, SUPPLIER, "supplies"))
        self._peel(3, self._deposit(self.kastell, SHOP, 3_500_000))
        self._peel(4, self._deposit(self.lagune, SHOP, 1_700_000))
        self._peel(5, Payment(self.shop.new_script(), MIX_SAT + 40_000, SHOP, "to the mix"))
        self._mix()
        self._background()
        self.story["sweep"] = self._sweep(self.kastell) or b""
        self._sweep(self.lagune)
        self._mine()

    def _deposit(self, exchange: Exchange, customer: str, amount_sat: int) -> Payment:
        script = exchange.deposit_script(customer)
        return Payment(script, amount_sat, exchange.name, f"deposit of {customer}")

    def _peel(self, number: int, payment: Payment) -> None:
        largest = max(self.shop.coins, key=lambda coin: coin.amount_sat)
        self.story[f"peel {number}"] = self.economy.pay(
            self.shop, [payment], "peel", coins=[largest]
        )
        self._background()
        self._mine()

    def _mix(self) -> None:
        """Five people each put one coin in and get the same amount out, and their change."""
        mixing = next(coin for coin in self.shop.coins if coin.purpose == "to the mix")
        others: list[Coin] = []
        for person in self.dice.shuffled(self.people):
            fitting = [coin for coin in person.coins if coin.amount_sat > MIX_SAT + 20_000]
            if fitting and len(others) < 4:
                others.append(fitting[0])
        coins = self.dice.shuffled([mixing, *others])
        outputs: list[Payment] = []
        fee = fee_for(len(coins), 2 * len(coins)) // len(coins) + 1
        for coin in coins:
            wallet = self.economy.wallets[coin.owner]
            mixed = Payment(
                wallet.new_script(), MIX_SAT, coin.owner, "mixed", funders=((coin.owner, MIX_SAT),)
            )
            outputs.append(mixed)
            rest = coin.amount_sat - MIX_SAT - fee
            if rest > 1_000:
                back = ((coin.owner, rest),)
                script = wallet.new_script()
                outputs.append(Payment(script, rest, coin.owner, "mix change", funders=back))
        self.story["mix"] = self.economy.send(
            coins, self.dice.shuffled(outputs), "mix", protocol="equal outputs"
        )
        self._mine()

    def wind_down(self) -> None:
        """A day of everyday life; the shop's cold rest stays where it is."""
        for turn in range(18):
            self._background()
            if turn == 5:
                self._settle()
            if turn == 9:
                self._batch_payout(self.kastell)
            self._mine()

    def cash_out(self) -> None:
        """The first exchange pays the shop's account out, twice, each time among other customers."""
        wallet = self.economy.wallet(SECOND_WALLET)
        for number, amount_sat in enumerate(WITHDRAWN_SAT, 1):
            own = Payment(wallet.new_script(), amount_sat, SECOND_WALLET, "payout", SHOP)
            self.story[f"withdrawal {number}"] = self._payout_with(own)
            self._mine(2)
        first = next(coin for coin in wallet.coins if coin.amount_sat == WITHDRAWN_SAT[0])
        fee = fee_for(1, 1)
        brought = self._deposit(self.lagune, SECOND_ACCOUNT, first.amount_sat - fee)
        self.story["brought on"] = self.economy.send([first], [brought], "deposit")
        self._mine()
        self._sweep(self.lagune)
        self._mine(2)

    def _payout_with(self, own: Payment) -> bytes:
        others = [
            Payment(person.new_script(), self.dice.number(15, 90) * 10_007, person.owner, "payout")
            for person in self.dice.some(self.people, 3)
        ]
        coin = max(self.kastell.hot_coins(), key=lambda coin: coin.amount_sat)
        rest = coin.amount_sat - sum(p.amount_sat for p in (own, *others)) - fee_for(1, 5)
        back = Payment(self.kastell.hot_script, rest, KASTELL, "hot wallet")
        return self.economy.send([coin], self.dice.shuffled([own, *others, back]), "batch payout")

    def _settle(self) -> None:
        """The exchanges settle what their customers owe each other: both sign one transaction."""
        payer, payee = self.kastell, self.lagune
        coins = [payer.hot_coins()[0], payee.hot_coins()[0]]
        half = fee_for(2, 2) // 2
        kept, own = coins[0].amount_sat - SETTLED_SAT - half, coins[1].amount_sat - half
        funders = ((payer.name, SETTLED_SAT), (payee.name, own))
        outputs = [
            Payment(
                payer.hot_script, kept, payer.name, "hot wallet", funders=((payer.name, kept),)
            ),
            Payment(payee.hot_script, own + SETTLED_SAT, payee.name, "hot wallet", funders=funders),
        ]
        self.story["settlement"] = self.economy.send(
            coins, outputs, "settlement", protocol="settlement of two services"
        )
