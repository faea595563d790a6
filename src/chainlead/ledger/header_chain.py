"""Block headers without their blocks: proof of work, links, and the difficulty from one to the next.

Proof: each header's hash meets its own target, names the one before it, and its target is none that
the network's main chain never had at that time; inside a run the target changes only where the
network's rule lets it, and never by more than four times.
Limits: the exact retarget is not computed, and networks other than main are free to change it, so a
run is worth its work and no more. A run without a known block in it or before it stands in the air.
Spec: https://en.bitcoin.it/wiki/Block_hashing_algorithm; the wiki's page on difficulty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from chainlead.errors import BlockInvalidError
from chainlead.ledger.source import Request
from chainlead.ledger.wire_block import (
    HEADER_BYTES,
    WireHeader,
    parse_header,
    target_from_bits,
)
from chainlead.model import Chain, Network

_RETARGET_EVERY = {Chain.BITCOIN: 2016, Chain.LITECOIN: 2016}
_AT_MOST_TIMES = 4
_MEDIAN_OF = 11


@dataclass(frozen=True, slots=True)
class HeaderRun:
    """Linked headers, one height after the other.

    Attributes:
        first_height: of the first header, as the source says.
        headers: at least one.
    """

    first_height: int
    headers: tuple[WireHeader, ...]

    @property
    def hashes(self) -> bytes:
        """The hash of the block before the run, then those of the run, one after the other."""
        return self.headers[0].previous_hash + b"".join(h.block_hash for h in self.headers)


def read_header(raw: bytes, request: Request) -> WireHeader:
    """One header, with its proof of work checked against the network.

    Raises:
        BlockInvalidError: not 80 bytes, no proof of work, or too easy for this network.
    """
    if len(raw) != HEADER_BYTES:
        raise BlockInvalidError(f"A block header has {HEADER_BYTES} bytes, not {len(raw)}.")
    parameters = request.parameters
    header = parse_header(raw, pow_hash=parameters.pow_hash, header_hash=parameters.header_hash)
    refusal = parameters.header_refusal(header, request.network)
    if refusal:
        raise BlockInvalidError(f"Block header {header.block_hash[::-1].hex()}: {refusal}.")
    return header


def link_headers(first_height: int, headers: Sequence[WireHeader], request: Request) -> HeaderRun:
    """A run of headers that name each other.

    Args:
        first_height: of the first one.
        headers: each read by `read_header`, in order.
        request: whose chain.

    Raises:
        BlockInvalidError: a link, a time or a target in it cannot be.
    """
    if not headers:
        raise BlockInvalidError("A run of block headers has at least one.")
    for index in range(1, len(headers)):
        before, now = headers[index - 1], headers[index]
        height = first_height + index
        if now.previous_hash != before.block_hash:
            raise BlockInvalidError(
                f"The header at height {height} does not follow the one before it."
            )
        earlier = [h.mined_at_unix for h in headers[max(index - _MEDIAN_OF, 0) : index]]
        if len(earlier) == _MEDIAN_OF and now.mined_at_unix <= median_low(earlier):
            raise BlockInvalidError(f"The time of the header at height {height} lies too early.")
        _check_target(before, now, height, request)
    return HeaderRun(first_height, tuple(headers))


def _check_target(before: WireHeader, now: WireHeader, height: int, request: Request) -> None:
    every = _RETARGET_EVERY.get(request.parameters.chain)
    if every is None or request.network is not Network.MAIN:
        return
    if height % every:
        if now.target_bits != before.target_bits:
            raise BlockInvalidError(f"The target changes at height {height}, where it cannot.")
    elif target_from_bits(now.target_bits) > _AT_MOST_TIMES * target_from_bits(before.target_bits):
        raise BlockInvalidError(f"The target at height {height} eases by more than four times.")
