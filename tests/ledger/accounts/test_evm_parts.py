"""Ethereum's own encodings: RLP, the tree, transactions, headers, logs, traces, tokens."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_calls import read_flat_calls, read_nested_calls
from chainlead.ledger.accounts.evm_fields import EvmFieldError, find_number
from chainlead.ledger.accounts.evm_header import ISTANBUL, read_evm_header
from chainlead.ledger.accounts.evm_receipt import EvmLog, EvmReceipt
from chainlead.ledger.accounts.evm_rlp import (
    RlpError,
    decode_rlp,
    encode_rlp,
    number_to_rlp,
    split_rlp,
)
from chainlead.ledger.accounts.evm_token_logs import TRANSFER, read_token_logs
from chainlead.ledger.accounts.evm_tokens import read_asset, warn_of_symbol
from chainlead.ledger.accounts.evm_transaction import parse_evm_transaction, read_evm_transaction
from chainlead.ledger.accounts.evm_transfers import EvmParts, derive_read
from chainlead.ledger.accounts.evm_trie import derive_trie_root
from chainlead.model import Chain, Network

ITEMS = st.recursive(st.binary(max_size=80), lambda inner: st.lists(inner, max_size=5))
A, B, ZERO, COIN = (f"0x{number:040x}" for number in (10, 11, 0, 99))
SIGNED = (  # the example of EIP-155: key 0x46 repeated, nonce 9, one ether to 0x35…35
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0"
    "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b"
    "3800ccf555c9f3dc64214b297fb1966a3b6d83"
)


def word(address_or_number) -> bytes:
    if isinstance(address_or_number, int):
        return address_or_number.to_bytes(32, "big")
    return bytes(12) + bytes.fromhex(address_or_number[2:])


def log(*topics, data=b"", contract=COIN, index=0) -> EvmLog:
    return EvmLog(contract, tuple(topics), data, index)


@given(ITEMS)
def test_what_is_written_is_read_back(item):
    assert decode_rlp(encode_rlp(item)) == item


@given(st.binary(max_size=60))
def test_any_bytes_are_one_item_in_its_one_form_or_refused(content):
    try:
        item = decode_rlp(content)
    except RlpError:
        return
    assert encode_rlp(item) == content


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=6))
def test_a_row_of_items_is_split_where_they_end(items):
    encoded = [encode_rlp(item) for item in items]
    assert list(split_rlp(b"".join(encoded))) == encoded


def test_lists_nested_without_end_are_refused():
    content = b""
    for _ in range(20):
        content = bytes([0xC0 + len(content)]) + content
    with pytest.raises(RlpError, match="too deep"):
        decode_rlp(content)


def test_the_root_of_nothing_is_the_published_one():
    expected = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    assert derive_trie_root([]).hex() == expected


def test_the_published_transaction_gives_its_sender_and_chain():
    read = parse_evm_transaction(bytes.fromhex(SIGNED))
    assert read.sender == "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"
    assert (read.chain_id, read.nonce, read.value) == (1, 9, 10**18)


@given(st.integers(0, len(SIGNED) // 2 - 1), st.integers(1, 255))
def test_a_changed_byte_never_keeps_id_and_sender(place, change):
    raw = bytearray.fromhex(SIGNED)
    raw[place] ^= change
    try:
        read = parse_evm_transaction(bytes(raw))
    except (RlpError, EvmFieldError):
        return
    before = parse_evm_transaction(bytes.fromhex(SIGNED))
    assert read.txid != before.txid
    assert read.sender != before.sender


def as_json(read) -> dict:
    items = decode_rlp(read.raw)
    names = ("nonce", "gasPrice", "gas", "to", "value", "input", "v", "r", "s")
    told = {name: "0x" + (item.hex() or "0") for name, item in zip(names, items, strict=True)}
    return {**told, "input": "0x", "hash": "0x" + read.txid, "from": read.sender}


def test_the_same_transaction_in_json_is_proved_by_its_id():
    read = parse_evm_transaction(bytes.fromhex(SIGNED))
    assert read_evm_transaction(as_json(read)) == read


@pytest.mark.parametrize(
    ("name", "lie"), [("value", "0x1"), ("to", B), ("from", B), ("nonce", "0x8"), ("gas", "-1")]
)
def test_a_lie_about_any_field_is_refused(name, lie):
    told = as_json(parse_evm_transaction(bytes.fromhex(SIGNED)))
    with pytest.raises(EvmFieldError):
        read_evm_transaction({**told, name: lie})


@pytest.mark.parametrize("told", ["", "0x", "0xzz", "-1", "0x-1", 1.5, True, None, "1e3", "9" * 81])
def test_what_is_no_number_is_none(told):
    assert find_number(told) is None


def header(**changed) -> dict:
    zero = "0x" + "00" * 32
    told = {
        "parentHash": zero, "sha3Uncles": zero, "miner": A, "stateRoot": zero,
        "transactionsRoot": zero, "receiptsRoot": zero, "logsBloom": "0x" + "00" * 256,
        "difficulty": "0x1", "number": "0x7", "gasLimit": "0x5", "gasUsed": "0x0",
        "timestamp": "0x64", "extraData": "0x", "mixHash": zero, "nonce": "0x" + "00" * 8,
    }  # fmt: skip
    told |= changed
    numbers = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")
    items = [
        number_to_rlp(int(value, 16)) if name in numbers else bytes.fromhex(value[2:])
        for name, value in told.items()
    ]
    return {**told, "hash": "0x" + keccak256(encode_rlp(items)).hex()}


def test_a_header_is_proved_by_its_own_fields():
    read = read_evm_header(header())
    assert (read.is_proved, read.height, read.timestamp_unix) == (True, 7, 100)
    with pytest.raises(EvmFieldError, match="do not give its hash"):
        read_evm_header({**header(), "timestamp": "0x65"})


def test_the_seals_of_the_istanbul_consensus_are_left_out_of_the_hash():
    vanity = bytes(32)
    signed = encode_rlp([[b"v" * 20], b"s" * 65, []])
    sealed = encode_rlp([[b"v" * 20], b"s" * 65, [b"c" * 65]])
    mix = "0x" + ISTANBUL.hex()
    told = header(extraData="0x" + (vanity + signed).hex(), mixHash=mix)
    read = read_evm_header({**told, "extraData": "0x" + (vanity + sealed).hex()})
    assert read.is_proved


def test_a_transfer_a_mint_and_a_burn_are_told_apart():
    logs = [
        log(TRANSFER, word(A), word(B), data=word(5), index=2),
        log(TRANSFER, word(ZERO), word(B), data=word(6), index=0),
        log(TRANSFER, word(A), word(ZERO), data=word(7), index=1),
    ]
    read = [
        (t.kind, t.sender, t.receiver, t.amount_units)
        for t in read_token_logs(logs, None, frozenset())
    ]
    assert read == [("mint", None, B, 6), ("burn", A, None, 7), ("token", A, B, 5)]


def test_the_number_of_a_single_token_is_no_amount():
    (read,) = read_token_logs([log(TRANSFER, word(A), word(B), word(123456))], None, frozenset())
    assert (read.kind, read.amount_units, read.note) == ("single token", 1, "token number 123456")


def test_old_contracts_that_index_nothing_are_read():
    data = word(A) + word(B) + word(9)
    (read,) = read_token_logs([log(TRANSFER, data=data)], None, frozenset())
    assert (read.sender, read.receiver, read.amount_units) == (A, B, 9)


def test_a_wrapped_coin_is_made_by_a_deposit_only_at_a_known_contract():
    deposit = keccak256(b"Deposit(address,uint256)")
    logs = [log(deposit, word(A), data=word(4))]
    assert not list(read_token_logs(logs, None, frozenset()))
    (read,) = read_token_logs(logs, None, frozenset({COIN}))
    assert (read.kind, read.receiver, read.amount_units) == ("mint", A, 4)


def calling(receiver, data) -> object:
    asked = parse_evm_transaction(bytes.fromhex(SIGNED))
    return replace(asked, sender=A, receiver=receiver, data=data)


def test_what_arrived_is_counted_and_what_was_asked_is_kept():
    data = keccak256(b"transfer(address,uint256)")[:4] + word(B) + word(100)
    logs = [log(TRANSFER, word(A), word(B), data=word(98))]
    (read,) = read_token_logs(logs, calling(COIN, data), frozenset())
    assert (read.amount_units, read.asked_units) == (98, 100)
    assert "less arrived" in read.note


def receipt(**changed) -> EvmReceipt:
    given_fields = {
        "txid": "a" * 64, "kind": 0, "height": 7, "block_hash": "b" * 64, "block_index": 0,
        "status": True, "root": b"", "gas_used": 50_000, "cumulative_gas": 50_000,
        "gas_price": 3, "blob_fee": 0, "contract": None, "logs": (),
    }  # fmt: skip
    return EvmReceipt(**{**given_fields, **changed})


def parts(**changed) -> EvmParts:
    asked = parse_evm_transaction(bytes.fromhex(SIGNED))
    return EvmParts(asked.txid, transaction=asked, **changed)


def test_a_failed_transaction_moved_nothing_and_cost_its_fee():
    read = derive_read(parts(receipt=receipt(status=False)), frozenset())
    assert (read.transfers, read.fee_units, read.is_successful) == ((), 150_000, False)
    assert read.sees_internal


def test_without_a_trace_what_contracts_paid_is_unknown():
    assert not derive_read(parts(receipt=receipt()), frozenset()).sees_internal
    plain = derive_read(parts(receipt=receipt(gas_used=21_000)), frozenset())
    assert plain.sees_internal


def test_before_byzantium_gas_that_was_left_means_success():
    old = {"status": None, "root": b"r" * 32}
    asked = parse_evm_transaction(bytes.fromhex(SIGNED))
    assert receipt(**old, gas_used=20_000).succeeded(asked.gas_limit) is True
    assert receipt(**old, gas_used=asked.gas_limit).succeeded(asked.gas_limit) is None


def test_the_blobs_are_part_of_the_fee():
    read = derive_read(parts(receipt=receipt(blob_fee=7)), frozenset())
    assert read.fee_units == 150_007


NESTED = {
    "type": "CALL", "from": A, "to": B, "value": "0x5", "input": "0x01",
    "calls": [
        {"type": "CALL", "from": B, "to": COIN, "value": "0x2"},
        {"type": "DELEGATECALL", "from": B, "to": COIN, "value": "0x5",
         "calls": [{"type": "CALL", "from": B, "to": A, "value": "0x1"}]},
        {"type": "CALL", "from": B, "to": COIN, "value": "0x9", "error": "execution reverted",
         "calls": [{"type": "CALL", "from": COIN, "to": A, "value": "0x9"}]},
        {"type": "SELFDESTRUCT", "from": B, "to": A, "value": "0x3"},
    ],
}  # fmt: skip


def test_calls_pay_unless_they_or_a_call_around_them_failed():
    read = read_nested_calls(NESTED)
    assert [(m.kind, m.sender, m.receiver, m.amount_units) for m in read.moves] == [
        ("internal", B, COIN, 2), ("internal", B, A, 1), ("self-destruct", B, A, 3)
    ]  # fmt: skip
    assert (read.is_successful, read.is_complete) == (True, True)


def test_a_trace_of_a_failed_transaction_pays_nothing():
    read = read_nested_calls({**NESTED, "error": "out of gas"})
    assert (read.moves, read.is_successful) == ((), False)


def test_a_destruction_without_its_sides_leaves_the_transaction_not_fully_seen():
    read = read_nested_calls({**NESTED, "calls": [{"type": "SELFDESTRUCT"}]})
    assert not read.is_complete


def test_flat_traces_below_a_failed_one_pay_nothing():
    def part(path, units, **more):
        action = {"callType": "call", "from": A, "to": B, "value": hex(units)}
        return {"type": "call", "action": action, "traceAddress": path, **more}

    read = read_flat_calls(
        [part([0, 0], 9), part([], 1), part([0], 8, error="Reverted"), part([1], 3)]
    )
    assert [m.amount_units for m in read.moves] == [3]


def test_a_hostile_trace_is_refused():
    deep: dict = {"type": "CALL"}
    for _ in range(2_000):
        deep = {"type": "CALL", "calls": [deep]}
    with pytest.raises(EvmFieldError):
        read_nested_calls(deep)


USDT = "0xdac17f958d2ee523a2206206994597c13d831ec7"


@pytest.mark.parametrize("symbol", ["USDT", "usdt", "USD T", "USD\u200bT", "\u0405HIB", "USD\u0422"])  # fmt: skip
def test_a_borrowed_symbol_is_warned_about(symbol):
    assert "another contract" in warn_of_symbol(COIN, symbol, Chain.ETHEREUM, Network.MAIN)


def test_the_well_known_token_itself_is_not():
    assert not warn_of_symbol(USDT, "USDT", Chain.ETHEREUM, Network.MAIN)
    assert not warn_of_symbol(COIN, "USDT", Chain.ETHEREUM, Network.TEST)


def test_a_symbol_is_read_as_text_or_as_32_bytes():
    text = word(32) + word(3) + b"EOS".ljust(32, b"\0")
    for answer in (text, b"EOS".ljust(32, b"\0")):
        read = read_asset(COIN, answer, word(18), Chain.ETHEREUM, Network.MAIN)
        assert (read.symbol, read.decimals) == ("EOS", 18)


def test_a_contract_that_answers_nothing_has_no_decimals():
    assert read_asset(COIN, b"", b"", Chain.ETHEREUM, Network.MAIN) is None
    assert (
        read_asset(COIN, b"EOS".ljust(32, b"\0"), b"", Chain.ETHEREUM, Network.MAIN).decimals
        is None
    )


@given(st.binary(max_size=200))
def test_any_answer_gives_a_printable_symbol_or_none(answer):
    read = read_asset(COIN, answer, None, Chain.ETHEREUM, Network.MAIN)
    assert read is None or read.symbol.isprintable()
