"""Where in a transaction a transfer stands: a request names it, so it is the ledger's own number."""

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_calls import read_flat_calls, read_nested_calls
from chainlead.ledger.accounts.evm_receipt import read_evm_log
from chainlead.ledger.accounts.evm_token_logs import read_token_logs

ONE, TWO, THREE = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x33))


def test_a_nested_trace_gives_each_payment_the_path_of_its_call():
    pay = {"type": "CALL", "from": TWO, "to": THREE, "value": "0x5"}
    quiet = {
        "type": "DELEGATECALL",
        "from": ONE,
        "to": TWO,
        "calls": [pay, {**pay, "value": "0x6"}],
    }
    read = read_nested_calls(
        {"type": "CALL", "from": ONE, "to": TWO, "value": "0x0", "calls": [pay, quiet]}
    )
    assert [(m.amount_units, m.place) for m in read.moves] == [(5, "0"), (5, "1.0"), (6, "1.1")]


def test_a_flat_trace_gives_the_same_paths():
    def part(path, value, sender=TWO):
        action = {"callType": "call", "from": sender, "to": THREE, "value": hex(value)}
        return {"type": "call", "action": action, "traceAddress": path}

    read = read_flat_calls([part([1, 1], 6), part([], 0, ONE), part([0], 5)])
    assert [(m.amount_units, m.place) for m in read.moves] == [(5, "0"), (6, "1.1")]


def test_a_token_transfer_has_the_number_of_its_log_in_the_block_or_says_that_it_is_another():
    topics = [keccak256(b"Transfer(address,address,uint256)").hex(), "0" * 24 + ONE[2:]]
    told = {
        "address": THREE,
        "topics": ["0x" + topic for topic in (*topics, "0" * 24 + TWO[2:])],
        "data": f"0x{7:064x}",
    }
    logs = [read_evm_log({**told, "logIndex": "0x11"}), read_evm_log(told, 3)]
    assert [read.place for read in read_token_logs(logs, None, frozenset())] == [
        "log 3 of the transaction",
        "log 17",
    ]
