"""Put together what a file tells in many places of each block and transaction, and prove what can be.

The transactions' root proves that a block is whole and in order, the receipts' root that success,
gas and logs are the block's own, the withdrawals' root that these are. Order of events: blocks by
height with their transactions, then transactions of blocks that are not at hand, then tokens.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chainlead.ledger.accounts.account_source import (
    AccountBlockRead,
    AccountEvent,
    AccountRequest,
    AccountTransactionRead,
    AssetRead,
    TransferRead,
    Verified,
)
from chainlead.ledger.accounts.evm_calls import CallsRead, Move
from chainlead.ledger.accounts.evm_contracts import ContractParts, derive_contract
from chainlead.ledger.accounts.evm_fields import EvmFieldError, address_of, bytes_of, number_of
from chainlead.ledger.accounts.evm_header import EvmHeader
from chainlead.ledger.accounts.evm_receipt import EvmLog, EvmReceipt
from chainlead.ledger.accounts.evm_rlp import encode_rlp, number_to_rlp
from chainlead.ledger.accounts.evm_tokens import known_tokens
from chainlead.ledger.accounts.evm_transaction import EvmTransaction
from chainlead.ledger.accounts.evm_transfers import EvmParts, derive_read
from chainlead.ledger.accounts.evm_trie import derive_trie_root
from chainlead.ledger.source import Skipped
from chainlead.model import Network

_GWEI = 10**9
WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Coin that the consensus layer paid out, in units of 10^9 wei."""

    number: int
    validator: int
    address: str
    amount_gwei: int


@dataclass(slots=True)
class _Block:
    header: EvmHeader
    transactions: tuple[EvmTransaction, ...] | None
    withdrawals: tuple[Withdrawal, ...] | None
    rewards: tuple[Move, ...] = ()


@dataclass(slots=True)
class EvmAssembly:
    """What was told so far."""

    request: AccountRequest
    skipped: list[Skipped] = field(default_factory=list)
    _blocks: dict[str, _Block] = field(default_factory=dict)
    _parts: dict[str, EvmParts] = field(default_factory=dict)
    _assets: dict[str, AssetRead] = field(default_factory=dict)
    _contracts: dict[str, ContractParts] = field(default_factory=dict)
    _state_roots: dict[int, bytes] = field(default_factory=dict)
    _foreign: int = 0
    _refused: set[str | int] = field(default_factory=set)

    def skip(self, number: int, reason: str) -> None:
        """Remember what could not be used; `number` is its place in the file."""
        self.skipped.append(Skipped(number, number + 1, reason))

    def refuse_block(self, block_hash: str, height: int | None) -> None:
        """A block that did not prove itself: what else is told of it is not taken either."""
        self._refused |= {block_hash} if height is None else {block_hash, height}

    @property
    def is_all_foreign(self) -> bool:
        """Whether transactions of other chains were all that there was."""
        return bool(self._foreign) and not self._parts

    def add_block(
        self,
        header: EvmHeader,
        transactions: Sequence[EvmTransaction] | None,
        withdrawals: Sequence[Withdrawal] | None = None,
        *,
        number: int = 0,
    ) -> None:
        """A block; its transactions are None where only some or none came with it.

        Raises:
            EvmFieldError: they are not the header's own.
        """
        if transactions is not None:
            self._require_transactions(header, transactions)
        if withdrawals is not None and header.withdrawals_root is not None:
            encoded = [_withdrawal_bytes(paid) for paid in withdrawals]
            if derive_trie_root(encoded) != header.withdrawals_root and header.is_proved:
                raise EvmFieldError(
                    f"block {header.block_hash}: its withdrawals are not the header's"
                )
        known = self._blocks.get(header.block_hash)
        if known is not None and transactions is None:
            return
        listed = None if transactions is None else tuple(transactions)
        paid = None if withdrawals is None else tuple(withdrawals)
        self._blocks[header.block_hash] = _Block(
            header, listed, paid, known.rewards if known else ()
        )
        for place, transaction in enumerate(transactions or ()):
            parts = self.add_transaction(
                transaction, header.block_hash, header.height, place, number=number
            )
            if parts is not None:
                parts.in_block = header.is_proved and transaction.is_proved

    def _require_transactions(
        self, header: EvmHeader, transactions: Sequence[EvmTransaction]
    ) -> None:
        if not all(transaction.raw for transaction in transactions) or not header.is_proved:
            return
        if derive_trie_root([t.raw for t in transactions]) != header.transactions_root:
            raise EvmFieldError(f"block {header.block_hash}: its transactions are not the header's")

    def add_transaction(
        self,
        transaction: EvmTransaction,
        block_hash: str,
        height: int | None,
        place: int,
        *,
        number: int = 0,
    ) -> EvmParts | None:
        """A transaction where it stands; None if it is of another chain."""
        own = int(self.request.chain.networks[self.request.network])
        if transaction.chain_id not in {None, own}:
            self._foreign += 1
            self.skip(
                number,
                f"transaction {transaction.txid} is of chain {transaction.chain_id}, not {own}",
            )
            return None
        parts = self.parts(transaction.txid)
        if parts.transaction is None or transaction.is_proved:
            parts.transaction = transaction
        self._place(parts, block_hash, height, place)
        return parts

    def parts(self, txid: str) -> EvmParts:
        """What is told of a transaction."""
        return self._parts.setdefault(txid, EvmParts(txid))

    def _place(self, parts: EvmParts, block_hash: str, height: int | None, place: int) -> None:
        if not parts.in_block:
            parts.block_hash = block_hash or parts.block_hash
            parts.height = height if height is not None else parts.height
            parts.block_index = place or parts.block_index

    def add_receipt(self, receipt: EvmReceipt) -> None:
        """What came of a transaction."""
        parts = self.parts(receipt.txid)
        if parts.in_block and parts.block_hash != receipt.block_hash:
            parts.note = "its receipt names another block: left out"
            return
        parts.receipt = receipt
        self._place(parts, receipt.block_hash, receipt.height, receipt.block_index)

    def add_logs(
        self, txid: str, logs: Sequence[EvmLog], block_hash: str, height: int | None, place: int
    ) -> None:
        """Logs that came without a receipt; one that is told twice counts once."""
        parts = self.parts(txid)
        parts.logs = tuple({log.index: log for log in (*parts.logs, *logs)}.values())
        self._place(parts, block_hash, height, place)

    def add_calls(self, txid: str, calls: CallsRead, height: int | None, place: int) -> None:
        """What contracts paid inside a transaction."""
        parts = self.parts(txid)
        parts.calls = calls
        self._place(parts, "", height, place)

    def add_rewards(self, block_hash: str, rewards: Sequence[Move]) -> None:
        """What a block of the time of mining paid its miner."""
        if block_hash in self._blocks:
            self._blocks[block_hash].rewards = tuple(rewards)

    def add_asset(self, asset: AssetRead | None) -> None:
        """What a token says of itself."""
        if asset is not None:
            self._assets[asset.contract] = asset

    def contract(self, account: str) -> ContractParts:
        """What is told of an account's code."""
        return self._contracts.setdefault(account, ContractParts(account))

    def find_txid(self, block_hash: str, place: int) -> str | None:
        """The transaction at this place of a block that came whole."""
        block = self._blocks.get(block_hash)
        listed = block.transactions if block else None
        return listed[place].txid if listed and place < len(listed) else None

    def find_block_at(self, height: int) -> str | None:
        """The one block at this height; None if there is none or more than one."""
        found = [h for h, block in self._blocks.items() if block.header.height == height]
        return found[0] if len(found) == 1 else None

    def events(self) -> Iterator[AccountEvent]:
        """All of it, proved as far as it can be, in order."""
        chain, network = self.request.chain.chain, self.request.network
        wrapping = frozenset(
            token.contract for token in known_tokens()
            if token.wraps and token.chain is chain and network is Network.MAIN
        )  # fmt: skip
        blocks = sorted(self._blocks.items(), key=lambda pair: (pair[1].header.height, pair[0]))
        proved = {block_hash for block_hash, block in blocks if self._proves_receipts(block)}
        yield from self.skipped
        told: set[str] = set()
        for block_hash, block in blocks:
            yield _block_event(block)
            for transaction in block.transactions or ():
                parts = self._parts.get(transaction.txid)
                if parts is None or parts.block_hash != block_hash or parts.txid in told:
                    continue
                parts.receipt_in_block = block_hash in proved
                _set_block(parts, block.header)
                told.add(parts.txid)
                yield derive_read(parts, wrapping)
            yield from _paid_by_block(block)
        loose = [
            parts for txid, parts in self._parts.items()
            if txid not in told and (parts.block_hash or parts.height) not in self._refused
        ]  # fmt: skip
        for parts in sorted(
            loose, key=lambda p: (p.height is None, p.height or 0, p.block_index, p.txid)
        ):
            block_of = self._blocks.get(parts.block_hash)
            if block_of is not None:
                _set_block(parts, block_of.header)
            yield derive_read(parts, wrapping)
        yield from (self._assets[contract] for contract in sorted(self._assets))
        yield from self._contract_events()

    def add_state_root(self, header: EvmHeader) -> None:
        """The root over all accounts after a block, if the header's hash was recomputed."""
        if header.is_proved:
            self._state_roots[header.height] = header.state_root

    def _contract_events(self) -> Iterator[AccountEvent]:
        for number, (_, parts) in enumerate(sorted(self._contracts.items())):
            root = self._state_roots.get(-1 if parts.height is None else parts.height, b"")
            try:
                read = derive_contract(parts, self._contracts, root)
            except EvmFieldError as error:
                yield Skipped(number, number + 1, str(error))
                continue
            if read is not None:
                yield read

    def _proves_receipts(self, block: _Block) -> bool:
        if not block.header.is_proved or not block.transactions:
            return False
        encoded: list[bytes] = []
        for transaction in block.transactions:
            parts = self._parts.get(transaction.txid)
            content = parts.receipt.to_bytes() if parts and parts.receipt else b""
            if not content:
                return False
            encoded.append(content)
        if derive_trie_root(encoded) == block.header.receipts_root:
            return True
        self.skip(0, f"block {block.header.block_hash}: the receipts told are not the header's")
        for transaction in block.transactions:
            parts = self.parts(transaction.txid)
            parts.receipt, parts.note = None, "its receipt was refused: not the block's own"
        return False


def read_withdrawals(told: Any) -> tuple[Withdrawal, ...] | None:
    """Withdrawals as a node's JSON lists them; None where there is no list.

    Raises:
        EvmFieldError: one of them is damaged.
    """
    if not isinstance(told, list):
        return None
    if not all(isinstance(paid, Mapping) for paid in told):
        raise EvmFieldError("a withdrawal that is none")
    return tuple(
        Withdrawal(
            number_of(paid.get("index"), "a withdrawal's number"),
            number_of(paid.get("validatorIndex"), "a validator"),
            address_of(paid.get("address"), "a withdrawal's address"),
            number_of(paid.get("amount"), "a withdrawal's amount"),
        )
        for paid in told
    )


def _withdrawal_bytes(paid: Withdrawal) -> bytes:
    return encode_rlp([
        number_to_rlp(paid.number), number_to_rlp(paid.validator),
        bytes_of(paid.address, "address", 20), number_to_rlp(paid.amount_gwei),
    ])  # fmt: skip


def _set_block(parts: EvmParts, header: EvmHeader) -> None:
    parts.height, parts.mined_at_unix = header.height, header.timestamp_unix
    parts.base_fee = header.base_fee


def _block_event(block: _Block) -> AccountBlockRead:
    header = block.header
    level = Verified.REHASHED if header.is_proved else Verified.SINGLE_SOURCE
    return AccountBlockRead(
        header.block_hash,
        header.parent_hash,
        header.height,
        header.timestamp_unix,
        block.transactions is not None,
        level,
    )


def _paid_by_block(block: _Block) -> Iterator[AccountTransactionRead]:
    """Withdrawals and rewards: no transaction of anybody, so each block gets one of its own for them."""
    header = block.header
    count = len(block.transactions or ())
    paid = [
        TransferRead(WITHDRAWAL, None, one.address, one.amount_gwei * _GWEI,
                     note=f"validator {one.validator}")
        for one in block.withdrawals or ()
    ]  # fmt: skip
    rewards = [TransferRead(m.kind, None, m.receiver, m.amount_units) for m in block.rewards]
    proved = Verified.IN_BLOCK if header.is_proved else Verified.SINGLE_SOURCE
    for kind, transfers, level in (
        ("withdrawals", paid, proved), ("rewards", rewards, Verified.SINGLE_SOURCE),
    ):  # fmt: skip
        if transfers:
            yield AccountTransactionRead(
                f"{kind}-{header.block_hash}", header.block_hash, header.height, count,
                header.timestamp_unix, is_successful=True, sees_internal=True, fee_payer=None,
                fee_units=None, transfers=tuple(transfers), verified=level,
            )  # fmt: skip
