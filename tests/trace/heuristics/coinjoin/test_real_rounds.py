"""Recall on real and emulated rounds, and how often the gate stops an ordinary transaction."""

from datetime import UTC, datetime

import pytest

from chainlead.guide.practice import build_town
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.trace import Clusters, CoinJoinGate, CommonInput

WHIRLPOOL = ("dumplings__sw_202403.zip", "Scanner/SamouraiCoinJoins.txt")
TX0 = ("dumplings__sw_202403.zip", "Scanner/SamouraiTx0s.txt")
WASABI_1 = ("dumplings__ww1_202405.zip", "Scanner/WasabiCoinJoins.txt")

real = pytest.mark.real


@real
@pytest.mark.parametrize(
    ("source", "rounds", "heuristic"),
    [(WHIRLPOOL, 1_403, "whirlpool"), (WASABI_1, 196, "wasabi1")],
)
def test_listed_rounds_are_seen_under_their_own_name(
    truth, rounds_folder, source, rounds, heuristic
):
    gate = CoinJoinGate()
    seen = [gate.judge(t) for t in truth.read_dumplings(rounds_folder / source[0], source[1])]
    assert len(seen) == rounds
    assert sum(found is not None for found in seen) >= 0.995 * rounds
    assert sum(bool(found) and found.heuristic == heuristic for found in seen) >= 0.995 * rounds


@real
def test_a_tx0_is_confirmed_by_the_listed_round_that_spends_a_piece(truth, rounds_folder, spends):
    rounds = list(truth.read_dumplings(rounds_folder / WHIRLPOOL[0], WHIRLPOOL[1]))
    entering = {i.outpoint for t in rounds for i in t.inputs}
    gate = CoinJoinGate(spends(*rounds))
    confirmed = doubtful = 0
    for transaction in truth.read_dumplings(rounds_folder / TX0[0], TX0[1]):
        found = gate.verdict(transaction)
        if found.heuristic == "whirlpool_tx0":
            is_spent = any(output.outpoint in entering for output in transaction.outputs)
            assert (found.certainty == "entrance") == is_spent
            confirmed += is_spent
            doubtful += not is_spent
        else:  # the list holds earlier rounds too
            assert found.heuristic == "whirlpool"
    assert (confirmed, doubtful) == (500, 249)


@real
def test_every_round_of_the_emulated_wasabi_2_is_seen_and_nothing_else(truth, rounds_folder):
    gate = CoinJoinGate()
    rounds = 0
    for run in truth.read_emulations(rounds_folder / "emul__ww2_lognorm-static-5utxo.zip"):
        for transaction in run.transactions:
            found = gate.verdict(transaction)
            assert (found is not None) == (transaction.txid in run.rounds)
            rounds += found is not None and found.heuristic == "wasabi2"
    assert rounds == 12


@real
def test_no_two_owners_of_the_emulation_are_merged_and_without_the_gate_they_are(
    truth, rounds_folder
):
    for run in truth.read_emulations(rounds_folder / "emul__ww2_lognorm-static-5utxo.zip"):
        assert len(set(run.owners.values())) >= 10

        def owners_of(cluster, known=run.owners):
            return {known[address] for address in cluster if address in known}

        for cluster in Clusters.build(run.transactions).all():
            assert len(owners_of(cluster)) <= 1
        ungated = Clusters.build(run.transactions, CommonInput(lambda _: None)).all()
        assert max(len(owners_of(cluster)) for cluster in ungated) >= 8


@real
def test_all_mapped_rounds_are_seen_and_join_nobody(truth, rounds_folder):
    gate = CoinJoinGate()
    transactions, names = [], []
    for path in sorted((rounds_folder / "mappings").glob("*.json")):
        for transaction, _ in truth.read_mappings(path):
            transactions.append(transaction)
            names.append(gate.judge(transaction).heuristic)
    assert len(names) == 225
    assert set(names) == {"wasabi2"}
    assert len(Clusters.build(transactions)) == 0


@real
@pytest.mark.parametrize(
    ("name", "heuristic"),
    [
        ("whirlpool-coinjoin", "whirlpool"),
        ("batch-withdrawal-143", None),
        ("dust-attack-555", None),
        ("bare-multisig", None),
        ("simple-legacy-p2pkh", None),
        ("taproot-script-path", None),
        ("taproot-op-return", None),
        ("satoshi-genesis-txs", None),
    ],
)
def test_recorded_transactions_are_what_their_file_name_says(truth, shared_data, name, heuristic):
    path = shared_data / "api-fixtures" / "am-i-exposed" / "api-responses" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{name} is not beside this checkout")
    gate = CoinJoinGate()
    found = {gate.verdict(transaction) for transaction in truth.read_esplora(path)}
    assert {verdict and verdict.heuristic for verdict in found} == {heuristic}


@real
def test_before_2013_at_most_one_in_a_hundred_is_flagged(truth, shared_data):
    folder = shared_data / "btc-blocks"
    if not folder.is_dir():
        pytest.skip("real Bitcoin blocks are not beside this checkout")
    ledger = truth.read_block_folder(folder, before=datetime(2013, 1, 1, tzinfo=UTC))
    gate = CoinJoinGate(ledger)
    judged = flagged = doubtful = 0
    for transaction in ledger.transactions():
        if not transaction.is_coinbase:
            judged += 1
            flagged += gate.judge(transaction) is not None
            doubtful += gate.ambiguous(transaction) is not None
    assert judged >= 800
    assert flagged == 0
    assert doubtful <= 0.01 * judged


def test_ordinary_transactions_of_the_practice_town_are_not_flagged():
    town = build_town("train", 40)
    ledger = EconomyLedger(town.economy)
    gate = CoinJoinGate(ledger)
    judged = flagged = 0
    for transaction in ledger.transactions():
        txid = transaction.txid.display
        if not transaction.is_coinbase and not town.protocol_of(txid):
            judged += 1
            flagged += gate.judge(transaction) is not None
    assert judged > 300
    assert flagged <= 0.01 * judged
