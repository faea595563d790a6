"""The face of `trace` on an account ledger."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import trace_cmd
from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add

PAYER, SHOP = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22))
TABLE = (
    "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,gas_price,"
    "input,block_timestamp,receipt_status,receipt_gas_used,receipt_effective_gas_price\n"
    f"0x{1:064x},1,0x{2:064x},7,0,{PAYER},{SHOP},1500000000000000000,21000,2,0x,1700000000,1,21000,2\n"
)


@pytest.fixture
def folder(tmp_path, clock):
    (tmp_path / "transactions.csv").write_text(TABLE)
    with Case.create(tmp_path / "case", key=bytes(32), clock=clock, who="tester") as made:
        add(made, [tmp_path / "transactions.csv"], chain=Chain.ETHEREUM)
    return str(tmp_path / "case")


def test_the_account_where_it_stops_is_shown_in_whole_coins(folder):
    shown = CliRunner().invoke(trace_cmd.app, [folder, SHOP, "--rule", "lifo"])
    assert shown.exit_code == 0
    (line,) = (line for line in shown.stdout.splitlines() if line.startswith("unspent"))
    assert line.split()[1:] == [SHOP, "7", "1.5"]


def test_a_balance_that_nobody_knows_is_a_warning(folder):
    shown = CliRunner().invoke(trace_cmd.app, [folder, SHOP, "--rule", "fifo", "--json"])
    assert shown.exit_code == 1
    document = json.loads(shown.stdout)
    (end,) = document["rules"]["fifo"]["frontier"]
    assert (end["reason"], end["traced_units"]) == ("balance not known", "1500000000000000000")
