"""The face of `monero`: no key is printed, no sum is a balance, a bad proof is code 1."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import monero_cmd
from chainlead.errors import CodecError

LOOK_LITTLE = ["--accounts", "1", "--sub-addresses", "1"]


@pytest.fixture
def known(shared_data):
    """Published stagenet case 140807…: the transaction, its private key, the payee's view key."""
    folder = shared_data / "xmr-etn/xmregcore/tx"
    return json.loads(next(folder.glob("tx_140807*.json")).read_bytes())


@pytest.fixture
def files(known, tmp_path):
    """The transaction and the two keys as files."""
    made = {
        "transaction": known["tx_hex"],
        "view_key": known["recipient"][0]["viewkey"],
        "tx_key": known["tx_prv_key"],
    }
    for name, text in made.items():
        (tmp_path / name).write_text(text + "\n")
    return {name: str(tmp_path / name) for name in made}


@pytest.fixture
def folder(case):
    case.close()
    return str(case.folder)


def run(*arguments, **how):
    return CliRunner().invoke(monero_cmd.app, [str(one) for one in arguments], **how)


@pytest.mark.real
def test_what_came_in_is_shown_and_not_called_a_balance(folder, files, known):
    address = known["recipient"][0]["address"]
    arguments = ("incoming", folder, files["transaction"], "--address", address, *LOOK_LITTLE)
    shown = run(*arguments, "--view-key-file", files["view_key"])
    assert shown.exit_code == 0, shown.output
    assert known["tx_hash"] in shown.stdout
    assert "136.706920483124" in shown.stdout
    assert "is not a balance" in shown.stdout
    assert known["recipient"][0]["viewkey"] not in shown.output
    document = json.loads(run(*arguments, "--view-key-file", files["view_key"], "--json").stdout)
    assert document["received_units"] == 136706920483124
    assert "not a balance" in document["statement"]
    assert not [name for name in document if "balance" in name]


@pytest.mark.real
def test_a_view_key_can_be_typed_and_is_not_echoed(folder, files, known):
    address = known["recipient"][0]["address"]
    key = known["recipient"][0]["viewkey"]
    shown = run(
        "incoming", folder, files["transaction"], "--address", address, *LOOK_LITTLE,
        input=key + "\n",
    )  # fmt: skip
    assert shown.exit_code == 0, shown.output
    assert key not in shown.output


@pytest.mark.real
def test_a_wrong_key_is_a_named_error_without_the_key(folder, files, known):
    address = known["recipient"][0]["address"]
    shown = run(
        "incoming", folder, files["transaction"], "--address", address,
        "--view-key-file", files["tx_key"],
    )  # fmt: skip
    assert isinstance(shown.exception, CodecError)
    assert known["tx_prv_key"] not in str(shown.exception) + shown.output


@pytest.mark.real
def test_a_transactions_key_proves_the_payment_and_for_another_address_it_does_not(
    folder, files, known
):
    arguments = ("check-proof", folder, files["transaction"], "--txid", known["tx_hash"])
    right, other = (known["recipient"][place]["address"] for place in (0, 1))
    good = run(*arguments, "--address", right, "--key-file", files["tx_key"])
    assert good.exit_code == 0, good.output
    assert "proof holds" in good.stdout
    assert "136.706920483124 XMR" in good.stdout
    bad = run(*arguments, "--address", other, "--key-file", files["tx_key"])
    assert bad.exit_code == 1
    assert "DOES NOT HOLD" in bad.stdout


@pytest.mark.real
def test_show_says_one_of_n_and_keeps_nothing(files, known):
    shown = run("show", files["transaction"])
    assert shown.exit_code == 0
    assert "spends one of 11 outputs of hidden amount: not followed" in shown.stdout
    document = json.loads(run("show", files["transaction"], "--json").stdout)
    assert document["transactions"][0]["fee_units"] == known["fee"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("incoming", "case", "--address", "4A"),
        ("incoming", "case", "file", "--address", "4A", "--node", "http://127.0.0.1:1/"),
        ("check-proof", "case", "file"),
        ("check-proof", "case", "--proof-file", "p"),
        ("check-proof", "case", "--key-file", "k", "--wallet", "http://127.0.0.1:1/"),
    ],
)
def test_a_wrong_use_is_code_2(arguments):
    assert run(*arguments).exit_code == 2
