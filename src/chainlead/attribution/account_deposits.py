"""Which account on the way to a service is a customer's deposit address, on a ledger of accounts.

Found in: the transfers of the account that paid the service. Proof: none; INFERRED. The rule is
`trace`'s `account_deposit_address` (assumption and failure on its card); beyond it the account must
pay nobody else in any asset that the ledger knows.
Limits: not asked on ledgers where a tag or memo names the customer: there the service's account and
the tag are the deposit address.
"""

from dataclasses import dataclass

from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim_order import party_at
from chainlead.attribution.memos import customer_memo
from chainlead.ledger import CaseAccounts
from chainlead.model import Asset
from chainlead.trace import AccountDepositAddress, describe_error_rate


@dataclass(frozen=True, slots=True)
class DepositAddress:
    """The account, the deposits that one forwarding passed on, and the inference in a sentence."""

    address: str
    deposit_txids: frozenset[str]
    sentence: str


@dataclass(frozen=True, slots=True)
class _Moved:
    asset: Asset
    sender: str
    receiver: str
    amount_units: int
    height: int
    txid: str


class DepositAddresses:
    """Deposit addresses of one asset's ledger."""

    def __init__(self, book: AddressBook, chain: str, accounts: CaseAccounts | None) -> None:
        """Judge by these tags and transfers; without a ledger nothing is found."""
        self._book = book
        self._chain = chain
        self._accounts = None if customer_memo(chain) else accounts
        self._rule = AccountDepositAddress()

    def lookup(self, address: str, party: str, *, forward_txid: str) -> DepositAddress | None:
        """The deposit address whose money this transaction passed on to the party, or None."""
        accounts = self._accounts
        if accounts is None or not self.only_pays(address, party):
            return None
        moved = [
            _Moved(accounts.asset, one.sender, one.receiver, one.amount_units, one.height, one.txid)
            for one in accounts.transfers_of(address)
            if one.sender and one.receiver and one.height is not None
        ]
        for found in self._rule.find(moved, service_of=self._holder):
            txids = {
                each.deposit_txid for each in found.forwardings if each.forward_txid == forward_txid
            }
            if found.address == address and txids:
                return DepositAddress(address, frozenset(txids), self._sentence(address))
        return None

    def only_pays(self, address: str, party: str) -> bool:
        """Whether the account pays nobody but this party, in any asset of the ledger."""
        if self._accounts is None:
            return False
        receivers = self._accounts.receivers_of(address) - {address}
        return bool(receivers) and all(self._holder(each) == party for each in receivers)

    def _holder(self, address: str) -> str | None:
        return party_at(self._book, self._chain, address)

    def _sentence(self, address: str) -> str:
        rule = self._rule
        rate = describe_error_rate(rule.name, rule.version)
        return (
            f"Inferred ({rule.name}, version {rule.version}): {address} passed this on to the "
            "service and pays nobody else. It fails where a person passes everything on to a "
            f"service. Error rate: {rate or 'not measured'}."
        )
