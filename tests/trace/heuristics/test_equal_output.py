"""The mixing gate, on shapes built by hand and on real rounds."""

import json
import zipfile

import pytest

from chainlead.trace import Clusters, CommonInput, EqualOutput


def pay_equal(world, payers, payees, units=100):
    coins = [(world.mine((f"in{n % payers}", units)), 0) for n in range(max(payers, 3))]
    return world.pay(coins, *[(f"out{n}", units // 10) for n in range(payees)])


@pytest.mark.parametrize(("payers", "payees"), [(1, 30), (2, 30), (3, 2), (4, 5)])
def test_payouts_from_few_addresses_are_no_round(world, payers, payees):
    assert EqualOutput().judge(pay_equal(world, payers, payees)) is None


@pytest.mark.parametrize(("payers", "payees"), [(3, 3), (5, 5), (9, 5)])
def test_equal_outputs_with_as_many_payers_are_a_round(world, payers, payees):
    found = EqualOutput().judge(pay_equal(world, payers, payees))
    assert (found.participants, found.amount_units) == (payees, 10)


def test_a_coinbase_and_empty_outputs_are_no_round(world):
    assert EqualOutput().judge(world.mine(*[(f"p{n}", 7) for n in range(9)])) is None
    assert (
        EqualOutput().judge(world.pay([(world.mine(("a", 0)), 0)] * 3, ("b", 0), ("c", 0))) is None
    )


def read_rounds(world, archive, member):
    """Lines of `txid:::block:::index:::time:::inputs:::outputs`; an entry is `what-value+script+type`."""
    with zipfile.ZipFile(archive) as zipped, zipped.open(member) as lines:
        for line in lines:
            fields = line.decode().strip().split(":::")
            spent = [e.lstrip("{").split("+") for e in fields[4].split("}") if e.strip("{")]
            paid = [e.lstrip("{").split("+") for e in fields[5].split("}") if e.strip("{")]
            coins = [(world.mine((e[1], int(e[0].split("-")[2]))), 0) for e in spent]
            yield world.pay(coins, *[(e[1], int(e[0])) for e in paid])


@pytest.mark.real
@pytest.mark.parametrize(
    ("archive", "member", "rounds"),
    [
        ("dumplings__sw_202403.zip", "Scanner/SamouraiCoinJoins.txt", 1_403),
        ("dumplings__ww1_202405.zip", "Scanner/WasabiCoinJoins.txt", 196),
    ],
)
def test_every_real_whirlpool_and_wasabi_round_is_seen(world, shared_data, archive, member, rounds):
    path = shared_data / "coinjoin" / archive
    if not path.is_file():
        pytest.skip(f"{archive} is not beside this checkout")
    seen = [EqualOutput().judge(t) for t in read_rounds(world, path, member)]
    assert len(seen) == rounds
    assert all(seen)


@pytest.mark.real
def test_emulated_wasabi_wallets_are_never_merged(world, shared_data):
    """The true owner of every coin is known: no cluster may hold two owners' addresses."""
    path = shared_data / "coinjoin" / "emul__ww2_lognorm-static-5utxo.zip"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    runs = {}
    with zipfile.ZipFile(path) as zipped:
        for name in zipped.namelist():
            if "/btc-node/block_" in name:
                runs.setdefault(name.split("/")[1], []).append(json.loads(zipped.read(name)))
            if name.endswith("wallets_coins.json"):
                runs.setdefault((name.split("/")[1], "coins"), json.loads(zipped.read(name)))
    for run in [key for key in runs if isinstance(key, str)]:
        owners = {
            coin["address"]: wallet
            for wallet, coins in runs[run, "coins"].items()
            for coin in coins
        }
        made = {}
        begun = len(world.transactions)
        for block in sorted(runs[run], key=lambda block: block["height"]):
            for tx in block["tx"]:
                payees = [
                    (o["scriptPubKey"].get("address", ""), round(o["value"] * 10**8))
                    for o in tx["vout"]
                ]
                if "coinbase" in tx["vin"][0]:
                    made[tx["txid"]] = world.mine(*payees)
                else:
                    spent = [(made[i["txid"]], i["vout"]) for i in tx["vin"]]
                    made[tx["txid"]] = world.pay(spent, *payees)
        transactions = world.transactions[begun:]
        for group in Clusters.build(transactions).all():
            assert len({owners[a] for a in group if a in owners}) <= 1
        ungated = Clusters.build(transactions, CommonInput(lambda _transaction: None)).all()
        assert max(len({owners[a] for a in g if a in owners}) for g in ungated) > 1
