"""Vectors: BIP-32 (test vectors 1 and 5), SLIP-0132; private ones are published test keys."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from bip_utils import (
    Bip32KeyData,
    Bip32KeyDeserializer,
    Bip32KeyNetVersions,
    Bip32PrivateKeySerializer,
    Bip32PublicKeySerializer,
    Secp256k1PrivateKey,
)

from chainlead.codecs import (
    BITCOIN_ALPHABET,
    derive_public_key,
    extended_key_versions,
    from_base58check,
    parse_extended_key,
    to_base58check,
    to_extended_key,
)
from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Chain, Network

MASTER = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
MASTER_PRIVATE = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
CHILD = "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw"
SLIP_132 = {
    "xpub": "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj",
    "ypub": "ypub6Ww3ibxVfGzLrAH1PNcjyAWenMTbbAosGNB6VvmSEgytSER9azLDWCxoJwW7Ke7icmizBMXrzBx9979FfaHxHcrArf3zbeJJJUZPf663zsP",
    "zpub": "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs",
}
SLIP_132_PRIVATE = {
    "xprv": "xprv9xpXFhFpqdQK3TmytPBqXtGSwS3DLjojFhTGht8gwAAii8py5X6pxeBnQ6ehJiyJ6nDjWGJfZ95WxByFXVkDxHXrqu53WCRGypk2ttuqncb",
    "yprv": "yprvAHwhK6RbpuS3dgCYHM5jc2ZvEKd7Bi61u9FVhYMpgMSuZS613T1xxQeKTffhrHY79hZ5PsskBjcc6C2V7DrnsMsNaGDaWev3GLRQRgV7hxF",
    "zprv": "zprvAdG4iTXWBoARxkkzNpNh8r6Qag3irQB8PzEMkAFeTRXxHpbF9z4QgEvBRmfvqWvGp42t42nvgGpNgYSJA9iefm1yYNZKEm7z6qUWCroSQnE",
}
INVALID = [  # BIP-32 test vector 5: the checksum holds in all of them, except in the last
    "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6LBpB85b3D2yc8sfvZU521AAwdZafEz7mnzBBsz4wKY5fTtTQBm",
    "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFGTQQD3dC4H2D5GBj7vWvSQaaBv5cxi9gafk7NF3pnBju6dwKvH",
    "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Txnt3siSujt9RCVYsx4qHZGc62TG4McvMGcAUjeuwZdduYEvFn",
    "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFGpWnsj83BHtEy5Zt8CcDr1UiRXuWCmTQLxEK9vbz5gPstX92JQ",
    "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6N8ZMMXctdiCjxTNq964yKkwrkBJJwpzZS4HS2fxvyYUA4q2Xe4",
    "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD9y5gkZ6Eq3Rjuahrv17fEQ3Qen6J",
    "xprv9s2SPatNQ9Vc6GTbVMFPFo7jsaZySyzk7L8n2uqKXJen3KUmvQNTuLh3fhZMBoG3G4ZW1N2kZuHEPY53qmbZzCHshoQnNf4GvELZfqTUrcv",
    "xpub661no6RGEX3uJkY4bNnPcw4URcQTrSibUZ4NqJEw5eBkv7ovTwgiT91XX27VbEXGENhYRCf7hyEbWrR3FewATdCEebj6znwMfQkhRYHRLpJ",
    "xprv9s21ZrQH4r4TsiLvyLXqM9P7k1K3EYhA1kkD6xuquB5i39AU8KF42acDyL3qsDbU9NmZn6MsGSUYZEsuoePmjzsB3eFKSUEh3Gu1N3cqVUN",
    "xpub661MyMwAuDcm6CRQ5N4qiHKrJ39Xe1R1NyfouMKTTWcguwVcfrZJaNvhpebzGerh7gucBvzEQWRugZDuDXjNDRmXzSZe4c7mnTK97pTvGS8",
    "DMwo58pR1QLEFihHiXPVykYB6fJmsTeHvyTp7hRThAtCX8CvYzgPcn8XnmdfHGMQzT7ayAmfo4z3gY5KfbrZWZ6St24UVf2Qgo6oujFktLHdHY4",
    "DMwo58pR1QLEFihHiXPVykYB6fJmsTeHvyTp7hRThAtCX8CvYzgPcn8XnmdfHPmHJiEDXkTiJTVV9rHEBUem2mwVbbNfvT2MTcAqj3nesx8uBf9",
    "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx",
    "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD5SDKr24z3aiUvKr9bJpdrcLg1y3G",
    "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Q5JXayek4PRsn35jii4veMimro1xefsM58PgBMrvdYre8QyULY",
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHL",
]


def test_master_and_child_of_the_specification():
    master, child = parse_extended_key(MASTER), parse_extended_key(CHILD)
    assert (master.depth, master.parent_fingerprint.hex(), master.path_step) == (0, "00000000", "m")
    assert (child.depth, child.parent_fingerprint.hex(), child.path_step) == (1, "3442193e", "0'")
    assert child.child_number == 1 << 31
    assert not child.is_private
    assert child.chain_code is not None
    assert child.public_key is not None


@pytest.mark.parametrize(
    ("prefix", "derives"), [("xpub", "p2pkh"), ("ypub", "p2sh-p2wpkh"), ("zpub", "p2wpkh")]
)
def test_public_keys_of_slip_132(prefix: str, derives: str):
    key = parse_extended_key(SLIP_132[prefix])
    assert (key.version.prefix, key.version.derives, key.depth) == (prefix, derives, 3)
    assert key.path_step == "0'"
    assert key.candidates[0].chain is Chain.BITCOIN
    assert to_extended_key(key) == SLIP_132[prefix]


@pytest.mark.parametrize("prefix", SLIP_132_PRIVATE)
def test_private_keys_of_slip_132_are_sealed(prefix: str):
    text = SLIP_132_PRIVATE[prefix]
    key = parse_extended_key(text)
    assert key.is_private
    assert key.public_key is key.chain_code is None
    assert key.secret is not None
    public = parse_extended_key(SLIP_132[prefix.replace("prv", "pub")])
    assert derive_public_key(Secret(key.secret.reveal()[33:])) == public.public_key
    assert to_extended_key(key) == text
    for part in (text[20:30], key.secret.reveal().hex()[:16]):
        assert part not in repr(key)


@pytest.mark.parametrize("text", INVALID)
def test_invalid_keys_of_the_specification(text: str):
    with pytest.raises(CodecError) as caught:
        parse_extended_key(text)
    assert isinstance(caught.value, ChecksumError) == (text == INVALID[-1])
    assert text[:10] not in repr(caught.value)


@pytest.mark.real
def test_the_whole_registry_is_known(shared_data: Path):
    text = (shared_data / "evidence" / "vectors" / "slips" / "slip-0132.md").read_text("utf-8")
    rows = re.findall(
        r"^(Bitcoin|Litecoin)( Testnet)? +\| `0x(\w+)` - `(\w+)` +\| `0x(\w+)`", text, re.MULTILINE
    )
    assert len(rows) == 13
    versions = extended_key_versions()
    for coin, test, public, prefix, private in rows:
        chain, network = Chain(coin.lower()), Network.TEST if test else Network.MAIN
        known = versions[bytes.fromhex(public)]
        assert known.prefix == prefix
        assert known.is_private is False
        assert versions[bytes.fromhex(private)].is_private is True
        assert (chain, network) in {(c.chain, c.network) for c in known.candidates}


@pytest.mark.parametrize("version", extended_key_versions().values(), ids=lambda v: v.prefix)
def test_the_prefix_of_every_version_is_what_base58_makes_of_it(version):
    for filler in (b"\0", b"\xff"):
        assert to_base58check(version.version + filler * 74)[:4] == version.prefix


VERSIONS = sorted(extended_key_versions())


@pytest.mark.parametrize("start", range(5))
def test_keys_equal_the_oracle(start: int, rng: Random, rounds: int):
    versions = VERSIONS[start::5]
    for _ in range(rounds // 5):
        version = extended_key_versions()[rng.choice(versions)]
        private = rng.random() < 0.5 if version.is_private is None else version.is_private
        depth = rng.randrange(256)
        parent, index = (rng.randbytes(4), rng.randrange(1 << 32)) if depth else (bytes(4), 0)
        code, number = rng.randbytes(32), rng.randbytes(32)
        about = Bip32KeyData(depth, index, code, parent)
        net = Bip32KeyNetVersions(*[version.version] * 2)
        oracle = Secp256k1PrivateKey.FromBytes(number)
        public = oracle.PublicKey()
        if private:
            text = Bip32PrivateKeySerializer.Serialize(oracle, about, net)
        else:
            text = Bip32PublicKeySerializer.Serialize(public, about, net)
        key = parse_extended_key(text)
        assert (key.version, key.depth, key.is_private) == (version, depth, private)
        assert (key.parent_fingerprint, key.child_number) == (parent, index)
        if private:
            assert key.secret == Secret(code + b"\0" + number)
        else:
            assert (key.chain_code, key.public_key) == (code, public.RawCompressed().ToBytes())
        assert to_extended_key(key) == text
        net = Bip32KeyNetVersions(*([b"\0\0\0\0", version.version][:: -1 if not private else 1]))
        assert Bip32KeyDeserializer.DeserializeKey(text, net).IsPublic() != private


@pytest.mark.parametrize("text", [MASTER, SLIP_132["zpub"]])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, BITCOIN_ALPHABET):
        with pytest.raises(CodecError):
            parse_extended_key(wrong)


@pytest.mark.parametrize("text", ["", "xpub", MASTER + MASTER, MASTER[:99]])
def test_other_text_lengths_are_refused(text: str):
    with pytest.raises(CodecError, match="111 characters"):
        parse_extended_key(text)


@pytest.mark.parametrize("size", [77, 79])
def test_other_lengths_are_refused(size: int):
    payload = (from_base58check(MASTER) + b"\0")[:size]
    with pytest.raises(CodecError):
        parse_extended_key(to_base58check(payload))


def test_dash_versions_follow_the_key_inside():
    public, private = from_base58check(MASTER)[4:], from_base58check(MASTER_PRIVATE)[4:]
    for version in ("02fe52cc", "02fe52f8"):
        for content, is_private in ((public, False), (private, True)):
            key = parse_extended_key(to_base58check(bytes.fromhex(version) + content))
            assert (key.is_private, key.candidates[0].chain) == (is_private, Chain.DASH)
