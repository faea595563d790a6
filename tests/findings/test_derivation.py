"""Vectors: BIP-49, BIP-84, BIP-86 and the all-abandon account keys; oracle for the rest."""

import pytest
from bip_utils import Bip32Slip10Secp256k1, Bip44, Bip44Changes, Bip44Coins

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings import GAP_LIMIT, addresses_of_extended_key, scripts_of_chain
from chainlead.findings.derivation import addresses_of_key
from chainlead.model import Chain, Network

ZPUB = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
XPUB_86 = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ"
SEED = bytes(range(64))


def derive(text: str, chain=Chain.BITCOIN, **options):
    return {
        d.path + d.script: d.address
        for d in addresses_of_extended_key(parse_extended_key(text), chain, Network.MAIN, **options)
    }


def test_bip84_receive_and_change():
    found = derive(ZPUB)
    assert found["M/0/0p2wpkh"] == "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
    assert found["M/0/1p2wpkh"] == "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g"
    assert found["M/1/0p2wpkh"] == "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el"
    assert len(found) == 2 * GAP_LIMIT  # a zpub promises one kind


def test_bip86_receive_and_change():
    found = derive(XPUB_86)
    assert found["M/0/0p2tr"] == "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"
    assert found["M/1/0p2tr"] == "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7"
    assert len(found) == 2 * GAP_LIMIT * 4  # an xpub promises nothing: every kind


@pytest.mark.parametrize(
    ("coin", "chain", "kind"),
    [(Bip44Coins.BITCOIN, Chain.BITCOIN, "p2pkh"), (Bip44Coins.LITECOIN, Chain.LITECOIN, "p2pkh"),
     (Bip44Coins.DASH, Chain.DASH, "p2pkh"), (Bip44Coins.DOGECOIN, Chain.DOGECOIN, "p2pkh"),
     (Bip44Coins.ETHEREUM, Chain.ETHEREUM, "evm"), (Bip44Coins.TRON, Chain.TRON, "tron"),
     (Bip44Coins.RIPPLE, Chain.XRP, "xrp")],
)  # fmt: skip
def test_bip44_accounts_equal_the_oracle(coin, chain, kind):
    account = Bip44.FromSeed(SEED, coin).Purpose().Coin().Account(0)
    plain = Bip32Slip10Secp256k1.FromSeedAndPath(SEED, f"m/44'/{coin_index(account)}'/0'")
    plain.ConvertToPublic()
    found = derive(plain.PublicKey().ToExtended(), chain, kinds=(kind,))
    external = account.Change(Bip44Changes.CHAIN_EXT)
    for index in range(3):
        wanted = external.AddressIndex(index).PublicKey().ToAddress()
        assert found[f"M/0/{index}{kind}"].lower() == wanted.lower()


def coin_index(account) -> int:
    return {
        "Bitcoin": 0,
        "Litecoin": 2,
        "Dogecoin": 3,
        "Dash": 5,
        "Ethereum": 60,
        "Ripple": 144,
        "Tron": 195,
    }[account.CoinConf().CoinNames().Name()]


def test_derivation_goes_on_behind_the_last_one_seen_used():
    first = derive(ZPUB)
    more = derive(ZPUB, seen={first["M/0/15p2wpkh"]})
    assert "M/0/35p2wpkh" in more
    assert "M/0/36p2wpkh" not in more
    assert len(more) == len(first) + 16
    assert first.items() <= more.items()


def test_a_gap_of_one_gives_one_of_each_branch():
    assert set(derive(ZPUB, gap=1)) == {"M/0/0p2wpkh", "M/1/0p2wpkh"}


def test_one_key_has_an_address_of_each_kind_that_fits():
    key = parse_extended_key(XPUB_86).public_key
    kinds = scripts_of_chain(Chain.LITECOIN)
    found = list(addresses_of_key(key, Chain.LITECOIN, Network.MAIN, kinds))
    assert [d.script for d in found] == list(kinds)
    assert found[0].address.startswith("L")
    assert scripts_of_chain(Chain.MONERO) == ()
    assert list(addresses_of_key(key, Chain.DASH, Network.MAIN, ("p2wpkh",))) == []


def test_a_private_key_is_refused():
    text = Bip32Slip10Secp256k1.FromSeed(SEED).PrivateKey().ToExtended()
    with pytest.raises(CodecError):
        derive(text)
