import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import keccak, sha256


@given(st.binary(max_size=sha256.LONGEST))
def test_double_sha256_is_that_of_the_standard_library(naive, message):
    scratch = np.zeros(sha256.SCRATCH_BYTES, dtype=np.uint8)
    scratch[: len(message)] = np.frombuffer(message, dtype=np.uint8)
    head = sha256.sha256d_head(scratch, len(message), np.zeros(8, dtype=np.uint32))
    assert head == naive.sha256d_head(message)


@given(
    st.binary(min_size=64, max_size=64), st.lists(st.integers(0, 2**32 - 1), min_size=8, max_size=8)
)
def test_the_instructions_and_the_steps_of_the_standard_agree(block, state):
    content = np.frombuffer(block, dtype=np.uint8).copy()
    by_steps, fast = np.array(state, dtype=np.uint32), np.array(state, dtype=np.uint32)
    sha256.compress_by_steps(by_steps, content, 0)
    sha256.compress_block(fast, content, 0)
    assert by_steps.tolist() == fast.tolist()


@given(st.binary(max_size=keccak.LONGEST))
def test_keccak_is_that_of_the_library(naive, message):
    lanes = np.zeros(25, dtype=np.uint64)
    keccak.keccak256(np.frombuffer(message + b"x", dtype=np.uint8), len(message), lanes)
    assert lanes[:4].tobytes() == naive.keccak(message)
