"""Vectors: BIP-380 checksum, BIP-381 to BIP-386 forms, addresses of BIP-49, 84, 86 account keys."""

import pytest

from chainlead.codecs import address_from_script, descriptor_checksum, parse_output_descriptor
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Chain

XPUB_84 = "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V"
XPUB_86 = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ"
BODY = f"wpkh([73c5da0a/84h/0h/0h]{XPUB_84}/<0;1>/*)"


def addresses(text: str, branch: int = 0, count: int = 2) -> list[str | None]:
    descriptor = parse_output_descriptor(text)
    return [
        address_from_script(s, Chain.BITCOIN)
        for _, _, s in descriptor.scripts(branch, range(count))
    ]


def test_the_published_checksum():
    assert descriptor_checksum("raw(deadbeef)") == "89f8spxm"


def test_receive_and_change_of_bip84():
    assert addresses(BODY) == [
        "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
    ]
    assert addresses(BODY, 1, 1) == ["bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el"]
    assert parse_output_descriptor(BODY).branch_count == 2


def test_taproot_of_bip86():
    assert addresses(f"tr({XPUB_86}/0/*)", count=1) == [
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"
    ]


def test_a_record_of_bip129_derives_its_own_first_address():
    text = (
        "wsh(sortedmulti(2,[8188029f/48'/0'/0'/2']xpub6EMVvcTUbaABdaPLaVWE72CjcN72URa5pKK1knrKLz1hKaDwUkgddc3832a8MHEpLyuow7MfjMRomt2iMtwPH4pWrFLft4JsquHjeZfKsYp/**,"
        "[3bd5c9b0/48'/0'/0'/2']xpub6EbTHAgvzZtVppjLPXia2prt6T2w7DD2VQ8gysgV6ECzmKkA6zt4WR3hX4bgciTDrnaneZoJbA19tYKBMrWuA89SbgYAdbMNWmtzrgLhqco/**))"
    )
    assert addresses(text, count=1) == [
        "bc1qfagqa83vrv9phj0886rlx6d68zzd7gejtr0ns8xxfeckve27397q6vq47w"
    ]


@pytest.mark.parametrize("change", [lambda t: t[:-1] + "q", lambda t: t.replace("84h", "85h")])
def test_a_changed_descriptor_fails_its_checksum(change):
    text = f"{BODY}#{descriptor_checksum(BODY)}"
    assert parse_output_descriptor(text).is_checked
    with pytest.raises(ChecksumError):
        parse_output_descriptor(change(text))


@pytest.mark.parametrize(
    "text",
    ["", "wpkh()", "wpkh(03)", f"wsh({XPUB_84})", f"wsh(multi(3,{XPUB_84}))", f"tr({XPUB_84},pk({XPUB_84}))",
     f"wpkh({XPUB_84}/2147483648/*)", "wpkh(" + "(" * 5000, f"wpkh({XPUB_84}/" + "<0;1>/" * 5 + "*)"],
)  # fmt: skip
def test_what_is_not_read_is_refused(text):
    with pytest.raises(CodecError):
        parse_output_descriptor(text)


def test_a_private_key_is_refused_without_being_shown():
    secret = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
    with pytest.raises(CodecError) as caught:
        parse_output_descriptor(f"wpkh({secret}/0/*)")
    assert secret[4:20] not in str(caught.value)


def test_hardened_steps_behind_the_key_are_known_and_not_derived():
    descriptor = parse_output_descriptor(f"wpkh({XPUB_84}/0h/*)")
    assert not descriptor.keys[0].is_derivable
    with pytest.raises(CodecError):
        descriptor.scripts(0, range(1))
