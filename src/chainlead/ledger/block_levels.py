"""How far each known block was checked: linked to the first block, to a pinned checkpoint, or loose.

Every block in the tables passed its own checks (merkle root over all its transactions; proof of work,
but not on ledgers of the CryptoNote family, whose work is not recomputed here).
What is left open is whether it belongs to the chain that everybody means.
There only a block that a pinned one descends from is more than loose.
Limits: on practice networks the first block proves little, for a link costs nothing there; a loose
block with main network difficulty cost real work, and may still have lost against another.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from chainlead.ledger.parameters import get_parameters
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.model import BlockHash, Chain, Network
from chainlead.store import Store

_NO_HASH = bytes(32)


class BlockLevel(Enum):
    """The best that can be said of a block, from most to least."""

    FIRST = "linked to the first block"
    CHECKPOINT = "linked to a pinned checkpoint"
    LOOSE = "checked by itself only"


class _Link(NamedTuple):
    block_hash: bytes
    previous_hash: bytes


@cache
def checkpoints(chain: Chain) -> Mapping[int, BlockHash]:
    """Pinned blocks of the main network by height; see the data file for where they were read."""
    text = (files("chainlead.ledger") / "data" / "checkpoints.yaml").read_text("utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    found = document["checkpoints"].get(chain.value, {})
    return {height: BlockHash.from_display(str(text)) for height, text in sorted(found.items())}


def derive_block_levels(store: Store, chain: Chain, network: Network) -> dict[bytes, BlockLevel]:
    """The level of each known block, by its hash."""
    columns = ("block_hash", "previous_hash")
    rows = store.rows("blocks", columns=columns, chain=chain.value)
    links = [_Link(row["block_hash"], row["previous_hash"]) for row in rows]
    parameters = get_parameters(chain)
    first = parameters.networks[network].genesis.wire
    roots = [link for link in links if link.previous_hash in {first, _NO_HASH}]
    levels = dict.fromkeys((link.block_hash for link in links), BlockLevel.LOOSE)
    pinned = checkpoints(chain) if network is Network.MAIN else {}
    pins = {pin.wire for pin in pinned.values()}
    if (
        parameters.form is TransactionForm.CRYPTONOTE
    ):  # a link costs nothing where no work is checked
        levels.update(dict.fromkeys(_ancestors(links, pins | {first}), BlockLevel.CHECKPOINT))
        return levels
    if not pins.isdisjoint(levels):
        for found in _component(links, pins):
            levels[found] = BlockLevel.CHECKPOINT
    for found in _descendants(links, [root.block_hash for root in roots]):
        levels[found] = BlockLevel.FIRST
    return levels


def _component(links: Iterable[_Link], pins: set[bytes]) -> set[bytes]:
    """The pinned blocks that are known, what leads to them, and what follows them."""
    before = _ancestors(links, pins)
    return before | _descendants(links, sorted(pins & before))


def _ancestors(links: Iterable[_Link], pins: set[bytes]) -> set[bytes]:
    """The pinned blocks that are known, and what leads to them."""
    previous = {link.block_hash: link.previous_hash for link in links}
    before: set[bytes] = set()
    for pin in pins & previous.keys():
        at = pin
        while at in previous and at not in before:
            before.add(at)
            at = previous[at]
    return before


def _descendants(links: Iterable[_Link], roots: list[bytes]) -> set[bytes]:
    children: dict[bytes, list[bytes]] = {}
    for link in links:
        children.setdefault(link.previous_hash, []).append(link.block_hash)
    found: set[bytes] = set()
    waiting = list(roots)
    while waiting:
        block_hash = waiting.pop()
        if block_hash not in found:
            found.add(block_hash)
            waiting.extend(children.get(block_hash, ()))
    return found
