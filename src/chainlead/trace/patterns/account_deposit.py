"""A deposit address at a service on a ledger of accounts: it forwards what it receives.

Shape (Victor's rule): an account that is neither a service's nor a block producer's pays address x,
and x forwards the same asset to an account of the service within T blocks, less at most dv.
chainlead adds: x pays nobody but this service, each forwarding stands for one deposit, and at least
half of it is forwarded (else dv alone would let a forwarded speck stand for a small deposit).
Assumption: such an address was given out by the service, so all who pay it pay one customer's
account.
Known failure: a person who passes everything on to an exchange looks the same; an account may be
shared or belong to another service: one account is not one person. Deposits that were forwarded
together, or later, are not matched.
Citation: Victor, "Address Clustering Heuristics for Ethereum", FC 2020. The default T = 10,000 blocks
and dv = 0.01 ether are those of etherclust; Tutela (arXiv 2201.06811; its code) uses T = 3,200.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from chainlead.model import Asset
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.patterns.account_transfer import AccountTransfer
from chainlead.trace.patterns.pattern import ServiceOf

MOST_BLOCKS = 10_000
MOST_LOST_WEI = 10**16
_Placed = tuple[int, AccountTransfer]


@dataclass(frozen=True, slots=True)
class Forwarding:
    """One deposit and the transfer that passed it on."""

    payer: str
    asset: Asset
    deposited_units: int
    deposit_txid: str
    forwarded_units: int
    forward_txid: str
    blocks: int


@dataclass(frozen=True, slots=True)
class AccountDeposit:
    """A deposit address: who paid it, and what was forwarded to which service.

    `payers` paid one customer's account. They are not said to be one person.
    """

    address: str
    service: str
    payers: tuple[str, ...]
    forwardings: tuple[Forwarding, ...]


class AccountDepositAddress(Heuristic):
    """Addresses that only pass deposits on to one service."""

    name = "account_deposit_address"
    version = 2
    assumption = (
        "An address that passes on what it receives to one service, and pays nobody else, was given "
        "out by that service to one customer."
    )
    known_failure = (
        "A person who passes everything on to an exchange looks the same; accounts are shared, and "
        "services use other services. Deposits forwarded together or later are not matched."
    )
    citation = (
        "Victor: Address Clustering Heuristics for Ethereum. FC 2020; defaults as in etherclust; "
        "that the address pays nobody else, and forwards half at least, is chainlead's own."
    )

    def __init__(
        self, most_blocks: int = MOST_BLOCKS, most_lost_units: int = MOST_LOST_WEI
    ) -> None:
        """Set Victor's T, and dv for the native asset; a token has to be forwarded whole."""
        self._most_blocks = most_blocks
        self._most_lost_units = most_lost_units

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """T in blocks, and dv in base units of the native asset."""
        return (
            ("most_blocks", str(self._most_blocks)),
            ("most_lost_units", str(self._most_lost_units)),
        )

    def find(
        self,
        transfers: Iterable[AccountTransfer],
        *,
        service_of: ServiceOf,
        block_producers: Collection[str] = (),
    ) -> tuple[AccountDeposit, ...]:
        """The deposit addresses, sorted.

        Args:
            transfers: of one chain, in chain order.
            service_of: who is said to hold an account.
            block_producers: accounts whose payments are rewards, not deposits.
        """
        received: dict[str, list[_Placed]] = {}
        sent: dict[str, list[_Placed]] = {}
        for placed in enumerate(transfers):
            transfer = placed[1]
            if transfer.amount_units > 0 and transfer.sender != transfer.receiver:
                received.setdefault(transfer.receiver, []).append(placed)
                sent.setdefault(transfer.sender, []).append(placed)
        found: list[AccountDeposit] = []
        for address in sorted(sent.keys() & received.keys()):
            if service_of(address) is not None:
                continue
            services = {service_of(transfer.receiver) for _, transfer in sent[address]}
            if len(services) != 1 or (service := services.pop()) is None:
                continue
            deposits = [
                (place, transfer)
                for place, transfer in received[address]
                if transfer.sender not in block_producers and service_of(transfer.sender) is None
            ]
            if forwardings := self._match(deposits, sent[address]):
                payers = tuple(sorted({each.payer for each in forwardings}))
                found.append(AccountDeposit(address, service, payers, forwardings))
        return tuple(found)

    def _match(self, deposits: list[_Placed], forwards: list[_Placed]) -> tuple[Forwarding, ...]:
        """Each deposit with the first forwarding that fits it and is not taken."""
        taken: set[int] = set()
        matched: list[Forwarding] = []
        for paid_at, deposit in deposits:
            dv = 0 if deposit.asset.contract else self._most_lost_units
            for place, forward in forwards:
                blocks = forward.height - deposit.height
                lost = deposit.amount_units - forward.amount_units
                if (
                    place not in taken
                    and place > paid_at
                    and forward.asset == deposit.asset
                    and 0 <= blocks <= self._most_blocks
                    and 0 <= lost <= min(dv, forward.amount_units)
                ):
                    taken.add(place)
                    matched.append(_forwarding(deposit, forward))
                    break
        return tuple(matched)


def _forwarding(deposit: AccountTransfer, forward: AccountTransfer) -> Forwarding:
    return Forwarding(
        payer=deposit.sender,
        asset=deposit.asset,
        deposited_units=deposit.amount_units,
        deposit_txid=deposit.txid,
        forwarded_units=forward.amount_units,
        forward_txid=forward.txid,
        blocks=forward.height - deposit.height,
    )
