"""Reads the real and emulated mixing rounds in ../shared/data into transactions of the ledger."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from chainlead.codecs import address_from_script, script_from_address
from chainlead.errors import LedgerError
from chainlead.ledger import (
    BlockRead,
    CaseLedger,
    Input,
    LedgerWriter,
    Output,
    Request,
    Transaction,
    find_form,
    get_parameters,
    read_source,
)
from chainlead.ledger.signature_marks import marks_from_bytes
from chainlead.ledger.source import Event
from chainlead.ledger.wire_block import HEADER_BYTES
from chainlead.ledger.wire_transaction import WireTransaction, read_count, read_transaction
from chainlead.model import Chain, Network, Outpoint, Txid
from chainlead.store import Store

MAX_UNITS = 1 << 63
NO_SOURCE = "00" * 32


@dataclass(slots=True)
class Emulation:
    """One emulated run: its transactions in chain order, its rounds, and who owns which address."""

    name: str
    transactions: list[Transaction] = field(default_factory=list)
    rounds: set[Txid] = field(default_factory=set)
    owners: dict[str, str] = field(default_factory=dict)


def read_dumplings(archive: Path, member: str) -> Iterator[Transaction]:
    """Lines of `txid:::block:::index:::time:::inputs:::outputs`.

    An input is `previous txid-index-amount+script+kind`, an output `amount+script+kind`.
    """
    with zipfile.ZipFile(archive) as zipped, zipped.open(member) as lines:
        for line in lines:
            txid, _, index, unix, spent, paid = line.decode().strip().split(":::")[:6]
            yield _transaction(
                txid,
                [(*_split(entry[0], 3), bytes.fromhex(entry[1])) for entry in _entries(spent)],
                [(int(entry[0]), bytes.fromhex(entry[1])) for entry in _entries(paid)],
                block_index=int(index),
                mined_at_unix=int(unix),
            )


def _entries(text: str) -> list[list[str]]:
    return [part.strip("{").split("+") for part in text.split("}") if part.strip("{")]


def _split(text: str, parts: int) -> tuple[str, int, int]:
    txid, index, units = text.split("-")[:parts]
    return txid, int(index), int(units)


def read_mappings(path: Path) -> Iterator[tuple[Transaction, dict[str, str]]]:
    """Rounds with the wallet of every input and output, as `coinjoin-mappings` writes them."""
    for txid, given in json.loads(path.read_bytes())["coinjoins"].items():
        sides: dict[str, list[dict[str, Any]]] = {
            side: [given[side][number] for number in sorted(given[side], key=int)]
            for side in ("inputs", "outputs")
        }
        owners = {part["address"]: part["wallet_name"] for side in sides.values() for part in side}
        spent = [
            (part["txid"], number, part["value"], _script(part["address"]))
            for number, part in enumerate(sides["inputs"])
        ]
        paid = [(part["value"], _script(part["address"])) for part in sides["outputs"]]
        yield _transaction(txid, spent, paid), owners


def read_emulations(archive: Path) -> list[Emulation]:
    """Runs of the real Wasabi 2 programs on a test chain."""
    runs: dict[str, Emulation] = {}
    blocks: dict[str, list[dict[str, Any]]] = {}
    with zipfile.ZipFile(archive) as zipped:
        for name in sorted(zipped.namelist()):
            run = name.split("/")[1]
            if "/btc-node/block_" in name:
                blocks.setdefault(run, []).append(
                    json.loads(zipped.read(name), parse_float=Decimal)
                )
            elif name.endswith("wallets_coins.json"):
                owners = runs.setdefault(run, Emulation(run)).owners
                for wallet, coins in json.loads(zipped.read(name)).items():
                    owners.update((coin["address"], wallet) for coin in coins)
            elif name.endswith("/CoinJoinIdStore.txt"):
                rounds = zipped.read(name).decode().split()
                runs.setdefault(run, Emulation(run)).rounds.update(map(Txid.from_display, rounds))
    for run, found in runs.items():
        _read_blocks(found, blocks.get(run, []))
    return [runs[run] for run in sorted(runs)]


def _read_blocks(run: Emulation, blocks: Iterable[dict[str, Any]]) -> None:
    made: dict[str, Transaction] = {}
    for block in sorted(blocks, key=lambda block: int(block["height"])):
        for index, given in enumerate(block["tx"]):
            paid = [
                (int(part["value"] * 10**8), bytes.fromhex(part["scriptPubKey"]["hex"]))
                for part in given["vout"]
            ]
            spent = []
            for part in given["vin"]:
                if "coinbase" not in part:
                    before = made[part["txid"]].outputs[part["vout"]]
                    spent.append((part["txid"], part["vout"], before.amount_units, before.script))
            made[given["txid"]] = transaction = _transaction(
                given["txid"],
                spent,
                paid,
                height=block["height"],
                block_index=index,
                mined_at_unix=int(block["time"]),
                network=Network.REGTEST,
            )
            run.transactions.append(transaction)


def read_esplora(path: Path) -> Iterator[Transaction]:
    """One transaction or a list, with the outputs that it spends."""
    document = json.loads(path.read_bytes())
    for given in document if isinstance(document, list) else [document]:
        if "vin" in given:
            spent = [
                (
                    part["txid"],
                    part["vout"],
                    part["prevout"]["value"],
                    bytes.fromhex(part["prevout"]["scriptpubkey"]),
                )
                for part in given["vin"]
                if part.get("prevout")
            ]
            paid = [(part["value"], bytes.fromhex(part["scriptpubkey"])) for part in given["vout"]]
            yield _transaction(given["txid"], spent, paid)


def _script(address: str) -> bytes:
    for network in (Network.MAIN, Network.REGTEST, Network.TEST):
        try:
            return script_from_address(address, Chain.BITCOIN, network)
        except ValueError:
            continue
    raise ValueError(f"no script for {address}")


def _transaction(
    txid: str,
    spent: Iterable[tuple[str, int, int, bytes]],
    paid: Iterable[tuple[int, bytes]],
    *,
    height: int | None = None,
    block_index: int | None = None,
    mined_at_unix: int | None = None,
    network: Network = Network.MAIN,
) -> Transaction:
    own = Txid.from_display(txid)
    inputs = []
    for previous, index, units, script in spent:
        outpoint = Outpoint(Txid.from_display(previous), index)
        address = address_from_script(script, Chain.BITCOIN, network)
        inputs.append(Input(outpoint, 0xFFFFFFFF, Output(outpoint, units, script, address)))
    outputs = tuple(
        Output(
            Outpoint(own, index),
            units,
            script,
            address_from_script(script, Chain.BITCOIN, network),
        )
        for index, (units, script) in enumerate(paid)
    )
    return Transaction(
        chain=Chain.BITCOIN,
        txid=own,
        height=height,
        block_index=block_index,
        block_hash=None,
        mined_at=None if mined_at_unix is None else datetime.fromtimestamp(mined_at_unix, UTC),
        is_coinbase=not inputs,
        version=2,
        locktime=0,
        inputs=tuple(inputs) or (Input(None, 0xFFFFFFFF, None),),
        outputs=outputs,
    )


def read_block_folder(folder: Path, *, before: datetime | None = None) -> CaseLedger:
    """All blocks of Bitcoin's main network among these files, as one ledger in memory.

    Args:
        folder: files in any form that the ledger reads; others are passed over.
        before: leave later blocks out, and what is in no block.
    """
    request = Request(get_parameters(Chain.BITCOIN), Network.MAIN)
    found: list[Event] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            try:
                found.extend(read_source(content, find_form(content, request), request))
            except LedgerError:
                continue
    store = Store.in_memory()
    with store.transaction():
        LedgerWriter(store, request, NO_SOURCE).write(
            event for event in found if before is None or _is_before(event, before)
        )
    return CaseLedger(store, Chain.BITCOIN)


def _is_before(event: Event, moment: datetime) -> bool:
    return isinstance(event, BlockRead) and event.block.header.mined_at_unix < moment.timestamp()


def read_foreign_block(content: bytes, chain: Chain) -> Iterator[Transaction]:
    """The transactions of a raw Litecoin or Dash block, with nothing known of what they spend.

    Litecoin's HogEx (marker 8) is taken without its extension mark, Dash's special transactions
    without their payload.
    """
    count, at = read_count(content, HEADER_BYTES)
    for number in range(count):
        hogex = content[at + 4 : at + 6] == b"\x00\x08"
        raw = content[at : at + 4] + content[at + 6 :] if hogex else content[at:]
        given, size = read_transaction(raw, 0, MAX_UNITS)
        at += size + (3 if hogex else 0)
        if chain is Chain.DASH and given.version >> 16:
            payload, at = read_count(content, at)
            at += payload
        yield _from_wire(given, chain, number)


def _from_wire(given: WireTransaction, chain: Chain, block_index: int | None) -> Transaction:
    own = Txid(given.txid)
    return Transaction(
        chain=chain,
        txid=own,
        height=None,
        block_index=block_index,
        block_hash=None,
        mined_at=None,
        is_coinbase=given.is_coinbase,
        version=given.version,
        locktime=given.locktime,
        inputs=tuple(
            Input(
                None if given.is_coinbase else Outpoint(Txid(i.previous_txid), i.previous_index),
                i.sequence,
                None,
                marks_from_bytes(i.signatures),
            )
            for i in given.inputs
        ),
        outputs=tuple(
            Output(
                Outpoint(own, index),
                output.amount_units,
                output.script,
                address_from_script(output.script, chain),
            )
            for index, output in enumerate(given.outputs)
        ),
    )
