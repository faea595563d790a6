"""Blocks of Ethereum and its kin as bytes, one behind the other.

Found in: what `geth export` and `besu blocks export` write. Proof: transaction ids and senders, the
header's hash, the roots of transactions and withdrawals. Limits: no receipts: whether a transaction
succeeded, what it cost and which tokens it moved stand elsewhere.
Spec: the Ethereum Yellow Paper, section 4.3; EIP-2718; EIP-4895.
"""

from collections.abc import Iterator

from chainlead.errors import WrongNetworkError
from chainlead.ledger.accounts.account_source import AccountEvent, AccountRequest, AccountSource
from chainlead.ledger.accounts.chains.ethereum import Ethereum
from chainlead.ledger.accounts.evm_assembly import EvmAssembly, Withdrawal
from chainlead.ledger.accounts.evm_fields import EvmFieldError, address_text
from chainlead.ledger.accounts.evm_header import parse_evm_header
from chainlead.ledger.accounts.evm_rlp import (
    Item,
    RlpError,
    decode_rlp,
    encode_rlp,
    number_from_rlp,
    split_rlp,
)
from chainlead.ledger.accounts.evm_transaction import parse_evm_transaction

_LEAST_PARTS, _WITHDRAWALS = 3, 3


class EvmBlocksRlp(AccountSource):
    """Exported blocks."""

    form = "evm-blocks-rlp"

    def recognises(self, content: bytes, request: AccountRequest) -> bool:
        """The first item is a list whose first part is a header."""
        if not isinstance(request.chain, Ethereum) or not content or content[0] < 0xF8:
            return False
        try:
            first = decode_rlp(next(split_rlp(content)))
            parse_evm_header(first[0] if len(first) >= _LEAST_PARTS else b"")  # type: ignore[arg-type]  # a list's part
        except (RlpError, IndexError, TypeError):
            return False
        return True

    def read(self, content: bytes, request: AccountRequest) -> Iterator[AccountEvent]:
        """The blocks by height with their transactions."""
        assembly = EvmAssembly(request)
        try:
            for number, raw in enumerate(split_rlp(content)):
                try:
                    _add(assembly, raw, number)
                except (RlpError, EvmFieldError) as error:
                    assembly.skip(number, f"block {number} of the file: {error}")
        except RlpError as error:
            assembly.skip(len(content), f"the rest of the file is no block: {error}")
        if assembly.is_all_foreign:
            raise WrongNetworkError(assembly.skipped[0].reason + ".")
        yield from assembly.events()


def _add(assembly: EvmAssembly, raw: bytes, number: int) -> None:
    block = decode_rlp(raw)
    if isinstance(block, bytes) or len(block) < _LEAST_PARTS or isinstance(block[1], bytes):
        raise RlpError("not a block")
    header = parse_evm_header(block[0])
    transactions = [
        parse_evm_transaction(item if isinstance(item, bytes) else encode_rlp(item))
        for item in block[1]
    ]
    paid = None
    if len(block) > _WITHDRAWALS and not isinstance(block[_WITHDRAWALS], bytes):
        paid = [_withdrawal(item) for item in block[_WITHDRAWALS]]
    assembly.add_block(header, transactions, paid, number=number)


def _withdrawal(item: "Item | int") -> Withdrawal:
    if isinstance(item, bytes | int) or len(item) != 4:
        raise RlpError("not a withdrawal")
    address = item[2]
    if not isinstance(address, bytes) or len(address) != 20:
        raise RlpError("not a withdrawal")
    return Withdrawal(
        number_from_rlp(item[0]), number_from_rlp(item[1]), address_text(address),
        number_from_rlp(item[3]),
    )  # fmt: skip
