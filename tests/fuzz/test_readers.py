"""No damaged input makes a reader hang, crash, or take more memory than it may."""

import hashlib
import importlib.util
import time
from pathlib import Path

import pytest

from chainlead.evidence.budget import Budget
from chainlead.evidence.item import Item
from chainlead.evidence.journey import Journey
from chainlead.evidence.source import Place, Source
from chainlead.evidence.stream import Stream
from chainlead.evidence.walk import Walk
from chainlead.findings import scan_items
from chainlead.findings.wallet import Wallet
from chainlead.registry import residents

_spec = importlib.util.spec_from_file_location("fuzz_tools", Path(__file__).parent / "conftest.py")
tools = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tools)

SOURCES = {source.name: source for source in residents("chainlead.evidence.sources", Source)}
DAMAGED = Path(__file__).parent / "damaged"
KEPT = sorted(path for path in DAMAGED.glob("*/*") if path.is_file())
WALLETS = {w.name: w for w in residents("chainlead.findings.wallets", Wallet)}
PARSES_NOTHING = {
    "unsupported": "it names formats that nothing here reads",
    "itunes_file": "it looks names up in the index, which is tried as itunes_index",
}
SHORT_INPUTS = 40
BATCH = 20
KEPT_EACH = 3


def search(content: bytes) -> None:
    """Read as a file and search, as a scan does."""
    budget = Budget(tools.LIMITS)
    place = Place(tools.HERE, Stream.of_bytes(content), "wallet.dat", budget)
    pieces = Walk(budget, Journey()).outermost(place)
    try:
        scan_items((p for p in pieces if isinstance(p, Item)), case_key=bytes(32), threads=1)
    except PermissionError:
        return  # a risky source inside wanted a child of its own; it is tried by itself


def run(name, work, contents, seconds, *, preload=(), limit=SHORT_INPUTS):
    """Damage after damage until the time is over; a long run keeps what failed."""
    failures, number, until = [], 0, time.monotonic() + seconds
    while number < limit if not seconds else time.monotonic() < until:
        batch = []
        for n in range(number, number + BATCH):
            seed = contents[n % len(contents)]
            batch.append((seed, n, tools.damaged(seed, n, contents)))
        for failed, how in tools.tried(work, [content for _, _, content in batch], preload):
            content = batch[failed][2]
            failures.append({"reader": name, "number": batch[failed][1], "was": how})
            if seconds and len(failures) <= KEPT_EACH:
                folder = DAMAGED / name
                folder.mkdir(parents=True, exist_ok=True)
                (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
        number += BATCH
    return failures, number


def is_contained(source: Source, how: str) -> bool:
    """A risky source may die in its child; what it may not do is raise what nobody expects."""
    return source.risky and " in " not in how


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_source_survives_damage(name, seeds, fuzz_seconds):
    contents = seeds.get(name)
    if name in PARSES_NOTHING:
        pytest.skip(PARSES_NOTHING[name])
    assert contents, f"{name} has no seed: build one in its tests, then `make seeds`"
    source = SOURCES[name]
    limit = SHORT_INPUTS if not source.risky else SHORT_INPUTS // 2
    failures, number = run(
        name, tools.read_with(source), contents, fuzz_seconds, preload=source.preload, limit=limit
    )
    lost = [f for f in failures if not is_contained(source, f["was"])]
    print(f"{name}: {number} inputs, {len(failures) - len(lost)} ended in the child")
    assert lost == []


def test_wallets_and_other_detectors_survive_damage(shared_data, fuzz_seconds):
    folders = ("wallets", "electrum", "bitcoinj", "sparrow", "bluewallet")
    files = [p for f in folders for p in (shared_data / "evidence" / f).rglob("*") if p.is_file()]
    contents = [p.read_bytes() for p in sorted(files) if 0 < p.stat().st_size <= tools.SEED_BYTES]
    failures, number = run("wallets", search, contents, fuzz_seconds * 5, limit=len(contents))
    print(f"wallets: {number} inputs")
    assert failures == []


@pytest.mark.parametrize("name", sorted(WALLETS))
def test_a_wallet_reader_survives_damage(name, wallet_seeds, fuzz_seconds):
    files = wallet_seeds.get(name)
    if not files:
        pytest.skip(f"{name} has no built file, and the real ones are not here")
    contents = [content for _, content in files]
    work = tools.recognise_with(WALLETS[name], files[0][0])
    failures, number = run(name, work, contents, fuzz_seconds)
    print(f"{name}: {number} inputs")
    assert failures == []


@pytest.mark.parametrize("path", KEPT, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_what_failed_once_does_not_fail_again(path):
    """Inputs that a long run found; it keeps them there itself."""
    name, content = path.parent.name, path.read_bytes()
    if name in WALLETS:
        failures = tools.tried(tools.recognise_with(WALLETS[name], "/wallet.dat"), [content])
    else:
        source = SOURCES[name]
        failures = tools.tried(tools.read_with(source), [content], source.preload)
        failures = [f for f in failures if not is_contained(source, f[1])]
    assert failures == []


def test_the_same_number_makes_the_same_damage():
    seed = bytes(range(256)) * 4
    made = [tools.damaged(seed, n, [seed]) for n in range(200)]
    assert made == [tools.damaged(seed, n, [seed]) for n in range(200)]
    assert len(set(made)) > 180
