"""Vectors: first addresses of each ledger, `key_io_valid.json` / `base58_keys_valid.json` of nodes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from bip_utils import (
    Base58Encoder,
    CoinsConf,
    P2PKHAddrDecoder,
    P2SHAddrDecoder,
    TrxAddrDecoder,
)

from chainlead.codecs import (
    BITCOIN_ALPHABET,
    VERSIONS,
    address_from_public_key_hash,
    from_base58_address,
    lookup_address,
    parse_address,
    parse_wif,
    script_from_address,
    to_base58_address,
    to_base58check,
)
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Chain, Network

KNOWN = [  # text, form, candidate chains
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "p2pkh", ["bitcoin", "bitcoin-cash"]),
    ("1111111111111111111114oLvT2", "p2pkh", ["bitcoin", "bitcoin-cash"]),
    ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "p2sh", ["bitcoin", "bitcoin-cash", "litecoin"]),
    ("LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA", "p2pkh", ["litecoin"]),
    ("MHrYRxAiMNBTku3eoDHwhA1LQGDjUStZW2", "p2sh", ["litecoin"]),
    ("XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz2", "p2pkh", ["dash"]),
    ("DBXu2kgc3xtvCUWFcxFE3r9hEYgmuaaCyD", "p2pkh", ["dogecoin"]),
    ("t1T8yaLVhNqxA5KJcmiqqFN88e8DNp2PBfF", "p2pkh", ["zcash"]),
    ("t3VDyGHn9mbyCf448m2cHTu5uXvsJpKHbiZ", "p2sh", ["zcash"]),
    ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron", ["tron"]),
    (
        "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
        "p2pkh",
        ["bitcoin", "litecoin", "bitcoin-cash", "dogecoin"],
    ),
    (
        "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
        "p2sh",
        ["bitcoin", "litecoin", "bitcoin-cash", "dogecoin"],
    ),
    ("tmHMBeeYRuc2eVicLNfP15YLxbQsooCA6jb", "p2pkh", ["zcash"]),
]
WRITERS = [
    (chain, network, script, conf)
    for chain, network, main in (
        (Chain.BITCOIN, Network.MAIN, CoinsConf.BitcoinMainNet),
        (Chain.BITCOIN, Network.TEST, CoinsConf.BitcoinTestNet),
        (Chain.BITCOIN_CASH, Network.MAIN, CoinsConf.BitcoinCashMainNet),
        (Chain.LITECOIN, Network.MAIN, CoinsConf.LitecoinMainNet),
        (Chain.LITECOIN, Network.TEST, CoinsConf.LitecoinTestNet),
        (Chain.DASH, Network.MAIN, CoinsConf.DashMainNet),
        (Chain.DASH, Network.TEST, CoinsConf.DashTestNet),
        (Chain.DOGECOIN, Network.MAIN, CoinsConf.DogecoinMainNet),
        (Chain.DOGECOIN, Network.TEST, CoinsConf.DogecoinTestNet),
        (Chain.ZCASH, Network.MAIN, CoinsConf.ZcashMainNet),
        (Chain.ZCASH, Network.TEST, CoinsConf.ZcashTestNet),
    )
    for script, conf in ((False, main), (True, main))
]
VERSION_NAMES = {
    False: ("p2pkh_net_ver", "p2pkh_std_net_ver", "p2pkh_legacy_net_ver"),
    True: ("p2sh_net_ver", "p2sh_std_net_ver", "p2sh_legacy_net_ver"),
}


def _version(conf, script: bool, chain: Chain) -> bytes:
    names = VERSION_NAMES[script]
    for name in names[2:] if chain is Chain.BITCOIN_CASH else names[:2]:
        if name in conf.m_params:
            return conf.ParamByKey(name)
    raise AssertionError(f"the oracle has no version for {chain}")


@pytest.mark.parametrize(("text", "form", "chains"), KNOWN)
def test_known_addresses_have_their_candidates(text: str, form: str, chains: list[str]):
    parsed = parse_address(text)
    assert parsed.form == form
    assert [candidate.chain.value for candidate in parsed.candidates] == chains
    assert all(candidate.reason for candidate in parsed.candidates)
    assert (parsed.text, parsed.canonical, len(parsed.payload)) == (text, text, 20)
    assert parsed.false_positive_rate == "2^-32"


@pytest.mark.parametrize(
    ("chain", "network", "script", "conf"),
    WRITERS,
    ids=lambda v: (
        v.value if isinstance(v, Chain | Network) else str(v) if v in (True, False) else ""
    ),
)
def test_addresses_equal_the_oracle(*, chain, network, script, conf, rng: Random, rounds: int):
    version = _version(conf, script, chain)
    decoder = P2SHAddrDecoder if script else P2PKHAddrDecoder
    for _ in range(rounds):
        digest = rng.randbytes(20)
        text = to_base58_address(digest, chain, network, script=script)
        assert text == Base58Encoder.CheckEncode(version + digest)
        assert decoder.DecodeAddr(text, net_ver=version) == digest
        parsed = from_base58_address(text)
        assert parsed.payload == digest
        assert any((c.chain, c.network) == (chain, network) for c in parsed.candidates)


def test_a_tron_address_that_begins_like_bech32_is_read():
    text = "TB1zfE8dggGvLT4xspaMM2LBPvVZBAN3tx"
    assert (text[:3].lower(), parse_address(text).form) == ("tb1", "tron")


def test_tron_equals_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        digest = rng.randbytes(20)
        text = address_from_public_key_hash(digest, Chain.TRON)
        assert TrxAddrDecoder.DecodeAddr(text) == digest == parse_address(text).payload


@pytest.mark.parametrize("version", range(256))
def test_every_single_byte_version_is_known_or_refused_by_name(version: int):
    text = to_base58check(bytes([version]) + bytes(range(1, 21)))
    if bytes([version]) in VERSIONS:
        assert from_base58_address(text).form == VERSIONS[bytes([version])].form
    else:
        with pytest.raises(CodecError, match="version byte"):
            from_base58_address(text)


@pytest.mark.parametrize("size", [0, 1, 19, 21, 32])
def test_other_lengths_under_a_known_version_are_refused(size: int):
    with pytest.raises(CodecError):
        from_base58_address(to_base58check(b"\x05" + bytes(size)))
    with pytest.raises(CodecError):
        to_base58_address(bytes(size), Chain.BITCOIN)


def test_chains_without_such_addresses_are_refused():
    with pytest.raises(CodecError):
        to_base58_address(bytes(20), Chain.MONERO)
    with pytest.raises(CodecError):
        to_base58_address(bytes(20), Chain.TRON, script=True)


@pytest.mark.parametrize("text", [known[0] for known in KNOWN])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, BITCOIN_ALPHABET):
        assert lookup_address(wrong) is None, wrong


def test_a_typing_error_has_its_own_error():
    with pytest.raises(ChecksumError):
        parse_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")


@pytest.mark.real
def test_litecoin_core_vectors(shared_data: Path):
    folder = shared_data / "evidence" / "vectors" / "litecoin" / "src" / "test" / "data"
    networks = {"main": Network.MAIN, "test": Network.TEST, "regtest": Network.REGTEST}
    valid = json.loads((folder / "key_io_valid.json").read_text("utf-8"))
    seen = 0
    for text, content, about in valid:
        if about["isPrivkey"]:
            key = parse_wif(text)
            assert (key.secret.reveal().hex(), key.compressed) == (content, about["isCompressed"])
            assert Chain.LITECOIN in {c.chain for c in key.candidates}
        else:
            network = networks[about["chain"]]
            assert script_from_address(text, Chain.LITECOIN, network).hex() == content
            if about.get("tryCaseFlip"):
                assert (
                    script_from_address(text.swapcase(), Chain.LITECOIN, network).hex() == content
                )
        seen += 1
    assert seen == 54
    for (text,) in json.loads((folder / "key_io_invalid.json").read_text("utf-8")):
        parsed = lookup_address(text)
        assert parsed is None or not parsed.is_candidate_of(Chain.LITECOIN), text
        with pytest.raises(CodecError):
            parse_wif(text)


@pytest.mark.real
def test_zcash_vectors(shared_data: Path):
    folder = shared_data / "evidence" / "vectors" / "zcash" / "src" / "test" / "data"
    valid = json.loads((folder / "base58_keys_valid.json").read_text("utf-8"))
    networks = {"mainnet": Network.MAIN, "testnet": Network.TEST, "regtest": Network.REGTEST}
    assert len(valid) == 50
    for text, content, about in valid:
        if about["isPrivkey"]:
            key = parse_wif(text)
            assert (key.secret.reveal().hex(), key.compressed) == (content, about["isCompressed"])
            assert Chain.ZCASH in {c.chain for c in key.candidates}
        else:
            found = script_from_address(text, Chain.ZCASH, networks[about["chain"]])
            assert found.hex() == content
    for (text,) in json.loads((folder / "base58_keys_invalid.json").read_text("utf-8")):
        assert lookup_address(text) is None
