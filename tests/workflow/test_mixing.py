"""A mixing round in a case: a trail ends there, the trace keeps the verdict, nothing is joined."""

import json

import pytest

from chainlead.model import Chain, Network
from chainlead.trace import Direction, find_detectors
from chainlead.workflow.ledger import add
from chainlead.workflow.links import derive_without
from chainlead.workflow.trace import get_trace, trace
from chainlead.workflow.verify import verify


@pytest.mark.real
def test_a_trail_out_of_a_whirlpool_round_ends_there_and_names_who_says_so(case, shared_data):
    folder = shared_data / "api-fixtures" / "am-i-exposed" / "api-responses"
    path = folder / "whirlpool-coinjoin.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    add(case, [path], chain=Chain.BITCOIN, network=Network.MAIN)
    txid = json.loads(path.read_bytes())["txid"]
    trace_id, document = trace(case, f"{txid}:2", direction=Direction.BACKWARD)
    (node,) = document["rules"]["fifo"]["frontier"]
    assert node["reason"] == "mixing"
    assert "came out of a mixing round of 5 participants (Whirlpool), not followed" in node["note"]
    detector = next(d for d in find_detectors() if d.name == "whirlpool")
    (verdict,) = document["mixing"]
    assert verdict == {
        "txid": txid,
        "heuristic": "whirlpool",
        "version": detector.version,
        "parameters": dict(detector.parameters),
        "protocol": "Whirlpool",
        "certainty": "round",
        "described": "a mixing round of 5 participants (Whirlpool)",
        "participants": 5,
        "participants_are_at_most": False,
        "amount_units": "5000000",
    }
    assert get_trace(case, trace_id)["mixing"] == document["mixing"]
    cards = {card["name"] for card in document["inferences"]}
    assert cards >= {"coinjoin_gate", "whirlpool", "payjoin"}
    without = derive_without(case, txid)
    assert (without["refused_as_mixing"], without["joins"]) == (True, False)
    assert without["mixing"] == "a mixing round of 5 participants (Whirlpool)"


@pytest.mark.real
def test_the_verdicts_are_made_again_by_verify(case, shared_data):
    path = shared_data / "btc-blocks" / "rust-bitcoin" / "mainnet_702861.raw"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    add(case, [path], chain=Chain.BITCOIN, network=Network.MAIN)
    wasabi = "5c2f55fc17854a18f447d74e32356c9ff6faf43bf937ed13611857b2bb3fef3a"
    _, document = trace(case, f"{wasabi}:0", direction=Direction.BACKWARD)
    (verdict,) = document["mixing"]
    assert (verdict["heuristic"], verdict["participants"]) == ("wasabi1", 60)
    case.close()
    assert verify(case.folder).problems == []
