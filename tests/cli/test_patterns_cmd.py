"""The face of `patterns` on two real blocks."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import patterns_cmd
from chainlead.errors import TraceError
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shared_data):
    from datetime import UTC, datetime

    from chainlead.custody import SteppingClock

    blocks = sorted((shared_data / "btc-blocks" / "bitcoin-s").glob("0000*.txt"))
    if not blocks:
        pytest.skip("the blocks 514485 and 514492 are not beside this checkout")
    path = tmp_path_factory.mktemp("patterns") / "case"
    clock = SteppingClock(datetime(2024, 3, 1, tzinfo=UTC))
    with Case.create(path, key=bytes(32), clock=clock, who="tester") as made:
        add(made, blocks, chain=Chain.BITCOIN, network=Network.MAIN)
    return str(path)


@pytest.mark.real
def test_each_kind_has_one_line_per_find_and_says_that_it_is_inferred(folder):
    shown = CliRunner().invoke(patterns_cmd.app, [folder, "--rows", "1000"])
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    (title,) = [line for line in lines if line.startswith("Peel chain: ")]
    assert "inferred (peel_chain v1)" in title
    count = int(title.split()[2])
    chains = [line for line in lines if "peel one payment each" in line]
    assert len(chains) == count > 20
    assert {line.split()[0] for line in chains} <= {"514485", "514492", "514485-514492"}
    assert sum(line.startswith("Known failure: ") for line in lines) == sum(
        "found, inferred" in line for line in lines
    )


@pytest.mark.real
def test_json_unfolds_and_amounts_are_strings(folder):
    shown = CliRunner().invoke(patterns_cmd.app, [folder, "--pattern", "peel_chain", "--json"])
    document = json.loads(shown.stdout)
    assert document["pinned"]["height"] == 514492
    for found in document["patterns"]:
        assert found["counts"]["hops"] == len(found["txids"]) == len(found["parts"]) - 1
        peeled = sum(int(p["amount_units"]) for p in found["parts"] if p["role"] == "peeled")
        assert found["amounts_units"]["peeled"] == str(peeled)


@pytest.mark.real
def test_a_height_and_an_unknown_name(folder):
    shown = CliRunner().invoke(patterns_cmd.app, [folder, "--until", "514485"])
    assert "up to height 514485" in shown.stdout
    assert "514492" not in shown.stdout
    refused = CliRunner().invoke(patterns_cmd.app, [folder, "--pattern", "spiral"])
    assert isinstance(refused.exception, TraceError)


@pytest.mark.real
def test_a_long_list_says_how_much_it_leaves_out(folder):
    shown = CliRunner().invoke(
        patterns_cmd.app, [folder, "--pattern", "batch_payout", "--rows", "3"]
    )
    (title,) = [line for line in shown.stdout.splitlines() if line.startswith("Batch payout: ")]
    left = int(title.split()[2]) - 3
    assert f"… and {left} more" in shown.stdout
    assert sum("are paid at once" in line for line in shown.stdout.splitlines()) == 3
