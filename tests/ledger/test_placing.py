from hypothesis import given
from hypothesis import strategies as st

from chainlead.ledger import get_parameters
from chainlead.ledger.placing import LinkedBlock, binding_coinbase_height, derive_places
from chainlead.model import Chain, Network

MAIN = get_parameters(Chain.BITCOIN).networks[Network.MAIN]
EASY, HARD = 0x1D00FFFF, 0x1C00FFFF


def block(name, previous, *, bits=EASY, height=None):
    return LinkedBlock(digest(name), digest(previous) if previous else bytes(32), bits, height)


def digest(name):
    return name.encode().ljust(32, b".")


def places(*blocks):
    found = derive_places(blocks, MAIN)
    return {b.block_hash.rstrip(b".").decode(): found[b.block_hash] for b in blocks}


def test_blocks_linked_to_the_first_one_get_their_heights_by_links():
    found = places(block("a", ""), block("b", "a"), block("c", "b"))
    assert [found[name].height for name in "abc"] == [0, 1, 2]
    assert {place.basis for place in found.values()} == {"links"}


def test_a_block_after_the_known_first_block_is_height_one():
    found = derive_places([LinkedBlock(digest("x"), MAIN.genesis.wire, EASY, None)], MAIN)
    assert found[digest("x")].height == 1


def test_the_branch_with_more_work_is_the_best_chain_even_if_shorter():
    found = places(block("a", ""), block("b", "a"), block("c", "b"), block("z", "a", bits=HARD))
    assert [found[name].on_best_chain for name in "abcz"] == [True, False, False, True]
    assert found["c"].height == 2


def test_an_isolated_group_takes_its_height_from_a_coinbase():
    found = places(block("p", "unknown"), block("q", "p", height=300_001))
    assert [found[name].height for name in "pq"] == [300_000, 300_001]
    assert found["p"].basis == "coinbase"


def test_coinbases_that_contradict_each_other_give_no_height():
    found = places(block("p", "unknown", height=300_000), block("q", "p", height=400_000))
    assert found["p"].height is None
    assert found["p"].on_best_chain


def test_two_isolated_blocks_of_one_height_cannot_both_be_on_the_best_chain():
    found = places(block("p", "u1", height=300_000), block("q", "u2", height=300_000, bits=HARD))
    assert (found["p"].on_best_chain, found["q"].on_best_chain) == (False, True)


def test_coinbase_heights_bind_only_where_the_rule_does():
    late = 1_400_000_000
    assert binding_coinbase_height(300_000, 2, late, MAIN) == 300_000
    assert binding_coinbase_height(300_000, 1, late, MAIN) is None
    assert binding_coinbase_height(227_930, 2, late, MAIN) is None
    assert binding_coinbase_height(300_000, 2, 1_300_000_000, MAIN) is None
    assert binding_coinbase_height(None, 2, late, MAIN) is None


@given(st.data())
def test_places_do_not_depend_on_the_order_of_the_blocks(data):
    count = data.draw(st.integers(1, 12))
    blocks = []
    for number in range(count):
        parent = data.draw(st.integers(-2, number - 1))
        previous = {-1: "", -2: f"unknown{number}"}.get(parent, f"n{parent}")
        bits = data.draw(st.sampled_from([EASY, HARD]))
        height = data.draw(st.sampled_from([None, 300_000, 300_001]))
        blocks.append(block(f"n{number}", previous, bits=bits, height=height))
    shuffled = data.draw(st.permutations(blocks))
    assert derive_places(blocks, MAIN) == derive_places(shuffled, MAIN)
