"""Any field of any answer may hold anything: it is skipped with a reason or refused by name."""

import json

import pytest

from chainlead.errors import ChainleadError
from chainlead.ledger import (
    AccountRequest,
    AccountWriter,
    find_account_form,
    get_account_chain,
    read_account_source,
)
from chainlead.model import Chain, Network
from chainlead.store import Store

REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)
A, B, H = "0x" + "11" * 20, "0x" + "22" * 20, "0x" + "ab" * 32
LOG = {"address": A, "topics": [H, H], "data": "0x", "logIndex": "0x0", "transactionHash": H,
       "blockHash": H, "blockNumber": "0x1", "transactionIndex": "0x0"}  # fmt: skip
SAMPLES = {
    "block": {
        "number": "0x1", "hash": H, "parentHash": H, "sha3Uncles": H, "miner": A, "stateRoot": H,
        "transactionsRoot": H, "receiptsRoot": H, "logsBloom": "0x" + "00" * 256, "gasLimit": "0x1",
        "difficulty": "0x1", "gasUsed": "0x1", "timestamp": "0x1", "extraData": "0x", "mixHash": H,
        "nonce": "0x" + "00" * 8, "transactions": [], "withdrawals": [], "baseFeePerGas": "0x1",
    },
    "transaction": {
        "hash": H, "from": A, "to": B, "value": "0x5", "nonce": "0x0", "blockHash": H, "gas": "0x1",
        "blockNumber": "0x1", "transactionIndex": "0x0", "gasPrice": "0x1", "input": "0x",
        "type": "0x0", "v": "0x1b", "r": "0x1", "s": "0x1", "accessList": [], "chainId": "0x1",
    },
    "receipt": {
        "transactionHash": H, "blockHash": H, "blockNumber": "0x1", "transactionIndex": "0x0",
        "cumulativeGasUsed": "0x1", "gasUsed": "0x1", "status": "0x1", "logs": [LOG], "type": "0x0",
        "effectiveGasPrice": "0x1", "contractAddress": None, "from": A,
    },
    "log": LOG,
    "flat": {
        "type": "call", "action": {"from": A, "to": B, "value": "0x1", "callType": "call"},
        "traceAddress": [], "transactionHash": H, "blockHash": H, "blockNumber": 1,
        "transactionPosition": 0, "result": {"gasUsed": "0x1"}, "error": None,
    },
    "nested": {
        "txHash": H, "result": {
            "type": "CALL", "from": A, "to": B, "value": "0x1", "input": "0x",
            "calls": [{"type": "CALL", "from": B, "to": A, "value": "0x1"}],
        },
    },
    "history": [{
        "blockNumber": "1", "timeStamp": "1", "hash": H, "from": A, "to": B, "value": "5",
        "gasPrice": "1", "gasUsed": "1", "isError": "0", "contractAddress": "", "tokenSymbol": "X",
        "tokenDecimal": "1", "tokenID": "", "blockHash": H, "transactionIndex": "0", "type": "call",
    }],
    "table of transactions": {
        "hash": H, "from_address": A, "to_address": B, "value": 5, "gas_price": 1, "gas": 1,
        "nonce": 1, "block_hash": H, "block_number": 1, "transaction_index": 0, "input": "0x",
        "block_timestamp": 1, "receipt_gas_used": 1, "receipt_status": 1,
    },
    "table of traces": {
        "trace_type": "call", "from_address": A, "to_address": B, "value": 1, "call_type": "call",
        "transaction_hash": H, "block_number": 1, "trace_address": "", "status": 1, "error": None,
    },
    "table of transfers": {
        "token_address": A, "from_address": A, "to_address": B, "value": 1, "transaction_hash": H,
        "log_index": 1, "block_number": 1,
    },
    "table of blocks": {
        "number": 1, "hash": H, "parent_hash": H, "timestamp": 1, "withdrawals": [],
        "base_fee_per_gas": 1,
    },
}  # fmt: skip
JUNK = [None, -1, True, "", [], {}, [[]], [None], {"a": 1}, "0x", "0xzz", "é", 10**30, "9" * 100,
        "0x" + "f" * 64, "0x" + "00" * 20, 1 << 62]  # fmt: skip


def damaged(sample):
    """The sample with junk in each field in turn, one level deep and two."""
    top = sample[0] if isinstance(sample, list) else sample
    for name, value in top.items():
        for junk in JUNK:
            yield {**top, name: junk}
            if isinstance(value, dict):
                for inner in value:
                    yield {**top, name: {**value, inner: junk}}
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for inner in value[0]:
                    yield {**top, name: [{**value[0], inner: junk}]}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_junk_in_any_field_is_refused_or_skipped(name):
    sample = SAMPLES[name]
    with Store.in_memory() as store:
        for document in damaged(sample):
            content = json.dumps([document] if isinstance(sample, list) else document).encode()
            try:
                form = find_account_form(content, REQUEST)
                events = list(read_account_source(content, form, REQUEST))
            except ChainleadError:
                continue
            AccountWriter(store, REQUEST, name).write(events)
