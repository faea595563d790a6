"""Histories of an address from a service in Etherscan's form (Blockscout answers in it too).

Found in: saved answers of `txlist`, `txlistinternal`, `tokentx`, `tokennfttx`. Proof: none; each row
is the service's word, and a row that it left out is not missed here: verify each transaction at a
node. Limits: the view of one address: other payments of the same transaction are unknown. A row of a
token does not say who paid the fee. Rows of mined blocks do not name whom they were paid to: skipped.
Spec: https://docs.etherscan.io, Accounts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainlead.ledger.accounts.account_source import (
    AccountEvent,
    AccountRequest,
    AccountSource,
    AccountTransactionRead,
    TransferRead,
    Verified,
)
from chainlead.ledger.accounts.chains.ethereum import Ethereum
from chainlead.ledger.accounts.evm_calls import CREATION, DESTRUCTION, INTERNAL
from chainlead.ledger.accounts.evm_fields import (
    ZERO_ADDRESS,
    EvmFieldError,
    address_of,
    find_address,
    find_number,
    find_place,
    hash_of,
    moment_of,
    number_of,
    place_of,
)
from chainlead.ledger.accounts.evm_token_logs import BURN, MINT, THING, TOKEN
from chainlead.ledger.accounts.evm_tokens import read_asset
from chainlead.ledger.accounts.evm_transfers import PAYMENT
from chainlead.ledger.json_text import json_from_bytes
from chainlead.ledger.source import Skipped

_GENESIS = "GENESIS"
_INTERNAL_KINDS = {"create": CREATION, "create2": CREATION, "suicide": DESTRUCTION,
                   "selfdestruct": DESTRUCTION}  # fmt: skip
_SIDES = frozenset({"from", "to"})
Row = Mapping[str, Any]


@dataclass(slots=True)
class _Told:
    """What the rows of one transaction say together."""

    block_hash: str = ""
    place: int = 0
    is_successful: bool | None = None
    fee_payer: str | None = None
    fee_units: int | None = None
    transfers: list[TransferRead] = field(default_factory=list)


class EvmHistory(AccountSource):
    """Rows about one address."""

    form = "evm-history"

    def recognises(self, content: bytes, request: AccountRequest) -> bool:
        """A list of rows with Etherscan's names."""
        if not isinstance(request.chain, Ethereum):
            return False
        return any(_is_row(row) for row in _rows(content))

    def read(self, content: bytes, request: AccountRequest) -> Iterator[AccountEvent]:
        """Transactions by height, place and id, then tokens."""
        yield from read_history_rows(_rows(content), request)


def read_history_rows(rows: Iterable[Row], request: AccountRequest) -> Iterator[AccountEvent]:
    """What rows in Etherscan's form say, each transaction once."""
    told: dict[tuple[int, int, str], _Told] = {}
    assets: dict[str, Row] = {}
    for number, row in enumerate(rows):
        try:
            height = place_of(row.get("blockNumber"), "the block")
            moment = moment_of(row.get("timeStamp"), "the time")
            key = (height, moment, _txid(row))
            _add(told.setdefault(key, _Told()), row)
            if "tokenSymbol" in row:
                assets.setdefault(address_of(row.get("contractAddress"), "contract"), row)
        except EvmFieldError as error:
            yield Skipped(number, number + 1, f"row {number + 1}: {error}")
    for (height, moment, txid), one in sorted(
        told.items(), key=lambda pair: (pair[0][0], pair[1].place, pair[0][2])
    ):
        transfers = () if one.is_successful is False else tuple(one.transfers)
        yield AccountTransactionRead(
            txid, one.block_hash, height, one.place, moment, one.is_successful,
            sees_internal=False, fee_payer=one.fee_payer, fee_units=one.fee_units,
            transfers=transfers, verified=Verified.SINGLE_SOURCE,
        )  # fmt: skip
    for contract, row in sorted(assets.items()):
        asset = read_asset(
            contract, str(row["tokenSymbol"]), find_number(row.get("tokenDecimal")),
            request.chain.chain, request.network,
        )  # fmt: skip
        if asset is not None:
            yield asset


def _rows(content: bytes) -> Iterator[Row]:
    document = json_from_bytes(content)
    if isinstance(document, Mapping):
        document = document.get("result", document.get("res"))
    if isinstance(document, list):
        yield from (row for row in document if isinstance(row, Mapping))


def _is_row(row: Row) -> bool:
    return "timeStamp" in row and "blockNumber" in row and row.keys() >= _SIDES


def _txid(row: Row) -> str:
    told = row.get("hash", row.get("transactionHash"))
    if isinstance(told, str) and told.startswith(_GENESIS):
        return "genesis-" + address_of(row.get("to"), "the receiver")
    return hash_of(told, "the transaction's id")


def _add(told: _Told, row: Row) -> None:
    if row.get("blockHash"):
        told.block_hash = hash_of(row["blockHash"], "the block's hash")
        told.place = find_place(row.get("transactionIndex")) or 0
    if "tokenSymbol" in row or "tokenID" in row:
        told.transfers.append(_token(row))
        told.is_successful = True
        told.fee_units = told.fee_units if told.fee_units is not None else _fee(row)
        return
    failed = str(row.get("isError", "")) == "1" or str(row.get("txreceipt_status", "")) == "0"
    if "gasPrice" not in row:
        if not failed:
            told.transfers += _internal(row)
            told.is_successful = True
        return
    told.is_successful = not failed
    is_first = row.get("from") == _GENESIS
    told.fee_payer = None if is_first else address_of(row.get("from"), "the sender")
    told.fee_units = None if is_first else _fee(row)
    units = number_of(row.get("value"), "the value")
    receiver = find_address(row.get("to")) or find_address(row.get("contractAddress"))
    if units:
        kind = CREATION if not row.get("to") else "first issue" if is_first else PAYMENT
        told.transfers.insert(0, TransferRead(kind, told.fee_payer, receiver, units))


def _internal(row: Row) -> Iterator[TransferRead]:
    units = number_of(row.get("value"), "the value")
    receiver = find_address(row.get("to")) or find_address(row.get("contractAddress"))
    if units:
        kind = _INTERNAL_KINDS.get(str(row.get("type")), INTERNAL)
        yield TransferRead(kind, address_of(row.get("from"), "the sender"), receiver, units)


def _token(row: Row) -> TransferRead:
    sender, receiver = address_of(row.get("from"), "from"), address_of(row.get("to"), "to")
    contract = address_of(row.get("contractAddress"), "the contract")
    kind = MINT if sender == ZERO_ADDRESS else BURN if receiver == ZERO_ADDRESS else TOKEN
    units, note = find_number(row.get("value")), ""
    if row.get("tokenID") not in (None, ""):
        kind, units, note = THING, 1, f"token number {str(row['tokenID'])[:80]}"
    if units is None:
        raise EvmFieldError("a token transfer without its amount")
    return TransferRead(
        kind, None if sender == ZERO_ADDRESS else sender,
        None if receiver == ZERO_ADDRESS else receiver, units, contract, note=note,
    )  # fmt: skip


def _fee(row: Row) -> int | None:
    used, price = find_number(row.get("gasUsed")), find_number(row.get("gasPrice"))
    return None if used is None or price is None else used * price
