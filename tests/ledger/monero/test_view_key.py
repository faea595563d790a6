"""A view key finds what was paid to its address, with the right amounts, and nothing else."""

import csv
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monero.address import Address
from monero.seed import Seed
from nacl import bindings

from chainlead.codecs import Secret
from chainlead.errors import CodecError, WrongNetworkError
from chainlead.ledger import monero
from chainlead.ledger.monero import curve

SEED = Seed(sha256(b"a wallet of the tests").hexdigest())
OTHER = Seed(sha256(b"another wallet of the tests").hexdigest())


def view_of(seed, **how):
    secret = Secret(bytes.fromhex(seed.secret_view_key()))
    return monero.ViewKey(str(seed.public_address()), secret, **how)


@given(st.integers(1, curve.ORDER - 1), st.integers(1, curve.ORDER - 1))
def test_points_are_added_and_multiplied_as_libsodium_does(one, two):
    a, b = curve.BASE * one, curve.BASE * two
    first, second = (curve.write_scalar(number) for number in (one, two))
    assert curve.write_point(a) == bindings.crypto_scalarmult_ed25519_base_noclamp(first)
    assert curve.write_point(a * two) == bindings.crypto_scalarmult_ed25519_noclamp(
        second, curve.write_point(a)
    )
    assert curve.write_point(a + b) == bindings.crypto_core_ed25519_add(
        curve.write_point(a), curve.write_point(b)
    )
    assert curve.write_point(curve.times_base(one)) == curve.write_point(a)
    assert curve.write_point(curve.plus_base(b, one)) == curve.write_point(a + b)
    assert curve.write_point(curve.read_point(curve.write_point(a))) == curve.write_point(a)


@pytest.mark.parametrize(
    "text",
    ["ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f", "01" + "00" * 30 + "80", "02" + "00" * 31],
    ids=["field itself", "field and one", "signed zero", "off the curve"],
)
def test_bytes_in_another_form_are_no_point(text):
    with pytest.raises(CodecError):
        curve.read_point(bytes.fromhex(text))


def test_sub_addresses_are_those_of_another_implementation():
    from monero.backends.offline import OfflineWallet
    from monero.wallet import Wallet  # its own derivation, no daemon is asked

    wallet = Wallet(OfflineWallet(str(SEED.public_address()), view_key=SEED.secret_view_key()))
    view = view_of(SEED, accounts=3, numbers=4)
    for account in range(3):
        for number in range(4):
            assert view.address_of(account, number) == str(wallet.get_address(account, number))


def test_a_key_of_another_address_is_refused_and_never_shown():
    secret = Secret(bytes.fromhex(OTHER.secret_view_key()))
    with pytest.raises(CodecError) as caught:
        monero.ViewKey(str(SEED.public_address()), secret)
    assert OTHER.secret_view_key() not in str(caught.value)
    assert OTHER.secret_view_key() not in repr(view_of(OTHER, accounts=1, numbers=1))


def test_what_is_no_scalar_is_no_view_key():
    with pytest.raises(CodecError, match="no private view key"):
        monero.ViewKey(str(SEED.public_address()), Secret(b"\xff" * 32))


def test_an_address_of_electroneum_is_refused():
    from chainlead.codecs import CryptoNoteAddress, to_cryptonote_address

    keys = curve.write_point(curve.BASE)
    text = to_cryptonote_address(CryptoNoteAddress(18018, keys, keys))
    with pytest.raises(WrongNetworkError):
        monero.parse_monero_address(text)


def test_an_integrated_address_is_its_standard_address_and_a_payment_id():
    standard = Address(str(SEED.public_address()))
    read = monero.parse_monero_address(str(standard.with_payment_id("0123456789abcdef")))
    assert (read.text, read.payment_id.hex()) == (str(standard), "0123456789abcdef")


@pytest.mark.real
def test_every_stagenet_case_gives_the_listed_outputs_and_amounts(stagenet):
    checked = 0
    for case in stagenet.values():
        read = monero.parse_transaction(bytes.fromhex(case["tx_hex"]))
        for party in case["recipient"]:
            secret = Secret(bytes.fromhex(party["viewkey"]))
            view = monero.ViewKey(party["address"], secret, accounts=1, numbers=1)
            found = [(one.index, one.key.hex(), one.amount_units) for one in view.find(read)]
            assert found == [tuple(output[:3]) for output in party["outputs"]]
            checked += len(found)
    assert checked == 23


@pytest.mark.real
def test_the_payment_id_of_an_integrated_address_is_opened(stagenet):
    case = stagenet["bd461b"]
    party = case["recipient"][0]
    secret = Secret(bytes.fromhex(party["viewkey"]))
    view = monero.ViewKey(party["address"], secret, accounts=1, numbers=1)
    found = list(view.find(monero.parse_transaction(bytes.fromhex(case["tx_hex"]))))
    assert [one.payment_id for one in found] == [case["payment_id8e"]]


@pytest.mark.real
def test_539_transactions_give_exactly_what_the_wallet_listed(shared_data, stagenet):
    """The ring members are strangers' transactions: those of the wallet are found, no other."""
    party = stagenet["ae8f3a"]["sender"]
    secret = Secret(bytes.fromhex(party["viewkey"]))
    view = monero.ViewKey(party["address"], secret, accounts=1, numbers=1)
    with (shared_data / "xmr-etn/xmregcore/outputs_stagenet_2_56Vbjcz.csv").open() as file:
        rows = list(csv.DictReader(file))
    seen, found = set(), set()
    for case in stagenet.values():
        for event in monero.read_material(json.dumps(case).encode()):
            read = getattr(event, "transaction", None) or getattr(event, "miner", None)
            if read is None or read.txid in seen:
                continue
            seen.add(read.txid)
            for one in view.find(read):
                found.add((read.txid.hex(), one.index, one.key.hex(), one.amount_units))
    listed = {
        (row["Tx_hash"], int(row["Out_idx"]), row["Output_pub_key"], int(row["Amount"]))
        for row in rows
        if bytes.fromhex(row["Tx_hash"]) in seen
    }
    assert len(seen) >= 539
    assert len(listed) == 102
    assert found == listed


def _wallet_view(folder, name, key_file, numbers=12):
    accounts = json.loads((folder / f"{name}-wallet-00-get_accounts.json").read_bytes())
    key = json.loads((folder / f"{name}-wallet-{key_file}.json").read_bytes())["result"]["key"]
    address = accounts["result"]["subaddress_accounts"][0]["base_address"]
    return monero.ViewKey(address, Secret(bytes.fromhex(key)), accounts=2, numbers=numbers)


def _found_in(folder, name, view):
    content = (folder / f"{name}-daemon-00-get_transactions.json").read_bytes()
    return [
        [(one.index, one.amount_units, one.account, one.number) for one in view.find(e.transaction)]
        for e in monero.read_material(content)
    ]


@pytest.mark.real
def test_an_amount_that_does_not_open_its_commitment_is_unknown(shared_data):
    """The payer wrote a made-up amount; what monero-python's tests say of it is the oracle."""
    folder = shared_data / "xmr-etn/monero-python/test_outputs"
    name = "test_v2_single_output_with_fake_amount_to_master"
    found = _found_in(folder, name, _wallet_view(folder, name, "01-query_key"))
    assert [[(index, amount) for index, amount, *_ in one] for one in found] == [[(0, None)]]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "key_file", "expected"),
    [
        ("test_v2_single_output", "01-query_key", [[(1, 2718281828459, 0, 8)]]),
        (
            "test_viewtags",
            "20-query_key",
            [[(0, 10**12, 0, number)] for number in (1, 1, 2, 1)],
        ),
    ],
)
def test_transactions_of_a_daemon_give_the_payments(shared_data, name, key_file, expected):
    folder = shared_data / "xmr-etn/monero-python/test_outputs"
    assert _found_in(folder, name, _wallet_view(folder, name, key_file)) == expected


@pytest.mark.real
def test_sub_addresses_beyond_the_numbers_asked_for_are_not_found(shared_data):
    """Numbers 21 to 24 were paid 1, 2, 4 and 8 XMR; output 1 is somebody else's."""
    folder = shared_data / "xmr-etn/monero-python/test_outputs"
    name = "test_multiple_outputs"
    near = _wallet_view(folder, name, "01-query_key", numbers=21)
    far = _wallet_view(folder, name, "01-query_key", numbers=25)
    assert _found_in(folder, name, near) == [[]]
    units = 10**12
    assert _found_in(folder, name, far) == [
        [(0, 4 * units, 0, 23), (2, units, 0, 21), (3, 2 * units, 0, 22), (4, 8 * units, 0, 24)]
    ]
