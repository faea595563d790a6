"""What a request says about one transfer: every identifier, taken from the ledger and the lead."""

from collections.abc import Mapping
from dataclasses import dataclass

from chainlead.attribution import Deposit, Lead
from chainlead.errors import IdentifierMismatchError
from chainlead.ledger import LedgerView, Valuation
from chainlead.model import NATIVE, Amount, Chain, Outpoint, Txid, moment_from_text, moment_to_text

NO_RATE = "no rate given"
NOT_KNOWN = "not known"
NO_TAG = "none on this ledger"
_TAGGED_LEDGERS = frozenset({Chain.XRP, Chain.MONERO, Chain.ELECTRONEUM})


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """One transfer, every value as the text that is written; `cells` fixes their order."""

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

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each identifier that a letter prints, in the order of the table."""
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
            ("output_index", self.output_index),
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


def derive_facts(
    lead: Lead,
    ledger: LedgerView | None,
    *,
    valuation: Valuation | None = None,
    currency: str = "",
) -> tuple[TransferFacts, ...]:
    """The facts of every transfer of a lead, each compared with the ledger first.

    Raises:
        IdentifierMismatchError: the lead says something else than the ledger.
    """
    return tuple(
        _facts(number, lead, deposit, ledger, valuation=valuation, currency=currency)
        for number, deposit in enumerate(lead.deposits, start=1)
    )


def _facts(
    number: int,
    lead: Lead,
    deposit: Deposit,
    ledger: LedgerView | None,
    *,
    valuation: Valuation | None,
    currency: str,
) -> TransferFacts:
    asset = NATIVE[Chain(lead.chain)]
    amount = Amount(asset, deposit.amount_units)
    senders = _compare(deposit, ledger)
    fiat, source = NO_RATE, ""
    if deposit.mined_at is not None and valuation is not None:
        moment = moment_from_text(deposit.mined_at)
        value = valuation.value(asset, deposit.amount_units, moment, currency)
        if value is not None:
            fiat, source = str(value), value.rate_words
    network = "" if lead.network == "main" else f", network {lead.network}"
    return TransferFacts(
        number=number,
        ledger=f"{lead.chain}{network}",
        asset=asset.symbol,
        contract=asset.contract or "none, the ledger's own coin",
        txid=deposit.txid,
        output_index=str(deposit.output_index),
        address=deposit.address or NOT_KNOWN,
        memo=NOT_KNOWN if Chain(lead.chain) in _TAGGED_LEDGERS else NO_TAG,
        amount_units=str(deposit.amount_units),
        amount=str(amount),
        height=NOT_KNOWN if deposit.height is None else str(deposit.height),
        block_hash=deposit.block_hash or NOT_KNOWN,
        mined_at=deposit.mined_at or NOT_KNOWN,
        fiat_value=fiat,
        rate_source=source,
        sweep_txid=deposit.sweep_txid or "",
        service_address=deposit.service_address,
        traced=tuple(
            (rule, str(units), str(Amount(asset, units)))
            for rule, units in sorted(deposit.traced_units.items())
        ),
        from_addresses=senders,
        inference=deposit.inference,
    )


def _compare(deposit: Deposit, ledger: LedgerView | None) -> tuple[str, ...]:
    """Hold the lead against the ledger; give the senders' addresses in input order."""
    if ledger is None or deposit.output_index is None:
        return ()
    place = Outpoint(Txid.from_display(deposit.txid), deposit.output_index)
    output = ledger.lookup_output(place)
    transaction = ledger.lookup_transaction(place.txid)
    if output is None or transaction is None:
        raise IdentifierMismatchError(f"The ledger of this case does not hold the output {place}.")
    says: Mapping[str, tuple[object, object]] = {
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
    }
    for what, (told, there) in says.items():
        if told != there:
            raise IdentifierMismatchError(
                f"The lead and the ledger differ for {place}: {what} {told!r} and {there!r}."
            )
    if (
        deposit.sweep_txid
        and ledger.lookup_transaction(Txid.from_display(deposit.sweep_txid)) is None
    ):
        raise IdentifierMismatchError(f"The ledger does not hold the sweep {deposit.sweep_txid}.")
    senders = (
        spent.previous.address if spent.previous and spent.previous.address else NOT_KNOWN
        for spent in transaction.inputs
    )
    return tuple(dict.fromkeys(senders))
