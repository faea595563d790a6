"""Real blocks of Litecoin and Dash, where other doors to mixing stand."""

import json
from collections import Counter

import pytest

from chainlead.model import Chain
from chainlead.trace import CoinJoinGate

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def folder(shared_data):
    found = shared_data / "ltc-dash"
    if not found.is_dir():
        pytest.skip("real Litecoin and Dash blocks are not beside this checkout")
    return found


def litecoin_block(folder, truth, height):
    document = json.loads((folder / "ltc" / f"litecoin_mainnet_{height}.json").read_bytes())
    found = list(truth.read_foreign_block(bytes.fromhex(document["block"]), Chain.LITECOIN))
    assert [t.txid.display for t in found[:-1]] == document["tx"][:-1]
    return found


def test_a_litecoin_block_has_one_pool_and_its_peg_ins_end_there(folder, truth):
    gate = CoinJoinGate()
    transactions = litecoin_block(folder, truth, 2_265_985)
    verdicts = [gate.verdict(transaction) for transaction in transactions]
    assert Counter(v and v.certainty for v in verdicts) == {None: 54, "entrance": 3, "round": 1}
    assert verdicts[-1].wording == "Litecoin's hidden pool (MWEB)"
    entering = {
        transaction.txid
        for transaction, verdict in zip(transactions, verdicts, strict=True)
        if verdict is not None and verdict.certainty == "entrance"
    }
    assert entering < {spent.outpoint.txid for spent in transactions[-1].inputs}


def test_a_litecoin_block_of_an_earlier_time_has_no_such_door(folder, truth):
    gate = CoinJoinGate()
    assert not any(map(gate.verdict, litecoin_block(folder, truth, 900_000)))


@pytest.mark.parametrize(
    ("name", "rounds"), [("block_2045354_pro_reg_tx", 5), ("block_2282696_protx_update", 5)]
)
def test_the_rounds_in_a_dash_block_are_seen(folder, truth, name, rounds):
    content = bytes.fromhex((folder / "dash" / f"{name}.hex").read_text("ascii").strip())
    gate = CoinJoinGate()
    found = [gate.verdict(t) for t in truth.read_foreign_block(content, Chain.DASH)]
    seen = [verdict for verdict in found if verdict is not None]
    assert {verdict.heuristic for verdict in seen} == {"dash_coinjoin"}
    assert len(seen) == rounds
