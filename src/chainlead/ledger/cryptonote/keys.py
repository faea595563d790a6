"""What a view key or a transaction's key shows of an open CryptoNote transaction.

Proof: as for Monero's version 1, whose amounts are open; an output to an address in the clear needs no
key. The bridge that Electroneum was left by takes the receiver's address on the other ledger as text
in the transaction's extra field: it is the payer's word.
Limits: how that text is framed was not read in a source and no real example was at hand, so any text
of the form 0x and 40 hexadecimal digits in the field is taken, and only one.
"""

import re
from collections.abc import Iterator
from typing import Final

from chainlead.codecs import to_eip55
from chainlead.ledger.cryptonote.open_transaction import (
    OUT_KEY,
    OpenTransaction,
    RingInput,
    public_target,
)
from chainlead.ledger.monero.address import MoneroAddress
from chainlead.ledger.monero.extra import parse_extra
from chainlead.ledger.monero.ringct import RingCt
from chainlead.ledger.monero.transaction import MoneroOutput, MoneroTransaction, Ring
from chainlead.ledger.monero.view_key import Received, ViewKey

_EVM_ADDRESS: Final = re.compile(rb"0x[0-9A-Fa-f]{40}(?![0-9A-Fa-f])")
_TAGS: Final = (18018, 34402)


def find_received(
    one: OpenTransaction, address: MoneroAddress, view: ViewKey | None
) -> Iterator[Received]:
    """The outputs that an address received: open ones by themselves, hidden ones by the view key."""
    keys = address.spend_key + address.view_key
    targets = [public_target(keys, tag) for tag in _TAGS]
    for index, output in enumerate(one.outputs):
        if output.target in targets:
            yield Received(index, b"", output.amount_units, 0, 0)
    if view is not None and one.version == 1:
        yield from view.find(as_monero(one))


def as_monero(one: OpenTransaction) -> MoneroTransaction:
    """A transaction of version 1 as Monero's reader gives it."""
    rings = tuple(
        Ring(spent.amount_units, spent.members, spent.key_image)
        for spent in one.inputs
        if isinstance(spent, RingInput)
    )
    outputs = tuple(
        MoneroOutput(output.amount_units, output.target[1:33], None)
        for output in one.outputs
        if output.target[0] == OUT_KEY
    )
    extra = parse_extra(one.extra)
    return MoneroTransaction(
        one.txid, 1, one.unlock_time, one.height, rings, outputs, extra, RingCt()
    )


def named_evm_address(one: OpenTransaction) -> str | None:
    """The address on the account ledger that the payer wrote into it; None for none, or several."""
    found = {text.lower() for text in _EVM_ADDRESS.findall(one.extra)}
    return to_eip55(bytes.fromhex(found.pop()[2:].decode())) if len(found) == 1 else None
