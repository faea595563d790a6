"""Patterns of a case: by tags and clusters, on a trail, up to a height; nothing is written."""

import json

import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import OriginNotFoundError, TraceError
from chainlead.guide.practice import build_world, write_world
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.patterns import find_case_patterns, trail_documents
from chainlead.workflow.report import build_report
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace import trace


@pytest.fixture(scope="module")
def world():
    return build_world()


@pytest.fixture(scope="module")
def practice(world, tmp_path_factory):
    """The practice case, with a trace from the shop's first transaction of the story."""
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("patterns")
    files = write_world(world, folder / "world")
    clock = SteppingClock(datetime(2024, 3, 1, 9, 0, tzinfo=UTC))
    with Case.create(folder / "case", key=bytes(32), clock=clock, who="tester") as made:
        add(made, [files.blocks], chain=Chain.BITCOIN, network=Network.REGTEST)
        assert sum(file.tag_count for file in import_tags(made, [files.tag_packs])) > 1
        trace_id, _ = trace(made, world.transaction("gather").txid, rules=["poison"])
        yield made, trace_id


def of(document, name):
    return [found for found in document["patterns"] if found["pattern"] == name]


def test_every_kind_of_the_story_is_found_and_inferred(practice):
    document = find_case_patterns(practice[0])
    assert document["strength"] == "inferred"
    for name in ("peel_chain", "consolidation", "batch_payout", "sweep", "deposit_address", "dust"):
        assert of(document, name), name
        assert {found["strength"] for found in of(document, name)} == {"inferred"}
    names = [card["name"] for card in document["inferences"]]
    assert len(names) == len(set(names))
    assert {"coinjoin_gate", "common_input"} <= set(names)
    assert document == find_case_patterns(practice[0])


def test_deposit_addresses_are_those_that_the_exchanges_gave_out(practice, world):
    inboxes = {
        coin.address
        for exchange in world.exchanges.values()
        for sent in world.transactions
        for coin in sent.made
        if coin.script in exchange.deposit_scripts.values()
    }
    found = {
        each["addresses"][0] for each in of(find_case_patterns(practice[0]), "deposit_address")
    }
    assert found
    assert found <= inboxes


def test_a_peel_says_which_exchange_it_reached_with_the_claim_behind_it(practice, world):
    document = find_case_patterns(practice[0], names=["peel_chain"])
    peel_5 = world.transaction("peel 5").txid
    (found,) = [each for each in document["patterns"] if peel_5 in each["txids"]]
    reached = {name for name in found["amounts_units"] if name.startswith("peeled to")}
    assert any("Kastell" in name for name in reached)
    claimed = {used["address"] for used in document["services"]}
    assert claimed & set(found["addresses"])
    assert {each["pattern"] for each in document["patterns"]} == {"peel_chain"}


def test_on_a_trail_only_its_transactions_are_looked_at(practice, world):
    case, trace_id = practice
    document = find_case_patterns(case, trace_id=trace_id)
    whole = find_case_patterns(case)
    assert 0 < document["looked_at"]["transactions"] < whole["looked_at"]["transactions"]
    assert of(document, "peel_chain")
    assert any(
        world.transaction("peel 3").txid in each["txids"] for each in of(document, "peel_chain")
    )


def test_the_report_shows_the_patterns_on_its_trails_each_time_alike(practice):
    case, trace_id = practice
    (document,) = trail_documents(case.store, case.blobs)
    looked = find_case_patterns(case, trace_id=trace_id)
    assert document["trace_id"] == trace_id
    assert document["patterns"] == looked["patterns"]
    made = build_report(case.projection, case.entries)
    assert made == build_report(case.projection, case.entries)
    bundle = json.loads(made["report.json"])
    shown = [found["summary"] for found in bundle["patterns"][0]["patterns"]]
    assert shown == [found["summary"] for found in document["patterns"]]


def test_nothing_after_the_height_is_looked_at(practice, world):
    height = world.transaction("peel 2").height
    document = find_case_patterns(practice[0], until_height=height)
    assert document["pinned"]["height"] == height
    assert all(each["heights"][1] <= height for each in document["patterns"])
    later = {world.transaction(f"peel {number}").txid for number in (3, 4, 5)}
    assert not any(later & set(each["txids"]) for each in document["patterns"])


def test_looking_writes_nothing(practice):
    case, _ = practice

    def kept():
        """Every file but SQLite's shared index, which readers write to."""
        files = (path for path in case.folder.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if not path.name.endswith("-shm")}

    before = kept()
    find_case_patterns(case)
    assert kept() == before


def test_an_unknown_pattern_trace_or_chain_is_refused_with_the_choice(practice, case):
    made, trace_id = practice
    with pytest.raises(TraceError, match="no pattern named") as refused:
        find_case_patterns(made, names=["peel_chain", "spiral"])
    assert "peel_chain" in refused.value.next_step
    with pytest.raises(OriginNotFoundError):
        find_case_patterns(made, trace_id="0" * 16)
    with pytest.raises(TraceError, match="bitcoin"):
        find_case_patterns(made, trace_id=trace_id, chain=Chain.LITECOIN)
    with pytest.raises(OriginNotFoundError):
        find_case_patterns(case)
    with pytest.raises(TraceError, match="accounts"):
        find_case_patterns(made, chain=Chain.ETHEREUM)
