"""Compact block filters: which blocks may concern a script, without telling anybody which script.

A node gives the filter of every block; what matches is looked up here, and only then the block is
fetched. So an address history needs no address index, and no server learns the address.
Limits: a filter is the node's word until the block it stands for was fetched; a node that leaves
scripts out of its filters hides blocks. Filter headers (BIP-157) of two nodes can be compared.
Spec: BIP-158, basic filters (type 0).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chainlead.codecs import sha256d
from chainlead.errors import AnswerRefusedError
from chainlead.ledger.wire_transaction import MalformedError, read_count
from chainlead.model import BlockHash

_LARGEST_COUNT = 1 << 24


@dataclass(frozen=True, slots=True)
class WantedScripts:
    """Scripts to look for, in the form that the kernel takes."""

    content: Any
    ends: Any

    @classmethod
    def of(cls, scripts: Sequence[bytes]) -> "WantedScripts":
        """From the scripts themselves; at least one."""
        import numpy as np  # noqa: PLC0415  (not before it is needed)

        listed = sorted(set(scripts))
        ends = np.cumsum([len(script) for script in listed], dtype=np.int64)
        return cls(np.frombuffer(b"".join(listed), dtype=np.uint8), ends)


def may_hold(filter_bytes: bytes, block_hash: BlockHash, wanted: WantedScripts) -> bool:
    """Whether a block may hold an output to, or spend one from, a wanted script.

    Raises:
        AnswerRefusedError: the filter is damaged.
    """
    import numpy as np  # noqa: PLC0415  (not before it is needed)

    from chainlead.kernels import match_block_filter  # noqa: PLC0415  (loads numba)

    try:
        count, at = read_count(filter_bytes, 0)
    except (MalformedError, IndexError) as error:
        raise AnswerRefusedError("A block filter has no count.") from error
    if count == 0:
        return False
    if count > _LARGEST_COUNT:
        raise AnswerRefusedError(f"A block filter claims to hold {count} scripts.")
    key = (
        int.from_bytes(block_hash.wire[:8], "little"),
        int.from_bytes(block_hash.wire[8:16], "little"),
    )
    content = np.frombuffer(filter_bytes, dtype=np.uint8)[at:]
    found = match_block_filter(content, count, key, wanted.content, wanted.ends)
    if found < 0:
        raise AnswerRefusedError("A block filter ends too early.")
    return bool(found)


def next_filter_header(filter_bytes: bytes, previous: bytes) -> bytes:
    """The header that commits to this filter and all before it (BIP-157), internal byte order."""
    return sha256d(sha256d(filter_bytes) + previous)
