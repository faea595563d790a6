"""Block files of a node: `blk*.dat`, blocks one after another, each behind magic and length.

Found in: `blocks/` in a node's data folder, with or without `xor.dat`. Proof: each block's own
checks (`wire_block`). Limits: a damaged place is skipped up to the next magic, and named; blocks
lie in the order in which the node received them; the tail that the node reserved is raw zeros.
Spec: Bitcoin Core src/node/blockstorage.cpp; xor.dat: Bitcoin Core 28 release notes.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from chainlead.errors import BlockInvalidError, WrongNetworkError
from chainlead.ledger.source import BlockRead, Event, LedgerSource, Request, Skipped
from chainlead.ledger.wire_block import HEADER_BYTES, parse_block, parse_header

_FRAME_BYTES = 8
_MAX_CANDIDATES = 4096
_XOR_KEYS_AT_ONCE = 1 << 15
_WASTE_FACTOR = 8
"""How many times its size a file may cost in blocks that turn out false, before it is given up."""


class _NoBlock(NamedTuple):
    """Why no block starts at a place, and how many bytes were parsed to find that out."""

    reason: str
    wasted_bytes: int = 0


_NO_MAGIC = _NoBlock("no magic where a block should start")


class BlockFile(LedgerSource):
    """`blk*.dat`."""

    form = "block-file"

    def recognises(self, content: bytes, request: Request) -> bool:
        """It starts with a magic, or a magic stands before a header with proof of work."""
        magics = _magics(request)
        plain = remove_xor(content, request.xor_key)
        if plain[:4] in magics:
            return True
        return any(_has_proven_header(plain, magic, request) for magic in magics)

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The blocks, and what was skipped."""
        plain = remove_xor(content, request.xor_key)
        magics = _magics(request)
        any_magic = re.compile(b"|".join(re.escape(magic) for magic in sorted(magics)))
        written = len(content.rstrip(b"\0"))
        foreign: Counter[str] = Counter()
        found = 0
        at = skipped_from = 0
        wasted = 0
        reason = ""
        while at < written:
            frame: BlockRead | _NoBlock = _NO_MAGIC
            if plain[at : at + 4] in magics:
                frame = _frame(plain, at, request)
            if isinstance(frame, _NoBlock):
                reason = reason or frame.reason
                wasted += frame.wasted_bytes
                if wasted > _WASTE_FACTOR * len(plain):
                    reason = "too many false blocks to look at; the rest of the file was not read"
                    break
                following = any_magic.search(plain, at + 1)
                at = following.start() if following else len(plain)
                continue
            if skipped_from < at:
                yield Skipped(skipped_from, at, reason)
            start, at = at, frame.offset_bytes + frame.block.size_bytes
            skipped_from, reason = at, ""
            refusal = _refusal(plain[start : start + 4], frame, request)
            if refusal:
                foreign[refusal] += 1
                yield Skipped(start, at, f"a block of another network: {refusal}")
            else:
                found += 1
                yield frame
        if skipped_from < written:
            yield Skipped(skipped_from, written, reason)
        if foreign and not found:
            what = "; ".join(f"{number} of {name}" for name, number in sorted(foreign.items()))
            raise WrongNetworkError(
                f"The blocks are not of {request.parameters.chain.value} "
                f"{request.network.value}: {what}."
            )


def remove_xor(content: bytes, key: bytes) -> bytes:
    """Undo the node's XOR of its block files; the key repeats from file offset 0."""
    if not any(key):
        return content
    width = len(key) * _XOR_KEYS_AT_ONCE
    repeated = int.from_bytes(key * _XOR_KEYS_AT_ONCE, "little")
    plain = bytearray()
    for start in range(0, len(content), width):
        part = content[start : start + width]
        mixed = int.from_bytes(part, "little") ^ (repeated & ((1 << 8 * len(part)) - 1))
        plain += mixed.to_bytes(len(part), "little")
    return bytes(plain)


def _magics(request: Request) -> set[bytes]:
    return {m for network in request.parameters.networks.values() for m in network.magics}


def _frame(plain: bytes, at: int, request: Request) -> BlockRead | _NoBlock:
    """The block in the frame at this offset, or in words why there is none."""
    size = int.from_bytes(plain[at + 4 : at + _FRAME_BYTES], "little")
    start = at + _FRAME_BYTES
    if start + HEADER_BYTES > len(plain):
        return _NoBlock("the file ends inside a block's header")
    if not HEADER_BYTES < size <= request.parameters.max_block_bytes:
        return _NoBlock(f"a frame names a length of {size} bytes")
    parameters = request.parameters
    try:
        parse_header(
            plain[start : start + HEADER_BYTES],
            pow_hash=parameters.pow_hash,
            header_hash=parameters.header_hash,
        )
    except BlockInvalidError as error:
        return _NoBlock(error.message)
    if start + size > len(plain):
        return _NoBlock("the file ends inside a block")
    try:
        block = parse_block(
            plain[start : start + size],
            max_units=parameters.max_units,
            pow_hash=parameters.pow_hash,
            header_hash=parameters.header_hash,
            form=parameters.form,
        )
    except BlockInvalidError as error:
        return _NoBlock(error.message, wasted_bytes=size)
    return BlockRead(block, start)


def _refusal(magic: bytes, frame: BlockRead, request: Request) -> str:
    """The name of the other network, or why the block cannot be of this one; empty if it is."""
    named = request.parameters.network_of_magic(magic)
    if named is not None and named[0] is not request.network:
        return named[1]
    return request.parameters.refusal(frame.block, request.network)


def _has_proven_header(plain: bytes, magic: bytes, request: Request) -> bool:
    at = -1
    for _ in range(_MAX_CANDIDATES):
        at = plain.find(magic, at + 1)
        if at < 0:
            return False
        try:
            parse_header(
                plain[at + _FRAME_BYTES : at + _FRAME_BYTES + HEADER_BYTES],
                pow_hash=request.parameters.pow_hash,
                header_hash=request.parameters.header_hash,
            )
        except BlockInvalidError:
            continue
        return True
    return False
