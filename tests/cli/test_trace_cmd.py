"""The face of `trace`, `why` and `without` on real blocks."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import trace_cmd, why_cmd, without_cmd
from chainlead.errors import NoLinkError
from chainlead.model import Chain, Network
from chainlead.trace import find_rules
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add

BLOCK_9 = "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0"
FEES = "f8bf1e886d6ba6e4927acf861cf5ab3e62af2d50a6b011427f0369fa3e058eb2:0"
A = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


@pytest.fixture
def folder(tmp_path, clock, shared_data):
    path = shared_data / "btc-blocks/jeffchan/blk00000-first1MB.dat"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    with Case.create(tmp_path / "case", key=bytes(32), clock=clock, who="tester") as made:
        add(made, [path], chain=Chain.BITCOIN, network=Network.MAIN)
    return str(tmp_path / "case")


@pytest.mark.real
def test_the_table_shows_the_rules_side_by_side_in_whole_coins(folder):
    shown = CliRunner().invoke(trace_cmd.app, [folder, BLOCK_9])
    assert shown.exit_code == 0
    merged = next(line for line in shown.stdout.splitlines() if "61.00000000" in line)
    heading = next(line for line in shown.stdout.splitlines() if line.startswith("#"))
    assert heading.split()[-8:] == "least fifo haircut lifo poison tiho at most".split()  # noqa: SIM905
    exact, whole = "11.00000000", "61.00000000"
    assert merged.split()[-8:] == [whole, *[exact] * 4, whole, exact, exact]
    sums = next(line for line in shown.stdout.splitlines() if line.split()[:1] == ["sum"])
    assert sums.split() == ["sum", *["50.00000000"] * 4]
    assert "at least 50.00000000 (provable minimum)" in shown.stdout
    assert "at most 50.00000000 BTC (possible maximum)" in shown.stdout


def test_the_help_names_every_rule_that_there_is():
    shown = CliRunner().invoke(trace_cmd.app, ["--help"], env={"COLUMNS": "200"})
    named = ", ".join(rule.name for rule in find_rules())
    assert f"{named} or all" in " ".join(shown.stdout.split())


@pytest.mark.real
def test_json_bounds_each_place(folder):
    document = json.loads(CliRunner().invoke(trace_cmd.app, [folder, FEES, "--json"]).stdout)
    bands = {
        (band["txid"][:8], band["reason"], (band["outpoint"] or "")[64:]): (
            band["least_units"],
            band["most_units"],
        )
        for band in document["bounds"]
    }
    assert bands == {
        ("65f75ac6", "fee", ""): ("0", "100000000"),
        ("5b62efcc", "unspent", ":0"): ("0", "1000000"),
        ("5b62efcc", "unspent", ":1"): ("0", "100000000"),
        ("5b62efcc", "fee", ""): ("0", "1000000"),
    }


@pytest.mark.real
def test_json_holds_the_stable_fields(folder):
    arguments = [folder, BLOCK_9, "--rule", "fifo", "--max-hops", "2", "--json"]
    document = json.loads(CliRunner().invoke(trace_cmd.app, arguments).stdout)
    assert set(document["pinned"]) >= {"chain", "height", "block_hash"}
    assert list(document["rules"]) == ["fifo"]
    node = document["rules"]["fifo"]["frontier"][-1]
    fields = {"outpoint", "address", "amount_units", "traced_units", "reason", "height", "txid"}
    assert fields <= set(node)
    assert node["reason"] == "limit"


@pytest.mark.real
def test_addresses_without_a_link_say_so(folder):
    shown = CliRunner().invoke(why_cmd.app, [folder, A, "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"])
    assert isinstance(shown.exception, NoLinkError)
    shown = CliRunner().invoke(without_cmd.app, [folder, BLOCK_9.partition(":")[0], "--json"])
    assert json.loads(shown.stdout)["joins"] is False
