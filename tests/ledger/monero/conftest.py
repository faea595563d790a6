"""The stagenet cases with view keys that the shared material holds."""

import json

import pytest


@pytest.fixture(scope="session")
def stagenet(shared_data):
    """Each case as JSON, by the first six digits of its id."""
    files = sorted((shared_data / "xmr-etn/xmregcore/tx").glob("*.json"))
    cases = [json.loads(file.read_bytes()) for file in files]
    return {case["tx_hash"][:6]: case for case in cases}
