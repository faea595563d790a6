"""A trace over accounts: kept, made again, stopped at services, honest about contracts."""

import json

import pytest

from chainlead.errors import CodecError, OriginNotFoundError
from chainlead.model import Chain
from chainlead.trace import Direction
from chainlead.workflow.ledger import add
from chainlead.workflow.trace_accounts import is_account_ledger, trace_accounts
from chainlead.workflow.verify import verify

VICTIM, THIEF, MULE, TOKEN = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x33, 0x99))
HEAD = (
    "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,"
    "gas_price,input,block_timestamp,receipt_status,receipt_gas_used,receipt_effective_gas_price\n"
)


def row(height: int, sender: str, receiver: str, value: int, *, succeeded: int = 1) -> str:
    return (
        f"0x{height:064x},1,0x{height + 1000:064x},{height},0,{sender},{receiver},{value},21000,2,"
        f"0x,{1_700_000_000 + height},{succeeded},21000,2\n"
    )


@pytest.fixture
def stolen(case, tmp_path):
    """The thief's money comes from the victim alone, and goes on to the mule; one payment failed."""
    rows = row(1, VICTIM, THIEF, 1_000_000), row(2, THIEF, MULE, 700_000)
    rows = (*rows, row(3, THIEF, MULE, 99, succeeded=0))
    (tmp_path / "transactions.csv").write_text(HEAD + "".join(rows))
    log = {
        "address": TOKEN, "transaction_hash": f"0x{5:064x}", "block_number": 5, "log_index": 0,
        "block_hash": f"0x{1005:064x}", "transaction_index": 0, "data": f"0x{500:064x}",
        "topics": ["0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
                   "0x" + VICTIM[2:].rjust(64, "0"), "0x" + THIEF[2:].rjust(64, "0")],
    }  # fmt: skip
    (tmp_path / "logs.json").write_text(json.dumps(log) + "\n")
    paths = [tmp_path / "transactions.csv", tmp_path / "logs.json"]
    add(case, paths, chain=Chain.ETHEREUM)
    return case


def traced(document, rule, reason):
    nodes = document["rules"][rule]["frontier"]
    return {n["account"]: n["traced_units"] for n in nodes if n["reason"] == reason}


def test_the_money_is_followed_and_what_it_cost_is_a_place_too(stolen):
    _, document = trace_accounts(stolen, f"0x{1:064x}", chain=Chain.ETHEREUM)
    sums = document["rules"]["lifo"]["sums"]
    assert sums["origin_units"] == sums["frontier_units"] == "1000000"
    assert traced(document, "lifo", "unspent") == {THIEF: "216000", MULE: "700000"}
    assert sums["fee_units"] == "84000"


def test_a_rule_that_needs_a_balance_nobody_knows_says_so(stolen):
    _, document = trace_accounts(stolen, THIEF, chain=Chain.ETHEREUM, rules=["fifo"])
    assert traced(document, "fifo", "balance not known") == {THIEF: "1000000"}


def test_a_failed_payment_moves_nothing(stolen):
    _, document = trace_accounts(stolen, THIEF, chain=Chain.ETHEREUM)
    assert not any(t["amount_units"] == "99" for t in document["transfers"])


def test_a_token_is_an_asset_of_its_own(stolen):
    _, document = trace_accounts(stolen, THIEF, chain=Chain.ETHEREUM, contract=TOKEN)
    assert document["asset"]["contract"] == TOKEN
    assert [t["amount_units"] for t in document["origin"]] == ["500"]
    assert any("unknown" in note for note in document["notes"])


def test_looking_back_reaches_who_paid(stolen):
    back = Direction.BACKWARD
    _, document = trace_accounts(
        stolen, MULE, chain=Chain.ETHEREUM, direction=back, rules=["poison"]
    )
    assert (VICTIM, THIEF) in {(t["sender"], t["receiver"]) for t in document["transfers"]}


def test_the_case_with_it_is_made_again_byte_for_byte(stolen):
    trace_accounts(stolen, THIEF, chain=Chain.ETHEREUM)
    folder = stolen.folder
    stolen.close()
    assert verify(folder).problems == []


def test_the_same_question_has_the_same_id(stolen):
    one = trace_accounts(stolen, THIEF, chain=Chain.ETHEREUM)
    assert one == trace_accounts(stolen, THIEF.upper().replace("0X", "0x"), chain=Chain.ETHEREUM)


def test_what_the_ledger_does_not_hold_is_named(stolen):
    with pytest.raises(OriginNotFoundError):
        trace_accounts(stolen, "0x" + "44" * 20, chain=Chain.ETHEREUM)
    with pytest.raises(OriginNotFoundError):
        trace_accounts(stolen, "ab" * 32, chain=Chain.ETHEREUM)
    with pytest.raises(CodecError):
        trace_accounts(stolen, "no account", chain=Chain.ETHEREUM)


def test_only_account_ledgers_are_traced_so():
    assert is_account_ledger(Chain.XRP)
    assert not is_account_ledger(Chain.BITCOIN)
