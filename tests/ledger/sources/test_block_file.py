import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import LedgerSourceError, WrongNetworkError
from chainlead.ledger import BlockRead, Request, Skipped, find_form, read_source
from chainlead.ledger.sources.block_file import remove_xor

KEY = bytes.fromhex("0102a0ff33007f10")


@pytest.fixture(scope="module")
def blocks(workshop):
    return workshop.chain(4)


@pytest.fixture(scope="module")
def file(workshop, blocks):
    return b"".join(workshop.framed(raw) for raw in blocks)


def read(content, request):
    events = list(read_source(content, "block-file", request))
    good = [event.block.header.block_hash for event in events if isinstance(event, BlockRead)]
    return good, [event for event in events if isinstance(event, Skipped)]


def test_all_blocks_are_read_with_their_offsets(file, blocks, regtest, workshop):
    assert find_form(file, regtest) == "block-file"
    events = list(read_source(file, "block-file", regtest))
    assert [file[e.offset_bytes : e.offset_bytes + e.block.size_bytes] for e in events] == blocks


def test_every_cut_leaves_the_whole_blocks_and_names_the_rest(file, blocks, regtest, workshop):
    hashes = [workshop.block_hash_of(raw) for raw in blocks]
    ends = [sum(len(raw) + 8 for raw in blocks[: n + 1]) for n in range(len(blocks))]
    for size in range(4, len(file)):
        good, skipped = read(file[:size], regtest)
        whole = sum(end <= size for end in ends)
        assert good == hashes[:whole]
        start = ends[whole - 1] if whole else 0
        written = len(file[:size].rstrip(b"\0"))
        assert bool(skipped) == (written > start)
        assert all(part.start >= start and part.end <= size for part in skipped)


def test_every_flipped_byte_costs_only_its_own_block(file, blocks, regtest, workshop):
    hashes = [workshop.block_hash_of(raw) for raw in blocks]
    start = len(blocks[0]) + 8
    end = start + len(blocks[1]) + 8
    for at in range(start, end):
        changed = bytearray(file)
        changed[at] ^= 0x11
        good, skipped = read(bytes(changed), regtest)
        assert good in ([hashes[0], *hashes[2:]], [hashes[0], good[1], *hashes[2:]])
        if len(good) == 3:
            assert [(part.start, part.end) for part in skipped] == [(start, end)]
            assert skipped[0].reason
        else:  # the easy target of regtest lets some changed nonces, times and links pass
            assert start + 8 <= at < start + 88


def test_garbage_between_blocks_is_skipped_and_named(blocks, regtest, workshop):
    garbage = b"\x00garbage" + workshop.magic + b"\xff\xff\xff\xff" + b"more" * 30
    content = garbage + workshop.framed(blocks[0]) + garbage + workshop.framed(blocks[1]) + garbage
    assert find_form(content, regtest) == "block-file"
    good, skipped = read(content, regtest)
    assert len(good) == 2
    assert len(skipped) == 3
    assert sum(part.end - part.start for part in skipped) == 3 * len(garbage)


def test_an_unwritten_tail_of_zeros_is_not_damage(file, regtest):
    good, skipped = read(file + bytes(5_000), regtest)
    assert (len(good), skipped) == (4, [])


def test_a_key_is_removed_by_file_offset_and_the_tail_stays_raw(file, regtest):
    hidden = remove_xor(file, KEY) + bytes(5_000)
    keyed = Request(regtest.parameters, regtest.network, KEY)
    assert find_form(hidden, keyed) == "block-file"
    assert read(hidden, keyed) == read(file, regtest)
    with pytest.raises(LedgerSourceError):
        find_form(hidden, regtest)


def test_a_key_is_removed_over_more_bytes_than_are_mixed_at_once():
    content = bytes(range(256)) * 1_100
    naive = bytes(byte ^ KEY[at % 8] for at, byte in enumerate(content))
    assert remove_xor(content, KEY) == naive


@given(st.binary(max_size=100), st.binary(min_size=1, max_size=8))
def test_removing_a_key_twice_changes_nothing(content, key):
    mixed = remove_xor(content, key)
    assert remove_xor(mixed, key) == content
    assert mixed == bytes(b ^ key[i % len(key)] for i, b in enumerate(content))


def test_a_file_of_another_network_is_refused(file, mainnet):
    with pytest.raises(WrongNetworkError, match="regtest"):
        read(file, mainnet)


def test_blocks_of_another_network_in_a_file_are_left_out_and_named(
    blocks, genesis, mainnet, workshop
):
    content = workshop.framed(genesis, bytes.fromhex("f9beb4d9")) + workshop.framed(blocks[0])
    good, skipped = read(content, mainnet)
    assert len(good) == 1
    assert skipped == [
        Skipped(len(genesis) + 8, len(content), "a block of another network: regtest")
    ]


def test_easy_blocks_behind_mainnets_magic_are_of_another_chain(workshop, mainnet):
    raw = workshop.chain(1)[0]
    content = workshop.framed(raw, bytes.fromhex("f9beb4d9"))
    with pytest.raises(WrongNetworkError, match="regtest"):
        read(content, mainnet)


def test_many_magics_with_nothing_behind_them_are_read_in_time(mainnet):
    content = bytes.fromhex("f9beb4d9000000ff") * 40_000
    _, skipped = read(content, mainnet)
    assert [(part.start, part.end) for part in skipped] == [(0, len(content))]


@given(st.data())
def test_any_damage_leaves_named_ranges_and_sound_blocks(file, regtest, data):
    changed = bytearray(file)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(changed)))
        end = data.draw(st.integers(start, min(start + 200, len(changed))))
        changed[start:end] = data.draw(st.binary(max_size=200))
    content = bytes(changed)
    try:
        events = list(read_source(content, "block-file", regtest))
    except WrongNetworkError:
        return
    covered = 0
    for event in events:
        if isinstance(event, BlockRead):
            assert event.offset_bytes == covered + 8
            covered = event.offset_bytes + event.block.size_bytes
        else:
            assert event.start == covered
            assert event.reason
            covered = event.end
    assert covered == len(content) or not any(content[covered:])


def test_false_blocks_inside_false_blocks_are_given_up_and_named(workshop, regtest):
    def nested(depth, inner):
        for _ in range(depth):
            coin = b"\1\0\0\0\1" + bytes(32) + b"\xff" * 4 + b"\xfe"
            coin += (
                len(inner).to_bytes(4, "little") + inner + b"\xff" * 4 + b"\1" + bytes(9) + bytes(4)
            )
            header = workshop.mine(bytes(32), [workshop.coinbase(1)])[:80]
            inner = workshop.framed(header + b"\1" + coin)
        return inner

    content = nested(300, bytes(70_000))
    good, skipped = read(content, regtest)
    assert good == []
    assert [(part.start, part.end) for part in skipped] == [(0, len(content.rstrip(b"\0")))]
    assert "too many false blocks" in skipped[0].reason
