"""Every real Bitcoin block beside the checkout, as one ledger in memory.

Blocks are put in order of their own time. Previous outputs come from the blocks themselves and, for
the files of the Raito client, from the values that the file gives beside each input. The address of
an input whose previous output is not known is derived from the key or script that it shows.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from chainlead.codecs import address_from_script, hash160
from chainlead.errors import LedgerError
from chainlead.ledger import (
    BlockRead,
    Input,
    Output,
    Pin,
    Request,
    SignatureMark,
    Transaction,
    WireBlock,
    WireInput,
    WireTransaction,
    find_form,
    get_parameters,
    read_source,
)
from chainlead.model import BlockHash, Chain, Network, Outpoint, Txid

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "btc-blocks"
MAIN = Request(get_parameters(Chain.BITCOIN), Network.MAIN)


class BlocksInMemory:
    """Answers LedgerView's questions; `payers` also knows addresses that inputs only show."""

    def __init__(self, folder: Path = FOLDER) -> None:
        blocks = sorted(
            _blocks(folder), key=lambda b: (b.header.mined_at_unix, b.header.block_hash)
        )
        outputs: dict[tuple[bytes, int], tuple[int, bytes]] = dict(_claimed(folder))
        for block in blocks:
            for wire in block.transactions:
                outputs.update(((wire.txid, n), pair) for n, pair in enumerate(wire.outputs))
        self.shown: dict[tuple[Txid, int], str] = {}
        self._all: list[Transaction] = []
        seen: set[bytes] = set()
        for height, block in enumerate(blocks):
            for place, wire in enumerate(block.transactions):
                if wire.txid not in seen:
                    seen.add(wire.txid)
                    self._all.append(self._build(wire, block, (height, place), outputs))
        self._known = {t.txid: t for t in self._all}
        self._spenders: dict[Outpoint, Transaction] = {}
        self._paying: dict[str, list[Output]] = {}
        for transaction in self._all:
            for spent in transaction.inputs:
                if spent.outpoint is not None:
                    self._spenders.setdefault(spent.outpoint, transaction)
            for output in transaction.outputs:
                if output.address is not None:
                    self._paying.setdefault(output.address, []).append(output)
        self.blocks = len(blocks)

    def _build(
        self,
        wire: WireTransaction,
        block: WireBlock,
        place: tuple[int, int],
        outputs: dict[tuple[bytes, int], tuple[int, bytes]],
    ) -> Transaction:
        txid = Txid(wire.txid)
        inputs: list[Input] = []
        for number, spent in enumerate(wire.inputs):
            if wire.is_coinbase:
                inputs.append(Input(None, spent.sequence, None))
                continue
            outpoint = Outpoint(Txid(spent.previous_txid), spent.previous_index)
            value = outputs.get((spent.previous_txid, spent.previous_index))
            previous = None if value is None else _output(outpoint, *value)
            if previous is None and (address := _shown_address(spent)) is not None:
                self.shown[txid, number] = address
            marks = zip(spent.signatures[::2], spent.signatures[1::2], strict=True)
            inputs.append(
                Input(outpoint, spent.sequence, previous, tuple(SignatureMark(*m) for m in marks))
            )
        return Transaction(
            chain=Chain.BITCOIN,
            txid=txid,
            height=place[0],
            block_index=place[1],
            block_hash=BlockHash(block.header.block_hash),
            mined_at=datetime.fromtimestamp(block.header.mined_at_unix, UTC),
            is_coinbase=wire.is_coinbase,
            version=wire.version,
            locktime=wire.locktime,
            inputs=tuple(inputs),
            outputs=tuple(
                _output(Outpoint(txid, index), *pair) for index, pair in enumerate(wire.outputs)
            ),
        )

    def payers(self, transaction: Transaction) -> list[str]:
        """The addresses that pay in, known or shown by the input itself."""
        found = []
        for number, spent in enumerate(transaction.inputs):
            if spent.previous is not None and spent.previous.address is not None:
                found.append(spent.previous.address)
            elif (transaction.txid, number) in self.shown:
                found.append(self.shown[transaction.txid, number])
        return found

    @property
    def pin(self) -> Pin:
        return Pin(Chain.BITCOIN, Network.MAIN, self._all[-1].height, self._all[-1].block_hash)

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        return self._known.get(txid)

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        known = self._known.get(outpoint.txid)
        return known.outputs[outpoint.output_index] if known else None

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        return self._spenders.get(outpoint)

    def outputs_to(self, address: str) -> list[Output]:
        return self._paying.get(address, [])

    def transactions(self) -> list[Transaction]:
        return self._all


def _blocks(folder: Path) -> Iterator[WireBlock]:
    seen: set[bytes] = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        try:
            for event in read_source(content, find_form(content, MAIN), MAIN):
                if isinstance(event, BlockRead) and event.block.header.block_hash not in seen:
                    seen.add(event.block.header.block_hash)
                    yield event.block
        except LedgerError:
            continue


def _claimed(folder: Path) -> dict[tuple[bytes, int], tuple[int, bytes]]:
    """What the Raito files say about the outputs that their inputs spend."""
    found = {}
    for path in sorted(folder.glob("raito/full_*.json")):
        for block in json.loads(path.read_text("utf-8"))["blocks"]:
            for transaction in block["data"].get("transactions", []):
                for spent in transaction["inputs"]:
                    before = spent["previous_output"]
                    key = (bytes.fromhex(before["txid"])[::-1], before["vout"])
                    script = before["data"]["pk_script"].removeprefix("0x")
                    found[key] = (before["data"]["value"], bytes.fromhex(script))
    return found


def _output(outpoint: Outpoint, amount_units: int, script: bytes) -> Output:
    return Output(outpoint, amount_units, script, address_from_script(script, Chain.BITCOIN))


def _shown_address(spent: WireInput) -> str | None:
    """From the last thing that the input's script pushes: a key, or the script behind a hash."""
    pushes = _pushes(spent.script)
    if not pushes or not pushes[-1]:
        return None
    last = pushes[-1]
    if len(pushes) == 2 and (len(last), last[0]) in {(33, 2), (33, 3), (65, 4)}:
        return address_from_script(b"\x76\xa9\x14" + hash160(last) + b"\x88\xac", Chain.BITCOIN)
    if len(pushes) == 1 and len(last) in {22, 34} and last[0] == 0:
        return address_from_script(b"\xa9\x14" + hash160(last) + b"\x87", Chain.BITCOIN)
    if pushes[0] == b"" and last[-1] == 0xAE:
        return address_from_script(b"\xa9\x14" + hash160(last) + b"\x87", Chain.BITCOIN)
    return None


def _pushes(script: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(script):
        size = script[at]
        at += 1
        if size in {0x4C, 0x4D}:
            width = size - 0x4B
            size = int.from_bytes(script[at : at + width], "little")
            at += width
        elif size > 0x4E:
            return []
        found.append(script[at : at + size])
        at += size
    return found if at == len(script) else []
