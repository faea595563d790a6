"""`monero`: what a view key shows, in files or at the unit's own node, and whether proofs hold.

The view key and a transaction's private key are given by a person, used, and never kept: not in the
journal, not among the blobs. What they showed is kept: the outputs, with the raw bytes that hold
them. Replaying the journal finds each of these outputs in the kept bytes again; that they belong to
the address can only be shown again with the key.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from chainlead.codecs import Secret
from chainlead.custody import Entry
from chainlead.errors import CaseDamagedError, LedgerError, LedgerSourceError
from chainlead.ledger import Skipped, monero
from chainlead.store import Blobs
from chainlead.workflow.case import Case, Projection

NOT_A_BALANCE = (
    "The sum of what was received is not a balance: a view key does not show what was spent since."
)
_LARGEST_FILE = 256 << 20
_FORMS = "Give raw transactions or blocks, or a node's answers; see docs/howto/monero.md."

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class IncomingOutput:
    """One output that the address received.

    Attributes:
        txid: in hex, as printed.
        index: the output's number in its transaction.
        key: its one-time public key, in hex.
        amount_units: 10^-12 XMR; None if what the payer wrote does not open the commitment.
        address: the address or sub-address that was paid.
        account, number: which sub-address it is.
        payment_id: in hex; empty for none.
        height, block_id, made_at_unix: of the block; None where it is not known. A miner's
            transaction states its height itself.
        verified: `in block` (the block's own bytes list it), or `re-hashed` (its id holds, its
            block is the source's word).
        is_coinbase: new coins of a miner.
        same_key_as: id of another transaction with an output of the same key: only one of the two
            can ever be spent.
    """

    txid: str
    index: int
    key: str
    amount_units: int | None
    address: str
    account: int
    number: int
    payment_id: str = ""
    height: int | None = None
    block_id: str | None = None
    made_at_unix: int | None = None
    verified: str = "re-hashed"
    is_coinbase: bool = False
    same_key_as: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a view key found.

    Attributes:
        outputs: in order of height, id and number.
        looked_at: transactions that were looked at, and blocks.
        skipped: parts that could not be read, with the reason.
        heights: first and last height at a node; None for files.
    """

    address: str
    outputs: tuple[IncomingOutput, ...]
    looked_at: tuple[int, int]
    skipped: tuple[str, ...] = ()
    heights: tuple[int, int] | None = None

    @property
    def received_units(self) -> int:
        """The sum of the known amounts, those of one key counted once. Never a balance."""
        return sum_of(self.outputs)

    @property
    def unknown_amounts(self) -> int:
        """How many outputs have an amount that could not be opened."""
        return sum(output.amount_units is None for output in self.outputs)


def sum_of(outputs: Iterable[IncomingOutput]) -> int:
    """The sum of known amounts in base units; of outputs with one key the largest counts."""
    largest: dict[str, int] = {}
    for output in outputs:
        amount = output.amount_units or 0
        largest[output.key] = max(amount, largest.get(output.key, 0))
    return sum(largest.values())


def find_incoming(
    case: Case,
    address: str,
    view_key: Secret,
    files: Sequence[Path],
    *,
    accounts: int = monero.ACCOUNTS,
    numbers: int = monero.NUMBERS,
    why: str = "",
) -> Incoming:
    """Find what an address received, in files with blocks or transactions; keeps the files.

    Args:
        case: open for writing.
        address: the wallet's first address, or one sub-address.
        view_key: 32 bytes; used, and not kept.
        files: forms as in `monero.read_material`.
        accounts: how many accounts to look for.
        numbers: how many sub-addresses of each account.
        why: the person's reason, for the journal.

    Raises:
        CodecError: the address is none, or the key does not belong to it.
        LedgerSourceError: a file cannot be read, or nothing in all of them could be used.
    """
    view = monero.ViewKey(address, view_key, accounts=accounts, numbers=numbers)
    material = Material()
    blobs: dict[str, bytes] = {}
    names = []
    for number, path in enumerate(sorted(files), start=1):
        content = read_source_file(path)
        material.read(content, path.name)
        blobs[f"source_{number:05}"] = content
        names.append({"name": path.name, "sha256": hashlib.sha256(content).hexdigest()})
    if not material.transactions:
        reasons = "; ".join(material.skipped[:3])
        raise LedgerSourceError(
            f"Nothing in these files could be used. {reasons}".strip(), next_step=_FORMS
        )
    outputs = material.find(view)
    looked_at = (len(material.transactions), len(material.blocks))
    found = Incoming(view.address.text, outputs, looked_at, tuple(material.skipped))
    keep(case, found, {"files": names, "accounts": accounts, "numbers": numbers}, blobs, why)
    return found


def keep(
    case: Case, found: Incoming, how: dict[str, object], blobs: dict[str, bytes], why: str
) -> None:
    """Write what was found into the journal, with the raw bytes that hold it."""
    transactions, blocks = found.looked_at
    what = {
        "address": found.address,
        "view_key": "given by a person, not kept",
        **how,
        "transactions": transactions,
        "blocks": blocks,
        "outputs": len(found.outputs),
        "received_units": found.received_units,
        "unknown_amounts": found.unknown_amounts,
        "skipped": list(found.skipped),
        "statement": NOT_A_BALANCE,
    }
    result = msgspec.json.encode({"outputs": found.outputs}, order="sorted")
    case.act("monero.incoming", why=why, what=what, blobs={**blobs, "result": result})


class Material:
    """Blocks and transactions of some sources, each once, with the block that lists it."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self.transactions: dict[bytes, monero.LooseTransaction] = {}
        self.blocks: dict[bytes, monero.MoneroBlock] = {}
        self.skipped: list[str] = []
        self._listed: dict[bytes, monero.MoneroBlock] = {}

    def read(self, content: bytes, name: str) -> None:
        """Add what these bytes hold; what cannot be used is noted under the name."""
        try:
            events = list(monero.read_material(content))
        except LedgerError as error:
            self.skipped.append(f"{name}: {error.message}")
            return
        for event in events:
            if isinstance(event, Skipped):
                self.skipped.append(f"{name}: {event.reason}")
            elif isinstance(event, monero.MoneroBlock):
                self._add_block(event)
            else:
                self._add(event)

    def _add_block(self, block: monero.MoneroBlock) -> None:
        self.blocks[block.block_id] = block
        self._add(monero.LooseTransaction(block.miner, "miner"))
        assert block.miner.txid is not None
        for txid in (block.miner.txid, *block.txids):
            self._listed[txid] = block

    def _add(self, loose: monero.LooseTransaction) -> None:
        txid = loose.transaction.txid
        assert txid is not None
        held = self.transactions.get(txid)
        if held is None or (held.height is None and loose.height is not None):
            self.transactions[txid] = loose

    def find(self, view: monero.ViewKey) -> tuple[IncomingOutput, ...]:
        """The outputs that the view key's address received."""
        return in_order(
            self._incoming(view, loose, one)
            for loose in self.transactions.values()
            for one in view.find(loose.transaction)
        )

    def _incoming(
        self, view: monero.ViewKey, loose: monero.LooseTransaction, one: monero.Received
    ) -> IncomingOutput:
        transaction = loose.transaction
        assert transaction.txid is not None
        block = self._listed.get(transaction.txid)
        height = loose.height if transaction.height is None else transaction.height
        return IncomingOutput(
            txid=transaction.txid.hex(),
            index=one.index,
            key=one.key.hex(),
            amount_units=one.amount_units,
            address=view.address_of(one.account, one.number),
            account=one.account,
            number=one.number,
            payment_id=one.payment_id,
            height=block.height if block else height,
            block_id=block.block_id.hex() if block else None,
            made_at_unix=block.made_at_unix if block else loose.made_at_unix,
            verified="in block" if block else "re-hashed",
            is_coinbase=transaction.is_coinbase,
        )


def in_order(outputs: Iterable[IncomingOutput]) -> tuple[IncomingOutput, ...]:
    """By height (unknown last), id and number; outputs of one key are marked."""
    last = 1 << 64
    rows = sorted(
        outputs,
        key=lambda o: (last if o.height is None else o.height, o.txid, o.index),
    )
    first: dict[str, IncomingOutput] = {}
    marked = []
    for row in rows:
        same = first.setdefault(row.key, row)
        other = same.txid if same is not row else None
        marked.append(replace(row, same_key_as=other))
    return tuple(marked)


def describe(material: Material) -> list[dict[str, Any]]:
    """What the ledger itself shows of each transaction, as a document."""
    return [
        {
            "txid": loose.transaction.txid.hex() if loose.transaction.txid else None,
            "version": loose.transaction.version,
            "fee_units": loose.transaction.fee_units,
            "height": loose.transaction.height if loose.height is None else loose.height,
            "is_coinbase": loose.transaction.is_coinbase,
            "inputs": [_ring(ring) for ring in loose.transaction.rings],
            "outputs": [
                {
                    "key": output.key.hex(),
                    "amount_units": output.amount_units
                    if loose.transaction.version == 1 or loose.transaction.is_coinbase
                    else None,
                }
                for output in loose.transaction.outputs
            ],
        }
        for loose in material.transactions.values()
    ]


def _ring(ring: monero.Ring) -> dict[str, Any]:
    kind = f"amount {ring.amount_units}" if ring.amount_units else "hidden amount"
    if ring.is_exact:
        statement = f"spends output {ring.members[0]} of {kind}: exact, its ring has one member"
    else:
        statement = f"spends one of {len(ring.members)} outputs of {kind}: not followed"
    return {
        "amount_units": ring.amount_units,
        "members": list(ring.members),
        "is_exact": ring.is_exact,
        "key_image": ring.key_image.hex(),
        "statement": statement,
    }


def load_incoming(case: Case, address: str) -> Incoming:
    """All that the case found for an address, over all its acts: each output once.

    Where heights of a node were looked at twice, the later look counts.
    """
    return incoming_of(case.entries, case.blobs, address)


def incoming_of(entries: Iterable[Entry], blobs: Blobs, address: str) -> Incoming:
    """The same from a journal and its stored bytes."""
    outputs: dict[tuple[str, int], IncomingOutput] = {}
    at_nodes: dict[tuple[int, int], Entry] = {}
    in_files: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        what = entry.what
        if entry.act != "monero.incoming" or what["address"] != address:
            continue
        if "heights" in what:
            outputs = {key: o for key, o in outputs.items() if not _looked_again(o, what)}
            first, last = what["heights"]
            at_nodes = {
                (low, high): look
                for (low, high), look in at_nodes.items()
                if not (first <= low and high <= last)
            }
            at_nodes[first, last] = entry
        else:
            in_files[tuple(file["sha256"] for file in what["files"])] = entry
        for output in _outputs(blobs.get(entry.blobs["result"])):
            outputs[output.txid, output.index] = output
    looks = [*in_files.values(), *at_nodes.values()]
    transactions = sum(look.what["transactions"] for look in looks)
    blocks = sum(look.what["blocks"] for look in looks)
    skipped = tuple(reason for look in looks for reason in look.what["skipped"])
    return Incoming(address, in_order(outputs.values()), (transactions, blocks), skipped)


def _looked_again(output: IncomingOutput, what: Mapping[str, Any]) -> bool:
    """Whether a later look at a node covers this output's height and sub-address."""
    first, last = what["heights"]
    is_covered = output.account < what["accounts"] and output.number < what["numbers"]
    return is_covered and output.height is not None and first <= output.height <= last


def _outputs(result: bytes) -> list[IncomingOutput]:
    return msgspec.json.decode(result, type=_Result).outputs


class _Result(msgspec.Struct):
    outputs: list[IncomingOutput]


def read_source_file(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        LedgerSourceError: it cannot be read, or is too large.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise LedgerSourceError(
                f"{path.name} is larger than {_LARGEST_FILE >> 20} MiB.", next_step=_FORMS
            )
        return path.read_bytes()
    except OSError as error:
        raise LedgerSourceError(f"{path.name} cannot be read.", next_step=_FORMS) from error


def apply_incoming(projection: Projection, entry: Entry) -> None:
    """`monero.incoming`: no table holds it; each output is found in the kept bytes again."""
    material = Material()
    for name in sorted(entry.blobs):
        if name.startswith("source"):
            material.read(projection.blobs.get(entry.blobs[name]), name)
    for output in _outputs(projection.blobs.get(entry.blobs["result"])):
        loose = material.transactions.get(bytes.fromhex(output.txid))
        outputs = loose.transaction.outputs if loose else ()
        keys = {number: one.key.hex() for number, one in enumerate(outputs)}
        if keys.get(output.index) != output.key:
            raise CaseDamagedError(
                f"Output {output.index} of {output.txid} is not in the bytes that were kept for it."
            )


def apply_proof(projection: Projection, entry: Entry) -> None:
    """`monero.proof`: the journal is where it is looked up; no table holds it."""
