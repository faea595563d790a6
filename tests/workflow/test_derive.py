"""Derive a loose key on order: findings, matches, replay."""

import pytest

from chainlead.errors import ConfigError, FindingNotFoundError
from chainlead.store import Store
from chainlead.workflow.case import Projection, apply_entry
from chainlead.workflow.derive import derive_addresses
from chainlead.workflow.findings import list_findings, show_finding
from chainlead.workflow.scan import scan

ZPUB = "zpub6rUVM86A7Sxe25aLi9XXo73RqjTHk6PoNFP7ScmELeQrZW7ARHkL8Hgq6nyXvKrcoS2XzcqoAfCE4LY3HjsfbbJE6rLHLnLrUX9GfeN1Dmi"


@pytest.fixture
def scanned(case, tmp_path):
    from chainlead.codecs import parse_extended_key
    from chainlead.findings import addresses_of_extended_key
    from chainlead.model import Chain, Network

    addresses = [
        d.address
        for d in addresses_of_extended_key(parse_extended_key(ZPUB), Chain.BITCOIN, Network.MAIN)
    ]
    note = tmp_path / "note.txt"
    note.write_text(f"watch {ZPUB}\nsent to {addresses[15]}\n")
    scan(case, [note])
    return case


def key_id(case) -> str:
    return next(row["id"] for row in list_findings(case) if row["kind"] == "extended_key")


def test_a_loose_key_is_not_derived_by_a_scan(scanned):
    assert sorted(row["kind"] for row in list_findings(scanned)) == ["address", "extended_key"]


def test_an_order_derives_behind_the_last_address_that_the_case_knows(scanned):
    done = derive_addresses(scanned, key_id(scanned), why="follow it")
    assert done.chain == "bitcoin"
    assert len(done.addresses) == 36 + 20
    ((address, ids),) = done.matches.items()
    assert address == done.addresses[15].address
    assert len(ids) == 1
    rows = [row for row in list_findings(scanned) if row["detail"].get("derived")]
    assert len(rows) == 56
    assert {(r["certainty"], r["detail"]["use"], r["role"]) for r in rows} == {
        ("structured", "unproven", "unknown")
    }
    assert scanned.entries[-1].act == "derive.addresses"


def test_the_journal_rebuilds_the_derived_findings(scanned):
    derive_addresses(scanned, key_id(scanned))
    replayed = Store.in_memory()
    for entry in scanned.entries:
        apply_entry(Projection(replayed, scanned.blobs, scanned.key), entry)
    assert replayed.table_digests()["findings"] == scanned.store.table_digests()["findings"]
    replayed.close()


def test_a_derived_finding_says_where_it_came_from(scanned):
    derive_addresses(scanned, key_id(scanned))
    row = next(row for row in list_findings(scanned) if row["detail"].get("derived"))
    shown = show_finding(scanned, row["id"])
    assert shown.proved
    assert "derive" in shown.proof


def test_other_ledgers_and_wrong_orders(scanned):
    assert (
        derive_addresses(scanned, key_id(scanned), chain="litecoin")
        .addresses[0]
        .address.startswith("ltc1q")
    )
    with pytest.raises(ConfigError):
        derive_addresses(scanned, key_id(scanned), chain="monero")
    with pytest.raises(ConfigError):
        derive_addresses(scanned, key_id(scanned), gap=0)
    address = next(row["id"] for row in list_findings(scanned) if row["kind"] == "address")
    with pytest.raises(FindingNotFoundError):
        derive_addresses(scanned, address)
