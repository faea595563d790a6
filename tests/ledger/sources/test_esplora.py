import json

import pytest

from chainlead.codecs import address_from_script
from chainlead.errors import LedgerSourceError, TransactionInvalidError, WrongNetworkError
from chainlead.ledger import Skipped, TransactionRead, find_form, read_source
from chainlead.model import Chain, Network, Txid

PREVIOUS = "11" * 32


@pytest.fixture
def given(workshop):
    """A transaction object as an Esplora server gives it."""

    def make(network=Network.MAIN, amount=1_000):
        raw = workshop.spend([(bytes.fromhex(PREVIOUS), 3)], [(amount, 7)])
        return {
            "txid": Txid(workshop.txid_of(raw)).display,
            "version": 2,
            "locktime": 0,
            "vin": [
                {
                    "txid": PREVIOUS,
                    "vout": 3,
                    "scriptsig": "51",
                    "sequence": 0xFFFFFFFD,
                    "is_coinbase": False,
                    "prevout": {"scriptpubkey": workshop.p2pkh(9).hex(), "value": 5_000},
                }
            ],
            "vout": [
                {
                    "scriptpubkey": workshop.p2pkh(7).hex(),
                    "scriptpubkey_address": address_from_script(
                        workshop.p2pkh(7), Chain.BITCOIN, network
                    ),
                    "value": amount,
                }
            ],
            "status": {
                "confirmed": True,
                "block_height": 700_000,
                "block_hash": "00" * 12 + "22" * 20,
                "block_time": 1_631_333_672,
            },
        }

    return make


def read(document, request):
    content = json.dumps(document).encode()
    return list(read_source(content, find_form(content, request), request))


def test_a_transaction_whose_fields_give_its_id_is_read_with_its_claims(given, mainnet, workshop):
    (event,) = read(given(), mainnet)
    assert isinstance(event, TransactionRead)
    assert Txid(event.transaction.txid).display == given()["txid"]
    assert event.claims.height == 700_000
    assert event.claims.previous == ((5_000, workshop.p2pkh(9)),)


def test_an_unconfirmed_transaction_claims_no_place(given, mainnet):
    (event,) = read({**given(), "status": {"confirmed": False}}, mainnet)
    assert event.claims.height is None


def test_a_changed_amount_is_found_by_the_id(given, mainnet):
    changed = given()
    changed["vout"][0]["value"] += 1
    with pytest.raises(TransactionInvalidError, match="another id"):
        read(changed, mainnet)


def test_a_changed_transaction_in_a_history_is_skipped_and_the_others_are_read(given, mainnet):
    changed = given()
    changed["locktime"] = 5
    events = read([given(), changed, given(amount=2_000)], mainnet)
    assert [type(event) for event in events] == [TransactionRead, TransactionRead, Skipped]
    assert (events[2].start, events[2].end) == (1, 2)


def test_a_history_of_another_network_is_refused(given, mainnet, regtest):
    with pytest.raises(WrongNetworkError, match="not of bitcoin main"):
        read(given(Network.TEST), mainnet)


def test_an_address_that_is_not_that_of_its_script_is_refused(given, mainnet):
    wrong = given()
    wrong["vout"][0]["scriptpubkey_address"] = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
    with pytest.raises(TransactionInvalidError, match="not that of its script"):
        read(wrong, mainnet)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "two"),
        ("locktime", -1),
        ("locktime", 2**32),
        ("locktime", 1.5),
        ("vin", []),
        ("vin", [{"txid": "zz", "vout": 0, "sequence": 0}]),
        ("vin", [None]),
        ("txid", "11"),
        ("vout", [{"scriptpubkey": "zz", "value": 1}]),
        ("vout", [{"scriptpubkey": "51", "value": -1}]),
        ("vout", [{"scriptpubkey": "51", "value": 2**64}]),
        ("vout", [{"scriptpubkey": "51", "value": 0.1}]),
        ("vout", []),
    ],
)
def test_fields_that_cannot_be_are_refused_by_name(given, mainnet, field, value):
    with pytest.raises(TransactionInvalidError):
        read({**given(), field: value}, mainnet)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"[[[[", b"[" * 100_000, b'{"txid": 1}', b"\xff\xfe{", b"null", b'"txid"'],
)
def test_other_json_and_no_json_are_no_history(content, mainnet):
    with pytest.raises(LedgerSourceError):
        find_form(content, mainnet)
