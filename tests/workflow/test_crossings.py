"""Crossings of a case: two ledgers, tags on both, a rate; candidates and ways back."""

import json
from datetime import UTC, datetime

import pytest

from chainlead.codecs import CryptoNoteAddress, Secret, keccak256, to_cryptonote_address
from chainlead.custody import SteppingClock
from chainlead.errors import TraceError
from chainlead.guide.practice.economy import Economy, Payment
from chainlead.ledger import CaseLedger
from chainlead.ledger.monero.curve import ORDER, hash_to_scalar, times_base, varint, write_point
from chainlead.model import Chain, Network, Txid
from chainlead.trace import CrossLedger
from chainlead.workflow.case import Case
from chainlead.workflow.crossings import find_crossings
from chainlead.workflow.ledger import add
from chainlead.workflow.monero import find_incoming
from chainlead.workflow.rates import add_rates
from chainlead.workflow.tags import import_tags

START_UNIX = 1_709_251_200  # 2024-03-01T00:00:00Z
PACK = """title: T {symbol}
creator: C
currency: {symbol}
source: https://kastell.example
category: exchange
confidence: service_data
tags:
"""


class Town:
    """One ledger with Anna, an exchange and a miner; a block each ten minutes or so."""

    def __init__(self, chain):
        self.economy = Economy(f"crossing {chain.value}", START_UNIX, chain)
        self.anna, self.hot, self.miner = map(self.economy.wallet, ("anna", "kastell", "miner"))
        self.tagged = []
        self.mine(3, self.hot)
        self.mine(1, self.anna)
        self.tagged += [coin.address for coin in self.hot.coins]

    def mine(self, blocks=1, who=None):
        for _ in range(blocks):
            self.economy.mine_block(who or self.miner)

    def pay(self, payer, script, units, owner):
        self.economy.pay(payer, [Payment(script, units, owner)], "payment")
        self.mine()
        return self.economy.sent[-1].txid

    def deposit(self, units):
        inbox = self.hot.new_script()
        txid = self.pay(self.anna, inbox, units, "kastell")
        coin = next(coin for coin in self.hot.coins if coin.script == inbox)
        self.tagged.append(coin.address)
        return txid

    def pay_out(self, units, script=None):
        return self.pay(self.hot, script or self.anna.new_script(), units, "anna")

    def told(self, sent):
        """A transaction as an explorer tells it."""
        block_hash = self.economy.blocks[sent.height].hash_wire[::-1].hex()
        return {
            "txid": sent.txid,
            "version": sent.wire.version,
            "locktime": sent.wire.locktime,
            "vin": [
                {
                    "txid": spent.txid_wire[::-1].hex(),
                    "vout": spent.output_index,
                    "prevout": {"scriptpubkey": coin.script.hex(), "value": coin.amount_sat},
                    "scriptsig": spent.script.hex(),
                    "witness": [item.hex() for item in spent.witness],
                    "sequence": spent.sequence,
                    "is_coinbase": False,
                }
                for spent, coin in zip(sent.wire.inputs, sent.spent, strict=True)
            ],
            "vout": [{"scriptpubkey": s.hex(), "value": units} for units, s in sent.wire.outputs],
            "status": {
                "confirmed": True,
                "block_height": sent.height,
                "block_hash": block_hash,
                "block_time": sent.mined_at_unix,
            },
        }

    def write(self, folder, symbol):
        history = [self.told(sent) for sent in self.economy.sent if sent.spent]
        (folder / "history.json").write_text(json.dumps(history))
        lines = [
            f"- {{address: {a}, label: Kastell {n}, actor: kastell}}"
            for n, a in enumerate(self.tagged)
        ]
        (folder / "pack.yaml").write_text(PACK.format(symbol=symbol) + "\n".join(lines) + "\n")


@pytest.fixture
def crossed(tmp_path):
    """Anna changes 2 BTC to litecoin, sends it back at once, and gets bitcoin."""
    btc, ltc = Town(Chain.BITCOIN), Town(Chain.LITECOIN)
    home = btc.anna.coins[0].script
    btc.mine(2), ltc.mine(2)
    txids = [btc.deposit(2_0000_0000)]
    ltc.mine(2)
    out = ltc.pay_out(15_8000_0000)
    ltc.anna.coins = [coin for coin in ltc.anna.coins if coin.amount_sat == 15_8000_0000]
    txids += [out, ltc.deposit(15_7900_0000)]
    btc.mine(5)
    txids.append(btc.pay_out(1_9600_0000, home))
    folder = tmp_path
    clock = SteppingClock(datetime(2024, 3, 2, tzinfo=UTC))
    with Case.create(folder / "case", key=bytes(32), clock=clock, who="tester") as made:
        for town, chain, symbol in ((btc, Chain.BITCOIN, "BTC"), (ltc, Chain.LITECOIN, "LTC")):
            place = folder / chain.value
            place.mkdir()
            town.write(place, symbol)
            add(made, [place / "history.json"], chain=chain, network=Network.REGTEST)
            list(import_tags(made, [place / "pack.yaml"]))
        yield made, txids, folder


def with_rates(case, folder):
    rates = folder / "own.csv"
    rates.write_text(
        "date;asset;currency;rate;source;note\n"
        "2024-03-01;BTC;USD;64000;Desk;\n2024-03-01;LTC;USD;8000;Desk;\n"
    )
    list(add_rates(case, [rates]))
    return case


def test_without_a_rate_there_is_no_candidate(crossed):
    document = find_crossings(crossed[0], Chain.BITCOIN, Chain.LITECOIN)
    assert document["candidates"] == []
    assert document["deposits_without_a_rate"] == document["deposits"] == 1


def test_the_change_of_coins_and_the_way_back_are_leads(crossed):
    made, (deposit, out, second, back), folder = crossed
    wide = CrossLedger(after_seconds=4 * 3600)
    document = find_crossings(with_rates(made, folder), Chain.BITCOIN, Chain.LITECOIN, rule=wide)
    (candidate,) = document["candidates"]
    assert (candidate["deposit"]["txid"], candidate["payout"]["txid"]) == (deposit, out)
    assert candidate["service"] == "kastell"
    assert candidate["expected_units"] == "1600000000"
    assert candidate["score"] == "1"
    (turn,) = document["u_turns"]
    assert (turn["back"]["deposit"]["txid"], turn["back"]["payout"]["txid"]) == (second, back)
    assert turn["is_round_trip"]
    assert document["strength"] == "inferred"
    assert {card["name"] for card in document["inferences"]} == {"cross_ledger", "u_turn"}


def test_two_ledgers_of_the_case_have_to_be_named(crossed):
    for start, end in ((Chain.BITCOIN, Chain.BITCOIN), (Chain.BITCOIN, Chain.DASH)):
        with pytest.raises(TraceError, match="bitcoin, litecoin"):
            find_crossings(crossed[0], start, end)


VIEW, SPEND = (hash_to_scalar(name) for name in (b"view of the test", b"spend of the test"))
MONERO_ADDRESS = to_cryptonote_address(
    CryptoNoteAddress(18, write_point(times_base(SPEND)), write_point(times_base(VIEW)))
)


def paid_on_monero(name, units, made_at_unix):
    """As a node answers: a transaction of version 1 that pays the address."""
    number = hash_to_scalar(name)
    step = hash_to_scalar(write_point(times_base(VIEW * 8 * number % ORDER)), b"\0")
    raw = (
        b"\1\0\1\2" + varint(units + 1) + b"\1\5" + keccak256(name) + b"\1" + varint(units)
        + b"\2" + write_point(times_base((SPEND + step) % ORDER))
        + b"\x21\1" + write_point(times_base(number)) + bytes(64)
    )  # fmt: skip
    return {"as_hex": raw.hex(), "block_height": 3_000_000, "block_timestamp": made_at_unix}


def test_a_receipt_on_monero_that_fits_a_deposit_is_a_lead_and_says_that_the_payer_is_hidden(
    crossed,
):
    made, (deposit, *_), folder = crossed
    with_rates(made, folder)
    (folder / "xmr.csv").write_text(
        "date;asset;currency;rate;source;note\n2024-03-01;XMR;USD;160;Desk;\n"
    )
    list(add_rates(made, [folder / "xmr.csv"]))
    with pytest.raises(TraceError, match="no payment on Monero"):
        find_crossings(made, Chain.BITCOIN, Chain.MONERO)
    ledger = CaseLedger(made.store, Chain.BITCOIN)
    at = int(ledger.lookup_transaction(Txid.from_display(deposit)).mined_at.timestamp())
    receipts = [
        paid_on_monero(b"one", 790 * 10**12, at + 1200),
        paid_on_monero(b"other", 795 * 10**12, at + 1500),
        paid_on_monero(b"too little", 300 * 10**12, at + 1200),
        paid_on_monero(b"too late", 790 * 10**12, at + 90_000),
    ]
    (folder / "xmr.json").write_text(json.dumps({"txs": receipts}))
    key = Secret(VIEW.to_bytes(32, "little"))
    find_incoming(made, MONERO_ADDRESS, key, [folder / "xmr.json"], accounts=1, numbers=1)
    document = find_crossings(made, Chain.BITCOIN, Chain.MONERO)
    assert {c["deposit"]["txid"] for c in document["candidates"]} == {deposit}
    assert [c["score"] for c in document["candidates"]] == ["1/2", "1/2"]
    assert (document["strength"], document["payouts"]) == ("inferred", 4)
    assert "hidden on Monero" in document["notes"][0]
