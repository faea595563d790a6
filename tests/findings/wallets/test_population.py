"""Every wallet reader says what it rests on, and has its row in the table and on the printed page."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from chainlead.findings.wallet import Wallet
from chainlead.findings.wallet_table import extension_ids, wallet_table
from chainlead.registry import resident_modules, residents

MODULES = resident_modules("chainlead.findings.wallets")
WALLETS = residents("chainlead.findings.wallets", Wallet)
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "wallets.md"


@pytest.mark.parametrize("module", MODULES)
def test_each_file_says_found_in_proof_limits_and_spec(module):
    text = importlib.import_module(module).__doc__ or ""
    for word in ("Found in:", "Proof:", "Limits:", "Spec:"):
        assert word in text, f"{module} does not say {word}"


def test_each_file_has_one_reader_with_its_own_row_in_the_table():
    names = [wallet.name for wallet in WALLETS]
    assert len(names) == len(MODULES)
    assert sorted(names) == sorted(wallet_table())


@pytest.mark.parametrize("wallet", WALLETS, ids=lambda wallet: wallet.name)
def test_each_reader_is_called_by_something(wallet):
    assert wallet.starts or wallet.keys or wallet.tables or wallet.paths


@pytest.mark.parametrize("name", sorted(wallet_table()))
def test_each_row_is_complete_and_a_built_sample_is_said_in_the_file(name):
    row = wallet_table()[name]
    assert all(
        (
            row.title,
            row.versions,
            row.places,
            row.marker,
            row.proves,
            row.not_proves,
            row.source,
            row.date,
        )
    )
    assert row.sample.startswith(("real", "built"))
    wallet = next(wallet for wallet in WALLETS if wallet.name == name)
    text = importlib.import_module(type(wallet).__module__).__doc__ or ""
    if row.sample == "built" and name != "monero":
        assert "tests build" in text, (
            f"{name}: the file does not say that no real sample was at hand"
        )


def test_extension_ids_are_ids():
    for name in extension_ids():
        assert len(name) == 32
        assert set(name) <= set("abcdefghijklmnop")


def test_the_printed_table_is_up_to_date():
    command = [sys.executable, "-m", "cogapp", "--check", str(PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PAGE.parents[2])
    assert done.returncode == 0, done.stdout + done.stderr
