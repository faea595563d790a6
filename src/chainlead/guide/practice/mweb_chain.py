"""A Litecoin-like chain: people pay each other, peg coins into the extension block, and out again.

The last transaction of each block that pegs anything is the HogEx: it spends the one before it and
the block's peg-ins, and makes the pool and the peg-outs. Inside the pool nothing can be seen; the
truth about it is kept here. Spec: LIP-0003; the scripts are witness programs of version 8 (pool) and
9 (peg-in). Blocks lack the flag byte and the extension block that a real node's files hold.
"""

from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.economy import Coin, Economy, Payment, Wallet
from chainlead.guide.practice.habits import PROFILES
from chainlead.guide.practice.town import Town
from chainlead.guide.practice.wire_format import WireInput, WireTransaction
from chainlead.model import Chain

HOGEX = "mweb hogex"
PEG_IN = "peg-in"
START_UNIX = 1_700_000_000
_POOL_HEAD, _PEG_IN_HEAD = b"\x58\x20", b"\x59\x20"
_STYLES = ("p2pkh", "p2wpkh")
_PEG_FEE_SAT = 3_000


class _Chain:
    def __init__(self, seed: str, size: int) -> None:
        self.economy = Economy(f"{seed} mweb chain of {size}", START_UNIX, Chain.LITECOIN)
        self.dice = Dice(f"{seed} mweb plot of {size}")
        self.miner = self.economy.wallet("miner")
        profiles = [profile for profile in PROFILES if profile.style in _STYLES]
        self.people = [
            self.economy.wallet(f"person {number}", profiles[number % len(profiles)])
            for number in range(size)
        ]
        self.hidden: dict[str, int] = {}
        self.pool: Coin | None = None
        self.pending: list[tuple[Wallet, int]] = []

    def close(self) -> None:
        """The block's last transaction, if coins went in or come out."""
        pegged = [
            coin for sent in self.economy.waiting() for coin in sent.made if coin.purpose == PEG_IN
        ]
        if not pegged and not self.pending:
            return
        spent = [*([self.pool] if self.pool else []), *pegged]
        outs = [
            Payment(
                wallet.new_script(), units, wallet.owner, "peg-out", wallet.owner,
                ((wallet.owner, units),),
            )
            for wallet, units in self.pending
        ]  # fmt: skip
        fees = _PEG_FEE_SAT * len(outs)
        rest = sum(coin.amount_sat for coin in spent) - sum(out.amount_sat for out in outs) - fees
        script = _POOL_HEAD + self.dice.bytes(32)
        pool = Payment(script, rest, "mweb", "pool", "", (("mweb", rest),))
        outputs = [pool, *outs]
        wire = WireTransaction(
            tuple(WireInput(c.txid_wire, c.output_index, b"", (), 0xFFFFFFFF) for c in spent),
            tuple((output.amount_sat, output.script) for output in outputs),
        )
        self.economy.submit(wire, spent, outputs, "hogex", HOGEX)
        self.pool = next(c for c in self.economy.waiting()[-1].made if c.purpose == "pool")
        self.pending.clear()

    def peg_in(self) -> None:
        payer = self.dice.choice(self.people)
        amount = payer.balance_sat() * self.dice.number(1, 5) // 10
        if amount < 100_000:
            return
        script = _PEG_IN_HEAD + self.dice.bytes(32)
        part = Payment(script, amount, "mweb", PEG_IN, payer.owner)
        self.economy.pay(payer, [part], PEG_IN)
        self.hidden[payer.owner] = self.hidden.get(payer.owner, 0) + amount

    def pay_inside(self) -> None:
        """A payment that the chain never shows."""
        rich = sorted(owner for owner, units in self.hidden.items() if units > 200_000)
        if rich:
            payer, payee = self.dice.choice(rich), self.dice.choice(self.people).owner
            units = self.hidden[payer] // 3
            self.hidden[payer] -= units
            self.hidden[payee] = self.hidden.get(payee, 0) + units

    def peg_out(self) -> None:
        rich = sorted(owner for owner, units in self.hidden.items() if units > 200_000)
        if rich and self.pool is not None:
            owner = self.dice.choice(rich)
            units = self.hidden.pop(owner) - _PEG_FEE_SAT
            self.pending.append((self.economy.wallets[owner], units))

    def pay(self) -> None:
        payer, payee = self.dice.some(self.people, 2)
        amount = max(20_000, payer.balance_sat() * self.dice.number(1, 40) // 100)
        self.economy.pay(payer, [Payment(payee.inbox(), amount, payee.owner)], "payment")


def build_mweb_chain(seed: str, size: int = 20) -> Town:
    """Let the chain live; `Town.protocol_of` says `mweb hogex` for each HogEx."""
    chain = _Chain(seed, size)
    for _ in range(10):
        chain.economy.mine_block(chain.miner)
    for person in chain.people:
        part = Payment(person.inbox(), 3 * 10**8 + chain.dice.number(0, 10**7), person.owner)
        chain.economy.pay(chain.miner, [part], "miner sells")
        chain.economy.mine_block(chain.miner)
    events = (chain.pay, chain.pay, chain.pay, chain.peg_in, chain.pay_inside, chain.peg_out)
    for _ in range(40 + 3 * size):
        for _ in range(chain.dice.number(1, 5)):
            try:
                chain.dice.choice(events)()
            except CannotPayError:
                continue
        chain.economy.mine_block(chain.miner, chain.close)
    return Town(seed, size, chain.economy, (), ())
