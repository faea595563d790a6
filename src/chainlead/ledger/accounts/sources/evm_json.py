"""What a node of Ethereum or its kin answers: blocks, transactions, receipts, logs, traces.

Found in: answers to `eth_getBlockByNumber` (with transactions), `eth_getBlockReceipts`,
`eth_getTransactionReceipt`, `eth_getTransactionByHash`, `eth_getLogs`, `debug_trace…` with
`callTracer`, `trace_block`, `eth_call` of `symbol()` and `decimals()`, `eth_getCode`,
`eth_getStorageAt`, `eth_getProof` (see evm_contracts); alone, in lists, in lines, or
in the records of `chainlead fetch`.
Proof: transaction ids and senders, header hashes, the roots of transactions, receipts and
withdrawals; see evm_transaction, evm_header, evm_receipt, evm_assembly.
Limits: traces and tokens' symbols are the node's word. A trace that was made with `onlyTopCall`
looks like one without inner calls.
Spec: the Ethereum JSON-RPC API (execution-apis).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chainlead.errors import WrongNetworkError
from chainlead.ledger.accounts.account_source import AccountEvent, AccountRequest, AccountSource
from chainlead.ledger.accounts.chains.ethereum import Ethereum
from chainlead.ledger.accounts.evm_account_proof import read_account_proof
from chainlead.ledger.accounts.evm_assembly import EvmAssembly, read_withdrawals
from chainlead.ledger.accounts.evm_calls import (
    read_flat_calls,
    read_nested_calls,
    read_rewards,
)
from chainlead.ledger.accounts.evm_contracts import IMPLEMENTATION_CALL, ContractParts
from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    address_of,
    bytes_of,
    find_number,
    find_place,
    hash_of,
)
from chainlead.ledger.accounts.evm_found import (
    ANSWER,
    BLOCK,
    BLOCK_CALLS,
    CALLS,
    CHAIN,
    CODE,
    FLAT,
    HEADER,
    LOG,
    PROOF,
    RECEIPT,
    SLOT,
    TRANSACTION,
    Found,
    find_in_json,
)
from chainlead.ledger.accounts.evm_header import read_evm_header
from chainlead.ledger.accounts.evm_receipt import read_evm_log, read_evm_receipt
from chainlead.ledger.accounts.evm_rlp import RlpError
from chainlead.ledger.accounts.evm_tokens import DECIMALS, SYMBOL, read_asset
from chainlead.ledger.accounts.evm_transaction import read_evm_transaction

FORM = "evm-json"
_ORDER = (
    CHAIN,
    BLOCK,
    TRANSACTION,
    RECEIPT,
    LOG,
    CALLS,
    BLOCK_CALLS,
    FLAT,
    HEADER,
    CODE,
    SLOT,
    PROOF,
    ANSWER,
)


class EvmJson(AccountSource):
    """A node's answers."""

    form = FORM

    def recognises(self, content: bytes, request: AccountRequest) -> bool:
        """Something in it is a block, transaction, receipt, log or trace."""
        if not isinstance(request.chain, Ethereum):
            return False
        return any(True for _ in find_in_json(content))

    def read(self, content: bytes, request: AccountRequest) -> Iterator[AccountEvent]:
        """Blocks with their transactions, then transactions that stand alone, then tokens."""
        reader = _Reader(request)
        found = list(find_in_json(content))
        for kind in _ORDER:
            reader.read_all(kind, [one for one in found if one.kind == kind])
        if reader.assembly.is_all_foreign:
            raise WrongNetworkError(reader.assembly.skipped[0].reason + ".")
        yield from reader.assembly.events()


class _Reader:
    def __init__(self, request: AccountRequest) -> None:
        self.assembly = EvmAssembly(request)
        self._request = request

    def read_all(self, kind: str, found: list[Found]) -> None:
        """All of one kind; what is damaged is skipped with the reason."""
        if kind == FLAT:
            self._read_flat(found)
            return
        if kind == ANSWER:
            self._read_answers(found)
            return
        read = {
            CHAIN: self._chain, BLOCK: self._block, TRANSACTION: self._transaction,
            RECEIPT: self._receipt, LOG: self._log, CALLS: self._calls,
            BLOCK_CALLS: self._block_calls, CODE: self._code, SLOT: self._slot,
            HEADER: self._header, PROOF: self._proof,
        }[kind]  # fmt: skip
        for one in found:
            try:
                read(one)
            except (EvmFieldError, RlpError) as error:
                self.assembly.skip(one.number, str(error))

    def _chain(self, one: Found) -> None:
        own = int(self._request.chain.networks[self._request.network])
        told = find_number(one.told)
        if told != own:
            raise WrongNetworkError(f"The answers are of a node of chain {told}, not {own}.")

    def _block(self, one: Found) -> None:
        try:
            self._proved_block(one.told, one.number)
        except (EvmFieldError, RlpError):
            named = str(one.told.get("hash")).lower().removeprefix("0x")
            self.assembly.refuse_block(named, find_place(one.told.get("number")))
            raise

    def _proved_block(self, told: Mapping[str, Any], number: int) -> None:
        if told.get("number") is None:
            raise EvmFieldError("a block that waits to be made")
        header = read_evm_header(told)
        listed = told.get("transactions")
        transactions = None
        if isinstance(listed, list) and all(isinstance(item, Mapping) for item in listed):
            transactions = [read_evm_transaction(item) for item in listed]
        withdrawals = read_withdrawals(told.get("withdrawals"))
        self.assembly.add_block(header, transactions, withdrawals, number=number)

    def _transaction(self, one: Found) -> None:
        told = one.told
        if told.get("blockHash") is None:
            raise EvmFieldError("a transaction that is in no block yet")
        self.assembly.add_transaction(
            read_evm_transaction(told), hash_of(told["blockHash"], "the block's hash"),
            find_place(told.get("blockNumber")), find_place(told.get("transactionIndex")) or 0,
            number=one.number,
        )  # fmt: skip

    def _receipt(self, one: Found) -> None:
        self.assembly.add_receipt(read_evm_receipt(one.told))

    def _log(self, one: Found) -> None:
        told = one.told
        if told.get("removed"):
            raise EvmFieldError("a log of a block that left the chain")
        txid = hash_of(told["transactionHash"], "the transaction's hash")
        block_hash = hash_of(told.get("blockHash"), "the block's hash")
        height = find_place(told.get("blockNumber"))
        place = find_place(told.get("transactionIndex")) or 0
        self.assembly.add_logs(txid, [read_evm_log(told)], block_hash, height, place)

    def _calls(self, one: Found) -> None:
        told, txid = one.told, one.params[0] if one.params else None
        if isinstance(told, Mapping) and "result" in told:
            told, txid = told["result"], told.get("txHash", txid)
        if not isinstance(told, Mapping):
            raise EvmFieldError("no trace of calls")
        calls = read_nested_calls(told)
        self.assembly.add_calls(hash_of(txid, "the transaction's hash"), calls, None, 0)

    def _block_calls(self, one: Found) -> None:
        """Traces of a block; without ids they stand in the order of its transactions."""
        asked = one.params[0] if one.params else None
        height = find_place(asked)
        is_hash = isinstance(asked, str) and len(asked) == 66
        block_hash = hash_of(asked, "the block's hash") if is_hash else None
        if block_hash is None and height is not None:
            block_hash = self.assembly.find_block_at(height)
        if not isinstance(one.told, list):
            raise EvmFieldError("the node gave no traces of the block")
        for place, entry in enumerate(one.told):
            inner = entry.get("result") if isinstance(entry, Mapping) else None
            if not isinstance(inner, Mapping):
                raise EvmFieldError(f"the node could not trace transaction {place} of the block")
            told = entry.get("txHash")
            txid = hash_of(told, "the transaction's hash") if told else None
            if txid is None and block_hash is not None:
                txid = self.assembly.find_txid(block_hash, place)
            if txid is None:
                raise EvmFieldError("traces without ids, and their block is not at hand")
            self.assembly.add_calls(txid, read_nested_calls(inner), height, place)

    def _code(self, one: Found) -> None:
        parts = self._contract(one, 2)
        parts.code = bytes_of(one.told, "the code")

    def _header(self, one: Found) -> None:
        """A header that stands beside answers about accounts, for its root; it is no block of the case."""
        if isinstance(one.told, Mapping):
            self.assembly.add_state_root(read_evm_header(one.told))

    def _proof(self, one: Found) -> None:
        parts = self._contract(one, 3)
        parts.proof = read_account_proof(one.told)

    def _slot(self, one: Found) -> None:
        parts = self._contract(one, 3)
        parts.slots[str(one.params[1])] = bytes_of(one.told, "the storage", 32)

    def _contract(self, one: Found, count: int) -> ContractParts:
        """What is told of the account that the question names, at the height that it names last."""
        if len(one.params) != count:
            raise EvmFieldError("an answer about an account that the question does not name")
        parts = self.assembly.contract(address_of(one.params[0], "the account"))
        parts.height = find_place(one.params[-1])
        return parts

    def _read_flat(self, found: list[Found]) -> None:
        groups: dict[str, list[Mapping[str, Any]]] = {}
        rewards: dict[str, list[Mapping[str, Any]]] = {}
        numbers: dict[str, int] = {}
        for one in found:
            told = one.told
            name = told.get("transactionHash")
            into = groups if isinstance(name, str) else rewards
            key = str(name if isinstance(name, str) else told.get("blockHash"))
            into.setdefault(key, []).append(told)
            numbers.setdefault(key, one.number)
        for txid, parts in groups.items():
            try:
                height = find_place(parts[0].get("blockNumber"))
                place = find_place(parts[0].get("transactionPosition")) or 0
                calls = read_flat_calls(parts)
                self.assembly.add_calls(hash_of(txid, "the id"), calls, height, place)
            except EvmFieldError as error:
                self.assembly.skip(numbers[txid], str(error))
        for block_hash, parts in rewards.items():
            try:
                paid = list(read_rewards(parts))
                self.assembly.add_rewards(hash_of(block_hash, "the block's hash"), paid)
            except EvmFieldError as error:
                self.assembly.skip(numbers[block_hash], str(error))

    def _read_answers(self, found: list[Found]) -> None:
        """What contracts said of themselves."""
        told: dict[str, dict[str, bytes]] = {}
        for one in found:
            asked = one.params[0] if one.params else None
            if not isinstance(asked, Mapping) or not isinstance(one.told, str):
                continue
            try:
                contract = address_of(asked.get("to"), "the contract")
                answer = bytes_of(one.told, "the answer")
            except EvmFieldError as error:
                self.assembly.skip(one.number, str(error))
                continue
            data = str(asked.get("data", asked.get("input")))
            if data == IMPLEMENTATION_CALL:
                self.assembly.contract(contract).implemented = answer
            told.setdefault(contract, {})[data] = answer
        for contract, answers in told.items():
            self.assembly.add_asset(
                read_asset(
                    contract, answers.get(SYMBOL), answers.get(DECIMALS),
                    self._request.chain.chain, self._request.network,
                )
            )  # fmt: skip
