"""A branch proves exactly the transactions of its block; a run of headers is linked or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import sha256d
from chainlead.errors import BlockInvalidError, LedgerError
from chainlead.ledger import derive_merkle_root
from chainlead.ledger.header_chain import link_headers, read_header
from chainlead.ledger.merkle_proof import derive_proved_root, require_in_block


def branch_of(leaves: list[bytes], position: int) -> list[bytes]:
    """The neighbours on the way from one leaf to the root, by the plain definition."""
    level, branch = list(leaves), []
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        branch.append(level[position ^ 1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
        position //= 2
    return branch


def leaves_of(count: int) -> list[bytes]:
    return [sha256d(number.to_bytes(4, "big")) for number in range(count)]


@given(st.integers(1, 70), st.data())
def test_every_transaction_of_a_block_is_proved(count, data):
    leaves = leaves_of(count)
    position = data.draw(st.integers(0, count - 1))
    branch = branch_of(leaves, position)
    root = derive_merkle_root(leaves)
    assert derive_proved_root(leaves[position], branch, position) == root
    require_in_block(leaves[position], 250, branch, position, root)


@given(st.integers(2, 40), st.data())
def test_any_changed_bit_breaks_the_proof(count, data):
    leaves = leaves_of(count)
    position = data.draw(st.integers(0, count - 1))
    branch = branch_of(leaves, position)
    damaged = data.draw(st.integers(0, len(branch) - 1))
    node = bytearray(branch[damaged])
    node[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    changed = [*branch[:damaged], bytes(node), *branch[damaged + 1 :]]
    with pytest.raises(BlockInvalidError):
        require_in_block(leaves[position], 250, changed, position, derive_merkle_root(leaves))
    with pytest.raises(BlockInvalidError):
        require_in_block(sha256d(b"x"), 250, branch, position, derive_merkle_root(leaves))


def test_a_branch_that_cannot_be_is_refused():
    with pytest.raises(BlockInvalidError, match="position 4"):
        derive_proved_root(bytes(32), [bytes(32)] * 2, 4)
    with pytest.raises(BlockInvalidError, match="at most"):
        derive_proved_root(bytes(32), [bytes(32)] * 40, 0)
    with pytest.raises(BlockInvalidError, match="at most"):
        derive_proved_root(bytes(32), [bytes(31)], 0)


def test_an_inner_node_does_not_pass_as_a_transaction():
    leaves = leaves_of(4)
    inner = leaves[0] + leaves[1]  # 64 bytes that could be read as a transaction (CVE-2017-12842)
    root = derive_merkle_root(leaves)
    upper = [sha256d(leaves[2] + leaves[3])]
    assert derive_proved_root(sha256d(inner), upper, 0) == root
    with pytest.raises(BlockInvalidError, match="64 bytes"):
        require_in_block(sha256d(inner), len(inner), upper, 0, root)


def test_linked_headers_are_a_run(workshop, regtest):
    raws = [raw[:80] for raw in workshop.chain(15)]
    headers = [read_header(raw, regtest) for raw in raws]
    run = link_headers(5, headers, regtest)
    assert len(run.hashes) == 16 * 32
    assert run.hashes[:32] == headers[0].previous_hash
    assert run.hashes[-32:] == headers[-1].block_hash
    with pytest.raises(BlockInvalidError, match="height 7 does not follow"):
        link_headers(5, [*headers[:2], *headers[3:]], regtest)


def test_a_header_without_work_or_of_another_network_is_refused(workshop, regtest, mainnet):
    raw = workshop.chain(1)[0][:80]
    weak = next(
        raw[:76] + nonce.to_bytes(4, "little")
        for nonce in range(1000)
        if sha256d(raw[:76] + nonce.to_bytes(4, "little"))[31] & 0x80
    )
    with pytest.raises(BlockInvalidError, match="no proof of work"):
        read_header(weak, regtest)
    with pytest.raises(BlockInvalidError, match="regtest"):
        read_header(raw, mainnet)
    with pytest.raises(BlockInvalidError, match="80 bytes"):
        read_header(raw[:79], regtest)


def test_time_does_not_run_backwards_in_a_run(workshop, regtest):
    previous, headers = bytes(32), []
    for number in range(13):
        early = number == 12
        raw = workshop.mine(
            previous, [workshop.coinbase(number)],
            mined_at_unix=1_700_000_000 + (0 if early else 600 * number),
        )[:80]  # fmt: skip
        headers.append(read_header(raw, regtest))
        previous = headers[-1].block_hash
    with pytest.raises(BlockInvalidError, match="height 12 lies too early"):
        link_headers(0, headers, regtest)


@pytest.mark.real
def test_real_blocks_prove_their_transactions(shared_data, mainnet):
    from chainlead.ledger import find_form, read_source

    files = sorted((shared_data / "btc-blocks").rglob("*"))
    proved = 0
    for path in files:
        if proved > 20:
            break
        if not path.is_file() or path.stat().st_size > 4 << 20:
            continue
        content = path.read_bytes()
        try:
            events = list(read_source(content, find_form(content, mainnet), mainnet))
        except LedgerError:  # files of other kinds lie there too
            continue
        for event in events[:3]:
            block = getattr(event, "block", None)
            if block is None:
                continue
            ids = [transaction.txid for transaction in block.transactions]
            for position in {0, len(ids) // 2, len(ids) - 1}:
                branch = branch_of(ids, position)
                require_in_block(ids[position], 250, branch, position, block.header.merkle_root)
                proved += 1
    assert proved > 0
