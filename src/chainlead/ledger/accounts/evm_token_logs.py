"""Token transfers from a transaction's logs.

Found in: `Transfer` logs of ERC-20 (two sides indexed, the amount in the data), of old contracts
that index nothing, of ERC-721 (a token's number instead of an amount: one thing, never money), and
`Deposit`/`Withdrawal` of contracts that wrap the coin.
Proof: the logs are, if the block's receipts are. Limits: a log says what the contract wrote, and a
contract may write what is not true; a token that takes a fee from a transfer is counted as it wrote.
Spec: ERC-20; ERC-721; the published source of WETH9.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.account_source import TransferRead
from chainlead.ledger.accounts.evm_fields import ZERO_ADDRESS, address_text
from chainlead.ledger.accounts.evm_receipt import EvmLog
from chainlead.ledger.accounts.evm_transaction import EvmTransaction

TRANSFER = keccak256(b"Transfer(address,address,uint256)")
_DEPOSIT, _WITHDRAWAL = keccak256(b"Deposit(address,uint256)"), keccak256(
    b"Withdrawal(address,uint256)"
)  # fmt: skip
_PAY, _PAY_FOR = keccak256(b"transfer(address,uint256)")[:4], keccak256(
    b"transferFrom(address,address,uint256)"
)[:4]  # fmt: skip
_WORD = 32
_NOTHING = "nothing was moved: such logs are also written to plant look-alike addresses"
_LESS = "less arrived than was asked for: the token takes a part of each transfer"
TOKEN, MINT, BURN, THING = "token", "mint", "burn", "single token"


def read_token_logs(
    logs: Iterable[EvmLog], called: EvmTransaction | None, wrapping: frozenset[str]
) -> Iterator[TransferRead]:
    """The transfers, in the order of the logs.

    Args:
        logs: of one transaction.
        called: the transaction, where it is at hand: what was asked for is compared.
        wrapping: contracts that wrap the coin.
    """
    for log in sorted(logs, key=lambda log: log.index):
        read = _transfer(log) or (_wrapped(log) if log.contract in wrapping else None)
        if read is not None:
            place = f"log {log.index}" + ("" if log.is_numbered else " of the transaction")
            yield replace(_compared(read, called), place=place)


def _transfer(log: EvmLog) -> TransferRead | None:
    if not log.topics or log.topics[0] != TRANSFER:
        return None
    words = [log.data[n : n + _WORD] for n in range(0, len(log.data), _WORD)]
    if len(log.data) % _WORD or len(log.topics) + len(words) != 4:
        return None
    *sides, last = *log.topics[1:], *words
    if any(side[:12] != bytes(12) for side in sides):
        return None
    sender, receiver = (address_text(side[12:]) for side in sides)
    units = int.from_bytes(last, "big")
    is_thing = len(log.topics) == 4
    kind, note = (THING, f"token number {units}") if is_thing else (TOKEN, "")
    if sender == ZERO_ADDRESS and not is_thing:
        kind = MINT
    elif receiver == ZERO_ADDRESS and not is_thing:
        kind = BURN
    return TransferRead(
        kind=kind,
        sender=None if sender == ZERO_ADDRESS else sender,
        receiver=None if receiver == ZERO_ADDRESS else receiver,
        amount_units=1 if is_thing else units,
        contract=log.contract,
        note=note or ("" if units else _NOTHING),
    )


def _wrapped(log: EvmLog) -> TransferRead | None:
    if len(log.topics) != 2 or len(log.data) != _WORD:
        return None
    owner, units = address_text(log.topics[1][12:]), int.from_bytes(log.data, "big")
    if log.topics[0] == _DEPOSIT:
        return TransferRead(MINT, None, owner, units, log.contract, note="wrapped coin")
    if log.topics[0] == _WITHDRAWAL:
        return TransferRead(BURN, owner, None, units, log.contract, note="unwrapped coin")
    return None


def _compared(read: TransferRead, called: EvmTransaction | None) -> TransferRead:
    """With what was asked for, where the transaction itself asked the token for this transfer."""
    if called is None or called.receiver != read.contract or read.kind != TOKEN:
        return read
    words = [called.data[n : n + _WORD] for n in range(4, len(called.data), _WORD)]
    selector = called.data[:4]
    if selector == _PAY and len(words) == 2:
        sides, asked = (called.sender, address_text(words[0][12:])), words[1]
    elif selector == _PAY_FOR and len(words) == 3:
        sides, asked = tuple(address_text(word[12:]) for word in words[:2]), words[2]  # type: ignore[assignment]  # two words
    else:
        return read
    units = int.from_bytes(asked, "big")
    if sides != (read.sender, read.receiver) or units <= read.amount_units:
        return read
    return TransferRead(
        read.kind, read.sender, read.receiver, read.amount_units, read.contract, units, note=_LESS
    )
