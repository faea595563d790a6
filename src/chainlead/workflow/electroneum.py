"""`electroneum`: what an address received on the first ledger, whether a payment's key fits, the portal.

All of it is worked out from the ledger that the case holds. Private keys are given by a person, used,
and never kept. What left through the portal is followed to the account ledger as a lead only: the
receiver there is the payer's word (asserted), a transfer that fits is inferred, and neither is observed.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from chainlead.codecs import Secret
from chainlead.custody import Entry
from chainlead.errors import CaseDamagedError, LedgerSourceError, OriginNotFoundError
from chainlead.ledger import (
    CRYPTONOTE,
    CaseAccounts,
    CaseLedger,
    LooseOpen,
    OpenBlock,
    OpenTransaction,
    as_monero,
    find_received,
    monero,
    named_evm_address,
    read_open_material,
)
from chainlead.model import Chain, Outpoint, Strength, Txid, moment_to_text
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection

CHAIN = Chain.ELECTRONEUM
OTHER_SIDE = Chain.ELECTRONEUM_SMART_CHAIN
BRIDGED_FROM = 1_811_310
UNITS_OF_OTHER_SIDE = 10**16
"""A unit of the first ledger (0.01 ETN) in base units of the account ledger (10^-18 ETN)."""
WINDOW_SECONDS = 7 * 86_400
NOT_A_BALANCE = "The sum is of what was received in the known transactions, not a balance: more may lie in others."
ONLY_A_LEAD = (
    "A lead: the first ledger does not prove what a coin became on the account ledger. Ask the "
    "operator of the portal for its record of this transaction."
)


@dataclass(frozen=True, slots=True)
class ReceivedOutput:
    """One output that the address received.

    Attributes:
        shown_by: `address in the clear`, or `view key`.
        spent_in: the known transaction that spends it, for certain; None where none is known or a
            ring hides it.
        height: None where it is not known.
    """

    txid: str
    index: int
    amount_units: int
    height: int | None
    shown_by: str
    verified: str
    spent_in: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedByAddress:
    """What an address received in the transactions that the case holds."""

    address: str
    outputs: tuple[ReceivedOutput, ...]
    looked_at: int

    @property
    def received_units(self) -> int:
        """The sum; never a balance."""
        return sum(output.amount_units for output in self.outputs)


@dataclass(frozen=True, slots=True)
class KeyVerdict:
    """Whether a transaction's key shows that it paid the address; amounts in base units."""

    txid: str
    address: str
    holds: bool
    received_units: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PortalTransfer:
    """A payment to the portal, and where its trail may go on.

    Attributes:
        named_account: the account that the payer wrote into the transaction; None for none.
        account_strength: how strongly that account is known: asserted, never observed.
        candidates: transfers on the account ledger that fit account, amount and time; inferred.
    """

    txid: str
    amount_units: int
    height: int | None
    named_account: str | None
    account_strength: str
    candidates: tuple[dict[str, Any], ...] = ()
    statement: str = ONLY_A_LEAD


def find_received_in_case(
    case: Case, address: str, view_key: Secret | None = None, *, why: str = ""
) -> ReceivedByAddress:
    """Find what an address received on the first ledger, and keep the answer.

    Args:
        case: open for writing, with a ledger of Electroneum.
        address: of any kind of the first ledger.
        view_key: 32 bytes; without it only payments in the clear (since September 2021) are seen.
        why: the person's reason, for the journal.

    Raises:
        CodecError: the address is none, or the key does not belong to it.
        OriginNotFoundError: the case holds no ledger of Electroneum.
    """
    found = _received(case, address, view_key)
    what = {
        "address": found.address,
        "view_key": "given by a person, not kept" if view_key else "none",
        "looked_at": found.looked_at,
        "outputs": len(found.outputs),
        "received_units": found.received_units,
        "statement": NOT_A_BALANCE,
    }
    _keep(case, "electroneum.received", what, found.outputs, why)
    return found


def check_key(case: Case, txid: str, address: str, key: Secret, *, why: str = "") -> KeyVerdict:
    """Check the private key of a transaction of the first two eras, and keep the verdict.

    Args:
        case: open for writing, with the transaction.
        txid: in hex, as printed.
        address: whom the payment is said to have been made to.
        key: 32 bytes, or several times 32; used, and not kept.
        why: the person's reason, for the journal.

    Raises:
        CodecError: address or key is none.
        LedgerSourceError: the case does not hold the transaction, or it is in the clear.
    """
    to = monero.parse_electroneum_address(address)
    one = _transactions(case.store, case).get(_bytes(txid))
    if one is None:
        raise LedgerSourceError(f"The case does not hold transaction {txid[:64]}.")
    if one.version != 1:
        raise LedgerSourceError(
            "This transaction names its receivers in the clear: no key is needed."
        )
    paid = monero.check_transaction_key(as_monero(one), key, to)
    verdict = KeyVerdict(
        txid, to.text, paid.holds, paid.amount_units if paid.holds else None, paid.reason
    )
    case.act("electroneum.proof", why=why, what={**asdict(verdict), "key": "not kept"})
    return verdict


def find_portal_transfers(
    case: Case, portal: str, view_key: Secret | None = None, *, published: str = "", why: str = ""
) -> tuple[PortalTransfer, ...]:
    """Payments to the portal, each with the lead onto the account ledger; keeps the answer.

    Args:
        case: open for writing, with a ledger of Electroneum.
        portal: the portal's address, as its operator published it.
        view_key: the view key that the operator published; needed for hidden payments only.
        published: where both were published; goes into the journal as the source.
        why: the person's reason, for the journal.

    Raises: as `find_received_in_case`.
    """
    found = _received(case, portal, view_key)
    known = _transactions(case.store, case)
    transfers = []
    for output in found.outputs:
        account = named_evm_address(known[bytes.fromhex(output.txid)])
        mined = CaseLedger(case.store, CHAIN).lookup_transaction(Txid.from_display(output.txid))
        at = int(mined.mined_at.timestamp()) if mined and mined.mined_at else None
        candidates = _candidates(case.store, account, output.amount_units, at)
        transfers.append(
            PortalTransfer(
                output.txid,
                output.amount_units,
                output.height,
                account,
                Strength.ASSERTED.value if account else "",
                candidates,
            )
        )
    what = {
        "portal": found.address,
        "published": published or "no source was named: unverified",
        "transfers": len(transfers),
        "statement": ONLY_A_LEAD,
    }
    _keep(case, "electroneum.portal", what, transfers, why)
    return tuple(transfers)


def apply_received(projection: Projection, entry: Entry) -> None:
    """`electroneum.received`: no table holds it; each output is found in the ledger again."""
    _require_known(projection, entry)


def apply_portal(projection: Projection, entry: Entry) -> None:
    """`electroneum.portal`: as above."""
    _require_known(projection, entry)


def apply_proof(projection: Projection, entry: Entry) -> None:
    """`electroneum.proof`: the journal is where it is looked up; no table holds it."""


def _require_known(projection: Projection, entry: Entry) -> None:
    for one in msgspec.json.decode(projection.blobs.get(entry.blobs["result"])):
        txid = bytes.fromhex(one["txid"])[::-1]
        if projection.store.lookup("transactions", chain=CHAIN.value, txid=txid) is None:
            raise CaseDamagedError(f"Transaction {one['txid']} is not in the ledger of this case.")


def _received(case: Case, address: str, view_key: Secret | None) -> ReceivedByAddress:
    to = monero.parse_electroneum_address(address)
    view = monero.ViewKey(to, view_key) if view_key is not None else None
    known = _transactions(case.store, case)
    if not known:
        raise OriginNotFoundError(
            "The case holds no ledger of Electroneum.",
            next_step="Add one: `chainlead ledger add CASE FILE --chain electroneum`.",
        )
    ledger = CaseLedger(case.store, CHAIN)
    outputs = []
    for txid, one in known.items():
        for received in find_received(one, to, view):
            placed = ledger.lookup_transaction(Txid(txid[::-1]))
            spender = ledger.lookup_spender(Outpoint(Txid(txid[::-1]), received.index))
            outputs.append(
                ReceivedOutput(
                    txid.hex(),
                    received.index,
                    received.amount_units or 0,
                    placed.height if placed else None,
                    "view key" if received.key else "address in the clear",
                    placed.verified.value if placed else "",
                    spender.txid.display if spender else None,
                )
            )
    last = 1 << 62
    outputs.sort(key=lambda o: (last if o.height is None else o.height, o.txid, o.index))
    return ReceivedByAddress(to.text, tuple(outputs), len(known))


def _transactions(store: Store, case: Case) -> dict[bytes, OpenTransaction]:
    """Every transaction of the case's sources that its ledger holds, by its id as printed."""
    held = {bytes(row["txid"]) for row in store.rows("transactions", chain=CHAIN.value)}
    found: dict[bytes, OpenTransaction] = {}
    for row in store.rows("ledger_sources", chain=CHAIN.value, form=CRYPTONOTE):
        for one in _read(case.blobs.get(row["sha256"])):
            if one.txid[::-1] in held and (one.is_proved or one.txid not in found):
                found[one.txid] = one
    return dict(sorted(found.items()))


def _read(content: bytes) -> Iterator[OpenTransaction]:
    for event in read_open_material(content, CHAIN):
        if isinstance(event, OpenBlock):
            yield event.miner
        elif isinstance(event, LooseOpen):
            yield event.transaction


def _candidates(
    store: Store, account: str | None, amount_units: int, at_unix: int | None
) -> tuple[dict[str, Any], ...]:
    """Transfers of the account ledger that fit, each with how many fit in all."""
    held = set(store.group_counts("ledger_sources", "chain"))
    if account is None or at_unix is None or OTHER_SIDE.value not in held:
        return ()
    fitting = [
        entry
        for entry in CaseAccounts(store, OTHER_SIDE).transfers_of(account.lower())
        if entry.receiver is not None
        and entry.receiver.lower() == account.lower()
        and entry.amount_units == amount_units * UNITS_OF_OTHER_SIDE
        and entry.mined_at is not None
        and 0 <= entry.mined_at.timestamp() - at_unix <= WINDOW_SECONDS
    ]
    return tuple(
        {
            "chain": OTHER_SIDE.value,
            "txid": entry.txid,
            "account": account,
            "amount_units": str(entry.amount_units),
            "at": moment_to_text(entry.mined_at) if entry.mined_at else None,
            "strength": Strength.INFERRED.value,
            "competing": len(fitting),
        }
        for entry in fitting
    )


def _bytes(txid: str) -> bytes:
    try:
        return bytes.fromhex(txid)
    except ValueError:
        raise LedgerSourceError("A transaction's id has 64 hexadecimal digits.") from None


def _keep(case: Case, act: str, what: dict[str, Any], rows: Any, why: str) -> None:
    result = msgspec.json.encode([asdict(row) for row in rows], order="sorted")
    case.act(act, why=why, what=what, blobs={"result": result})
