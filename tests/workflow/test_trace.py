"""Traces on a real ledger: kept in the case, and made again to the same bytes."""

import json

import pytest

from chainlead.errors import OriginNotFoundError
from chainlead.model import Chain, Network
from chainlead.trace import Direction, encode_canonical
from chainlead.workflow.ledger import add
from chainlead.workflow.links import derive_without
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace import get_trace, retrace, trace

BLOCK_9 = "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0"
WHOLE = 50 * 10**8


@pytest.fixture
def first_blocks(case, shared_data):
    path = shared_data / "btc-blocks/jeffchan/blk00000-first1MB.dat"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    add(case, [path], chain=Chain.BITCOIN, network=Network.MAIN)
    return case


def test_a_case_without_a_ledger_says_so(case):
    with pytest.raises(OriginNotFoundError, match="no ledger"):
        trace(case, BLOCK_9)


@pytest.mark.real
def test_the_coinbase_of_block_9_ends_in_unspent_outputs_of_exactly_50_btc(first_blocks):
    _, document = trace(first_blocks, BLOCK_9)
    assert len(document["transactions"]) == 1 + 8
    for name in ("fifo", "haircut"):
        ends = document["rules"][name]["frontier"]
        assert {node["reason"] for node in ends} == {"unspent"}
        assert sum(int(node["traced_units"]) for node in ends) == WHOLE
        merged = ends[-1]
        assert (merged["amount_units"], merged["traced_units"]) == ("6100000000", "1100000000")
    assert document["rules"]["poison"]["frontier"][-1]["traced_units"] == "6100000000"
    assert document["bounds_sums"]["unspent"] == {
        "least_units": str(WHOLE),
        "most_units": str(WHOLE),
    }


@pytest.mark.real
def test_what_block_170_paid_came_from_the_coinbase_of_block_9(first_blocks):
    _, document = trace(
        first_blocks, "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3", direction=Direction.BACKWARD
    )
    for name in ("fifo", "haircut"):
        node = document["rules"][name]["frontier"][0]
        assert (node["reason"], node["outpoint"]) == ("coinbase", BLOCK_9)
        assert node["traced_units"] == "1000000000"


@pytest.mark.real
def test_the_same_question_gives_the_same_bytes_and_a_journalled_trace_can_be_made_again(
    first_blocks,
):
    trace_id, document = trace(first_blocks, BLOCK_9)
    again_id, again = trace(first_blocks, BLOCK_9)
    other_id, _ = trace(first_blocks, BLOCK_9, rules=["fifo"])
    assert trace_id == again_id != other_id
    assert encode_canonical(document) == encode_canonical(again)
    assert get_trace(first_blocks, trace_id) == json.loads(encode_canonical(document))
    entries = [e for e in first_blocks.entries if e.act == "trace.run"]
    for entry in entries:
        kept = first_blocks.blobs.get(entry.blobs["result"])
        assert retrace(first_blocks.projection, entry) == kept
    assert first_blocks.store.count("traces") == 2


@pytest.mark.real
def test_a_question_asked_before_there_were_more_rules_keeps_its_id(first_blocks):
    named, _ = trace(first_blocks, BLOCK_9, rules=["fifo", "haircut", "poison"])
    every, document = trace(first_blocks, BLOCK_9)
    assert named == "a3737bec5255412d"
    assert every != named
    assert {"fifo", "haircut", "lifo", "poison", "tiho"} <= document["rules"].keys()


@pytest.mark.real
def test_a_transaction_that_joins_nothing_says_so(first_blocks):
    document = derive_without(first_blocks, BLOCK_9.partition(":")[0])
    assert not document["joins"]


PACK = """
title: Tags of the unit
creator: the unit
tags:
  - address: 1BDvQZjaAJH4ecZ8aL3fYgTi7rnn3o2thE
    label: swap.example
    category: exchange
    currency: BTC
    confidence: web_crawl
    source: https://swap.example
    lastmod: 2024-01-01
"""


@pytest.mark.real
def test_the_trail_stops_at_a_tagged_service_with_the_claim_behind_it(first_blocks, tmp_path):
    pack = tmp_path / "pack.yaml"
    pack.write_text(PACK)
    assert [file.state for file in import_tags(first_blocks, [pack])] == ["imported"]
    _, document = trace(first_blocks, BLOCK_9)
    stops = [n for n in document["rules"]["fifo"]["frontier"] if n["reason"] == "service"]
    assert [(n["note"], n["strength"], n["traced_units"]) for n in stops] == [
        ("swap.example", "asserted", "100000000")
    ]
    assert document["stops"][0]["claims"][0]["source"] == "https://swap.example"
    assert document["bounds_sums"]["service"] == {
        "least_units": "100000000",
        "most_units": "100000000",
    }
    entry = next(e for e in reversed(first_blocks.entries) if e.act == "trace.run")
    assert retrace(first_blocks.projection, entry) == first_blocks.blobs.get(entry.blobs["result"])
