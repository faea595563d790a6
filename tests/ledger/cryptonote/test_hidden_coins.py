"""What view keys, proofs and the portal showed, in report and guide; with keys of our own."""

import json

import pytest

from chainlead.codecs import CryptoNoteAddress, Secret, to_cryptonote_address
from chainlead.ledger.monero.curve import write_scalar
from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.electroneum import find_portal_transfers
from chainlead.workflow.hidden_coins import hidden_coin_documents
from chainlead.workflow.ledger import add
from chainlead.workflow.monero import find_incoming
from chainlead.workflow.monero_proof import ProofClaim, check_here
from chainlead.workflow.report import build_report, export_report
from chainlead.workflow.verify import verify


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32)) as opened:
        yield opened


@pytest.fixture
def opened(forge, case, tmp_path):
    """Bob's Monero address got two payments: by a ring of one, and by a ring of three."""
    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    address = to_cryptonote_address(CryptoNoteAddress(18, bob.spend, bob.view))
    minted = forge.mint([(alice, 10**12)] * 4)
    one = forge.pay([(minted.coins[0], [])], [(bob, 4 * 10**11)])
    other = forge.pay([(minted.coins[1], minted.coins[2:])], [(bob, 5 * 10**11)])
    path = tmp_path / "some.hex"
    path.write_text(f"{one.raw.hex()}\n{other.raw.hex()}\n")
    find_incoming(case, address, Secret(bob.view_bytes), [path], accounts=1, numbers=1)
    claim = ProofClaim(one.txid.hex(), address)
    check_here(case, claim, Secret(write_scalar(one.secret)), [path])
    check_here(case, claim, Secret(write_scalar(other.secret)), [path])
    return {"address": address, "one": one, "other": other}


def bundle_of(case):
    return json.loads(build_report(case.projection, case.entries)["report.json"])


def test_received_outputs_name_how_many_outputs_each_ring_hides(case, opened):
    (received,) = [
        d for d in hidden_coin_documents(case.entries, case.blobs) if d["kind"] == "received"
    ]
    payers = {row["txid"]: row["payer"] for row in received["outputs"]}
    assert payers[opened["one"].txid.hex()] == "1 input: exactly one output, known by its number"
    assert payers[opened["other"].txid.hex()] == "1 input: one of 3, not followed"


def test_the_report_says_received_and_never_balance(case, opened):
    bundle = bundle_of(case)
    kinds = [part["kind"] for part in bundle["hidden_coins"]]
    assert kinds == ["received", "proof", "proof"]
    received = bundle["hidden_coins"][0]
    assert received["received"] == {
        "units": "900000000000", "decimal": "0.900000000000", "symbol": "XMR",
    }  # fmt: skip
    assert "not a balance" in received["statement"]
    assert [part["holds"] for part in bundle["hidden_coins"][1:]] == [True, False]
    assert all("balance" not in name for part in bundle["hidden_coins"] for name in part)


def test_the_report_s_section_tells_it_in_words(case, opened):
    from chainlead.report.story import story

    (section,) = [s for s in story(bundle_of(case)) if s["title"].startswith("Coins that hide")]
    text = json.dumps(section)
    assert "one of 3, not followed" in text
    assert "does not hold" in text
    assert "0.400000000000 XMR" in text


def test_report_and_case_are_made_again_byte_for_byte(case, opened, tmp_path):
    export_report(case)
    case.close()
    assert verify(tmp_path / "case").problems == []


def test_a_second_look_does_not_tell_an_address_twice(case, opened, forge, tmp_path):
    bob = forge.wallet("bob")
    find_incoming(
        case,
        opened["address"],
        Secret(bob.view_bytes),
        [tmp_path / "some.hex"],
        accounts=1,
        numbers=1,
    )
    kinds = [d["kind"] for d in hidden_coin_documents(case.entries, case.blobs)]
    assert kinds == ["received", "proof", "proof"]


def test_the_guide_is_told_the_same(case, opened):
    facts = gather_facts(case).hidden_coins
    assert [(f.kind, f.holds, f.outputs) for f in facts] == [
        ("received", True, 2), ("proof", True, 0), ("proof", False, 0),
    ]  # fmt: skip


def test_a_portal_s_payment_stands_in_the_report_as_asserted(case, forge, tmp_path):
    portal, alice = forge.wallet("portal"), forge.wallet("alice")
    minted = forge.mint([(alice, 500)])
    carried = forge.pay_openly([minted.coins[0]], [(alice, 490)], version=2)
    named = b"0x52908400098527886E0F7030069857D2E4169EE7"
    left = forge.pay_openly([carried.coins[0]], [(portal, 480)], extra=named)
    answers = [{"tx_hash": one.txid.hex(), "as_hex": one.raw.hex()} for one in (carried, left)]
    path = tmp_path / "b.json"
    path.write_text(json.dumps(answers))
    add(case, [path], chain=Chain.ELECTRONEUM)
    find_portal_transfers(case, portal.address)
    (part,) = bundle_of(case)["hidden_coins"]
    (transfer,) = part["transfers"]
    assert (transfer["account_strength"], transfer["amount"]["decimal"]) == ("asserted", "4.80")
    assert "unverified" in part["published"]


def test_a_trail_that_ends_at_a_ring_says_so_in_report_and_guide(case, forge, tmp_path):
    from chainlead.guide import next_steps
    from chainlead.report.story import story
    from chainlead.trace import Direction
    from chainlead.workflow.trace import trace

    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    minted = forge.mint([(alice, 500)] * 2)
    mixed = forge.pay([(minted.coins[0], [minted.coins[1]])], [(bob, 490)])
    path = tmp_path / "two.hex"
    path.write_text(f"{minted.raw.hex()}\n{mixed.raw.hex()}\n")
    add(case, [path], chain=Chain.ELECTRONEUM)
    trace(case, f"{mixed.txid.hex()}:0", chain=Chain.ELECTRONEUM, direction=Direction.BACKWARD)
    (summary,) = [s for s in story(bundle_of(case)) if s["title"] == "In short"]
    text = json.dumps(summary)
    assert "a ring hides which of several outputs was spent: not followed" in text
    assert "mixing" not in text
    assert any("ring hides" in step.title for step in next_steps(gather_facts(case)))
