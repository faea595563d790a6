import json

import pytest
from bip_utils import Bip32Slip10Secp256k1, Bip39SeedGenerator, ElectrumV2SeedGenerator
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import (
    Secret,
    derive_bip39_seed,
    derive_electrum_seed,
    derive_master,
    parse_path,
    public_branch,
    to_extended_key,
    to_mnemonic,
)
from chainlead.errors import CodecError

steps = st.integers(min_value=0, max_value=2**32 - 1)


@given(st.binary(min_size=16, max_size=64), st.lists(steps, max_size=4))
def test_the_oracle_derives_the_same_public_keys(seed, path):
    branch = derive_master(Secret(seed)).descendant(path)
    oracle = Bip32Slip10Secp256k1.FromSeed(seed)
    for step in path:
        oracle = oracle.ChildKey(step)
    assert to_extended_key(branch.to_public()) == oracle.PublicKey().ToExtended()


def test_a_public_child_is_the_private_childs_public_key():
    branch = derive_master(Secret(bytes(range(32)))).child(2**31 + 44)
    public = public_branch(branch.to_public()).child(7)
    assert public.public_key == branch.child(7).public_key


@given(st.binary(min_size=16, max_size=16), st.text(max_size=12))
def test_the_oracle_stretches_a_phrase_alike(entropy, passphrase):
    words = to_mnemonic(Secret(entropy))
    more = Secret(passphrase.encode("utf-8", "ignore"))
    wanted = Bip39SeedGenerator(" ".join(words)).Generate(more.reveal().decode())
    assert derive_bip39_seed(words, more) == Secret(wanted)


def test_the_published_phrases_give_their_seeds(shared_data):
    path = shared_data / "evidence" / "vectors" / "bip39" / "vectors.json"
    for _entropy, phrase, seed, xprv in json.loads(path.read_text())["english"]:
        made = derive_bip39_seed(phrase.split(), Secret(b"TREZOR"))
        assert made.reveal().hex() == seed
        oracle = Bip32Slip10Secp256k1.FromExtendedKey(xprv).PublicKey().ToExtended()
        assert to_extended_key(derive_master(made).to_public()) == oracle


def test_electrum_stretches_with_its_own_salt():
    text = "bitter grass shiver impose acquire brush forget axis eager alone wine silver"
    for passphrase in ("", "Two  Words"):
        wanted = ElectrumV2SeedGenerator(text).Generate(passphrase.lower().replace("  ", " "))
        made = derive_electrum_seed(Secret(text.encode()), Secret(passphrase.encode()))
        assert made == Secret(wanted)
    assert derive_electrum_seed(Secret(text.encode())) == Secret(
        ElectrumV2SeedGenerator(text).Generate()
    )


@pytest.mark.parametrize(
    ("path", "wanted"), [("m", ()), ("m/44'/0h/7", (2**31 + 44, 2**31, 7)), ("0/1", (0, 1))]
)
def test_a_path_is_read(path, wanted):
    assert parse_path(path) == wanted


@pytest.mark.parametrize("path", ["m/x", "m/1''", "m/2147483648", "m/0//1", "m/-1"])
def test_another_path_is_refused(path):
    with pytest.raises(CodecError):
        parse_path(path)


def test_an_index_has_32_bits_and_a_prefix_is_known():
    branch = derive_master(Secret(bytes(32)))
    with pytest.raises(CodecError):
        branch.child(2**32)
    with pytest.raises(CodecError):
        branch.to_public("xprv")


def test_nothing_private_shows():
    branch = derive_master(Secret(bytes(range(32)))).child(1)
    assert branch.secret.reveal().hex() not in repr(branch)
