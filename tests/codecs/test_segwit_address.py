"""Vectors: BIP-173 and BIP-350 (valid and invalid addresses), MWEB, ZIP-320."""

from random import Random

import pytest
from bip_utils import Bech32Encoder, SegwitBech32Decoder, SegwitBech32Encoder

from chainlead.codecs import (
    Bech32Kind,
    convert_bits,
    from_bech32_address,
    from_witness_address,
    lookup_address,
    parse_address,
    to_bech32,
    to_witness_address,
)
from chainlead.errors import CodecError
from chainlead.model import Certainty, Chain, Network

VALID = [
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", 0, "751e76e8199196d454941c45d1b3a323f1433bd6"),
    (
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        0,
        "1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
    ),
    (
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        1,
        "751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    ("BC1SW50QGDZ25J", 16, "751e"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", 2, "751e76e8199196d454941c45d1b3a323"),
    (
        "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
        0,
        "000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
    ),
    (
        "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
        1,
        "000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
    ),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        1,
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
]
INVALID = [
    "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
    "bc1rw5uspcuh",
    "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7",
    "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv",
    "bc1gmk9yu",
    "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "bc1pw5dgrnzv",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
    "bc1gmk9yu",
]
MWEB = [  # stealth addresses of an implementation's published test vectors
    "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gf",
    "ltcmweb1qqwkdldufg0enxpphwc8rwucc9ru6h43x5uklzm78ektgmufmw3j6kqu76qqw66w204vn7zddfgmnyq9ujugjvx4t2mhuqkuj5h4tgd8cvs6gg076",
]
PLACES = [
    ("bc", Chain.BITCOIN, Network.MAIN),
    ("tb", Chain.BITCOIN, Network.TEST),
    ("bcrt", Chain.BITCOIN, Network.REGTEST),
    ("ltc", Chain.LITECOIN, Network.MAIN),
    ("tltc", Chain.LITECOIN, Network.TEST),
    ("rltc", Chain.LITECOIN, Network.REGTEST),
]


def test_a_valid_checksum_under_another_prefix_is_refused_by_name():
    text = to_bech32("nobody", [0, *convert_bits(bytes(20), 8, 5, pad=True)], Bech32Kind.BECH32)
    with pytest.raises(CodecError, match="no ledger here uses this prefix"):
        from_bech32_address(text)


@pytest.mark.parametrize(("text", "version", "program"), VALID)
def test_valid_addresses_of_the_specifications(text: str, version: int, program: str):
    found_version, found_program, chain, network = from_witness_address(text)
    assert (found_version, found_program.hex()) == (version, program)
    assert chain is Chain.BITCOIN
    assert to_witness_address(version, found_program, chain, network) == text.lower()
    parsed = parse_address(text)
    assert parsed.canonical == text.lower()
    assert parsed.payload.hex() == program
    assert parsed.certainty is Certainty.CHECKED
    assert parsed.network is (Network.MAIN if text[:2].lower() == "bc" else Network.TEST)


@pytest.mark.parametrize("text", INVALID)
def test_invalid_addresses_of_the_specifications(text: str):
    assert lookup_address(text) is None
    with pytest.raises(CodecError):
        from_witness_address(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "p2wpkh"),
        ("bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3", "p2wsh"),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "p2tr"),
        ("BC1SW50QGDZ25J", "witness"),
        ("bc1pfeessrawgf", "witness"),  # pay to anchor
    ],
)
def test_forms_are_named(text: str, form: str):
    assert parse_address(text).form == form


@pytest.mark.parametrize("text", MWEB)
def test_mweb_addresses_are_read_though_they_are_long(text: str):
    parsed = parse_address(text)
    assert (parsed.form, parsed.chain, len(parsed.payload)) == ("mweb", Chain.LITECOIN, 66)
    assert lookup_address(text[:-1] + ("q" if text[-1] != "q" else "p")) is None


@pytest.mark.parametrize(
    "values",
    [[0, *[1] * 104], [1, *convert_bits(bytes(66), 8, 5, pad=True)], []],
    ids=["short", "version 1", "empty"],
)
def test_other_mweb_contents_are_refused(values: list[int]):
    assert lookup_address(to_bech32("ltcmweb", values, Bech32Kind.BECH32)) is None


def test_tex_is_a_zcash_key_hash():
    tex = parse_address("tex1s2rt77ggv6q989lr49rkgzmh5slsksa9khdgte")
    transparent = parse_address("t1VmmGiyjVNeCjxDZzg7vZmd99WyzVby9yC")
    assert (tex.form, tex.chain, tex.payload) == ("tex", Chain.ZCASH, transparent.payload)
    assert lookup_address(Bech32Encoder.Encode("tex", tex.payload)) is None  # bech32, not bech32m


@pytest.mark.parametrize(("prefix", "chain", "network"), PLACES)
@pytest.mark.parametrize(("version", "size"), [(0, 20), (0, 32), (1, 32)])
def test_addresses_equal_the_oracle(
    *,
    prefix: str,
    chain: Chain,
    network: Network,
    version: int,
    size: int,
    rng: Random,
    rounds: int,
):
    share = {Chain.BITCOIN: 1, Chain.LITECOIN: 3}[chain] if network is Network.MAIN else 20
    for _ in range(rounds // share + 1):
        program = rng.randbytes(size)
        text = to_witness_address(version, program, chain, network)
        assert text == SegwitBech32Encoder.Encode(prefix, version, program)
        assert SegwitBech32Decoder.Decode(prefix, text) == (version, program)
        assert from_witness_address(text) == (version, program, chain, network)


def test_signet_writes_the_prefix_of_testnet():
    text = to_witness_address(0, bytes(20), Chain.BITCOIN, Network.SIGNET)
    assert text.startswith("tb1q")
    assert "signet" in parse_address(text).candidates[0].reason


@pytest.mark.parametrize(
    ("version", "size", "chain"),
    [(0, 21, Chain.BITCOIN), (17, 20, Chain.BITCOIN), (1, 41, Chain.BITCOIN), (0, 20, Chain.DASH)],
)
def test_impossible_programs_are_refused(version: int, size: int, chain: Chain):
    with pytest.raises(CodecError):
        to_witness_address(version, bytes(size), chain)


@pytest.mark.parametrize("kind", Bech32Kind)
def test_an_empty_witness_is_refused(kind: Bech32Kind):
    with pytest.raises(CodecError):
        from_witness_address(to_bech32("bc", [], kind))
