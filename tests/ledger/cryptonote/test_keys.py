"""View keys, transaction keys and the portal on Electroneum's first ledger, with real keys of our own."""

import json

import pytest

from chainlead.codecs import Secret, from_cryptonote_address, to_cryptonote_address
from chainlead.errors import CodecError, LedgerSourceError, OriginNotFoundError, WrongNetworkError
from chainlead.ledger import monero
from chainlead.ledger.monero.curve import write_scalar
from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.electroneum import (
    check_key,
    find_portal_transfers,
    find_received_in_case,
)
from chainlead.workflow.ledger import add
from chainlead.workflow.verify import verify

ETN = Chain.ELECTRONEUM
ACCOUNT = "0x52908400098527886E0F7030069857D2E4169EE7"


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32)) as opened:
        yield opened


@pytest.fixture
def paid(forge, case, tmp_path):
    """Bob gets 700 hidden, spends it into the open, and pays the portal 400 for an account."""
    alice, bob, portal = map(forge.wallet, ("alice", "bob", "portal"))
    minted = forge.mint([(alice, 1000)])
    hidden = forge.pay([(minted.coins[0], [])], [(bob, 700), (alice, 290)])
    carried = forge.pay_openly([hidden.coins[0]], [(bob, 690)], version=2)
    named = b"\x11" + bytes([len(ACCOUNT)]) + ACCOUNT.encode()
    left = forge.pay_openly([carried.coins[0]], [(portal, 400), (bob, 280)], extra=named)
    lines = [forge.block(minted), hidden.raw]
    (tmp_path / "a.hex").write_text("\n".join(one.hex() for one in lines))
    answers = [{"tx_hash": one.txid.hex(), "as_hex": one.raw.hex()} for one in (carried, left)]
    (tmp_path / "b.json").write_text(json.dumps({"txs": answers}))
    add(case, [tmp_path / "a.hex", tmp_path / "b.json"], chain=ETN)
    return {"bob": bob, "portal": portal, "hidden": hidden, "carried": carried, "left": left}


def test_a_view_key_shows_hidden_payments_and_open_ones_need_none(case, paid):
    bob = paid["bob"]
    with_key = find_received_in_case(case, bob.address, Secret(bob.view_bytes))
    assert {(o.amount_units, o.shown_by) for o in with_key.outputs} == {
        (700, "view key"), (690, "address in the clear"), (280, "address in the clear"),
    }  # fmt: skip
    spent = {o.amount_units: o.spent_in for o in with_key.outputs}
    assert spent[700] == paid["carried"].txid.hex()  # the ring of one says it
    assert spent[280] is None
    without = find_received_in_case(case, bob.address)
    assert {o.amount_units for o in without.outputs} == {690, 280}


def test_the_view_key_of_another_is_refused_and_none_is_ever_kept(case, paid, tmp_path):
    bob = paid["bob"]
    with pytest.raises(CodecError, match="does not belong"):
        find_received_in_case(case, bob.address, Secret(paid["portal"].view_bytes))
    find_received_in_case(case, bob.address, Secret(bob.view_bytes))
    case.close()
    for file in (tmp_path / "case").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert bob.view_bytes not in content
            assert bob.view_bytes.hex().encode() not in content


def test_a_transaction_s_key_shows_one_payment_and_no_other(case, paid):
    key = Secret(write_scalar(paid["hidden"].secret))
    txid = paid["hidden"].txid.hex()
    verdict = check_key(case, txid, paid["bob"].address, key)
    assert (verdict.holds, verdict.received_units) == (True, 700)
    assert not check_key(case, txid, paid["portal"].address, key).holds
    forged = Secret(write_scalar(paid["hidden"].secret + 1))
    assert not check_key(case, txid, paid["bob"].address, forged).holds
    with pytest.raises(LedgerSourceError, match="in the clear"):
        check_key(case, paid["left"].txid.hex(), paid["bob"].address, key)
    with pytest.raises(LedgerSourceError, match="does not hold"):
        check_key(case, "ab" * 32, paid["bob"].address, key)


def test_the_portal_s_payment_leads_to_an_account_that_is_asserted_only(case, paid, tmp_path):
    (one,) = find_portal_transfers(case, paid["portal"].address, published="a page, 2024")
    assert (one.amount_units, one.named_account) == (400, ACCOUNT)
    assert one.account_strength == "asserted"
    assert one.candidates == ()
    assert case.entries[-1].what["published"] == "a page, 2024"
    case.close()
    assert verify(tmp_path / "case").problems == []


def test_a_portal_without_a_source_is_called_unverified(case, paid):
    find_portal_transfers(case, paid["portal"].address)
    assert "unverified" in case.entries[-1].what["published"]


def test_addresses_of_other_ledgers_are_refused(case, paid):
    standard = from_cryptonote_address(paid["bob"].address)
    monero_address = to_cryptonote_address(
        type(standard)(18, *(standard.spend_key, standard.view_key))
    )
    with pytest.raises(WrongNetworkError, match="Electroneum"):
        find_received_in_case(case, monero_address)
    with pytest.raises(WrongNetworkError, match="Monero"):
        monero.parse_monero_address(paid["bob"].address)


def test_without_a_ledger_nothing_can_be_looked_for(tmp_path, forge):
    with Case.create(tmp_path / "other", key=bytes(32)) as case, pytest.raises(OriginNotFoundError):
        find_received_in_case(case, forge.wallet("bob").address)


@pytest.mark.real
def test_real_addresses_of_the_first_ledger_read_back(shared_data):
    listed = (
        (shared_data / "evidence/vectors/electroneum/addresses_in_repo.txt").read_text().split()
    )
    good = 0
    for text in listed:
        try:
            address = monero.parse_electroneum_address(text)
        except CodecError:
            continue
        good += 1
        assert address.net == "electroneum"
        if not text.startswith("f4V"):
            assert address.text == text
    assert good >= 20


def test_the_command_line_says_what_it_is_and_is_not(case, paid, tmp_path):
    from typer.testing import CliRunner

    from chainlead.cli._main import app

    case.close()
    key = tmp_path / "key"
    key.write_text(paid["bob"].view_bytes.hex())
    folder = str(tmp_path / "case")
    bob = paid["bob"].address
    run = CliRunner().invoke(
        app, ["electroneum", "received", folder, "--address", bob, "--view-key-file", str(key)]
    )
    assert run.exit_code == 0, run.output
    assert "not a balance" in run.output
    assert "16.70 ETN" in run.output
    run = CliRunner().invoke(
        app, ["electroneum", "portal", folder, "--address", paid["portal"].address]
    )
    assert run.exit_code == 0, run.output
    assert "asserted" in run.output
    assert "A lead" in run.output
    key.write_text(write_scalar(paid["hidden"].secret).hex())
    common = ["electroneum", "check-key", folder, "--key-file", str(key)]
    txid = paid["hidden"].txid.hex()
    run = CliRunner().invoke(app, [*common, "--txid", txid, "--address", bob])
    assert (run.exit_code, run.output) == (0, "It paid the address 7.00 ETN.\n")
    run = CliRunner().invoke(app, [*common, "--txid", txid, "--address", paid["portal"].address])
    assert run.exit_code == 1
