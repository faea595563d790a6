"""Vectors: the generator point's own addresses; BIP-67 order."""

import pytest

from chainlead.codecs import (
    KEY_SCRIPTS,
    address_from_script,
    multisig_script,
    script_kind,
    script_of_key,
    uncompressed_public_key,
)
from chainlead.errors import CodecError
from chainlead.model import Chain

ONE = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
TWO = bytes.fromhex("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")
KNOWN = {
    "p2pkh": "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",
    "p2sh-p2wpkh": "3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN",
    "p2wpkh": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "p2tr": "bc1pmfr3p9j00pfxjh0zmgp99y8zftmd3s5pmedqhyptwy6lm87hf5sspknck9",
}


@pytest.mark.parametrize("kind", KEY_SCRIPTS)
def test_addresses_of_the_generator(kind):
    assert address_from_script(script_of_key(ONE, kind), Chain.BITCOIN) == KNOWN[kind]


def test_an_uncompressed_key_has_a_key_hash_address_only():
    key = uncompressed_public_key(ONE)
    assert address_from_script(script_of_key(key, "p2pkh"), Chain.BITCOIN) == (
        "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm"
    )
    for kind in KEY_SCRIPTS[1:]:
        with pytest.raises(CodecError):
            script_of_key(key, kind)


def test_an_unknown_template_is_refused():
    with pytest.raises(CodecError):
        script_of_key(ONE, "p2pk2")


def test_keys_of_a_multisig_are_sorted_only_where_asked():
    assert script_kind(multisig_script(1, [TWO, ONE])) == "multisig"
    assert multisig_script(1, [TWO, ONE]) != multisig_script(1, [ONE, TWO])
    assert multisig_script(1, [TWO, ONE], is_sorted=True) == multisig_script(1, [ONE, TWO])
    for needed in (0, 3):
        with pytest.raises(CodecError):
            multisig_script(needed, [ONE, TWO])
