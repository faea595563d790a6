"""A service that a tag names stops a trail at its whole cluster, and nowhere that is contested."""

import shutil
from pathlib import Path

import pytest

from chainlead.model import Chain, Strength
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.service_stop import ServiceStop
from chainlead.workflow.tags import import_tags

HEAD = """
title: Services
creator: tester
currency: BTC
source: https://tags.example
lastmod: 2024-01-01
confidence: service_data
category: exchange
tags:
"""


@pytest.fixture
def case(demo, tmp_path):
    folder = Path(shutil.copytree(demo.case, tmp_path / "case"))
    with Case.open_to_write(folder) as opened:
        yield opened


def pair(case):
    """An untagged cluster of two addresses, and the transaction that joins them."""
    known = CaseClusters(case.store, Chain.BITCOIN)
    tagged = {row["canonical"] for row in case.store.rows("tags")}
    a, b = next(g for g in known.whole.all() if len(g) == 2 and not tagged & set(g))
    return a, b, known.whole.why(a, b)[0].txid.display


def tag(case, tmp_path, **labels):
    pack = tmp_path / "pack.yaml"
    lines = [f"- {{address: {address}, label: {label}}}" for address, label in labels.items()]
    pack.write_text(HEAD + "\n".join(lines))
    assert [file.state for file in import_tags(case, [pack])] == ["imported"]


def stop_of(case):
    return ServiceStop(case.store, Chain.BITCOIN, CaseClusters(case.store, Chain.BITCOIN))


def test_a_tag_is_inherited_inside_a_cluster_with_the_transactions_that_join_it(case, tmp_path):
    a, b, txid = pair(case)
    assert stop_of(case).service_at(b) is None
    tag(case, tmp_path, **{a: "Lagune"})
    stop = stop_of(case)
    assert stop.service_at(b) == "Lagune"
    assert stop.has_inherited
    (used,) = stop.used()
    (claim,) = used["claims"]
    assert claim["inherited_via"] == [txid]
    assert claim["strength"] == Strength.INFERRED.value
    assert claim["confidence"] == "one class below service_data"


def test_no_tag_is_inherited_over_a_contested_link(case, tmp_path):
    a, b, _ = pair(case)
    tag(case, tmp_path, **{a: "Lagune", b: "Kastell"})
    stop = stop_of(case)
    assert (stop.service_at(a), stop.service_at(b)) == ("Lagune", "Kastell")
    assert not stop.has_inherited


def test_the_ledger_is_not_read_for_an_address_whose_own_tag_answers(case, tmp_path):
    a, _, _ = pair(case)
    tag(case, tmp_path, **{a: "Lagune"})
    clusters = CaseClusters(case.store, Chain.BITCOIN)
    assert ServiceStop(case.store, Chain.BITCOIN, clusters).service_at(a) == "Lagune"
    assert "spends" not in vars(clusters)


def test_no_transaction_is_built_where_no_tag_is_near(case):
    a, _, _ = pair(case)
    clusters = CaseClusters(case.store, Chain.BITCOIN)
    assert ServiceStop(case.store, Chain.BITCOIN, clusters).service_at(a) is None
    assert "ledger" not in vars(clusters)
