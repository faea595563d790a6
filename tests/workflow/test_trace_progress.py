"""A trace says how far it is, and one that is interrupted leaves the case as it was."""

import pytest

from chainlead.model import Chain, Network
from chainlead.trace import Limits
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.trace import trace
from chainlead.workflow.verify import verify

BLOCK_9 = "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0"


@pytest.fixture
def first_blocks(case, shared_data):
    path = shared_data / "btc-blocks/jeffchan/blk00000-first1MB.dat"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    add(case, [path], chain=Chain.BITCOIN, network=Network.MAIN)
    return case


@pytest.mark.real
def test_progress_counts_to_the_limit_and_ends_at_what_there_was(first_blocks):
    said = []
    trace(
        first_blocks,
        BLOCK_9,
        limits=Limits(transactions=100),
        progress=lambda done, most: said.append((done, most)),
    )
    assert said == [*((number, 100) for number in range(1, 9)), (8, 8)]


@pytest.mark.real
def test_an_interrupted_trace_leaves_the_case_whole_and_can_be_asked_again(first_blocks):
    folder = first_blocks.folder
    before = (folder / "journal.jsonl").read_bytes()

    def interrupt(done, _most):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trace(first_blocks, BLOCK_9, progress=interrupt)
    assert (folder / "journal.jsonl").read_bytes() == before
    assert first_blocks.store.count("traces") == 0
    trace_id, _ = trace(first_blocks, BLOCK_9)
    first_blocks.close()
    with Case.open_to_read(folder) as opened:
        assert [row["trace_id"] for row in opened.store.rows("traces")] == [trace_id]
    assert not verify(folder).problems
