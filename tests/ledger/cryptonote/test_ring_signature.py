"""A ring signature names its keys; for a ring of one that is the spent output itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.ledger.cryptonote.ring_signature import hash_to_point, ring_holds
from chainlead.ledger.monero.curve import write_point


@pytest.mark.parametrize(
    ("key", "point"),
    [
        (
            "da66e9ba613919dec28ef367a125bb310d6d83fb9052e71034164b6dc4f392d0",
            "52b3f38753b4e13b74624862e253072cf12f745d43fcfafbe8c217701a6e5875",
        ),
        (
            "a7fbdeeccb597c2d5fdaf2ea2e10cbfcd26b5740903e7f6d46bcbf9a90384fc6",
            "f055ba2d0d9828ce2e203d9896bfda494d7830e7e3a27fa27d5eaa825a79a19c",
        ),
    ],
)
def test_the_point_behind_a_key_is_that_of_monero_s_own_vectors(key, point):
    """Monero `tests/crypto/tests.txt`, `hash_to_ec`."""
    assert write_point(hash_to_point(bytes.fromhex(key))).hex() == point


@given(st.binary(min_size=32, max_size=32))
def test_every_key_has_a_point(key):
    assert len(write_point(hash_to_point(key))) == 32


def parsed(raw):
    from chainlead.ledger.cryptonote.open_transaction import parse_open_transaction
    from chainlead.model import Chain

    return parse_open_transaction(raw, Chain.ELECTRONEUM)


@pytest.mark.parametrize("size", [1, 3])
def test_a_signature_holds_for_its_ring_and_for_no_other(forge, size):
    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    coins = forge.mint([(alice, 500)] * 4).coins
    made = forge.pay([(coins[1], [coins[0], coins[2]][: size - 1])], [(bob, 490)])
    one = parsed(made.raw)
    (spent,) = one.inputs
    keys = [coins[n].key for n in spent.members]
    assert len(keys) == size
    assert ring_holds(one.prefix_hash, spent.key_image, keys, spent.signatures)
    assert not ring_holds(one.prefix_hash, spent.key_image, [coins[3].key] * size, spent.signatures)
    assert not ring_holds(bytes(32), spent.key_image, keys, spent.signatures)
    assert not ring_holds(one.prefix_hash, coins[3].key, keys, spent.signatures)
    assert not ring_holds(one.prefix_hash, spent.key_image, keys, spent.signatures[:-1])
    assert not ring_holds(one.prefix_hash, spent.key_image, keys, b"\xff" * 64 * size)
    assert not ring_holds(one.prefix_hash, spent.key_image, [b"\xff" * 32] * size, spent.signatures)
    assert not ring_holds(one.prefix_hash, spent.key_image, [], b"")
