"""A chain of the practice economy as the ledger room's records, without a case.

Each transaction is read back from its wire bytes by the same parser that reads a node's files, so
the records equal those that `chainlead ledger add` of the same blocks gives.
"""

from collections.abc import Iterable

from chainlead.guide.practice.economy import Coin, Economy, SentTransaction
from chainlead.ledger import (
    Input,
    Output,
    Pin,
    SignatureMark,
    Transaction,
    Verified,
    parse_transaction,
)
from chainlead.model import (
    BlockHash,
    Network,
    Outpoint,
    Txid,
    moment_from_unix,
)

MAX_UNITS = 21 * 10**14


class EconomyLedger:
    """Answers `LedgerView`'s questions about an economy's chain, from memory."""

    def __init__(self, economy: Economy, *, until_height: int | None = None) -> None:
        """Read the blocks back, up to a height or all; the economy must not go on afterwards."""
        self._economy = economy
        self._tip = economy.height if until_height is None else until_height
        self._known: dict[Txid, Transaction] = {}
        self._outputs: dict[Outpoint, Output] = {}
        self._spenders: dict[Outpoint, Transaction] = {}
        self._paying: dict[str, list[Output]] = {}
        places: dict[int, int] = {}
        first = _genesis(economy)
        self._keep(first)
        for sent in economy.sent:
            if sent.height > self._tip:
                break
            index = places.get(sent.height, 0)
            places[sent.height] = index + 1
            self._keep(self._read(sent, index))

    @property
    def pin(self) -> Pin:
        """The last block."""
        tip = self._economy.blocks[self._tip]
        block_hash = BlockHash(tip.hash_wire)
        return Pin(self._economy.chain, Network.REGTEST, tip.height, block_hash, 0)

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        """The transaction with this id."""
        return self._known.get(txid)

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        """One created output."""
        return self._outputs.get(outpoint)

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        """The transaction that spends this output."""
        return self._spenders.get(outpoint)

    def outputs_to(self, address: str) -> Iterable[Output]:
        """All outputs that pay this address, in chain order."""
        return tuple(self._paying.get(address, ()))

    def transactions(self) -> Iterable[Transaction]:
        """Every transaction, in chain order."""
        return self._known.values()

    def _keep(self, transaction: Transaction) -> None:
        self._known[transaction.txid] = transaction
        for output in transaction.outputs:
            self._outputs[output.outpoint] = output
            if output.address is not None:
                self._paying.setdefault(output.address, []).append(output)
        for spent in transaction.inputs:
            if spent.outpoint is not None:
                self._spenders[spent.outpoint] = transaction

    def _read(self, sent: SentTransaction, index: int) -> Transaction:
        wire = parse_transaction(sent.wire.serialized, max_units=MAX_UNITS)
        txid = Txid(wire.txid)
        is_coinbase = wire.is_coinbase
        inputs = []
        for spent in wire.inputs:
            if is_coinbase:
                inputs.append(Input(None, spent.sequence, None))
                continue
            outpoint = Outpoint(Txid(spent.previous_txid), spent.previous_index)
            packed = spent.signatures
            marks = tuple(map(SignatureMark, packed[::2], packed[1::2]))
            inputs.append(Input(outpoint, spent.sequence, self._outputs[outpoint], marks))
        return Transaction(
            chain=self._economy.chain,
            txid=txid,
            height=sent.height,
            block_index=index,
            block_hash=BlockHash(self._economy.blocks[sent.height].hash_wire),
            mined_at=moment_from_unix(sent.mined_at_unix),
            is_coinbase=is_coinbase,
            version=wire.version,
            locktime=wire.locktime,
            inputs=tuple(inputs),
            outputs=tuple(
                Output(Outpoint(txid, number), coin.amount_sat, coin.script, coin.address or None)
                for number, coin in enumerate(_made(sent, is_coinbase=is_coinbase))
            ),
            verified=Verified.ON_BEST_CHAIN,
        )


def _made(sent: SentTransaction, *, is_coinbase: bool) -> tuple[Coin, ...]:
    """The outputs; a coinbase has one more, the witness commitment, that no wallet holds."""
    if not is_coinbase:
        return sent.made
    extra = tuple(
        Coin(sent.wire.txid_wire, number, amount, script, "", "commitment", sent.height)
        for number, (amount, script) in enumerate(sent.wire.outputs)
        if number >= len(sent.made)
    )
    return (*sent.made, *extra)


def _genesis(economy: Economy) -> Transaction:
    block = economy.blocks[0]
    wire = block.transactions[0]
    txid = Txid(wire.txid_wire)
    amount, script = wire.outputs[0]
    address = Coin(wire.txid_wire, 0, amount, script, "", "", 0, chain=economy.chain).address
    return Transaction(
        chain=economy.chain,
        txid=txid,
        height=0,
        block_index=0,
        block_hash=BlockHash(block.hash_wire),
        mined_at=moment_from_unix(block.mined_at_unix),
        is_coinbase=True,
        version=wire.version,
        locktime=wire.locktime,
        inputs=(Input(None, wire.inputs[0].sequence, None),),
        outputs=(Output(Outpoint(txid, 0), amount, script, address or None),),
        verified=Verified.ON_BEST_CHAIN,
    )
