"""Who lives in the town, and what they own at the beginning."""

from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.economy import Economy, Payment, Wallet
from chainlead.guide.practice.habits import FINAL, PROFILES, Habits
from chainlead.guide.practice.services import NestedExchange, Service

AccountHouse = Service | NestedExchange

START_UNIX = 1_700_000_000
HAFEN, KONTOR, BRUECKE = "Hafen Exchange", "Kontor Exchange", "Bruecke Exchange"
WINKEL, ZAHLWERK, POOL = "Winkel Exchange", "Zahlwerk Processor", "Grube Pool"
COORDINATOR, DUSTER = "coordinator", "duster"
FIRST_BLOCKS = 40
COIN = 10**8


class Townspeople:
    """Everybody with their wallets, and the dice of the plot."""

    def __init__(self, seed: str, size: int) -> None:
        """People, shops, mixers, peelers and services, without any money."""
        if size < 20:
            raise ValueError(
                "a town needs at least 20 people: a round of ten must find its parties"
            )
        self.size = size
        self.economy = Economy(f"{seed} town of {size}", START_UNIX)
        self.dice = Dice(f"{seed} plot of {size}")
        self.people = [self._wallet(f"person {n}", n) for n in range(size)]
        self.savings = [
            self._wallet(f"person {n}", self.dice.number(0, 9), "savings")
            for n in range(0, size, 3)
        ]
        self.shops = [self._wallet(f"shop {n}", 3 * n + 1) for n in range(max(4, size // 8))]
        self.mixers = [
            self.economy.wallet(
                f"person {n}",
                Habits("p2wpkh", "random", low_r=n % 2 == 0),
                name=f"person {n} mixing",
            )
            for n in range(0, size, 5)
        ] + [
            self.economy.wallet(
                f"mixer {n}", Habits("p2wpkh", ("random", "oldest")[n % 2], locktime="height")
            )
            for n in range(max(16, size // 5))
        ]
        self.peelers = [self._wallet(f"peeler {n}", n) for n in range(max(2, size // 20))]
        self.employers = [self._wallet(f"employer {n}", 2 * n) for n in range(max(2, size // 30))]
        self.pool = self.economy.wallet(POOL, Habits("p2wpkh", "oldest", sequence=FINAL))
        self.coordinator = self.economy.wallet(COORDINATOR)
        self.duster = self.economy.wallet(DUSTER)
        self.hafen = self._service(HAFEN, Habits("p2wpkh", sequence=FINAL, order="change last"))
        self.kontor = self._service(KONTOR, Habits("p2sh", version=1, sequence=FINAL))
        self.hafen.sweeps = "with a hot coin"
        self.kontor.sweeps, self.kontor.hot_is_static = "alone", False
        self.bruecke = self._service(BRUECKE, Habits("p2wsh", locktime="height"))
        self.bruecke.keeps_inboxes = False
        self.processor = self._service(ZAHLWERK, Habits("p2pkh", version=1, low_r=False))
        self.processor.keeps_inboxes = False
        self.winkel = NestedExchange(WINKEL, self.hafen)

    @property
    def exchanges(self) -> tuple[Service, Service, Service]:
        """The three that hold keys."""
        return self.hafen, self.kontor, self.bruecke

    @property
    def houses(self) -> tuple[AccountHouse, ...]:
        """Where people have accounts."""
        return (*self.exchanges, self.winkel)

    def _wallet(self, owner: str, profile: int, suffix: str = "") -> Wallet:
        name = f"{owner} {suffix}" if suffix else owner
        return self.economy.wallet(owner, PROFILES[profile % len(PROFILES)], name=name)

    def _service(self, name: str, habits: Habits) -> Service:
        return Service(name, self.economy.wallet(name, habits))

    def mine(self) -> None:
        """One block."""
        self.economy.mine_block(self.pool)

    def found(self) -> None:
        """The pool mines and sells to the exchanges, which sell to everybody else."""
        for _ in range(FIRST_BLOCKS):
            self.mine()
        for number in range(self.size // 10 + 6):
            service = self.exchanges[number % 3]
            part = Payment(service.hot_script(), 45 * COIN, service.name, "hot wallet")
            self.economy.pay(self.pool, [part], "pool sells")
            self.mine()
        buyers = self.dice.shuffled(
            [*self.people, *self.people, *self.savings, *self.mixers, *self.mixers, *self.mixers]
        )
        rich = [*self.peelers, *self.employers, self.duster]
        for start in range(0, len(buyers), 14):
            group = buyers[start : start + 14]
            service = self.exchanges[start // 14 % 3]
            parts = [self.sold(buyer, self.dice.number(4, 80) * 1_000_003) for buyer in group]
            service.pay_out(self.economy, parts, "batch payout")
            self.mine()
        for buyer in rich:
            self.kontor.pay_out(
                self.economy, [self.sold(buyer, self.dice.number(5, 9) * COIN)], "payout"
            )
            self.mine()

    def sold(self, buyer: Wallet, amount_sat: int) -> Payment:
        """An output of an exchange's payout to a customer."""
        return Payment(buyer.inbox(), amount_sat, buyer.owner, "payout", buyer.owner)

    def price(self, most_sat: int) -> int:
        """An amount up to a limit: half of them round in coins, half in some other currency."""
        amount = self.dice.number(1, 99) * self.dice.choice((1_000, 10_000, 100_000, 1_000_000))
        while amount > most_sat:
            amount //= 10
        if self.dice.number(0, 1):
            amount += self.dice.number(-(amount // 8), amount // 8)
        return max(amount, 20_000)

    def able(self, wallets: list[Wallet], least_sat: int) -> list[Wallet]:
        """Those who own at least so much, in their order."""
        return [wallet for wallet in wallets if wallet.balance_sat() >= least_sat]
