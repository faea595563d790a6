"""Dust: an amount too small to be a payment, sent unasked, often to addresses that were used before.

Shape: outputs below a threshold to addresses other than the payer's; more telling where the address
was paid before (forced reuse) and where one transaction sends to many.
Assumption: who sends dust to known addresses wants to see them spent together.
Known failure: the same amounts are ordinary in protocols that mark transactions or carry tokens
with tiny outputs, and those go to the receiver's own addresses.
Use: dust is never a payment, and never the only reason to put two addresses together.
Limits: thresholds for Bitcoin, Bitcoin Cash and Dash only; other chains have no dust here.
Citation: the limit of 546 for a key-hash output is Bitcoin Core's `GetDustThreshold`
(policy/policy.cpp); the threshold of 1,000 is chainlead's own, see docs/design/patterns.md.
"""

from collections.abc import Iterable, Iterator

from chainlead.codecs import script_kind
from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Chain, Outpoint
from chainlead.trace.first_payers import first_payers, is_later
from chainlead.trace.patterns.pattern import (
    Part,
    Pattern,
    PatternFound,
    ServiceOf,
    in_chain_order,
    nobody,
)

BELOW_UNITS = 1_000
WIDE = 10
"""So many dust outputs in one transaction are called a wide sending."""
_CHAINS = frozenset({Chain.BITCOIN, Chain.BITCOIN_CASH, Chain.DASH})


def is_dust(output: Output, chain: Chain, below_units: int = BELOW_UNITS) -> bool:
    """Whether an output is too small to be a payment; data outputs and other chains' are not."""
    return (
        chain in _CHAINS
        and output.amount_units < below_units
        and script_kind(output.script) != "op_return"
    )


def find_dust(transactions: Iterable[Transaction]) -> frozenset[Outpoint]:
    """The dust outputs that somebody else sent: no payment, and never the sole link.

    An output to an address of the transaction's own inputs is the payer's change, however small.
    """
    return frozenset(
        output.outpoint for transaction in transactions for output in _received(transaction)
    )


class Dust(Pattern):
    """Transactions that send dust to others."""

    name = "dust"
    title = "Dust"
    version = 1
    assumption = "Who sends dust to addresses of others wants to see them spent together."
    known_failure = (
        "Protocols that mark transactions or carry tokens make outputs of the same size for the "
        "receiver himself."
    )
    citation = (
        "Bitcoin Core: policy/policy.cpp, GetDustThreshold; the threshold is chainlead's own."
    )

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The threshold, and how many outputs are a wide sending."""
        return (("below_units", str(BELOW_UNITS)), ("wide", str(WIDE)))

    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """One find for each transaction; says how many of its targets were paid before."""
        del service_of
        for transaction in in_chain_order(transactions):
            sent = _received(transaction)
            if not sent:
                continue
            reused = [output for output in sent if _was_paid_before(output, transaction, view)]
            kind = "to many addresses at once" if len(sent) >= WIDE else "to others"
            yield self._found(
                f"{len(sent)} dust outputs {kind}, {len(reused)} to addresses that were paid before.",
                (transaction.txid,),
                addresses=tuple(sorted({output.address for output in sent if output.address})),
                amounts=(("dust", sum(output.amount_units for output in sent)),),
                counts=(("dust outputs", len(sent)), ("forced reuse", len(reused))),
                parts=tuple(
                    Part(
                        "forced reuse" if output in reused else "dust",
                        output.outpoint,
                        output.address,
                        output.amount_units,
                    )
                    for output in sent
                ),
            )


def _received(transaction: Transaction) -> list[Output]:
    if transaction.is_coinbase:
        return []
    senders = {s.previous.address for s in transaction.inputs if s.previous is not None}
    return [
        output
        for output in transaction.outputs
        if is_dust(output, transaction.chain)
        and (output.address is None or output.address not in senders)
    ]


def _was_paid_before(output: Output, transaction: Transaction, view: LedgerView) -> bool:
    """Whether an earlier transaction is known to have paid the address."""
    if output.address is None:
        return False
    return any(is_later(transaction, payer) for payer in first_payers(output.address, view)[:1])
