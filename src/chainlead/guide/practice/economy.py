"""Wallets that choose coins, pay, make change, and a chain that mines what they sent.

The economy knows the owner of every output: that is the truth which tests compare with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chainlead.codecs import PublicBranch, address_from_script, hash160
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.wire_format import (
    WireBlock,
    WireInput,
    WireTransaction,
    coinbase,
    mine,
    pushed,
    regtest_genesis,
    sha256d,
)
from chainlead.model import Chain, Network, Txid

SUBSIDY_SAT = 50 * 10**8
FEE_RATE_SAT = 12
BLOCK_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Coin:
    """One output with its owner. `purpose` says in a word why it was made."""

    txid_wire: bytes
    output_index: int
    amount_sat: int
    script: bytes
    owner: str
    purpose: str
    height: int

    @property
    def address(self) -> str:
        """The text form of the coin's script."""
        text = address_from_script(self.script, Chain.BITCOIN, Network.REGTEST)
        assert text is not None
        return text

    @property
    def outpoint(self) -> str:
        """`txid:output_index`."""
        return f"{Txid.from_wire(self.txid_wire).display}:{self.output_index}"


@dataclass(frozen=True, slots=True)
class Payment:
    """One output to make."""

    script: bytes
    amount_sat: int
    owner: str
    purpose: str = "payment"


@dataclass(frozen=True, slots=True)
class SentTransaction:
    """A transaction with the truth about both sides."""

    wire: WireTransaction
    spent: tuple[Coin, ...]
    made: tuple[Coin, ...]
    purpose: str
    height: int
    mined_at_unix: int

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
    """A person's or service's keys and coins. `style` is `p2wpkh` or `p2pkh`.

    With an `account` (a public branch at m/84'/1'/0') keys are its children, as in real wallets:
    0/n to receive, 1/n for change. Without one they are random bytes of a key's shape.
    """

    owner: str
    economy: "Economy"
    style: str = "p2wpkh"
    picks: str = "largest"
    coins: list[Coin] = field(default_factory=list)
    scripts: list[bytes] = field(default_factory=list)
    change_scripts: list[bytes] = field(default_factory=list)
    account: PublicBranch | None = None

    def new_script(self, *, change: bool = False) -> bytes:
        """The locking script of a fresh key."""
        kept = self.change_scripts if change else self.scripts
        if self.account:
            key = self.account.descendant((int(change), len(kept))).public_key
        else:
            key = b"\x02" + self.economy.dice.bytes(32)
        key_hash = hash160(key)
        if self.style == "p2pkh":
            script = b"\x76\xa9" + pushed(key_hash) + b"\x88\xac"
        else:
            script = b"\x00" + pushed(key_hash)
        self.economy.keys[script] = key
        self.economy.owners[script] = self.owner
        kept.append(script)
        return script

    def balance_sat(self) -> int:
        """The sum of the coins."""
        return sum(coin.amount_sat for coin in self.coins)

    def select(self, target_sat: int) -> list[Coin]:
        """Coins that cover the target and the fee, by the wallet's habit."""
        order = sorted(self.coins, key=lambda c: (c.height, c.txid_wire, c.output_index))
        if self.picks == "largest":
            order.sort(key=lambda c: -c.amount_sat)
        chosen: list[Coin] = []
        for coin in order:
            chosen.append(coin)
            if sum(c.amount_sat for c in chosen) >= target_sat + fee_for(len(chosen), 3):
                return chosen
        raise ValueError(f"{self.owner} cannot pay {target_sat} sat")


def fee_for(inputs: int, outputs: int) -> int:
    """The fee of a typical transaction of this shape, in satoshi."""
    return FEE_RATE_SAT * (11 + 68 * inputs + 31 * outputs)


class Economy:
    """All wallets, the waiting transactions and the chain."""

    def __init__(self, seed: str, start_unix: int) -> None:
        """Begin with the genesis block."""
        self.dice = Dice(seed)
        self.keys: dict[bytes, bytes] = {}
        self.owners: dict[bytes, str] = {}
        self.wallets: dict[str, Wallet] = {}
        self.blocks: list[WireBlock] = [regtest_genesis()]
        self.sent: list[SentTransaction] = []
        self._waiting: list[tuple[WireTransaction, tuple[Coin, ...], tuple[Payment, ...], str]] = []
        self._time = start_unix

    @property
    def height(self) -> int:
        """The height of the last block."""
        return self.blocks[-1].height

    def wallet(self, owner: str, *, style: str = "p2wpkh", picks: str = "largest") -> Wallet:
        """The wallet of this owner, made at the first call."""
        if owner not in self.wallets:
            self.wallets[owner] = Wallet(owner, self, style, picks)
        return self.wallets[owner]

    def pay(
        self,
        payer: Wallet,
        payments: Sequence[Payment],
        purpose: str,
        *,
        coins: Sequence[Coin] | None = None,
    ) -> bytes:
        """Send payments from one wallet, change back to it; returns the txid (wire order)."""
        target = sum(payment.amount_sat for payment in payments)
        chosen = list(coins) if coins is not None else payer.select(target)
        fee = fee_for(len(chosen), len(payments) + 1)
        change = sum(coin.amount_sat for coin in chosen) - target - fee
        outputs = list(payments)
        if change > 1_000:
            outputs.append(Payment(payer.new_script(change=True), change, payer.owner, "change"))
        return self.send(chosen, self.dice.shuffled(outputs), purpose)

    def send(self, coins: Sequence[Coin], outputs: Sequence[Payment], purpose: str) -> bytes:
        """Send exactly these coins to exactly these outputs; the rest is the fee."""
        if sum(p.amount_sat for p in outputs) > sum(c.amount_sat for c in coins):
            raise ValueError("a transaction cannot make money")
        wire = WireTransaction(
            tuple(self._unlock(coin) for coin in coins),
            tuple((payment.amount_sat, payment.script) for payment in outputs),
        )
        for coin in coins:
            self.wallets[coin.owner].coins.remove(coin)
        self._waiting.append((wire, tuple(coins), tuple(outputs), purpose))
        return wire.txid_wire

    def _unlock(self, coin: Coin) -> WireInput:
        signature = b"\x30\x44" + self.dice.bytes(68) + b"\x01"
        key = self.keys[coin.script]
        if coin.script.startswith(b"\x00"):
            return WireInput(coin.txid_wire, coin.output_index, b"", (signature, key))
        script = pushed(signature) + pushed(key)
        return WireInput(coin.txid_wire, coin.output_index, script, ())

    def mine_block(self, miner: Wallet) -> None:
        """Put the waiting transactions into a block; its coins can be spent from now on."""
        height = self.height + 1
        self._time += BLOCK_SECONDS + self.dice.number(-240, 240)
        fees = sum(
            sum(c.amount_sat for c in spent) - sum(p.amount_sat for p in made)
            for _, spent, made, _ in self._waiting
        )
        reward = Payment(miner.new_script(), SUBSIDY_SAT + fees, miner.owner, "subsidy and fees")
        others = tuple(row[0] for row in self._waiting)
        first = coinbase(height, (reward.amount_sat, reward.script), others)
        rows = [(first, (), (reward,), "coinbase"), *self._waiting]
        wires = tuple(row[0] for row in rows)
        block = mine(sha256d(self.blocks[-1].header), wires, height, self._time)
        self.blocks.append(block)
        for wire, spent, outputs, purpose in rows:
            made = tuple(
                Coin(wire.txid_wire, i, p.amount_sat, p.script, p.owner, p.purpose, height)
                for i, p in enumerate(outputs)
            )
            for coin in made:
                self.wallets[coin.owner].coins.append(coin)
            self.sent.append(SentTransaction(wire, spent, made, purpose, height, self._time))
        self._waiting.clear()
