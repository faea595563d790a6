"""Vectors: BIP-32 test vectors 1 and 2, public derivation; random branches against the oracle."""

from random import Random

import pytest
from bip_utils import Bip32Slip10Secp256k1

from chainlead.codecs import HARDENED, parse_extended_key, public_branch
from chainlead.errors import CodecError

VECTORS = [
    # vector 1, m/0H -> m/0H/1; m/0H/1/2H -> m/0H/1/2H/2 -> …/1000000000
    ("xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw",
     1, "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ"),
    ("xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7n7epu4trkrX7x7DogT5Uv6fcLW5",
     2, "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62cfN7fe5JnJ7dh8zL4fiyLHV"),
    ("xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62cfN7fe5JnJ7dh8zL4fiyLHV",
     1000000000, "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEYBVPamhGW6cFJodrTHy"),
    # vector 2, m -> m/0
    ("xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB",
     0, "xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH"),
]  # fmt: skip


@pytest.mark.parametrize(("parent", "index", "child"), VECTORS)
def test_the_published_children_are_derived(parent, index, child):
    derived = public_branch(parse_extended_key(parent)).child(index)
    wanted = parse_extended_key(child)
    assert (derived.public_key, derived.chain_code) == (wanted.public_key, wanted.chain_code)


def test_children_equal_the_oracle():
    rng = Random(11)
    for _ in range(20):
        oracle = Bip32Slip10Secp256k1.FromSeed(rng.randbytes(32))
        oracle.ConvertToPublic()
        branch = public_branch(parse_extended_key(oracle.PublicKey().ToExtended()))
        indices = [rng.randrange(HARDENED) for _ in range(4)]
        for index, child in zip(indices, branch.children(indices), strict=True):
            assert child.public_key == oracle.ChildKey(index).PublicKey().RawCompressed().ToBytes()


@pytest.mark.parametrize("index", [HARDENED, HARDENED + 7, -1])
def test_a_hardened_step_is_refused(index):
    branch = public_branch(parse_extended_key(VECTORS[0][0]))
    with pytest.raises(CodecError):
        branch.child(index)


def test_a_private_key_is_no_public_branch():
    oracle = Bip32Slip10Secp256k1.FromSeed(bytes(range(32)))
    with pytest.raises(CodecError) as caught:
        public_branch(parse_extended_key(oracle.PrivateKey().ToExtended()))
    assert "xprv" not in str(caught.value)
