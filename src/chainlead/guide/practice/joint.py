"""A transaction that several people make together, with whose money pays for what."""

from collections.abc import Sequence
from dataclasses import replace

from chainlead.guide.practice.economy import Coin, Economy, Funders, Payment
from chainlead.guide.practice.habits import FINAL, Habits

COORDINATED = Habits(version=1, sequence=FINAL, locktime="zero")
"""A coordinator builds all transactions of its rounds the same way."""


class Joint:
    """Collects what each party puts in and takes out, then sends it."""

    def __init__(self, economy: Economy, protocol: str) -> None:
        """Begin an empty transaction of this protocol."""
        self.economy = economy
        self.protocol = protocol
        self.coins: list[Coin] = []
        self.outputs: list[Payment] = []

    def put_in(self, coins: Sequence[Coin]) -> None:
        """A party's coins."""
        self.coins += coins

    def take_out(
        self,
        script: bytes,
        amount_sat: int,
        purpose: str,
        *,
        funders: Funders | None = None,
        customer: str = "",
    ) -> None:
        """An output; it is paid by its owner unless funders say otherwise."""
        owner = self.economy.owners.get(script, "")
        paid = funders if funders is not None else ((owner, amount_sat),)
        self.outputs.append(Payment(script, amount_sat, owner, purpose, customer, paid))

    def send_shuffled(self, purpose: str, habits: Habits = COORDINATED) -> bytes:
        """Inputs and outputs in random order."""
        dice = self.economy.dice
        self.coins, self.outputs = dice.shuffled(self.coins), dice.shuffled(self.outputs)
        return self._send(purpose, habits)

    def send_by_value(self, purpose: str, habits: Habits = COORDINATED) -> bytes:
        """Inputs and outputs from the largest to the smallest, as Wasabi 2 orders them."""
        self.coins.sort(key=lambda coin: (-coin.amount_sat, coin.txid_wire, coin.output_index))
        self.outputs.sort(key=lambda payment: (-payment.amount_sat, payment.script))
        return self._send(purpose, habits)

    def send_sorted(self, purpose: str, habits: Habits = COORDINATED) -> bytes:
        """Inputs by id, outputs by value and script (BIP-69)."""
        self.coins.sort(key=lambda coin: (coin.txid_wire[::-1], coin.output_index))
        self.outputs.sort(key=lambda payment: (payment.amount_sat, payment.script))
        return self._send(purpose, habits)

    def send_as_given(self, purpose: str, habits: Habits, hash_types: Sequence[int] = ()) -> bytes:
        """Inputs and outputs in the order in which they were given."""
        return self._send(purpose, habits, hash_types)

    def _send(self, purpose: str, habits: Habits, hash_types: Sequence[int] = ()) -> bytes:
        return self.economy.send(
            self.coins,
            self.outputs,
            purpose,
            habits=replace(habits, order="shuffled"),
            protocol=self.protocol,
            hash_types=hash_types,
        )
