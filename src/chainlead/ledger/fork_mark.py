"""The mark that Bitcoin Cash puts into each signature, so that it is worth nothing on Bitcoin.

Both chains have the same blocks up to height 478,558 and the same signs in a node's files. After it
every signature of Bitcoin Cash has bit 0x40 in its hash type; on Bitcoin nobody sets it.
Limits: a block without signatures tells nothing; nor do Schnorr signatures in scripts, which are not
looked at. Chains that split off Bitcoin Cash later (2018, 2020) use the same mark.
Spec: Bitcoin Cash specification `replay-protected-sighash.md`.
"""

from chainlead.ledger.wire_block import WireBlock

FORK_MARK = 0x40
SPLIT_SINCE_UNIX = 1_501_611_161 - 7_200
"""The first block of Bitcoin Cash by itself (height 478,559), less the clock slack; seconds."""


def count_fork_marks(block: WireBlock) -> tuple[int, int]:
    """How many signatures of a block carry the mark, and how many there are; none before the split."""
    if block.header.mined_at_unix < SPLIT_SINCE_UNIX:
        return 0, 0
    marked = signatures = 0
    for transaction in block.transactions[1:]:
        for spent in transaction.inputs:
            types = spent.signatures[::2]
            signatures += len(types)
            marked += sum(bool(one & FORK_MARK) for one in types)
    return marked, signatures
