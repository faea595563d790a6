"""What a request is about where it is no transfer: a balance that lies at an address, or a name."""

from dataclasses import dataclass

from chainlead.attribution import Lead, asset_of
from chainlead.errors import IdentifierMismatchError
from chainlead.ledger import LedgerView
from chainlead.model import Amount, Outpoint
from chainlead.request.transfer_facts import (
    NO_CONTRACT,
    NOT_KNOWN,
    AccountsOf,
    ledger_name,
    traced_parts,
)


@dataclass(frozen=True, slots=True)
class HoldingFacts:
    """One balance, every value as the text that is written."""

    number: int
    ledger: str
    asset: str
    contract: str
    address: str
    place: str
    amount_units: str
    amount: str
    as_of_height: str
    as_of: str
    traced: tuple[tuple[str, str, str], ...]

    @property
    def key(self) -> str:
        """What the head of its table names it by."""
        return f"H{self.number}"

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each identifier that a letter prints, in the order of the table."""
        return (
            ("ledger", self.ledger),
            ("asset", self.asset),
            ("contract", self.contract),
            ("holder", self.address),
            *((("place", self.place),) if self.place else ()),
            ("amount_units", self.amount_units),
            ("amount", self.amount),
            ("as_of_height", self.as_of_height),
            ("as_of", self.as_of),
        )

    @property
    def identifiers(self) -> set[str]:
        """Every value that may stand anywhere in a letter."""
        values = {value for _, value in self.cells}
        return values | {value for _, *rest in self.traced for value in rest}


@dataclass(frozen=True, slots=True)
class HandleFacts:
    """One name that a provider knows its customer by."""

    number: int
    kind: str
    value: str
    found_in: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the head of its table names it by."""
        return f"N{self.number}"

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each line that a letter prints, in the order of the table."""
        return (
            ("kind", self.kind),
            ("value", self.value),
            ("found_in", ", ".join(self.found_in) or NOT_KNOWN),
        )

    @property
    def identifiers(self) -> set[str]:
        """Every value that may stand anywhere in a letter."""
        return {self.value, *self.found_in}


def derive_holdings(
    lead: Lead, ledger: LedgerView | None, accounts: AccountsOf | None = None
) -> tuple[HoldingFacts, ...]:
    """The balances of a lead, each compared with the ledger first.

    Raises:
        IdentifierMismatchError: the lead says something else than the ledger.
    """
    made = []
    for number, holding in enumerate(lead.holdings, start=1):
        if holding.place:
            _compare_output(holding.place, holding.address, holding.amount_units, ledger)
        elif accounts and not accounts(holding.contract).transfers_of(holding.address):
            raise IdentifierMismatchError(
                f"The ledger of this case does not know {holding.address!r:.100}."
            )
        asset = asset_of(lead, holding)
        made.append(
            HoldingFacts(
                number=number,
                ledger=ledger_name(lead),
                asset=holding.symbol or asset.symbol,
                contract=asset.contract or NO_CONTRACT,
                address=holding.address,
                place=holding.place,
                amount_units=str(holding.amount_units),
                amount=str(Amount(asset, holding.amount_units)),
                as_of_height=NOT_KNOWN
                if holding.as_of_height is None
                else str(holding.as_of_height),
                as_of=holding.as_of or NOT_KNOWN,
                traced=traced_parts(holding, asset),
            )
        )
    return tuple(made)


def _compare_output(place: str, address: str, amount_units: int, ledger: LedgerView | None) -> None:
    if ledger is None:
        return
    outpoint = Outpoint.from_display(place)
    output = ledger.lookup_output(outpoint)
    if output is None or (output.address or "") != address or output.amount_units != amount_units:
        raise IdentifierMismatchError(f"The lead and the ledger differ for the output {place}.")
    if ledger.lookup_spender(outpoint) is not None:
        raise IdentifierMismatchError(f"The output {place} is spent in the ledger of this case.")


def derive_handles(lead: Lead) -> tuple[HandleFacts, ...]:
    """The names of a lead, in its order."""
    return tuple(
        HandleFacts(number, handle.kind, handle.value, handle.found_in)
        for number, handle in enumerate(lead.handles, start=1)
    )
