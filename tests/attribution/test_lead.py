"""A lead names the customer's deposit where it can, both transfers where it infers, and its gaps."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chainlead.attribution import AddressBook, derive_leads, derive_unspent, lead_document
from chainlead.attribution.lead_gaps import find_gaps
from chainlead.attribution.sweep import lookup_sweep
from chainlead.model import Strength
from chainlead.store import Store

HOT_WALLET = "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"
OTHER = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
DEPOSIT = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


def test_a_sweep_leads_back_to_the_deposit_and_says_that_it_is_inferred(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    (lead,) = derive_leads("t" * 16, sweep_document, book, None)
    (deposit,) = lead.deposits
    assert (deposit.address, deposit.txid, deposit.amount_units) == (DEPOSIT, "aa" * 32, 10)
    assert (deposit.sweep_txid, deposit.service_address) == ("bb" * 32, HOT_WALLET)
    assert deposit.traced_units == {"fifo": 10, "haircut": 7}
    assert deposit.inference.startswith("Inferred (deposit sweep, version 1)")
    assert (deposit.height, deposit.mined_at) == (1, "2024-01-01T00:00:00Z")


def test_a_lead_carries_actor_seat_and_conflicts(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    (lead,) = derive_leads("t" * 16, sweep_document, book, None)
    assert (lead.service, lead.jurisdictions, lead.uri) == (
        "Kastell Exchange",
        ("EE",),
        "kastell.example",
    )
    assert [claim.service for claim in lead.conflicts] == ["Castle Trading"]
    assert any("different parties" in sentence for sentence in lead.missing)


def test_without_a_sweep_the_tagged_address_is_named_and_the_doubt_is_said(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    sweep_document["transactions"][1]["outputs"].append(
        {
            "outpoint": f"{'bb' * 32}:1",
            "address": "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3",
            "amount_units": "1",
        }
    )
    (lead,) = derive_leads("t" * 16, sweep_document, book, None)
    (deposit,) = lead.deposits
    assert (deposit.address, deposit.sweep_txid, deposit.inference) == (HOT_WALLET, None, "")
    assert any("shared wallet" in sentence for sentence in lead.missing)


def test_a_stop_that_rests_on_a_cluster_uses_the_claims_of_the_trace(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    for rule in sweep_document["rules"].values():
        rule["frontier"][0] |= {
            "address": "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3",
            "strength": "inferred",
        }
    (lead,) = derive_leads("t" * 16, sweep_document, book, None)
    assert lead.claims[0].strength is Strength.INFERRED
    assert lead.claims[0].level == 10
    assert any("inferred from a cluster" in sentence for sentence in lead.missing)


def test_backward_a_lead_names_the_payment_out_of_the_service(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    document = copy.deepcopy(sweep_document)
    document["direction"] = "backward"
    paid = document["transactions"][1]
    paid["inputs"][0] |= {"address": HOT_WALLET}
    paid["outputs"][0] |= {"address": DEPOSIT}
    for rule in document["rules"].values():
        rule["transfers"] = [
            {
                "outpoint": f"{'bb' * 32}:0",
                "address": DEPOSIT,
                "amount_units": "15",
                "traced_units": "9",
            }
        ]
        rule["frontier"] = [
            {
                **rule["frontier"][0],
                "outpoint": f"{'aa' * 32}:0",
                "address": HOT_WALLET,
                "txid": "aa" * 32,
            }
        ]
    (lead,) = derive_leads("t" * 16, document, book, None)
    (deposit,) = lead.deposits
    assert lead.direction == "backward"
    assert (deposit.txid, deposit.address, deposit.service_address) == (
        "bb" * 32,
        DEPOSIT,
        HOT_WALLET,
    )


def test_the_same_trace_gives_the_same_lead(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    first = derive_leads("t" * 16, sweep_document, book, None)
    assert derive_leads("t" * 16, copy.deepcopy(sweep_document), book, None) == first
    assert derive_leads("u" * 16, sweep_document, book, None)[0].lead_id != first[0].lead_id


def test_a_trace_that_reached_no_service_gives_no_lead(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    for rule in sweep_document["rules"].values():
        rule["frontier"] = []
    assert derive_leads("t" * 16, sweep_document, book, None) == ()


def test_no_amount_is_a_json_number(book: AddressBook, sweep_document: dict[str, Any]) -> None:
    (lead,) = derive_leads("t" * 16, sweep_document, book, None)
    told = lead_document(lead)["deposits"][0]
    assert (told["amount_units"], told["amount"]) == ("10", "0.00000010 BTC")
    assert told["traced_units"] == {"fifo": "10", "haircut": "7"}


def test_one_address_emptied_alone_is_no_sweep(sweep_document: dict[str, Any]) -> None:
    transaction = sweep_document["transactions"][1]
    transaction["inputs"].pop()
    assert (
        lookup_sweep(transaction, on_trail={f"{'aa' * 32}:0"}, held_by_service=HOT_WALLET.__eq__)
        is None
    )


def test_an_unknown_input_makes_no_sweep(sweep_document: dict[str, Any]) -> None:
    transaction = sweep_document["transactions"][1]
    transaction["inputs"][1]["address"] = None
    assert (
        lookup_sweep(transaction, on_trail={f"{'aa' * 32}:0"}, held_by_service=HOT_WALLET.__eq__)
        is None
    )


def test_a_wallet_tagged_as_hot_is_said_to_be_shared_but_not_its_clusters_other_addresses(
    add_pack: Callable[[str, bytes], None], store: Store, sweep_document: dict[str, Any]
) -> None:
    add_pack(
        "h.yaml",
        f"title: T\ncreator: t\ncurrency: BTC\nsource: s\ntags:\n- {{address: {HOT_WALLET}, "
        "label: Kastell hot wallet, category: exchange}".encode(),
    )
    hot = AddressBook(store)
    sweep_document["transactions"][1]["inputs"].clear()
    (lead,) = derive_leads("t" * 16, sweep_document, hot, None)
    assert any("shares among its customers" in sentence for sentence in lead.missing)
    claims = hot.inherited(hot.service_claims("bitcoin", HOT_WALLET), DEPOSIT, ["aa" * 32])
    inherited = replace(lead, claims=claims, deposits=(replace(lead.deposits[0], address=DEPOSIT),))
    assert not any("shares among" in sentence for sentence in find_gaps(inherited))
    assert any("not known: the draft asks" in sentence for sentence in find_gaps(inherited))


def test_a_claim_inherited_from_a_cluster_is_one_class_lower_and_names_its_links(
    book: AddressBook,
) -> None:
    own = book.service_claims("bitcoin", HOT_WALLET)
    taken = book.inherited(own, DEPOSIT, ["aa" * 32])
    assert [claim.address for claim in taken] == [DEPOSIT] * len(own)
    for before, after in zip(own, taken, strict=True):
        assert after.strength is Strength.INFERRED
        assert after.confidence == f"one class below {before.confidence}"
        assert after.level < before.level
        assert after.inherited_via == ("aa" * 32,)
        assert (after.source, after.lastmod) == (before.source, before.lastmod)
    again = book.inherited(taken, HOT_WALLET, ["bb" * 32])
    assert [claim.confidence for claim in again] == [claim.confidence for claim in taken]


def test_the_unspent_ends_are_a_seizure_lead_with_their_outputs(
    book: AddressBook, sweep_document: dict[str, Any]
) -> None:
    for rule in sweep_document["rules"].values():
        rule["frontier"][0] |= {"reason": "unspent", "address": OTHER}
    sweep_document["transactions"][1]["outputs"][0] |= {"address": OTHER}
    lead = derive_unspent("t" * 16, sweep_document, book, None, own={OTHER: "own address"})
    assert lead is not None
    (holding,) = lead.holdings
    assert (holding.address, holding.place) == (OTHER, f"{'bb' * 32}:0")
    assert holding.note == "own address"
    assert [str(d.output_index) for d in lead.deposits] == ["0"]
    assert not any("Who holds the keys" in sentence for sentence in lead.missing)
    assert derive_leads("t" * 16, sweep_document, book, None) == ()
    sweep_document["direction"] = "backward"
    assert derive_unspent("t" * 16, sweep_document, book, None) is None
