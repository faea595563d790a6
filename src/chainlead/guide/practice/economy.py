"""Wallets that choose coins, pay, make change, and a chain that mines what they sent.

The economy knows the owner of every output, and whose money paid for it: that is the truth which
tests compare with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from chainlead.codecs import PublicBranch, address_from_script, hash160, sha256d
from chainlead.guide.practice.coin_selection import (
    DUST_SAT,
    CannotPayError,
    order_coins,
    take_exact,
    take_until,
)
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.habits import Habits, Style
from chainlead.guide.practice.keys import Key, new_key, script_of, unlock
from chainlead.guide.practice.wire_format import (
    WireBlock,
    WireTransaction,
    coinbase,
    mine,
    regtest_genesis,
)
from chainlead.model import Chain, Network, Txid

SUBSIDY_SAT = 50 * 10**8
BLOCK_SECONDS = 600
LEAST_CHANGE_SAT = 1_000

Funders = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Coin:
    """One output with its owner.

    Attributes:
        purpose: says in a word why it was made.
        wallet: which of the owner's wallets holds the key.
        customer: for whom a service holds or pays it.
    """

    txid_wire: bytes
    output_index: int
    amount_sat: int
    script: bytes
    owner: str
    purpose: str
    height: int
    wallet: str = ""
    customer: str = ""
    chain: Chain = Chain.BITCOIN

    @property
    def address(self) -> str:
        """The text form of the coin's script; empty where it has none."""
        return address_from_script(self.script, self.chain, Network.REGTEST) or ""

    @property
    def outpoint(self) -> str:
        """`txid:output_index`."""
        return f"{Txid.from_wire(self.txid_wire).display}:{self.output_index}"


@dataclass(frozen=True, slots=True)
class Payment:
    """One output to make.

    `funders` says whose money it is, in satoshi; left out, it is that of the one who pays in.
    """

    script: bytes
    amount_sat: int
    owner: str
    purpose: str = "payment"
    customer: str = ""
    funders: Funders = ()


@dataclass(frozen=True, slots=True)
class SentTransaction:
    """A transaction with the truth about both sides.

    Attributes:
        protocol: of a transaction that several people made together; empty for an ordinary one.
        funders: for each output whose money it is; a fee is what an owner put in and nobody got.
    """

    wire: WireTransaction
    spent: tuple[Coin, ...]
    made: tuple[Coin, ...]
    purpose: str
    height: int
    mined_at_unix: int
    protocol: str = ""
    funders: tuple[Funders, ...] = ()

    @property
    def txid(self) -> str:
        """The id as explorers print it."""
        return Txid.from_wire(self.wire.txid_wire).display

    @property
    def fee_sat(self) -> int:
        """What the miner got."""
        return sum(c.amount_sat for c in self.spent) - sum(c.amount_sat for c in self.made)


@dataclass
class Wallet:
    """A person's or service's keys and coins.

    With an `account` (a public branch at m/84'/1'/0') keys are its children, as in real wallets:
    0/n to receive, 1/n for change. Without one they are random bytes of a key's shape.
    """

    owner: str
    economy: "Economy"
    habits: Habits
    name: str
    coins: list[Coin] = field(default_factory=list)
    scripts: list[bytes] = field(default_factory=list)
    change_scripts: list[bytes] = field(default_factory=list)
    account: PublicBranch | None = None

    def new_script(self, *, change: bool = False, style: Style | None = None) -> bytes:
        """The locking script of a fresh key, of the wallet's style if none is named."""
        kept = self.change_scripts if change else self.scripts
        if self.account:
            public = self.account.descendant((int(change), len(kept))).public_key
            key = Key("p2wpkh", public, hash160(public))
        else:
            key = new_key(style or self.habits.style, self.economy.dice)
        script = script_of(key)
        self.economy.keys[script] = key
        self.economy.owners[script] = self.owner
        self.economy.holders[script] = self.name
        kept.append(script)
        return script

    def inbox(self) -> bytes:
        """The script shown to a payer: a fresh one, or always the same by habit."""
        if self.habits.reuses_inbox and self.scripts:
            return self.scripts[0]
        return self.new_script()

    def balance_sat(self) -> int:
        """The sum of the coins."""
        return sum(coin.amount_sat for coin in self.coins)

    def spendable(self) -> list[Coin]:
        """The coins that the wallet would spend, oldest first."""
        least = 0 if self.habits.spends_dust else DUST_SAT
        coins = (coin for coin in self.coins if coin.amount_sat >= least)
        return sorted(coins, key=lambda c: (c.height, c.txid_wire, c.output_index))

    def select(self, target_sat: int, outputs: int = 3) -> list[Coin]:
        """Coins that cover the target and the fee, by the wallet's habit."""
        habits = self.habits

        def needed(count: int) -> int:
            return target_sat + habits.fee_for(count, outputs)

        coins = order_coins(self.spendable(), self.habits.picks, self.economy.dice)
        exact = None
        if self.habits.picks == "exact":
            exact = take_exact(coins, needed, habits.fee_for(1, 1))
        chosen = exact or take_until(coins, needed)
        if chosen is None:
            raise CannotPayError(f"{self.name} cannot pay {target_sat} sat")
        return chosen


class Economy:
    """All wallets, the waiting transactions and the chain."""

    def __init__(self, seed: str, start_unix: int, chain: Chain = Chain.BITCOIN) -> None:
        """Begin with the genesis block."""
        self.dice = Dice(seed)
        self.chain = chain
        self.keys: dict[bytes, Key] = {}
        self.owners: dict[bytes, str] = {}
        self.holders: dict[bytes, str] = {}
        self.wallets: dict[str, Wallet] = {}
        self.blocks: list[WireBlock] = [regtest_genesis()]
        self.sent: list[SentTransaction] = []
        self._waiting: list[SentTransaction] = []
        self._time = start_unix

    @property
    def height(self) -> int:
        """The height of the last block."""
        return self.blocks[-1].height

    @property
    def now_unix(self) -> int:
        """The time of the last block, seconds."""
        return self._time

    def wallet(self, owner: str, habits: Habits | None = None, *, name: str = "") -> Wallet:
        """The wallet of this owner, made at the first call; `name` tells one of several."""
        name = name or owner
        if name not in self.wallets:
            self.wallets[name] = Wallet(owner, self, habits or Habits(), name)
        return self.wallets[name]

    def pay(
        self,
        payer: Wallet,
        payments: Sequence[Payment],
        purpose: str,
        *,
        coins: Sequence[Coin] | None = None,
        change_script: bytes | None = None,
    ) -> bytes:
        """Send payments from one wallet, change back to it; returns the txid (wire order)."""
        habits = payer.habits
        target = sum(payment.amount_sat for payment in payments)
        chosen = list(coins if coins is not None else payer.select(target, len(payments) + 2))
        fee = habits.fee_for(len(chosen), len(payments) + 1)
        change = sum(coin.amount_sat for coin in chosen) - target - fee
        spare = habits.fee_for(1, 1) if habits.picks == "exact" else 0
        made = []
        if change > max(LEAST_CHANGE_SAT, spare):
            script = change_script or self._change_script(payer, chosen[0], payments[0])
            made = [Payment(script, change, payer.owner, "change")]
        return self.send(chosen, self._ordered(habits, payments, made), purpose, habits=habits)

    def _change_script(self, payer: Wallet, spent: Coin, payment: Payment) -> bytes:
        if payer.habits.reuses_change:
            return spent.script
        payee = self.keys.get(payment.script)
        style = payee.style if payee and payer.habits.mimics_payee else None
        return payer.new_script(change=True, style=None if style == "p2wsh" else style)

    def _ordered(
        self, habits: Habits, payments: Sequence[Payment], change: Sequence[Payment]
    ) -> list[Payment]:
        if habits.order == "bip69":
            return sorted([*payments, *change], key=lambda p: (p.amount_sat, p.script))
        if habits.order == "change last":
            return [*payments, *change]
        if habits.order == "change first":
            return [*change, *payments]
        return self.dice.shuffled([*payments, *change])

    def send(
        self,
        coins: Sequence[Coin],
        outputs: Sequence[Payment],
        purpose: str,
        *,
        habits: Habits | None = None,
        protocol: str = "",
        hash_types: Sequence[int] = (),
    ) -> bytes:
        """Send exactly these coins to exactly these outputs; the rest is the fee.

        Args:
            coins: what is spent, in order.
            outputs: what is made, in order.
            purpose: why, in a word or two.
            habits: the program that builds it; that of the first coin's wallet if left out.
            protocol: of a transaction of several people.
            hash_types: for each input its signature's hash type; all of it signed if left out.
        """
        if sum(p.amount_sat for p in outputs) > sum(c.amount_sat for c in coins):
            raise CannotPayError("a transaction cannot make money")
        habits = habits or self.wallets[coins[0].wallet].habits
        spent = list(coins)
        if habits.order == "bip69":
            spent.sort(key=lambda coin: (coin.txid_wire[::-1], coin.output_index))
        types = hash_types or [1] * len(spent)
        wire = WireTransaction(
            tuple(
                unlock(
                    self.keys[coin.script],
                    (coin.txid_wire, coin.output_index),
                    self.dice,
                    sequence=habits.sequence,
                    low_r=self.wallets[coin.wallet].habits.low_r,
                    hash_type=kind,
                )
                for coin, kind in zip(spent, types, strict=True)
            ),
            tuple((payment.amount_sat, payment.script) for payment in outputs),
            habits.version,
            self._locktime(habits),
        )
        for coin in spent:
            self.wallets[coin.wallet].coins.remove(coin)
        return self.submit(wire, spent, outputs, purpose, protocol)

    def _locktime(self, habits: Habits) -> int:
        if habits.locktime == "zero":
            return 0
        back = 0
        if habits.locktime == "sniping" and self.dice.number(0, 9) == 0:
            back = self.dice.number(1, 100)
        return max(0, self.height - back)

    def submit(
        self,
        wire: WireTransaction,
        spent: Sequence[Coin],
        outputs: Sequence[Payment],
        purpose: str,
        protocol: str = "",
    ) -> bytes:
        """Let a finished transaction wait for the next block, no wallet is asked; returns the txid."""
        txid_wire = wire.txid_wire
        payers = sorted({coin.owner for coin in spent})
        funders = []
        for payment in outputs:
            if not payment.funders and len(payers) > 1 and payment.amount_sat:
                raise ValueError("several people pay in: say whose money each output is")
            parts = payment.funders or tuple((payer, payment.amount_sat) for payer in payers[:1])
            if payers and sum(units for _, units in parts) != payment.amount_sat:
                raise ValueError("the funders' parts are not the amount")
            funders.append(parts)
        made = tuple(
            Coin(
                txid_wire, index, p.amount_sat, p.script, p.owner, p.purpose, 0,
                self.holders.get(p.script, ""), p.customer, self.chain,
            )
            for index, p in enumerate(outputs)
        )  # fmt: skip
        sent = SentTransaction(wire, tuple(spent), made, purpose, 0, 0, protocol, tuple(funders))
        self._waiting.append(sent)
        return txid_wire

    def waiting(self) -> tuple[SentTransaction, ...]:
        """What was sent since the last block; heights and times are not yet known."""
        return tuple(self._waiting)

    def mine_block(self, miner: Wallet, close: Callable[[], None] | None = None) -> None:
        """Put the waiting transactions into a block; its coins can be spent from now on.

        Args:
            miner: who gets the new coins.
            close: may send the block's last transaction, which may spend the waiting ones.
        """
        height = self.height + 1
        self._time += BLOCK_SECONDS + self.dice.number(-240, 240)
        if close:
            close()
        waiting = list(self._waiting)
        self._waiting.clear()
        fees = sum(sent.fee_sat for sent in waiting)
        reward = Payment(miner.new_script(), SUBSIDY_SAT + fees, miner.owner, "subsidy and fees")
        first = coinbase(
            height, (reward.amount_sat, reward.script), tuple(sent.wire for sent in waiting)
        )
        self.submit(first, (), (reward,), "coinbase")
        rows = [self._waiting.pop(), *waiting]
        wires = tuple(sent.wire for sent in rows)
        block = mine(sha256d(self.blocks[-1].header), wires, height, self._time)
        self.blocks.append(block)
        spent = {(coin.txid_wire, coin.output_index) for sent in rows for coin in sent.spent}
        for sent in rows:
            made = tuple(replace(coin, height=height) for coin in sent.made)
            for coin in made:
                if coin.wallet and (coin.txid_wire, coin.output_index) not in spent:
                    self.wallets[coin.wallet].coins.append(coin)
            self.sent.append(replace(sent, made=made, height=height, mined_at_unix=self._time))
