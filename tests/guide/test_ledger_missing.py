import pytest

from chainlead.guide import CaseFacts, FoundAddress, next_steps
from chainlead.ledger import coin_table


def step_for(chain, **facts):
    found = FoundAddress("address", (chain,), "unknown", "new", "checked")
    steps = next_steps(CaseFacts(folder="c", addresses=(found,), **facts))
    return next((step for step in steps if step.step_id == f"ledger:{chain}"), None)


@pytest.mark.parametrize("row", coin_table(), ids=lambda row: row.chain.value)
def test_every_coin_gets_the_step_that_its_declaration_says(row):
    step = step_for(row.chain.value)
    if row.kind == "not read" or row.hides_today:
        assert step.command == "chainlead findings c"
        assert row.advice in step.why
    else:
        chain = row.chain.value
        option = "" if chain == "bitcoin" else f" --chain {chain}"
        assert step.command == f"chainlead ledger add c{option} SOURCE"


@pytest.mark.parametrize("chain", ["xrp", "ethereum"])
def test_what_cannot_be_done_with_accounts_is_said(chain):
    row = next(row for row in coin_table() if row.chain.value == chain)
    assert row.cannot in step_for(chain).why


def test_a_ledger_that_is_there_needs_no_step():
    assert step_for("xrp", ledger_chains={"xrp": None}) is None
