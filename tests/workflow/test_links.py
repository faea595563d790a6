"""Contested links: raised by tags, decided by a person, kept by the journal, obeyed by the clusters."""

import shutil
from pathlib import Path

import pytest

from chainlead.errors import NoLinkError, OriginNotFoundError, TraceError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.trace import Clusters, Level
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.contested import find_contested
from chainlead.workflow.ledger import add
from chainlead.workflow.links import decide_link, derive_without, find_links
from chainlead.workflow.tags import import_tags
from chainlead.workflow.verify import verify

PACK = """
title: Two services
creator: tester
currency: BTC
source: https://tags.example
lastmod: 2024-01-01
confidence: service_data
category: exchange
tags:
- {{address: {a}, label: One}}
- {{address: {b}, label: Two}}
"""


@pytest.fixture
def copy(demo, tmp_path):
    return Path(shutil.copytree(demo.case, tmp_path / "case"))


def untagged_pair(case):
    """Two addresses that the demo's ledger joins by one transaction, and that nobody tagged."""
    known = CaseClusters(case.store, Chain.BITCOIN)
    tagged = {row["canonical"] for row in case.store.rows("tags")}
    for group in known.whole.all():
        links = known.whole.why(group[0], group[1])
        if len(links) == 1 and len(group) == 2 and not tagged & set(group):
            return group, links[0].txid.display
    raise AssertionError("the demo has no small cluster")


@pytest.fixture
def contested(copy, tmp_path):
    """A copy of the demo's case in which one small cluster is said to be two services."""
    with Case.open_to_write(copy) as case:
        (a, b), txid = untagged_pair(case)
        assert find_links(case, a, b, chain=Chain.BITCOIN)["links"][0]["txid"] == txid
        pack = tmp_path / "two.yaml"
        pack.write_text(PACK.format(a=a, b=b))
        assert [file.state for file in import_tags(case, [pack])] == ["imported"]
    return copy, a, b, txid


def test_tags_that_disagree_make_a_link_contested(contested):
    folder, a, b, txid = contested
    with Case.open_to_read(folder) as case:
        document = find_contested(case, chain=Chain.BITCOIN)
        (link,) = [link for link in document["contested"] if link["txid"] == txid]
        assert link["doubts"] == ["different parties"]
        assert [side["parties"] for side in link["sides"]] == [["One"], ["Two"]] or [
            side["parties"] for side in link["sides"]
        ] == [["Two"], ["One"]]
        assert document["pinned"]["height"] is not None
        with pytest.raises(NoLinkError, match=f"contested links, the first by {txid}"):
            find_links(case, a, b, chain=Chain.BITCOIN)
        without = derive_without(case, txid, chain=Chain.BITCOIN)
        assert not without["joins"]
        assert [found["txid"] for found in without["contested"]] == [txid]


def test_a_decision_is_journalled_replayed_and_obeyed(contested):
    folder, a, b, txid = contested
    with Case.open_to_write(folder) as case:
        with pytest.raises(TraceError, match="with a reason"):
            decide_link(case, txid, "accept", why=" ", chain=Chain.BITCOIN)
        decide_link(case, txid, "accept", why="One bought Two", chain=Chain.BITCOIN)
        (link,) = find_links(case, a, b, chain=Chain.BITCOIN)["links"]
        assert link["accepted_by_a_person"]
        document = find_contested(case, chain=Chain.BITCOIN)
        assert txid not in {found["txid"] for found in document["contested"]}
        assert [row["why"] for row in document["decisions"]] == ["One bought Two"]
    assert verify(folder).problems == []
    with Case.open_to_write(folder) as case:
        decide_link(case, txid, "refuse", why="only a tag was old", chain=Chain.BITCOIN)
        (found,) = [
            link
            for link in find_contested(case, chain=Chain.BITCOIN)["contested"]
            if link["txid"] == txid
        ]
        assert found["state"] == "refused"
        with pytest.raises(NoLinkError):
            find_links(case, a, b, chain=Chain.BITCOIN)
        decide_link(case, txid, "withdraw", why="decided too early", chain=Chain.BITCOIN)
        assert case.store.count("link_decisions") == 0
        assert [e.act for e in case.entries if e.act.startswith("links.")] == ["links.decide"] * 3
    assert verify(folder).problems == []


def test_only_what_is_contested_can_be_decided(contested):
    folder, _, _, txid = contested
    with Case.open_to_write(folder) as case:
        known = CaseClusters(case.store, Chain.BITCOIN)
        certain = next(
            known.whole.why(group[0], group[1])[0].txid.display for group in known.whole.all()
        )
        with pytest.raises(TraceError, match="No link by the transaction"):
            decide_link(case, certain, "refuse", why="I do not like it", chain=Chain.BITCOIN)
        with pytest.raises(TraceError, match="Nobody has decided"):
            decide_link(case, txid, "withdraw", why="there is none", chain=Chain.BITCOIN)
        with pytest.raises(TraceError, match="A decision is one of"):
            decide_link(case, txid, "perhaps", why="unsure", chain=Chain.BITCOIN)
        with pytest.raises(OriginNotFoundError):
            decide_link(case, "00" * 32, "accept", why="who knows", chain=Chain.BITCOIN)


def test_what_is_built_around_an_address_is_what_the_whole_ledger_says(contested):
    folder, *_ = contested
    with Case.open_to_read(folder) as case:
        known = CaseClusters(case.store, Chain.BITCOIN)
        whole = known.whole
        assert whole.contested
        for address in sorted(known.spends.addresses):
            near = CaseClusters(case.store, Chain.BITCOIN).near(address)
            assert near.cluster_of(address) == whole.cluster_of(address)
            assert near.name_of(address) == whole.name_of(address)
            assert near.parties_of(address) == whole.parties_of(address)


def test_columns_and_transactions_give_the_same_clusters(copy):
    with Case.open_to_read(copy) as case:
        known = CaseClusters(case.store, Chain.BITCOIN)
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        parties = {}
        for address in known.spends.addresses:
            if said := known.whole.parties_of(address):
                parties[address] = frozenset(said)
        built = Clusters.build(ledger.transactions(), known.whole.rule, parties=parties)
        assert built.all() == known.whole.all()


def test_the_levels_are_kept_apart(copy):
    with Case.open_to_read(copy) as case:
        levels = {
            level: CaseClusters(case.store, Chain.BITCOIN, level=level).whole for level in Level
        }
        assert len(levels[Level.ADDRESS]) == 0
        plain, wide = levels[Level.CO_SPEND], levels[Level.CO_SPEND_PLUS_CHANGE]
        assert plain.level is Level.CO_SPEND
        assert wide.level is Level.CO_SPEND_PLUS_CHANGE
        a, b = next(group for group in plain.all())[:2]
        assert find_links(case, a, b, chain=Chain.BITCOIN)["level"] == "co-spend"
        with pytest.raises(NoLinkError):
            find_links(case, a, b, chain=Chain.BITCOIN, level=Level.ADDRESS)


def test_nothing_after_the_asked_height_counts(copy):
    with Case.open_to_read(copy) as case:
        known = CaseClusters(case.store, Chain.BITCOIN)
        (a, b), _ = untagged_pair(case)
        (link,) = find_links(case, a, b, chain=Chain.BITCOIN)["links"]
        assert known.near(a).why(a, b)[0].height == link["height"]
        found = find_links(case, a, b, chain=Chain.BITCOIN, until_height=link["height"])
        assert found["pinned"]["height"] == link["height"]
        with pytest.raises(NoLinkError):
            find_links(case, a, b, chain=Chain.BITCOIN, until_height=link["height"] - 1)


@pytest.mark.real
def test_inputs_that_the_blocks_do_not_hold_are_left_out_and_said(case, shared_data):
    paths = sorted((shared_data / "btc-blocks" / "bitcoin-s").glob("0000*"))
    if not paths:
        pytest.skip("the two real blocks are not beside this checkout")
    add(case, paths, chain=Chain.BITCOIN, network=Network.MAIN)
    spent = {
        t.txid.display: sum(i.previous is None for i in t.inputs)
        for t in CaseLedger(case.store, Chain.BITCOIN).transactions()
        if not t.is_coinbase
    }
    known = CaseClusters(case.store, Chain.BITCOIN)
    txid = next(t.display for t in known.spends.transactions() if spent[t.display])
    assert derive_without(case, txid)["unknown_inputs"] == spent[txid]
    group = known.whole.all()[0]
    for link in find_links(case, group[0], group[1])["links"]:
        assert link["unknown_inputs"] == spent[link["txid"]]
