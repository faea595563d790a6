"""What a request says about one transfer: every identifier, taken from the ledger and the lead."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chainlead.attribution import Deposit, Holding, Lead, asset_of, customer_memo
from chainlead.errors import IdentifierMismatchError
from chainlead.ledger import AccountEntry, LedgerView, Valuation
from chainlead.model import Amount, Asset, Chain, Outpoint, Txid, moment_from_text, moment_to_text

NO_RATE = "no rate given"
NOT_KNOWN = "not known"
NO_TAG = "none on this ledger"
NO_CONTRACT = "none, the ledger's own coin"
WORDS = {
    NO_RATE: "word_no_rate",
    NOT_KNOWN: "word_not_known",
    NO_TAG: "word_no_tag",
    NO_CONTRACT: "word_no_contract",
}
"""Values that are words and no identifiers, with the name of the sentence that says them."""


class AccountsView(Protocol):
    """What drafts ask of one asset of a ledger of accounts."""

    @property
    def asset(self) -> Asset:
        """What is moved."""

    def transfers_in(self, txid: str) -> Iterator[AccountEntry]:
        """The transfers of one transaction."""

    def transfers_of(self, account: str) -> Sequence[AccountEntry]:
        """All known transfers into and out of an account."""


AccountsOf = Callable[[str], AccountsView]
"""The ledger of an asset, by its token contract (empty: the chain's own coin)."""


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """One transfer, every value as the text that is written; `cells` fixes their order.

    `output_index` is empty on a ledger of accounts, `transfer_place` and `sender` on all others.
    """

    number: int
    ledger: str
    asset: str
    contract: str
    txid: str
    output_index: str
    address: str
    memo: str
    amount_units: str
    amount: str
    height: str
    block_hash: str
    mined_at: str
    fiat_value: str
    rate_source: str
    sweep_txid: str
    service_address: str
    traced: tuple[tuple[str, str, str], ...]
    from_addresses: tuple[str, ...]
    inference: str
    transfer_place: str = ""
    sender: str = ""

    @property
    def key(self) -> str:
        """What the head of its table names it by."""
        return str(self.number)

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each identifier that a letter prints, in the order of the table."""
        place = (
            (("transfer_place", self.transfer_place), ("sender", self.sender))
            if self.transfer_place
            else (("output_index", self.output_index),)
        )
        swept = (
            (("sweep_txid", self.sweep_txid), ("service_address", self.service_address))
            if self.sweep_txid
            else ()
        )
        return (
            ("ledger", self.ledger),
            ("asset", self.asset),
            ("contract", self.contract),
            ("txid", self.txid),
            *place,
            ("address", self.address),
            ("memo", self.memo),
            ("amount_units", self.amount_units),
            ("amount", self.amount),
            ("height", self.height),
            ("block_hash", self.block_hash),
            ("mined_at", self.mined_at),
            *swept,
            ("fiat_value", self.fiat_value),
        )

    @property
    def identifiers(self) -> set[str]:
        """Every value that may stand anywhere in a letter."""
        values = {value for _, value in self.cells} | {*self.from_addresses, self.service_address}
        return values | {value for _, *rest in self.traced for value in rest}


def derive_facts(
    lead: Lead,
    ledger: LedgerView | None,
    *,
    accounts: AccountsOf | None = None,
    valuation: Valuation | None = None,
    currency: str = "",
) -> tuple[TransferFacts, ...]:
    """The facts of every transfer of a lead, each compared with the ledger first.

    Args:
        lead: the lead.
        ledger: of a chain with outputs.
        accounts: the assets of a ledger of accounts, by contract.
        valuation: where fiat values come from.
        currency: of these.

    Raises:
        IdentifierMismatchError: the lead says something else than the ledger.
    """
    return tuple(
        _facts(
            number,
            lead,
            deposit,
            _senders(lead, deposit, ledger, accounts),
            valuation=valuation,
            currency=currency,
        )
        for number, deposit in enumerate(lead.deposits, start=1)
    )


def _senders(
    lead: Lead, deposit: Deposit, ledger: LedgerView | None, accounts: AccountsOf | None
) -> tuple[str, ...]:
    if deposit.output_index is None:
        return _compare_account(deposit, accounts)
    return _compare(lead, deposit, deposit.output_index, ledger)


def _facts(
    number: int,
    lead: Lead,
    deposit: Deposit,
    senders: tuple[str, ...],
    *,
    valuation: Valuation | None,
    currency: str,
) -> TransferFacts:
    asset = asset_of(lead, deposit)
    fiat, source = NO_RATE, ""
    if deposit.mined_at is not None and valuation is not None:
        moment = moment_from_text(deposit.mined_at)
        value = valuation.value(asset, deposit.amount_units, moment, currency)
        if value is not None:
            fiat, source = str(value), value.rate_words
    has_tags = bool(customer_memo(lead.chain)) or bool(deposit.memo)
    return TransferFacts(
        number=number,
        ledger=ledger_name(lead),
        asset=deposit.symbol or asset.symbol,
        contract=asset.contract or NO_CONTRACT,
        txid=deposit.txid,
        output_index="" if deposit.output_index is None else str(deposit.output_index),
        address=deposit.address or NOT_KNOWN,
        memo=deposit.memo or (NOT_KNOWN if has_tags else NO_TAG),
        amount_units=str(deposit.amount_units),
        amount=str(Amount(asset, deposit.amount_units)),
        height=NOT_KNOWN if deposit.height is None else str(deposit.height),
        block_hash=deposit.block_hash or NOT_KNOWN,
        mined_at=deposit.mined_at or NOT_KNOWN,
        fiat_value=fiat,
        rate_source=source,
        sweep_txid=deposit.sweep_txid or "",
        service_address=deposit.service_address,
        traced=traced_parts(deposit, asset),
        from_addresses=senders,
        inference=deposit.inference,
        transfer_place=deposit.transfer_place,
        sender=deposit.sender or (NOT_KNOWN if deposit.output_index is None else ""),
    )


def traced_parts(part: Deposit | Holding, asset: Asset) -> tuple[tuple[str, str, str], ...]:
    """Rule, base units and amount: what is provable at least and possible at most, then each rule."""
    bounds = {"least": part.least_units, "most": part.most_units}
    units_of = {name: units for name, units in bounds.items() if units is not None}
    units_of |= dict(sorted(part.traced_units.items()))
    return tuple((name, str(units), str(Amount(asset, units))) for name, units in units_of.items())


def ledger_name(lead: Lead) -> str:
    """`bitcoin`; a network that carries no money is named."""
    network = "" if lead.network == "main" else f", network {lead.network}"
    return f"{lead.chain}{network}"


def _compare(
    lead: Lead, deposit: Deposit, output_index: int, ledger: LedgerView | None
) -> tuple[str, ...]:
    """Hold the lead against the ledger; give the senders' addresses in input order."""
    if ledger is None:
        return ()
    place = Outpoint(Txid.from_display(deposit.txid), output_index)
    output = ledger.lookup_output(place)
    transaction = ledger.lookup_transaction(place.txid)
    if output is None or transaction is None:
        raise IdentifierMismatchError(f"The ledger of this case does not hold the output {place}.")
    _compare_each(
        place,
        {
            "address": (deposit.address, output.address or ""),
            "amount": (deposit.amount_units, output.amount_units),
            "block height": (deposit.height, transaction.height),
            "block hash": (
                deposit.block_hash,
                transaction.block_hash.display if transaction.block_hash else None,
            ),
            "time": (
                deposit.mined_at,
                moment_to_text(transaction.mined_at) if transaction.mined_at else None,
            ),
        },
    )
    senders = tuple(
        dict.fromkeys(
            spent.previous.address if spent.previous and spent.previous.address else NOT_KNOWN
            for spent in transaction.inputs
        )
    )
    if deposit.sweep_txid:
        sweep = ledger.lookup_transaction(Txid.from_display(deposit.sweep_txid))
        if sweep is None:
            raise IdentifierMismatchError(f"The ledger does not hold {deposit.sweep_txid}.")
        paid = {output.address for output in sweep.outputs}
    else:
        paid = {deposit.address, *(senders if lead.direction == "backward" else ())}
    if deposit.service_address and deposit.service_address not in paid:
        raise IdentifierMismatchError(
            f"The wallet {deposit.service_address!r:.100} is not in the ledger's transaction."
        )
    return senders


def _compare_account(deposit: Deposit, accounts_of: AccountsOf | None) -> tuple[str, ...]:
    """The same on a ledger of accounts: the transfer at this place of this transaction."""
    if accounts_of is None:
        return (deposit.sender,) if deposit.sender else ()
    accounts = accounts_of(deposit.contract)
    there = [
        entry
        for entry in accounts.transfers_in(deposit.txid)
        if entry.place == deposit.transfer_place
    ]
    place = f"{deposit.txid} ({deposit.transfer_place})"
    if len(there) != 1:
        raise IdentifierMismatchError(
            f"The ledger of this case does not hold the transfer {place} once."
        )
    entry = there[0]
    known = accounts.asset
    decimals = (
        known.decimals if not deposit.contract or deposit.decimals is None else deposit.decimals
    )
    _compare_each(
        place,
        {
            "contract": (deposit.contract, known.contract),
            "number of decimals": (decimals, known.decimals),
            "address": (deposit.address, entry.receiver or ""),
            "sender": (deposit.sender, entry.sender or ""),
            "memo": (deposit.memo, entry.memo or ""),
            "amount": (deposit.amount_units, entry.amount_units),
            "block height": (deposit.height, entry.height),
            "block hash": (deposit.block_hash or "", entry.block_hash),
            "time": (deposit.mined_at, moment_to_text(entry.mined_at) if entry.mined_at else None),
        },
    )
    if deposit.sweep_txid:
        paid = {one.receiver for one in accounts.transfers_in(deposit.sweep_txid)}
    else:
        paid = {deposit.address, deposit.sender}
    if deposit.service_address and deposit.service_address not in paid:
        raise IdentifierMismatchError(
            f"The account {deposit.service_address!r:.100} is not in the ledger's transaction."
        )
    return (deposit.sender,) if deposit.sender else ()


def _compare_each(place: object, says: Mapping[str, tuple[object, object]]) -> None:
    for what, (told, there) in says.items():
        if told != there:
            raise IdentifierMismatchError(
                f"The lead and the ledger differ for {place}: {what} {told!r:.120} and {there!r:.120}."
            )


def chain_of(lead: Lead) -> Chain | None:
    """The lead's ledger; None for a lead from findings."""
    return Chain(lead.chain) if lead.chain else None
