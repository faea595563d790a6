import bz2
import gzip
import lzma

import pytest
import zstandard

from chainlead.errors import LedgerSourceError
from chainlead.ledger import find_form, read_source
from chainlead.ledger.sources.compressed import Bzip2, Gzip, Xz, Zstandard

PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstandard": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_a_packed_block_reads_like_the_block(name, genesis, mainnet):
    packed = PACKERS[name](genesis)
    assert find_form(packed, mainnet) == f"{name}/raw-block"
    assert list(read_source(packed, f"{name}/raw-block", mainnet)) == list(
        read_source(genesis, "raw-block", mainnet)
    )


@pytest.mark.parametrize("packing", [Gzip(), Bzip2(), Xz(), Zstandard()], ids=lambda p: p.form)
def test_more_than_the_cap_is_refused(packing):
    packed = PACKERS[packing.form](bytes(100_000))
    assert packing.unpack(packed, max_bytes=100_000) == bytes(100_000)
    with pytest.raises(LedgerSourceError, match="More than 99999"):
        packing.unpack(packed, max_bytes=99_999)


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_damaged_packing_is_refused_by_name(name, genesis, mainnet):
    packed = PACKERS[name](genesis)
    for size in range(len(packed)):
        with pytest.raises(LedgerSourceError):
            list(read_source(packed[:size], find_form(packed[:size], mainnet), mainnet))
