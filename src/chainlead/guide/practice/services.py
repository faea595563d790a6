"""Services of the town: exchanges with deposit addresses, sweeps and batch payouts; a processor.

A service holds the keys: on the chain it owns every deposit address and every coin. For whom it
holds or pays one stands in `Coin.customer`. A nested service is a customer who has customers: its
deposit addresses and payouts are those of the large exchange, and `customer` names both, as in
`Winkel Exchange / person 4`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.economy import Coin, Economy, Payment, Wallet
from chainlead.guide.practice.habits import fee_for

MOST_SWEPT = 40


@dataclass(slots=True)
class Service:
    """A company with a hot wallet and inboxes for its customers.

    Attributes:
        sweeps: `together`, only deposits; `with a hot coin` that pays the fee; `alone`, each deposit
            by itself.
        keeps_inboxes: whether a customer always has the same inbox.
        hot_is_static: whether sweeps and change go to one address.
    """

    name: str
    wallet: Wallet
    sweeps: Literal["together", "with a hot coin", "alone"] = "together"
    keeps_inboxes: bool = True
    hot_is_static: bool = True
    inboxes: dict[bytes, str] = field(default_factory=dict)
    _hot_scripts: list[bytes] = field(default_factory=list)
    _latest: dict[str, bytes] = field(default_factory=dict)

    def hot_script(self) -> bytes:
        """Where the company gathers its coins."""
        if not self._hot_scripts or not self.hot_is_static:
            self._hot_scripts.append(self.wallet.new_script())
        return self._hot_scripts[-1]

    def inbox_of(self, customer: str) -> bytes:
        """The script that this customer is told to pay to."""
        if customer not in self._latest or not self.keeps_inboxes:
            script = self.wallet.new_script()
            self._latest[customer] = script
            self.inboxes[script] = customer
        return self._latest[customer]

    def deposit(self, customer: str, amount_sat: int) -> Payment:
        """The output that pays into this customer's account."""
        return Payment(self.inbox_of(customer), amount_sat, self.name, "deposit", customer)

    def unswept(self) -> list[Coin]:
        """Deposits that still lie in the inboxes, oldest first."""
        return [coin for coin in self.wallet.coins if coin.script in self.inboxes]

    def hot_coins(self) -> list[Coin]:
        """Coins of the hot wallet, oldest first."""
        return [coin for coin in self.wallet.coins if coin.script not in self.inboxes]

    def sweep(self, economy: Economy) -> int:
        """Bring deposits to the hot wallet; how many transactions it took."""
        coins = self.unswept()[:MOST_SWEPT]
        rate = self.wallet.habits.fee_rate_sat
        if self.sweeps == "alone":
            worth = [coin for coin in coins if coin.amount_sat > 4 * fee_for(1, 1, rate)]
            groups = [[coin] for coin in worth]
        else:
            hot = self.hot_coins()[:1] if self.sweeps == "with a hot coin" else []
            groups = [[*coins, *hot]] if len(coins) > 1 else []
        for group in groups:
            total = sum(coin.amount_sat for coin in group) - fee_for(len(group), 1, rate)
            part = Payment(self.hot_script(), total, self.name, "hot wallet")
            economy.send(group, [part], "sweep", habits=self.wallet.habits)
        return len(groups)

    def pay_out(self, economy: Economy, payments: Sequence[Payment], purpose: str) -> bytes:
        """Pay customers in one transaction from hot coins, change back to the hot wallet.

        Raises:
            CannotPayError: the hot wallet is empty.
        """
        target = sum(payment.amount_sat for payment in payments)
        rate = self.wallet.habits.fee_rate_sat
        chosen: list[Coin] = []
        for coin in sorted(self.hot_coins(), key=lambda coin: -coin.amount_sat):
            chosen.append(coin)
            fee = fee_for(len(chosen), len(payments) + 1, rate)
            if sum(c.amount_sat for c in chosen) >= target + fee:
                break
        else:
            raise CannotPayError(f"{self.name} cannot pay out {target} sat")
        return economy.pay(
            self.wallet, payments, purpose, coins=chosen, change_script=self.hot_script()
        )


@dataclass(frozen=True, slots=True)
class NestedExchange:
    """A small exchange without keys of its own: a customer of a large one."""

    name: str
    host: Service

    def deposit(self, customer: str, amount_sat: int) -> Payment:
        """A deposit: on the chain it reaches the host."""
        return self.host.deposit(f"{self.name} / {customer}", amount_sat)

    def payout(self, payee: Wallet, amount_sat: int) -> Payment:
        """An output of one of the host's payouts, ordered by the small exchange."""
        customer = f"{self.name} / {payee.owner}"
        return Payment(payee.inbox(), amount_sat, payee.owner, "payout", customer)
