"""Two chains and an exchange with coins on both: customers change one into the other, some back again.

A deposit on one chain is paid out on the other within an hour, at a fixed rate less a fee. Some spend
the payout at once as the next deposit and get the first coin back (a U-turn). Around that, people pay
each other, pay into accounts and draw from them without any change of coin. All crossings are known.
"""

from dataclasses import dataclass

from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.economy import Coin, Economy, Payment, Wallet
from chainlead.guide.practice.habits import PROFILES, Habits, fee_for
from chainlead.guide.practice.services import Service
from chainlead.guide.practice.town import Town
from chainlead.model import Chain

WECHSEL = "Wechsel Exchange"
START_UNIX = 1_700_000_000
CHAINS = (Chain.BITCOIN, Chain.LITECOIN)
RATE = 50
"""So many units of the second chain for one of the first."""
FEE_PER_MILLE = 6
LEAST_SAT = 100_000
_STYLES = ("p2pkh", "p2wpkh")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A deposit and the payout on the other chain that it was made for, as outpoints.

    `turns` is the crossing whose payout this deposit spent; None for the first of a customer.
    """

    customer: str
    chain: Chain
    deposit: str
    payout: str
    turns: "Crossing | None" = None


@dataclass(frozen=True, slots=True)
class SwapChains:
    """Both chains, each with its truth, and the crossings."""

    first: Town
    second: Town
    crossings: tuple[Crossing, ...]


@dataclass(slots=True)
class _Order:
    customer: str
    side: int
    deposit: Coin
    goes_back: bool
    before: Crossing | None = None


def build_swap_chains(seed: str, size: int = 20) -> SwapChains:
    """Let both chains live side by side; the same seed gives the same bytes on every machine."""
    life = _Life(seed, size)
    for _ in range(20 * size):
        life.step()
    towns = [
        Town(seed, size, economy, (service,), ())
        for economy, service in zip(life.economies, life.services, strict=True)
    ]
    return SwapChains(towns[0], towns[1], tuple(life.crossings))


class _Life:
    def __init__(self, seed: str, size: int) -> None:
        self.dice = Dice(f"{seed} swaps of {size}")
        self.economies = [
            Economy(f"{seed} {chain.value} of {size}", START_UNIX, chain) for chain in CHAINS
        ]
        profiles = [profile for profile in PROFILES if profile.style in _STYLES]
        self.miners = [economy.wallet("miner") for economy in self.economies]
        self.people = [
            [economy.wallet(f"person {n}", profiles[n % len(profiles)]) for n in range(size)]
            for economy in self.economies
        ]
        self.services = [
            Service(WECHSEL, economy.wallet(WECHSEL, Habits("p2wpkh")))
            for economy in self.economies
        ]
        self.orders: list[_Order] = []
        self.crossings: list[Crossing] = []
        self._asked: list[tuple[str, int, bytes, bool, Crossing | None]] = []
        self._paying: list[tuple[_Order, bytes, bytes]] = []
        for side, economy in enumerate(self.economies):
            for _ in range(12):
                economy.mine_block(self.miners[side])
            self._sell(side, [(self.services[side].hot_script(), WECHSEL)] * 3, 50 * 10**8)
            self._sell(side, [(p.new_script(), p.owner) for p in self.people[side]], 8 * 10**8)

    def _sell(self, side: int, scripts: list[tuple[bytes, str]], most_sat: int) -> None:
        for script, owner in scripts:
            part = Payment(script, most_sat - self.dice.number(0, most_sat // 3), owner)
            self.economies[side].pay(self.miners[side], [part], "miner sells")
            self.economies[side].mine_block(self.miners[side])

    def step(self) -> None:
        """The chain whose last block is older gets the next one."""
        side = min((0, 1), key=lambda s: self.economies[s].now_unix)
        events = (self._pay, self._pay, self._deposit, self._draw, self._swap, self._sweep)
        for event in (*self.dice.some(events, self.dice.number(1, 4)), self._serve):
            try:
                event(side)
            except CannotPayError:
                continue
        self.economies[side].mine_block(self.miners[side])
        self._note(side)

    def _amount(self, wallet: Wallet) -> int:
        return max(LEAST_SAT, wallet.balance_sat() * self.dice.number(2, 30) // 100)

    def _pay(self, side: int) -> None:
        payer, payee = self.dice.some(self.people[side], 2)
        part = Payment(payee.inbox(), self._amount(payer), payee.owner)
        self.economies[side].pay(payer, [part], "payment")

    def _deposit(self, side: int) -> None:
        payer = self.dice.choice(self.people[side])
        part = self.services[side].deposit(payer.owner, self._amount(payer))
        self.economies[side].pay(payer, [part], "payment")

    def _draw(self, side: int) -> None:
        payee = self.dice.choice(self.people[side])
        amount = self.dice.number(2, 80) * 1_000_000
        part = Payment(payee.inbox(), amount, payee.owner, "payout", payee.owner)
        self.services[side].pay_out(self.economies[side], [part], "payout")

    def _sweep(self, side: int) -> None:
        self.services[side].sweep(self.economies[side])

    def _swap(self, side: int) -> None:
        payer = self.dice.choice(self.people[side])
        part = self.services[side].deposit(payer.owner, self._amount(payer))
        txid = self.economies[side].pay(payer, [part], "swap")
        self._asked.append((payer.owner, side, txid, self.dice.number(0, 2) == 0, None))

    def _serve(self, side: int) -> None:
        """Pay out on this chain what was paid in on the other one."""
        for order in [order for order in self.orders if order.side != side]:
            self.orders.remove(order)
            units = order.deposit.amount_sat
            units = units * RATE if order.side == 0 else units // RATE
            units -= units * FEE_PER_MILLE // 1000
            wallet = self.economies[side].wallets[order.customer]
            part = Payment(wallet.new_script(), units, wallet.owner, "swapped", wallet.owner)
            if units < 20_000:
                continue
            txid = self.services[side].pay_out(self.economies[side], [part], "payout")
            self._paying.append((order, txid, part.script))

    def _note(self, side: int) -> None:
        """What was mined becomes an order, a crossing, or the way back."""
        made = {
            (coin.txid_wire, coin.script): coin
            for sent in self.economies[side].sent
            if sent.height == self.economies[side].height
            for coin in sent.made
        }
        for asked in [asked for asked in self._asked if asked[1] == side]:
            customer, _, txid, goes_back, before = asked
            coin = next(c for (t, _), c in made.items() if t == txid and c.purpose == "deposit")
            self._asked.remove(asked)
            self.orders.append(_Order(customer, side, coin, goes_back, before))
        for paying in list(self._paying):
            order, txid, script = paying
            payout = made.get((txid, script))
            if payout is None:
                continue
            self._paying.remove(paying)
            chain = CHAINS[order.side]
            crossing = Crossing(
                order.customer, chain, order.deposit.outpoint, payout.outpoint, order.before
            )
            self.crossings.append(crossing)
            if order.goes_back:
                self._turn(side, order.customer, payout, crossing)

    def _turn(self, side: int, customer: str, payout: Coin, crossing: Crossing) -> None:
        """The whole payout is the next deposit, back to where it came from."""
        wallet = self.economies[side].wallets[customer]
        amount = payout.amount_sat - fee_for(1, 1, wallet.habits.fee_rate_sat)
        if amount < LEAST_SAT:
            return
        part = self.services[side].deposit(customer, amount)
        txid = self.economies[side].send([payout], [part], "swap", habits=wallet.habits)
        self._asked.append((customer, side, txid, False, crossing))
