"""The text beside an address orders the ledgers that it leaves open, and says why."""

import pytest

from chainlead.model import Chain

SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
SHARED = "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX"
EVM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
TXID = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"


def address(find, text, **options):
    (found,) = [f for f in find(text, **options) if f.kind == "address"]
    return found


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (SOLO, Chain.BITCOIN),
        (f"BCH: {SOLO}", Chain.BITCOIN_CASH),
        (f"pay me in Bitcoin Cash {SOLO}", Chain.BITCOIN_CASH),
        (f"LTC_ADDRESS={SHARED}", Chain.LITECOIN),
        (f"{SHARED} (litecoin)", Chain.LITECOIN),
        (f"bitcoin {SHARED}", Chain.BITCOIN),
        (f"https://litecoinspace.org/address/{SHARED}", Chain.LITECOIN),
        (f"electroneum: {EVM}", Chain.ELECTRONEUM_SMART_CHAIN),
        (f"ltc is down today\n\nbtc: {SHARED}", Chain.BITCOIN),
        (f"BTC: {SHARED}\nLTC: LXYZ\n", Chain.BITCOIN),
        (f"eltceth {SHARED}", Chain.BITCOIN),
        (f"USDT TRC20 {SHARED}", Chain.BITCOIN),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_the_best_candidate_is_what_the_text_says(find, text, chain, encoding):
    assert address(find, text.encode(encoding)).candidates[0].chain is chain


def test_votes_are_kept_and_named_in_the_reason(find):
    found = address(find, f"ltc:{SHARED} or btc")
    assert found.detail["votes"] == [
        {"chain": "litecoin", "says": "ltc:", "weight": 4},
        {"chain": "bitcoin", "says": "btc", "weight": 3},
    ]
    assert found.candidates[0].reason.endswith("the context says 'ltc:'")


def test_no_candidate_is_added_or_lost(find):
    plain, voted = address(find, SHARED), address(find, f"monero ltc {SHARED}")
    assert {c.chain for c in plain.candidates} == {c.chain for c in voted.candidates}
    assert "votes" not in plain.detail
    assert [vote["chain"] for vote in voted.detail["votes"]] == ["litecoin"]


def test_the_path_of_the_file_has_the_weakest_vote(find):
    assert address(find, SHARED, path="Litecoin/notes.txt").candidates[0].chain is Chain.LITECOIN
    found = address(find, f"btc {SHARED}", path="Litecoin/notes.txt")
    assert found.candidates[0].chain is Chain.BITCOIN
    assert [vote["says"] for vote in found.detail["votes"]] == ["btc", "path: litecoin"]


def test_a_transaction_id_is_ordered_too(find):
    (found,) = [f for f in find(f"dash txid: {TXID}") if f.kind == "txid"]
    assert found.candidates[0].chain is Chain.DASH


def test_what_a_find_says_is_from_the_table_and_never_from_the_text(find):
    found = address(find, f"LtC\x1b[31m {SHARED}")
    assert found.detail["votes"][0]["says"] == "ltc"
