"""A single block: header and transactions, without magic and length.

Found in: answers of a node (`getblock HASH 0`, REST `/rest/block/HASH.bin`), test collections.
Proof: the block's own checks. Limits: the bytes do not name their network; see `chains`.
Spec: https://en.bitcoin.it/wiki/Block.
"""

from collections.abc import Iterator

from chainlead.codecs import sha256d
from chainlead.errors import BlockInvalidError, WrongNetworkError
from chainlead.ledger.source import BlockRead, Event, LedgerSource, Request
from chainlead.ledger.wire_block import HEADER_BYTES, parse_block, parse_header


class RawBlock(LedgerSource):
    """A block in wire format."""

    form = "raw-block"

    def recognises(self, content: bytes, request: Request) -> bool:
        """The first 80 bytes are a header with proof of work, and more follows."""
        return is_raw_block(content, request)

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The one block."""
        yield read_raw_block(content, request)


def is_raw_block(content: bytes, request: Request) -> bool:
    """Whether these bytes start with a header that some network of the chain accepts, and go on."""
    if len(content) <= HEADER_BYTES:
        return False
    parameters = request.parameters
    if follows_header(content):
        return False
    try:
        header = parse_header(
            content[:HEADER_BYTES],
            pow_hash=parameters.pow_hash,
            header_hash=parameters.header_hash,
        )
    except BlockInvalidError:
        return False
    return any(not parameters.header_refusal(header, network) for network in parameters.networks)


def follows_header(content: bytes) -> bool:
    """Whether a second header follows the first: a list of headers, not a block."""
    second = content[HEADER_BYTES : 2 * HEADER_BYTES]
    return len(second) == HEADER_BYTES and second[4:36] == sha256d(content[:HEADER_BYTES])


def read_raw_block(content: bytes, request: Request) -> BlockRead:
    """The block that fills these bytes, if it can be of the network asked for.

    Raises:
        BlockInvalidError: it fails its own checks.
        WrongNetworkError: it belongs to another network.
    """
    block = parse_block(
        content,
        max_units=request.parameters.max_units,
        pow_hash=request.parameters.pow_hash,
        header_hash=request.parameters.header_hash,
        form=request.parameters.form,
    )
    reason = request.parameters.refusal(block, request.network)
    if reason:
        raise WrongNetworkError(
            f"Block {block.header.block_hash[::-1].hex()} is not of "
            f"{request.parameters.chain.value} {request.network.value}: {reason}."
        )
    return BlockRead(block, 0)
