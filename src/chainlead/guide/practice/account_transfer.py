"""A plain record of one movement on an account chain, as long as the case has no account ledger.

A transaction is the transfers with one txid, by `index`: first the payment, then what contracts
moved inside it, then token transfers, then the fee. A failed transaction has its fee only. Amounts
are whole base units: drops, wei, or the token's smallest unit.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from chainlead.model import Asset, Chain

Kind = Literal["payment", "internal", "token", "fee"]


@dataclass(frozen=True, slots=True)
class AccountTransfer:
    """One asset, one amount, from one account to another.

    Attributes:
        chain: the ledger.
        txid: 64 hexadecimal digits.
        index: place in the transaction.
        height: number of the block, or index of the ledger.
        mined_at_unix: seconds.
        kind: payment, internal, token or fee. A fee has no receiver.
        sender: the account that loses the amount; empty for new units.
        receiver: the account that gets it.
        asset: the chain's own coin, or a token by its contract.
        amount_units: what was delivered.
        asked_units: what the payment named; more than was delivered in a partial payment.
        tag: the destination tag (XRP), None where there is none.
    """

    chain: Chain
    txid: str
    index: int
    height: int
    mined_at_unix: int
    kind: Kind
    sender: str
    receiver: str
    asset: Asset
    amount_units: int
    asked_units: int
    tag: int | None = None

    def document(self) -> dict[str, Any]:
        """As JSON: amounts as text of base units."""
        made = asdict(self)
        made["chain"] = self.chain.value
        made["asset"] = str(self.asset)
        made["amount_units"] = str(self.amount_units)
        made["asked_units"] = str(self.asked_units)
        return made
