import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import make_token_table
from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START, _hashes


@pytest.mark.parametrize("count", [0, 1, 5, 3000])
def test_a_table_has_room_to_end_every_search(count):
    table = make_token_table(b"w%d" % number for number in range(count))
    assert len(table) & (len(table) - 1) == 0
    assert (table == -1).sum() >= 3 * len(table) // 4
    assert len(np.unique(table[table >= 0])) == (table >= 0).sum()


@given(st.lists(st.binary(max_size=40), max_size=60))
def test_hashes_are_fnv_1a(tokens):
    def naive(token):
        state = HASH_START
        for byte in token:
            state = (state ^ byte) * HASH_FACTOR & HASH_MASK
        return state

    assert _hashes(tokens).tolist() == [naive(token) for token in tokens]
    table = make_token_table(tokens).tolist()
    for token in tokens:  # found before the first empty slot
        slot = naive(token) % len(table)
        while table[slot] not in {naive(token), EMPTY}:
            slot = (slot + 1) % len(table)
        assert table[slot] == naive(token)
