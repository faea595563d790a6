"""One small town for all tests of this folder."""

import pytest

from chainlead.guide.practice import Town, build_town
from chainlead.guide.practice.town_ledger import EconomyLedger


@pytest.fixture(scope="session")
def town() -> Town:
    return build_town("tests", 60)


@pytest.fixture(scope="session")
def ledger(town: Town) -> EconomyLedger:
    return EconomyLedger(town.economy)
