import numpy as np
import pytest

from chainlead.kernels import make_token_table


@pytest.mark.parametrize("count", [0, 1, 5, 3000])
def test_a_table_has_room_to_end_every_search(count):
    table = make_token_table(b"w%d" % number for number in range(count))
    assert len(table) & (len(table) - 1) == 0
    assert (table == -1).sum() >= 3 * len(table) // 4
    assert len(np.unique(table[table >= 0])) == (table >= 0).sum()
