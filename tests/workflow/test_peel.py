"""Peels of a real case are followed hop by hop, and the end says why."""

import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import OriginNotFoundError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.trace import Peel
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.peel import follow_peels

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def blocks(tmp_path_factory, shared_data):
    """A case with blocks 514485 and 514492, and the start of its longest peel chain."""
    from datetime import UTC, datetime

    paths = sorted((shared_data / "btc-blocks" / "bitcoin-s").glob("0000*.txt"))
    if not paths:
        pytest.skip("the blocks 514485 and 514492 are not beside this checkout")
    folder = tmp_path_factory.mktemp("peel") / "case"
    clock = SteppingClock(datetime(2024, 3, 1, tzinfo=UTC))
    with Case.create(folder, key=bytes(32), clock=clock, who="tester") as made:
        add(made, paths, chain=Chain.BITCOIN, network=Network.MAIN)
        ledger = CaseLedger(made.store, Chain.BITCOIN)
        rule = Peel()
        start = max(ledger.transactions(), key=lambda t: len(rule.follow_all(t, ledger)))
        yield made, start.txid.display


def test_each_hop_names_what_was_alike_and_what_was_peeled(blocks):
    case, start = blocks
    document = follow_peels(case, start)
    assert document["strength"] == "inferred"
    assert len(document["steps"]) == 17
    here = start
    for step in document["steps"]:
        assert step["txid"] == here
        assert step["change"]["outpoint"].startswith(here)
        assert len(step["same"]) >= 4
        assert not set(step["same"]) & set(step["unknown"])
        here = step["spender"]
    total = sum(int(o["amount_units"]) for s in document["steps"] for o in s["peeled"])
    assert document["peeled_units"] == str(total)
    assert document["inferences"][0]["name"] == "peel"


def test_the_end_says_why(blocks):
    case, start = blocks
    whole = follow_peels(case, start)
    assert "output" in whole["ended"] or "without change" in whole["ended"]
    assert follow_peels(case, start, most_hops=2)["ended"] == "the bound on hops"
    assert follow_peels(case, start, until_height=514492) == whole
    with pytest.raises(OriginNotFoundError):
        follow_peels(case, start, until_height=514491)


def test_what_the_ledger_does_not_hold_is_refused(blocks):
    case, _ = blocks
    for wrong in ("ab" * 32, "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"):
        with pytest.raises(OriginNotFoundError):
            follow_peels(case, wrong)
