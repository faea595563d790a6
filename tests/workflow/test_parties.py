"""Who is said to hold an address: one name for each party, tags and seized wallets alike."""

import pytest

from chainlead.model import Chain
from chainlead.workflow.parties import OWN, find_parties
from chainlead.workflow.tags import import_tags

A, B, C = (
    "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",
    "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3",
    "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s",
)
PACK = f"""
title: Tags
creator: tester
currency: BTC
source: https://tags.example
confidence: service_data
tags:
- {{address: {A}, label: Kastell, category: exchange}}
- {{address: {B}, label: https://www.kastell.com/, category: exchange}}
- {{address: {C}, label: Lagune, category: exchange}}
- {{address: 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, label: Somebody, category: user}}
"""


@pytest.fixture
def store(case, tmp_path):
    pack = tmp_path / "tags.yaml"
    pack.write_text(PACK)
    assert [file.state for file in import_tags(case, [pack])] == ["imported"]
    return case.store


def _finding(address, role, number):
    text = dict.fromkeys(
        ("check_made", "false_positive_rate", "exhibit", "encoding", "context", "detector"), ""
    )
    return text | {
        "finding_id": f"f{number}", "kind": "address", "value": address, "fingerprint": None,
        "candidates": [], "certainty": "checked", "role": role, "location": [], "offset_bytes": 0,
        "length_bytes": 34, "row": None, "detail": {}, "item_sha256": "",
    }  # fmt: skip


def test_spellings_of_one_service_are_one_party(store):
    found = find_parties(store, Chain.BITCOIN, {A, B, C})
    assert found[A] == found[B]
    assert not found[A] & found[C]
    assert found[C] == {"Lagune"}


def test_only_the_asked_addresses_are_named(store):
    assert set(find_parties(store, Chain.BITCOIN, {C, "x"})) == {C}
    assert find_parties(store, Chain.BITCOIN, ()) == {}
    assert find_parties(store, Chain.LITECOIN, {A}) == {}


def test_an_address_of_a_seized_wallet_is_a_party_unless_it_is_noise(case, store):
    store.insert(
        "findings", [_finding(A, "own", 1), _finding(B, "own", 2), _finding(C, "unknown", 3)]
    )
    store.insert("triage", [{"finding_id": "f2", "state": "noise", "why": "", "journal_seq": 1}])
    found = find_parties(store, Chain.BITCOIN, {A, B, C})
    assert found[A] == {"Kastell", OWN}
    assert found[B] == {"Kastell"}
    assert found[C] == {"Lagune"}
