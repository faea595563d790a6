"""Crossings of a case: two ledgers, tags on both, a rate; candidates and ways back."""

import json
from datetime import UTC, datetime

import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import TraceError
from chainlead.guide.practice.economy import Economy, Payment
from chainlead.model import Chain, Network
from chainlead.trace import CrossLedger
from chainlead.workflow.case import Case
from chainlead.workflow.crossings import find_crossings
from chainlead.workflow.ledger import add
from chainlead.workflow.rates import add_rates
from chainlead.workflow.tags import import_tags

START_UNIX = 1_709_251_200  # 2024-03-01T00:00:00Z
PACK = """title: T
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
