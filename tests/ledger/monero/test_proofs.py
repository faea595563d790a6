"""A proof of payment holds for its transaction, address and message, and for no other."""

import pytest

from chainlead.codecs import Secret, keccak256, to_cryptonote_base58
from chainlead.errors import CodecError
from chainlead.ledger import monero
from chainlead.ledger.monero import curve

PAID_UNITS = 136706920483124


@pytest.fixture
def case(stagenet):
    """Transaction 140807…: its private key is published, and so is whom it paid."""
    return stagenet["140807"]


@pytest.fixture
def paid(case):
    return monero.parse_transaction(bytes.fromhex(case["tx_hex"]))


@pytest.fixture
def payee(case):
    return monero.parse_monero_address(case["recipient"][0]["address"])


def sign(kind, read, address, number, message):
    """A proof made here, by the description of the scheme: by payer (`Out`) or payee (`In`)."""
    key, view = read.extra.keys[0], address.view_key
    first, second = (key, view) if kind == "OutProofV2" else (view, key)
    shared = curve.write_point(curve.read_point(second) * number)
    nonce = curve.hash_to_scalar(b"nonce of the test", shared)
    x = curve.write_point(curve.BASE * nonce)
    y = curve.write_point(curve.read_point(second) * nonce)
    prefix = keccak256(read.txid + message.encode())
    domain = keccak256(b"TXPROOF_V2")
    challenge = curve.hash_to_scalar(prefix, shared, x, y, domain, first, second, bytes(32))
    response = (nonce - challenge * number) % curve.ORDER
    signature = curve.write_scalar(challenge) + curve.write_scalar(response)
    return kind + to_cryptonote_base58(shared) + to_cryptonote_base58(signature)


def number_of(text):
    return int.from_bytes(bytes.fromhex(text), "little")


@pytest.mark.real
def test_the_key_of_a_transaction_shows_what_it_paid(case, paid, payee):
    shown = monero.check_transaction_key(paid, Secret(bytes.fromhex(case["tx_prv_key"])), payee)
    assert shown.holds
    assert shown.outputs == ((0, PAID_UNITS),)


@pytest.mark.real
def test_the_key_of_a_transaction_shows_nothing_of_an_address_that_was_not_paid(case, paid):
    other = monero.parse_monero_address(case["recipient"][1]["address"])
    shown = monero.check_transaction_key(paid, Secret(bytes.fromhex(case["tx_prv_key"])), other)
    assert not shown.holds
    assert shown.amount_units == 0


@pytest.mark.real
def test_another_key_shows_nothing(paid, payee):
    shown = monero.check_transaction_key(paid, Secret(curve.write_scalar(12345)), payee)
    assert not shown.holds


@pytest.mark.real
@pytest.mark.parametrize("content", [b"", b"\x01" * 31, b"\xff" * 32])
def test_what_is_no_key_is_refused(paid, payee, content):
    with pytest.raises(CodecError, match="key"):
        monero.check_transaction_key(paid, Secret(content), payee)


@pytest.mark.real
@pytest.mark.parametrize("kind", ["OutProofV2", "InProofV2"])
def test_a_signed_proof_holds_for_its_message_only(case, paid, payee, kind):
    key = case["tx_prv_key"] if kind == "OutProofV2" else case["recipient"][0]["viewkey"]
    proof = sign(kind, paid, payee, number_of(key), "case 7")
    shown = monero.check_payment_proof(paid, payee, "case 7", proof)
    assert shown.holds
    assert shown.outputs == ((0, PAID_UNITS),)
    assert not monero.check_payment_proof(paid, payee, "case 8", proof).holds


@pytest.mark.real
@pytest.mark.parametrize("kind", ["OutProofV2", "InProofV2"])
def test_a_proof_made_with_another_key_does_not_hold(paid, payee, kind):
    assert not monero.check_payment_proof(
        paid, payee, "", sign(kind, paid, payee, 1234567, "")
    ).holds


@pytest.mark.real
def test_a_proof_with_any_part_changed_does_not_hold(case, paid, payee):
    proof = sign("OutProofV2", paid, payee, number_of(case["tx_prv_key"]), "")
    for place in range(10, len(proof), 7):
        changed = proof[:place] + ("2" if proof[place] != "2" else "3") + proof[place + 1 :]
        try:
            assert not monero.check_payment_proof(paid, payee, "", changed).holds
        except CodecError:
            continue


@pytest.mark.real
def test_a_proof_does_not_hold_for_another_transaction_or_address(case, stagenet, paid, payee):
    proof = sign("OutProofV2", paid, payee, number_of(case["tx_prv_key"]), "")
    other = monero.parse_transaction(bytes.fromhex(stagenet["ddff95"]["tx_hex"]))
    stranger = monero.parse_monero_address(case["recipient"][1]["address"])
    assert not monero.check_payment_proof(other, payee, "", proof).holds
    assert not monero.check_payment_proof(paid, stranger, "", proof).holds


@pytest.mark.real
@pytest.mark.parametrize(
    ("proof", "words"),
    [
        ("OutProofV1" + "1" * 132, "can be forged"),
        ("SpendProofV1" + "1" * 132, "begins with"),
        ("OutProofV2", "length"),
        ("OutProofV2" + "1" * 131, "length"),
        ("OutProofV2" + "0" * 132, "base58"),
    ],
)
def test_what_is_no_proof_is_refused_with_a_reason(paid, payee, proof, words):
    with pytest.raises(CodecError, match=words):
        monero.check_payment_proof(paid, payee, "", proof)
