"""Vectors: BIP-141, BIP-173, BIP-341, known outputs of the Bitcoin chain."""

from random import Random

import pytest
from bip_utils import P2PKHAddrEncoder
from bip_utils import Secp256k1PrivateKey as OraclePrivateKey
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import (
    OUTPUT_CHAINS,
    SCRIPT_CHAINS,
    address_from_script,
    hash160,
    script_from_address,
    script_kind,
)
from chainlead.errors import CodecError
from chainlead.model import Chain, Network

GENESIS_KEY = (
    "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
    "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
)
COMPRESSED = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
KNOWN = [  # script, kind, Bitcoin address
    ("41" + GENESIS_KEY + "ac", "p2pk", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("21" + COMPRESSED + "ac", "p2pk", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"),
    (
        "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac",
        "p2pkh",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    ),
    (
        "a914b472a266d0bd89c13706a4132ccfb16f7c3b9fcb87",
        "p2sh",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    ),
    (
        "0014751e76e8199196d454941c45d1b3a323f1433bd6",
        "p2wpkh",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ),
    (
        "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
        "p2wsh",
        "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
    ),
    (
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "p2tr",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ),
    ("6002751e", "witness", "bc1sw50qgdz25j"),
    ("51024e73", "witness", "bc1pfeessrawgf"),
    ("6a0b68656c6c6f20776f726c64", "op_return", None),
    ("6a", "op_return", None),
    ("51" + "21" + COMPRESSED + "51ae", "multisig", None),
    ("52" + "21" + COMPRESSED + "41" + GENESIS_KEY + "52ae", "multisig", None),
    ("", "unknown", None),
    ("00", "unknown", None),
    ("51", "unknown", None),
    ("0015" + "00" * 21, "unknown", None),  # version 0 with 21 bytes
    ("51" + "01" + "00", "unknown", None),  # a program of one byte
    ("61" + "14" + "00" * 20, "unknown", None),  # OP_NOP is no version
    ("52" + "21" + COMPRESSED + "51ae", "unknown", None),  # 2 of 1
    ("51" + "21" + COMPRESSED + "52ae", "unknown", None),  # says 2 keys, has 1
    ("51ae", "unknown", None),
    ("51" + "41" + COMPRESSED + "0051ae", "unknown", None),  # a push that runs past the end
    ("51" + "21" + "05" + "00" * 32 + "51ae", "unknown", None),
    ("21" + "05" + "00" * 32 + "ac", "unknown", None),
    ("76a914" + "00" * 20 + "88ad", "unknown", None),
    ("a914" + "00" * 20 + "88", "unknown", None),
]


@pytest.mark.parametrize(("script", "kind", "address"), KNOWN)
def test_known_scripts(script: str, kind: str, address: str | None):
    assert script_kind(bytes.fromhex(script)) == kind
    assert address_from_script(bytes.fromhex(script), Chain.BITCOIN, Network.MAIN) == address


@pytest.mark.parametrize(
    ("chain", "network", "address"),
    [
        (Chain.LITECOIN, Network.MAIN, "LUEweDxDA4WhvWiNXXSxjM9CYzHPJv4QQF"),
        (Chain.DASH, Network.TEST, None),
        (Chain.DOGECOIN, Network.MAIN, None),
        (Chain.BITCOIN, Network.REGTEST, "mp1xRcm3gkj69Xp8KZt6EVNoPV9Fz7vAoE"),
    ],
)
def test_other_ledgers_write_their_own_address(chain: Chain, network: Network, address: str | None):
    script = bytes.fromhex("76a914" + "5d48aeb6ac1e6b2f0f8c1d8eb8b0e9e4b6c4f5a1" + "88ac")
    written = address_from_script(script, chain, network)
    assert written is not None
    assert script_from_address(written, chain, network) == script
    assert address is None or written[0] == address[0]


@pytest.mark.parametrize("chain", [Chain.DASH, Chain.DOGECOIN, Chain.BITCOIN_CASH, Chain.ZCASH])
def test_ledgers_without_witness_give_it_no_address(chain: Chain):
    assert address_from_script(bytes.fromhex("0014" + "00" * 20), chain) is None


@pytest.mark.parametrize("chain", [c for c in Chain if c not in OUTPUT_CHAINS])
def test_ledgers_without_scripts_are_refused(chain: Chain):
    with pytest.raises(CodecError):
        address_from_script(b"", chain)
    with pytest.raises(CodecError):
        script_from_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", chain)


@pytest.mark.parametrize(
    ("text", "chain", "network"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Chain.LITECOIN, Network.MAIN),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Chain.BITCOIN, Network.TEST),
        ("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", Chain.BITCOIN, Network.MAIN),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Chain.BITCOIN, Network.MAIN),
        (
            "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gf",
            Chain.LITECOIN,
            Network.MAIN,
        ),
    ],
)
def test_an_address_of_another_ledger_or_network_has_no_script(
    text: str, chain: Chain, network: Network
):
    with pytest.raises(CodecError):
        script_from_address(text, chain, network)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (
            "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            "76a91476a04053bda0a88bda5177b86a15c3b29f55987388ac",
        ),
        (
            "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
            "a91476a04053bda0a88bda5177b86a15c3b29f55987387",
        ),
    ],
)
def test_cashaddr_has_the_script_of_its_legacy_twin(text: str, script: str):
    assert script_from_address(text, Chain.BITCOIN_CASH).hex() == script


def test_a_32_byte_cash_script_hash_and_a_tex_address_have_scripts():
    from chainlead.codecs import to_cash_address

    long = to_cash_address(bytes(32), script=True)
    assert script_from_address(long, Chain.BITCOIN_CASH).hex() == "aa20" + "00" * 32 + "87"
    tex = "tex1s2rt77ggv6q989lr49rkgzmh5slsksa9khdgte"
    assert script_kind(script_from_address(tex, Chain.ZCASH)) == "p2pkh"


def test_test_addresses_serve_all_test_networks():
    script = script_from_address(
        "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", Chain.BITCOIN, Network.REGTEST
    )
    for network in (Network.TEST, Network.SIGNET, Network.REGTEST):
        assert (
            address_from_script(script, Chain.BITCOIN, network)
            == "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"
        )


def test_bare_keys_have_the_address_that_the_oracle_gives_the_key(rng: Random):
    for _ in range(500):
        key = OraclePrivateKey.FromBytes(rng.randbytes(32)).PublicKey()
        address = P2PKHAddrEncoder.EncodeKey(key, net_ver=b"\x00")
        compressed, plain = key.RawCompressed().ToBytes(), key.RawUncompressed().ToBytes()
        assert address_from_script(b"\x21" + compressed + b"\xac", Chain.BITCOIN) == address
        hashed = b"\x76\xa9\x14" + hash160(plain) + b"\x88\xac"
        assert address_from_script(b"\x41" + plain + b"\xac", Chain.BITCOIN) == address_from_script(
            hashed, Chain.BITCOIN
        )


SCRIPTS = st.one_of(
    st.binary(min_size=20, max_size=20).map(lambda h: b"\x76\xa9\x14" + h + b"\x88\xac"),
    st.binary(min_size=20, max_size=20).map(lambda h: b"\xa9\x14" + h + b"\x87"),
    st.binary(min_size=20, max_size=20).map(lambda h: b"\x00\x14" + h),
    st.binary(min_size=32, max_size=32).map(lambda h: b"\x00\x20" + h),
    st.tuples(st.integers(1, 16), st.binary(min_size=2, max_size=40)).map(
        lambda v: bytes([0x50 + v[0], len(v[1])]) + v[1]
    ),
)
PLACES = st.sampled_from(
    [
        (chain, network)
        for chain in sorted(SCRIPT_CHAINS, key=lambda c: c.value)
        for network in Network
    ]
)


@given(SCRIPTS, PLACES)
def test_scripts_round_trip_through_their_address(script: bytes, place: tuple[Chain, Network]):
    chain, network = place
    text = address_from_script(script, chain, network)
    if text is None:
        assert chain not in (Chain.BITCOIN, Chain.LITECOIN)
    else:
        assert script_from_address(text, chain, network) == script


@given(st.binary(max_size=120))
def test_no_script_crashes(script: bytes):
    kind = script_kind(script)
    address = address_from_script(script, Chain.BITCOIN)
    assert (address is None) == (kind in ("op_return", "multisig", "unknown"))


@pytest.mark.real
def test_an_open_electroneum_output_pays_the_address_that_its_keys_make(shared_data):
    listed = shared_data / "evidence/vectors/electroneum/addresses_in_repo.txt"
    kept = 0
    for text in listed.read_text().split():
        try:
            target = script_from_address(text, Chain.ELECTRONEUM)
        except CodecError:
            continue
        paid = address_from_script(target, Chain.ELECTRONEUM)
        assert paid is not None
        if not text.startswith("f4V"):  # an integrated address pays as its standard one
            assert paid == text
        kept += 1
    assert kept >= 25


@pytest.mark.parametrize(
    "target", [b"", b"\2" + bytes(32), b"\3" + bytes(64), b"\3" + bytes(64) + b"\x12", b"\3" * 70]
)
def test_an_output_to_a_one_time_key_or_to_no_known_tag_has_no_address(target):
    assert address_from_script(target, Chain.ELECTRONEUM) is None
