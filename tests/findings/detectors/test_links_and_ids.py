"""Payment links, transaction ids, explorers, exchanges."""

import pytest

from chainlead.model import Certainty, Chain

SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
EVM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
XRP = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
TXID = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"


def of_kind(found, kind):
    return [f for f in found if f.kind == kind]


@pytest.mark.parametrize(
    ("uri", "chain", "detail"),
    [
        (f"bitcoin:{SOLO}?amount=0.015&label=Order%207&message=thanks", Chain.BITCOIN,
         {"amount_units": "1500000", "asset": "bitcoin", "label": "Order 7", "message": "thanks"}),
        (f"BITCOIN:{SOLO}?AMOUNT=20.3", Chain.BITCOIN, {"amount_units": "2030000000"}),
        (f"bitcoin:{SOLO}?amount=1e5", Chain.BITCOIN, {"amount_written": "1e5"}),
        (f"bitcoin:{SOLO}?amount=0.123456789", Chain.BITCOIN, {"amount_written": "0.123456789"}),
        (f"ethereum:{EVM}@1?value=2.014e18", Chain.ETHEREUM,
         {"amount_units": "2014000000000000000", "chain_id": 1}),
        (f"ethereum:0x89205A3A3b2A69De6Dbf7f01ED13B2108B2c43e7/transfer?address={EVM}&uint256=1",
         Chain.ETHEREUM, {"address": EVM, "amount_units": "1",
                          "contract": "0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7"}),
        (f"xrpl:{XRP}?amount=12.5&dt=1234", Chain.XRP,
         {"destination_tag": 1234, "amount_units": "12500000"}),
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a?amount=1", Chain.BITCOIN_CASH,
         {"amount_units": "100000000"}),
    ],
)  # fmt: skip
def test_a_payment_link_keeps_amount_and_texts(find, uri, chain, detail):
    (found,) = of_kind(find(f'<a href="{uri}">pay</a>'), "payment_uri")
    assert found.value == uri
    assert found.candidates[0].chain is chain
    assert detail.items() <= found.detail.items()
    assert found.offset_bytes == len('<a href="')


def test_the_address_of_a_payment_link_is_found_too(find):
    assert of_kind(find(f"bitcoin:{SOLO}?amount=1"), "address")[0].value == SOLO


@pytest.mark.parametrize(
    "text", [f"bitcoin:{SOLO[:-1]}n", "bitcoin:", "notbitcoin:" + SOLO, f"monero:{SOLO}"]
)
def test_a_link_whose_address_fails_is_none(find, text):
    assert of_kind(find(text), "payment_uri") == []


def test_a_secret_in_a_label_is_masked(find):
    key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    (found,) = of_kind(find(f"bitcoin:{SOLO}?label={key}"), "payment_uri")
    assert key not in str(found.to_row())
    assert SOLO in (found.value or "")


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (f"txid: {TXID}", Chain.BITCOIN),
        (f'{{"txid": "{TXID}"}}', Chain.BITCOIN),
        (f"https://pay.example/tx/{TXID}", Chain.BITCOIN),
        (f"Transaction ID: {TXID}", Chain.BITCOIN),
        (f'"transactionHash":"0x{TXID}"', Chain.ETHEREUM),
        (f'"hash": "0x{TXID}"', Chain.ETHEREUM),
        (f"tx hash {TXID.upper()}", Chain.XRP),
        (f"Amount: 0.1 BTC\r\nTransaction: {TXID}\r\n", Chain.BITCOIN),
        (f"TxHash\n{TXID}", Chain.BITCOIN),
        (f"Tx id: <{TXID}>", Chain.BITCOIN),
        (f"Transaktion: {TXID}", Chain.BITCOIN),
        (f"Transaktions-ID: {TXID}", Chain.BITCOIN),
        (f"ditt transaktionsnummer är {TXID}", Chain.BITCOIN),
        (f"ID de la transacción: {TXID}", Chain.BITCOIN),
        (f"{'я' * 90} Транзакция: {TXID}", Chain.BITCOIN),
        (f"ID transakcji: {TXID}", Chain.BITCOIN),
    ],
)
def test_a_transaction_id_is_found_behind_its_word(find, text, chain):
    (found,) = of_kind(find(text), "txid")
    assert found.certainty is Certainty.SHAPE
    assert (found.value or "").lower().endswith(TXID)
    assert found.candidates[0].chain is chain


@pytest.mark.parametrize(
    "text",
    [
        TXID,
        f"sha256: {TXID}",
        f'"hash": "{TXID}"',
        f"txid of my key is lost, key {TXID}",
        f"tx private key: {TXID}",
        f"key of the transaction: {TXID}",
        f"transaction log, sha256 {TXID}",
        f"context {TXID}",
        "txid: " + "0" * 64,
        f"txid: {TXID}ff",
    ],
)
def test_other_hex_is_no_transaction_id(find, text):
    assert of_kind(find(text), "txid") == []


def test_an_explorer_link_says_what_it_shows(find):
    (found,) = of_kind(find(f"see https://blockstream.info/tx/{TXID}?x=1."), "explorer_link")
    assert found.value == f"https://blockstream.info/tx/{TXID}"
    assert found.detail["shows"] == "transaction"
    assert found.candidates[0].chain is Chain.BITCOIN


@pytest.mark.parametrize(
    "text",
    ["https://blockstream.info.evil.example/tx/1", "notblockstream.info", "blockstream.info"],
)
def test_other_hosts_and_bare_names_are_no_explorer_links(find, text):
    assert of_kind(find(text), "explorer_link") == []


def test_a_key_in_the_path_of_an_explorer_is_cut_off(find):
    key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    found = find(f"https://blockstream.info/address/{key}")
    assert key not in str([f.to_row() for f in found])


def test_exchange_names_are_counted_once_per_item(find):
    found = find(
        "From: Coinbase <no-reply@coinbase.com>\nwww.kraken.com kraken.com KRAKEN.com kraken.com"
    )
    assert [(f.kind, f.value) for f in found] == [
        ("exchange_mail", "no-reply@coinbase.com"),
        ("exchange_domain", "www.kraken.com"),
        ("exchange_domain", "kraken.com"),
    ]
    assert found[2].detail["occurrences"] == 3
    assert found[0].detail["known_sender"] is True


@pytest.mark.parametrize("text", ["notkraken.com", "kraken.com.example", "kraken.community"])
def test_names_that_only_look_alike_are_no_exchange(find, text):
    assert find(text) == ()
