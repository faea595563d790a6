"""A Dash-like chain: people pay, split coins into denominations, and mix them in rounds.

A round has three to six people with one to nine inputs of one denomination each, as many outputs,
and no fee: nothing tells whose is whose. Spec: Dash Core `coinjoin.h` (denominations, most inputs
of one user).
"""

from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.economy import Coin, Economy, Payment, Wallet
from chainlead.guide.practice.habits import NOT_FINAL, Habits, fee_for
from chainlead.guide.practice.joint import Joint
from chainlead.guide.practice.town import Town
from chainlead.model import Chain

DASH_COINJOIN = "dash coinjoin"
DENOMINATIONS_SAT = (1_000_010_000, 100_001_000, 10_000_100, 1_000_010, 100_001)
COLLATERAL_SAT = 10_000
MOST_INPUTS = 9
START_UNIX = 1_700_000_000


class _Chain:
    def __init__(self, seed: str, size: int) -> None:
        self.economy = Economy(f"{seed} dash chain of {size}", START_UNIX, Chain.DASH)
        self.dice = Dice(f"{seed} dash plot of {size}")
        habits = Habits("p2pkh", "oldest", locktime="height", sequence=NOT_FINAL, order="bip69")
        self.miner = self.economy.wallet("miner", habits)
        self.people = [self.economy.wallet(f"person {n}", habits) for n in range(size)]

    def plain(self, wallet: Wallet) -> list[Coin]:
        return [coin for coin in wallet.coins if coin.amount_sat not in DENOMINATIONS_SAT]

    def pay(self) -> None:
        """A payment from coins that were never split."""
        payer, payee = self.dice.some(self.people, 2)
        coins = self.plain(payer)
        amount = sum(coin.amount_sat for coin in coins) * self.dice.number(5, 50) // 100
        if amount > 50_000:
            part = Payment(payee.inbox(), amount, payee.owner)
            self.economy.pay(payer, [part], "payment", coins=coins)

    def split(self) -> None:
        """A wallet makes denominations and a small coin for collateral."""
        payer = self.dice.choice(self.people)
        coins = sorted(self.plain(payer), key=lambda coin: -coin.amount_sat)[:2]
        left = sum(coin.amount_sat for coin in coins) // 2 - 10 * COLLATERAL_SAT
        parts = [Payment(payer.new_script(), 4 * COLLATERAL_SAT, payer.owner, "collateral")]
        for amount in DENOMINATIONS_SAT:
            for _ in range(self.dice.number(1, 6)):
                if left >= amount:
                    part = Payment(payer.new_script(), amount, payer.owner, "denominated")
                    parts.append(part)
                    left -= amount
        if len(parts) > 3:
            self.economy.pay(payer, parts, "denominations", coins=coins)

    def mix(self) -> None:
        """Three to six people who hold coins of one denomination."""
        amount = self.dice.choice(DENOMINATIONS_SAT)
        parties: list[list[Coin]] = []
        for wallet in self.dice.shuffled(self.people):
            coins = [coin for coin in wallet.coins if coin.amount_sat == amount]
            if coins:
                parties.append(coins[: self.dice.number(1, MOST_INPUTS)])
        parties = parties[: self.dice.number(3, 6)]
        if len(parties) < 3:
            return
        joint = Joint(self.economy, DASH_COINJOIN)
        for coins in parties:
            joint.put_in(coins)
            wallet = self.economy.wallets[coins[0].wallet]
            for _ in coins:
                joint.take_out(wallet.new_script(), amount, "mixed")
        joint.send_sorted("mix")

    def spend_mixed(self) -> None:
        """Mixed coins of one wallet pay somebody; no change, the rest is the fee."""
        payer, payee = self.dice.some(self.people, 2)
        coins = [coin for coin in payer.coins if coin.purpose == "mixed"][:6]
        total = sum(coin.amount_sat for coin in coins)
        amount = total - fee_for(len(coins), 1) - self.dice.number(0, 9_000)
        if amount > 50_000:
            part = Payment(payee.inbox(), amount, payee.owner)
            self.economy.send(coins, [part], "payment")


def build_dash_chain(seed: str, size: int = 20) -> Town:
    """Let the chain live; `Town.protocol_of` says `dash coinjoin` for each round."""
    chain = _Chain(seed, size)
    for _ in range(10):
        chain.economy.mine_block(chain.miner)
    for person in chain.people:
        amount = 25 * 10**8 + chain.dice.number(0, 10**8)
        part = Payment(person.inbox(), amount, person.owner)
        chain.economy.pay(chain.miner, [part], "miner sells")
        chain.economy.mine_block(chain.miner)
    events = (chain.pay, chain.pay, chain.split, chain.mix, chain.mix, chain.spend_mixed)
    for _ in range(60 + 4 * size):
        for _ in range(chain.dice.number(1, 4)):
            try:
                chain.dice.choice(events)()
            except CannotPayError:
                continue
        chain.economy.mine_block(chain.miner)
    return Town(seed, size, chain.economy, (), ())
