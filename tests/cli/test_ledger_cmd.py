import json

import pytest
from typer.testing import CliRunner

from chainlead.cli.ledger_cmd import app
from chainlead.errors import WrongNetworkError
from chainlead.workflow.case import Case

GENESIS = (
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27a"
    "c72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c01010000000100000000"
    "00000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d01044554686520"
    "54696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f"
    "6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe55482719"
    "67f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b"
    "8d578a4c702b6bf11d5fac00000000"
)
HASH = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


@pytest.fixture
def folder(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32), who="t"):
        pass
    (tmp_path / "genesis.hex").write_text(GENESIS)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_add_prints_what_was_read_and_the_pin(folder):
    result = run("add", folder / "case", folder / "genesis.hex")
    assert result.exit_code == 0, result.output
    assert f"bitcoin block {HASH}, at height 0" in result.output


def test_add_as_json_names_each_file(folder):
    result = run("add", folder / "case", folder / "genesis.hex", "--json")
    document = json.loads(result.stdout)
    assert document["pinned"] == {
        "chain": "bitcoin",
        "network": "main",
        "height": 0,
        "block_hash": HASH,
        "unbroken_from": 0,
    }
    assert [(s["name"], s["outcome"], s["blocks"]) for s in document["sources"]] == [
        ("genesis.hex", "added", 1)
    ]


def test_an_unusable_file_makes_it_a_warning(folder):
    (folder / "notes.txt").write_text("nothing")
    result = run("add", folder / "case", folder / "genesis.hex", folder / "notes.txt")
    assert result.exit_code == 1
    assert "Not used: notes.txt" in result.output


def test_another_network_is_the_named_error(folder):
    result = run("add", folder / "case", folder / "genesis.hex", "--network", "regtest")
    assert isinstance(result.exception, WrongNetworkError)


def test_an_unknown_network_is_a_wrong_use(folder):
    result = run("add", folder / "case", folder / "genesis.hex", "--network", "moon")
    assert result.exit_code == 2


def test_status_of_an_empty_ledger_says_what_to_do(folder):
    result = run("status", folder / "case")
    assert result.exit_code == 0
    assert "ledger add" in result.output


def test_status_counts_what_is_known(folder):
    run("add", folder / "case", folder / "genesis.hex")
    document = json.loads(run("status", folder / "case", "--json").stdout)
    (chain,) = document["chains"]
    assert (chain["blocks"], chain["transactions"], chain["heights"]) == (1, 1, [0, 0])
    assert (chain["gaps"], chain["unknown_previous"]) == ([], 0)
    assert "blocks" in run("status", folder / "case").output
