"""Transactions with real script forms, built from short lists, and the readers of real rounds."""

import hashlib
import importlib.util
import sys
from pathlib import Path

import pytest

from chainlead.ledger import Input, Output, SignatureMark, Transaction
from chainlead.model import Chain, Outpoint, Txid

BENCH = Path(__file__).parents[4] / "bench"
SCRIPTS = {
    "wpkh": b"\x00\x14%20s",
    "tr": b"\x51\x20%32s",
    "wsh": b"\x00\x20%32s",
    "pkh": b"\x76\xa9\x14%20s\x88\xac",
    "sh": b"\xa9\x14%20s\x87",
    "pegin": b"\x59\x20%32s",
    "mweb": b"\x58\x20%32s",
    "note": b"\x6a\x20%32s",
}


def script(who, kind="wpkh"):
    """The script of somebody; `who` may name a kind: "tr:alice"."""
    if ":" in str(who):
        kind, who = str(who).split(":")
    digest = hashlib.sha256(str(who).encode()).digest()
    form = SCRIPTS[kind]
    return form.replace(b"%20s", digest[:20]).replace(b"%32s", digest)


class Dealer:
    """Builds one transaction after the other on one chain."""

    def __init__(self):
        self.made = 0

    def deal(self, spent, paid, *, chain=Chain.BITCOIN, hash_types=(), **more):
        """A transaction.

        Args:
            spent: (units, who) of each input; None for an input that nobody knows.
            paid: (units, who) of each output.
            hash_types: of each input's signature, in order.
        """
        self.made += 1
        own = Txid(hashlib.sha256(f"dealt {self.made}".encode()).digest())
        inputs = []
        for number, entry in enumerate(spent):
            before = Outpoint(Txid(hashlib.sha256(f"{self.made} {number}".encode()).digest()), 0)
            previous = entry if isinstance(entry, Output) else None
            if previous is not None:
                before = previous.outpoint
            elif entry is not None:
                previous = Output(before, entry[0], script(entry[1]), str(entry[1]))
            marks = (SignatureMark(hash_types[number], 32),) if number < len(hash_types) else ()
            inputs.append(Input(before, 0xFFFFFFFD, previous, marks))
        outputs = tuple(
            Output(Outpoint(own, index), units, script(who), str(who))
            for index, (units, who) in enumerate(paid)
        )
        fields = {"is_coinbase": False, "height": self.made, "block_index": 0, **more}
        return Transaction(
            chain=chain,
            txid=own,
            block_hash=None,
            mined_at=None,
            version=2,
            locktime=0,
            inputs=tuple(inputs),
            outputs=outputs,
            **fields,
        )


class Spends:
    """A ledger that only knows who spends what."""

    def __init__(self, *transactions):
        self._spenders = {i.outpoint: t for t in transactions for i in t.inputs}

    def lookup_spender(self, outpoint):
        return self._spenders.get(outpoint)


def load(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture
def deal():
    return Dealer().deal


@pytest.fixture(scope="session")
def dealer():
    """For Hypothesis, which wants no fixture that is made anew."""
    return Dealer().deal


@pytest.fixture(scope="session")
def spends():
    return Spends


@pytest.fixture(scope="session")
def truth():
    """The readers of real and emulated rounds, as the benchmark uses them."""
    return load("coinjoin_truth")


@pytest.fixture(scope="session")
def rounds_folder(shared_data):
    found = shared_data / "coinjoin"
    if not found.is_dir():
        pytest.skip("real mixing rounds are not beside this checkout")
    return found


def whirlpool(pool=1_000_000, seats=5, newcomers=2):
    spent = [(pool + (3_000 if n < newcomers else 0), f"in{n}") for n in range(seats)]
    return spent, [(pool, f"out{n}") for n in range(seats)]


def tx0(pool=1_000_000, pieces=4, fee=50_000):
    paid = [(0, "note:x"), (fee, "coordinator"), (230_000, "change")]
    return [(pool * pieces + 1_000_000, "payer")], [
        *paid,
        *((pool + 4_000, f"premix{n}") for n in range(pieces)),
    ]


def wasabi1(people=12, base=10_100_000, levels=3):
    spent = [(base * 4 + n * 10_007, f"in{n}") for n in range(people)]
    paid = [(base, f"mixed{n}") for n in range(people)]
    paid += [(2 * base - 900, f"double{n}") for n in range(levels)]
    paid += [(base + 5_000_000 + n * 10_003, f"change{n}") for n in range(people - 2)]
    return spent, [*paid, (300_000, "coordinator")]


def wasabi2():
    spent = [3_000_000, 2_097_152, 1_700_321, 900_000, 531_441, 262_144, 131_072]
    paid = [2_097_152, 1_062_882, 1_062_882, 1_062_882, 1_000_000, 531_441, 262_144, 262_144,
            131_072, 118_098, 77_001]  # fmt: skip
    return (
        [(units, f"{'tr' if n % 2 else 'wpkh'}:in{n}") for n, units in enumerate(spent)],
        [(units, f"{'wpkh' if n % 3 else 'tr'}:out{n}") for n, units in enumerate(paid)],
    )


def joinmarket(people=4, amount=7_654_321, taker_change=True):
    spent = [(amount + 1_000_000 * (n + 1), f"in{n}") for n in range(people)]
    changes = people
    if not taker_change:
        changes = people - 1
        spent[-1] = (amount + 5_000, "taker")
    paid = [(amount, f"mixed{n}") for n in range(people)]
    return spent, [*paid, *((1_000_000 * (n + 1) + 700, f"change{n}") for n in range(changes))]


def stonewall():
    spent = [(900_000, "a"), (600_000, "b"), (800_000, "c")]
    return spent, [(500_000, "shop"), (500_000, "decoy"), (890_000, "d"), (395_000, "e")]


def dash(amount=10_000_100, coins=6):
    return [(amount, f"in{n}") for n in range(coins)], [(amount, f"out{n}") for n in range(coins)]


@pytest.fixture(scope="session")
def shapes():
    """Inputs and outputs of one good round of each protocol, to be changed by the tests."""
    return {
        "whirlpool": whirlpool,
        "whirlpool_tx0": tx0,
        "wasabi1": wasabi1,
        "wasabi2": wasabi2,
        "joinmarket": joinmarket,
        "stonewall": stonewall,
        "dash_coinjoin": dash,
    }
