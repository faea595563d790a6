"""An XRP-like and an Ethereum-like ledger with two exchanges that both ledgers know.

XRP: exchanges have one account each; a customer is a destination tag. Some payments forget the tag,
some are partial payments that deliver far less than they name. Ethereum: a customer has a deposit
account, which forwards to the exchange's hot account, after a gas station paid for the fee where a
token came in; a contract splits payments inside one call; a second token bears the first one's name;
some calls fail and cost their fee. Swaps: a customer pays in on one ledger and is paid out on the
other within an hour, at the rate of the day less a fee. Owners, customers and swaps are known.
Addresses have valid checksums and belong to nobody on purpose: they are random.
"""

from dataclasses import dataclass

from chainlead.codecs import RIPPLE_ALPHABET, to_base58check, to_eip55
from chainlead.guide.practice.account_book import AccountBook, Inner
from chainlead.guide.practice.account_transfer import AccountTransfer
from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.dice import Dice
from chainlead.model import Asset, Chain

XRP_DROPS, ETH_WEI, TOKEN_UNITS = 10**6, 10**18, 10**6
XRP_FEE, GAS_FEE = 12, 63 * 10**13
START_UNIX = 1_700_000_000
EXCHANGES = ("Hafen Exchange", "Kontor Exchange")
XRP_PER_ETH = 4_000
SWAP_FEE_PER_MILLE = 5


@dataclass(frozen=True, slots=True)
class Swap:
    """A deposit on one ledger and the payout on the other that it was made for."""

    customer: str
    service: str
    deposit: AccountTransfer
    payout: AccountTransfer


@dataclass(frozen=True, slots=True)
class AccountWorld:
    """Both ledgers with their truth.

    Attributes:
        hot: on each ledger the account that each exchange pays out from.
        token: the true token; `false_token` bears the same symbol.
        splitter: the contract that pays several in one call.
    """

    seed: str
    xrp: AccountBook
    evm: AccountBook
    hot: dict[tuple[Chain, str], str]
    token: Asset
    false_token: Asset
    splitter: str
    swaps: tuple[Swap, ...]

    def owner_of(self, account: str) -> str:
        """Who holds its key; KeyError for an account that the world never used."""
        return self.xrp.owners.get(account) or self.evm.owners[account]

    def customer_of(self, transfer: AccountTransfer) -> str:
        """For whom a service received it; empty where it is nobody's, or no service's."""
        book = self.xrp if transfer.chain is Chain.XRP else self.evm
        return book.customers.get((transfer.receiver, transfer.tag), "")


def build_account_world(seed: str, size: int = 20) -> AccountWorld:
    """Let both ledgers live; the same seed and size give the same transfers on every machine."""
    life = _Life(seed, size)
    events = (
        life.pay_xrp, life.deposit_xrp, life.deposit_xrp, life.cheat, life.pay_out_xrp,
        life.pay_evm, life.deposit_evm, life.deposit_evm, life.forward, life.split, life.fail,
        life.swap, life.draw_token, life.pay_out_evm, life.pay_out_evm,
    )  # fmt: skip
    for _ in range(25 * size):
        life.xrp.pass_time(life.dice.number(1, 40))
        life.evm.pass_time((life.xrp.now_unix - life.evm.now_unix) // life.evm.block_seconds)
        try:
            life.dice.choice(events)()
        except CannotPayError:
            continue
    life.settle_all()
    return AccountWorld(
        seed, life.xrp, life.evm, life.hot, life.token, life.false_token, life.splitter,
        tuple(life.swaps),
    )  # fmt: skip


class _Life:
    def __init__(self, seed: str, size: int) -> None:
        self.dice = Dice(f"{seed} accounts of {size}")
        self.xrp = AccountBook(Chain.XRP, self.dice, 4, START_UNIX)
        self.evm = AccountBook(Chain.ETHEREUM, self.dice, 12, START_UNIX)
        self.hot: dict[tuple[Chain, str], str] = {}
        self.deposits: dict[tuple[str, str], str] = {}
        self.tags: dict[tuple[str, str], int] = {}
        self.swaps: list[Swap] = []
        self._due: list[tuple[int, str, str, AccountTransfer]] = []
        self.people = [f"person {number}" for number in range(size)]
        self.accounts = {
            (chain, who): self._open(chain, who)
            for who in self.people
            for chain in (Chain.XRP, Chain.ETHEREUM)
        }
        self.token = self._token("token maker")
        self.false_token = self._token("cheat")
        self.splitter = self._open(Chain.ETHEREUM, "splitter maker")
        self.cheater = self._open(Chain.XRP, "cheat")
        self.xrp.create(self.cheater, 50_000 * XRP_DROPS)
        for name in EXCHANGES:
            for chain, units in ((Chain.XRP, 10**7 * XRP_DROPS), (Chain.ETHEREUM, 3_000 * ETH_WEI)):
                account = self.hot[chain, name] = self._open(chain, name)
                self._book(chain).create(account, units)
            self.evm.create(self.hot[Chain.ETHEREUM, name], 10**7 * TOKEN_UNITS, self.token)
        for who in self.people:
            self.xrp.create(self.xrp_of(who), self.dice.number(500, 20_000) * XRP_DROPS)
            evm = self.evm_of(who)
            self.evm.create(evm, self.dice.number(100, 6_000) * ETH_WEI // 100)
            self.evm.create(evm, self.dice.number(100, 9_000) * TOKEN_UNITS, self.token)
            self.evm.create(evm, self.dice.number(1, 10**6) * TOKEN_UNITS, self.false_token)

    def _book(self, chain: Chain) -> AccountBook:
        return self.xrp if chain is Chain.XRP else self.evm

    def _open(self, chain: Chain, owner: str) -> str:
        if chain is Chain.XRP:
            account = to_base58check(b"\x00" + self.dice.bytes(20), RIPPLE_ALPHABET)
        else:
            account = to_eip55(self.dice.bytes(20))
        self._book(chain).owners[account] = owner
        return account

    def _token(self, maker: str) -> Asset:
        return Asset(Chain.ETHEREUM, "USDX", 6, self._open(Chain.ETHEREUM, maker))

    def xrp_of(self, who: str) -> str:
        return self.accounts[Chain.XRP, who]

    def evm_of(self, who: str) -> str:
        return self.accounts[Chain.ETHEREUM, who]

    def tag_of(self, service: str, customer: str) -> int:
        """The customer's tag at this exchange."""
        key = service, customer
        if key not in self.tags:
            self.tags[key] = self.dice.number(1, 2**32 - 1)
            self.xrp.customers[self.hot[Chain.XRP, service], self.tags[key]] = customer
        return self.tags[key]

    def deposit_of(self, service: str, customer: str) -> str:
        """The customer's deposit account at this exchange, whose key the exchange holds."""
        key = service, customer
        if key not in self.deposits:
            self.deposits[key] = self._open(Chain.ETHEREUM, service)
            self.evm.customers[self.deposits[key], None] = customer
        return self.deposits[key]

    def _part(self, units: int) -> int:
        return units * self.dice.number(1, 30) // 100

    def pay_xrp(self) -> None:
        payer, payee = self.dice.some(self.people, 2)
        units = self._part(self.xrp.balance(self.xrp_of(payer)))
        self.xrp.pay(self.xrp_of(payer), self.xrp_of(payee), units, XRP_FEE)

    def deposit_xrp(self) -> None:
        """One in ten forgets the tag: then it is nobody's until somebody asks."""
        who, service = self.dice.choice(self.people), self.dice.choice(EXCHANGES)
        units = self._part(self.xrp.balance(self.xrp_of(who)))
        tag = self.tag_of(service, who) if self.dice.number(0, 9) else None
        self.xrp.pay(self.xrp_of(who), self.hot[Chain.XRP, service], units, XRP_FEE, tag=tag)

    def cheat(self) -> None:
        """A partial payment: it names much and delivers little."""
        service, victim = self.dice.choice(EXCHANGES), self.dice.choice(self.people)
        self.xrp.pay(
            self.cheater, self.hot[Chain.XRP, service], self.dice.number(1, 9), XRP_FEE,
            asked_units=self.dice.number(1, 9) * 10_000 * XRP_DROPS,
            tag=self.tag_of(service, victim),
        )  # fmt: skip

    def pay_out_xrp(self) -> None:
        """To a customer's own account, or to his tag at the other exchange."""
        service, other = self.dice.shuffled(EXCHANGES)
        who = self.dice.choice(self.people)
        goal, tag = self.xrp_of(who), None
        if self.dice.number(0, 3) == 0:
            goal, tag = self.hot[Chain.XRP, other], self.tag_of(other, who)
        units = self.dice.number(20, 3_000) * XRP_DROPS
        self.xrp.pay(self.hot[Chain.XRP, service], goal, units, XRP_FEE, tag=tag)

    def pay_evm(self) -> None:
        """In the coin, in the token, or in the false token."""
        payer, payee = self.dice.some(self.people, 2)
        sender, receiver = self.evm_of(payer), self.evm_of(payee)
        asset = self.dice.choice((self.evm.coin, self.token, self.false_token))
        units = self._part(self.evm.balance(sender, asset))
        if asset.contract:
            self.evm.call(
                sender, asset.contract, 0, GAS_FEE, [("token", sender, receiver, asset, units)]
            )
        else:
            self.evm.pay(sender, receiver, units, GAS_FEE)

    def deposit_evm(self) -> None:
        who, service = self.dice.choice(self.people), self.dice.choice(EXCHANGES)
        sender, goal = self.evm_of(who), self.deposit_of(service, who)
        if self.dice.number(0, 1):
            units = self._part(self.evm.balance(sender, self.token))
            contract = self.token.contract
            self.evm.call(
                sender, contract, 0, GAS_FEE, [("token", sender, goal, self.token, units)]
            )
        else:
            self.evm.pay(sender, goal, self._part(self.evm.balance(sender)), GAS_FEE)

    def forward(self) -> None:
        """All deposit accounts of one exchange send what they hold to its hot account."""
        service = self.dice.choice(EXCHANGES)
        hot = self.hot[Chain.ETHEREUM, service]
        for (name, _), account in sorted(self.deposits.items()):
            if name != service:
                continue
            units = self.evm.balance(account, self.token)
            if units:
                lack = GAS_FEE - self.evm.balance(account)
                if lack > 0:
                    self.evm.pay(hot, account, lack, GAS_FEE)
                contract = self.token.contract
                inner: Inner = ("token", account, hot, self.token, units)
                self.evm.call(account, contract, 0, GAS_FEE, [inner])
            left = self.evm.balance(account) - GAS_FEE
            if left > GAS_FEE:
                self.evm.pay(account, hot, left, GAS_FEE)

    def pay_out_evm(self) -> None:
        """A customer draws coins from an account; one of these may look like a swap's payout."""
        service, who = self.dice.choice(EXCHANGES), self.dice.choice(self.people)
        wei = self.dice.number(10, 2_000) * ETH_WEI // 1_000
        self.evm.pay(self.hot[Chain.ETHEREUM, service], self.evm_of(who), wei, GAS_FEE)

    def split(self) -> None:
        """One call pays several people: what they get is internal, the caller paid the contract."""
        payer, *payees = self.dice.some(self.people, self.dice.number(3, 6))
        sender = self.evm_of(payer)
        each = self.evm.balance(sender) // (10 * len(payees))
        inner: list[Inner] = [
            ("internal", self.splitter, self.evm_of(who), None, each) for who in payees
        ]
        self.evm.call(sender, self.splitter, each * len(payees), 2 * GAS_FEE, inner)

    def draw_token(self) -> None:
        """A token transfer that its payer allowed and another account sends."""
        payer, caller = self.dice.some(self.people, 2)
        source, agent = self.evm_of(payer), self.evm_of(caller)
        units = self._part(self.evm.balance(source, self.token))
        contract = self.token.contract
        self.evm.call(agent, contract, 0, GAS_FEE, [("token", source, agent, self.token, units)])

    def fail(self) -> None:
        self.evm.fail(self.evm_of(self.dice.choice(self.people)), GAS_FEE)

    def swap(self) -> None:
        """Pay in XRP, get ETH within an hour; due payouts are made at the next swap."""
        self.settle_all()
        who, service = self.dice.choice(self.people), self.dice.choice(EXCHANGES)
        units = self._part(self.xrp.balance(self.xrp_of(who)))
        deposit = self.xrp.pay(
            self.xrp_of(who), self.hot[Chain.XRP, service], units, XRP_FEE,
            tag=self.tag_of(service, who),
        )  # fmt: skip
        self._due.append((deposit.amount_units, who, service, deposit))

    def settle_all(self) -> None:
        for units, who, service, deposit in self._due:
            wei = units * ETH_WEI // (XRP_DROPS * XRP_PER_ETH)
            wei -= wei * SWAP_FEE_PER_MILLE // 1000
            payout = self.evm.pay(self.hot[Chain.ETHEREUM, service], self.evm_of(who), wei, GAS_FEE)
            self.swaps.append(Swap(who, service, deposit, payout))
        self._due.clear()
