"""Which block stands at which height: blocks that the case has, pinned checkpoints, and headers linked to them.

Proof: a run of linked headers that holds a known block of that height, or begins behind one.
Limits: a run that goes on from a known block is worth the work in it. Where two such runs name
different blocks of one height neither counts, until the case has the block itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chainlead.ledger.block_levels import checkpoints
from chainlead.ledger.parameters import get_parameters
from chainlead.ledger.rows import BlockRow, load_blocks
from chainlead.ledger.server_words import KeptRun, load_runs
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.model import Chain, Network
from chainlead.store import Store


@dataclass(frozen=True, slots=True)
class Anchors:
    """What is known of the best chain.

    Attributes:
        known: block hash by height: the case's own blocks, checkpoints, the first block.
        runs: runs of headers that agree with them.
        astray: runs that contradict them, each with the height where they do.
    """

    known: dict[int, bytes]
    runs: tuple[KeptRun, ...]
    astray: tuple[tuple[KeptRun, int], ...]

    def holds(self, height: int, block_hash: bytes) -> bool:
        """Whether the block of this hash is known to be the chain's at this height."""
        if height in self.known:
            return self.known[height] == block_hash
        named = {run.hash_at(height) for run in self.runs} - {None}
        return named == {block_hash}

    def forks(self) -> tuple[tuple[KeptRun, KeptRun, int], ...]:
        """Pairs of linked runs that part, and the first height at which they do."""
        found = []
        for index, one in enumerate(self.runs):
            for other in self.runs[index + 1 :]:
                first = max(one.first_height, other.first_height)
                last = min(one.last_height, other.last_height)
                if first > last or one.hash_at(last) == other.hash_at(last):
                    continue  # the same last block has the same blocks before it
                heights = range(first, last + 1)
                parted = next(h for h in heights if one.hash_at(h) != other.hash_at(h))
                found.append((one, other, parted))
        return tuple(found)


def load_anchors(
    store: Store, chain: Chain, network: Network, blocks: Iterable[BlockRow] | None = None
) -> Anchors:
    """What the case knows of the best chain of one of its ledgers; `blocks` if they are at hand."""
    if blocks is None:
        blocks = load_blocks(store, chain.value).values()
    pinned = checkpoints(chain) if network is Network.MAIN else {}
    known = {height: pin.wire for height, pin in pinned.items()}
    parameters = get_parameters(chain)
    known[0] = parameters.networks[network].genesis.wire
    is_work_checked = parameters.form is not TransactionForm.CRYPTONOTE
    for block in blocks:
        if is_work_checked and block.on_best_chain and block.height is not None:
            known[block.height] = block.block_hash
    linked: list[KeptRun] = []
    astray: list[tuple[KeptRun, int]] = []
    for run in load_runs(store, chain.value):
        meeting = _meeting(run, known)
        wrong = [height for height in meeting if run.hash_at(height) != known[height]]
        if wrong:
            astray.append((run, wrong[0]))
        elif meeting:
            linked.append(run)
    return Anchors(known, tuple(linked), tuple(astray))


def _meeting(run: KeptRun, known: dict[int, bytes]) -> list[int]:
    """The known heights that the run speaks of, the one before it included."""
    first, last = run.first_height - 1, run.last_height
    if len(known) < last - first:
        return sorted(height for height in known if first <= height <= last)
    return [height for height in range(first, last + 1) if height in known]
