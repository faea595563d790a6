"""Rates written here, and the published ones beside the checkout."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.ledger import RateTable, Valuation, parse_rate_file

Make = Callable[..., Valuation]


@pytest.fixture
def make_valuation() -> Make:
    """A valuation from texts, in the order in which they are given: name to content."""

    def make(**files: str) -> Valuation:
        parsed = [
            parse_rate_file(name.replace("_dot_", ".").replace("__", "-"), content.encode())
            for name, content in files.items()
        ]
        return Valuation(RateTable.from_files(parsed))

    return make


@pytest.fixture(scope="session")
def rates_folder(shared_data: Path) -> Path:
    folder = shared_data / "rates"
    if not folder.is_dir():
        pytest.skip("published rates are not beside this checkout (../shared/data/rates)")
    return folder


@pytest.fixture(scope="session")
def published(rates_folder: Path) -> Valuation:
    """The European Central Bank's rates and three sources of bitcoin's daily price."""
    names = (
        "ecb/eurofxref-hist.zip",
        "btc-daily/BTCUSD_1d_candles_full.csv",
        "electrum/BitFinex_EUR.json",
        "crypto-price-1d/XMR-USD-1d.csv",
        "mempool/mtgox-weekly.json",
    )
    files = [
        parse_rate_file(name.rpartition("/")[2], (rates_folder / name).read_bytes())
        for name in names
    ]
    return Valuation(RateTable.from_files(files))
