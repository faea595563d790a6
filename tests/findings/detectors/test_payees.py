"""Payment codes, silent payments, invoices, shielded and padded addresses, hex keys, tags."""

import pytest

from chainlead.codecs import descriptor_checksum
from chainlead.model import Certainty, Chain

PM8T = (
    "PM8TJTLJbPRGxSbc8EJi42Wrr6QbNSaSSVJ5Y3E4pbCYiTHUskHg13935Ubb7q8tx9GVbh2UuRnBc3WSyJHhUrw8Khpr"
    "Knn9eDznYGieTzFcwQRya4GA"
)
SP = (
    "sp1qqgste7k9hx0qftg6qmwlkqtwuy6cycyavzmzj85c6qdfhjdpdjtdgqjuexzk6murw56suy3e0rd2cgqvycxttddws"
    "vgxe2usfpxumr70xc9pkqwv"
)
INVOICE = (
    "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv"
    "4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emud"
    "upq63nyw24cg27h2rspfj9srp"
)
UNIFIED = (
    "u1pg2aaph7jp8rpf6yhsza25722sg5fcn3vaca6ze27hqjw7jvvhhuxkpcg0ge9xh6drsgdkda8qjq5chpehkcpxf87rn"
    "jryjqwymdheptpvnljqqrjqzjwkc2ma6hcq666kgwfytxwac8eyex6ndgr6ezte66706e3vaqrd25dzvzkc69kw0jgywt"
    "d0cmq52q5lkw6uh7hyvzjse8ksx"
)
XRP = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
OTHER_XRP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
TOKEN = "a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
KEY = "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262"
TXID = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"


def of_kind(found, kind):
    return [f for f in found if f.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "detail"),
    [
        (PM8T, "payment_code", {"form": "bip47", "version": 1}),
        (SP, "payment_code", {"form": "silent payment", "version": 0}),
        (SP.upper(), "payment_code", {"form": "silent payment"}),
        (INVOICE, "lightning_invoice",
         {"amount_msat": "250000000", "amount_units": "250000", "message": "1 cup coffee",
          "made_at": "2017-06-01T10:57:38Z", "expiry_s": 60, "uri": False,
          "payee": "03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad"}),
        (UNIFIED, "address",
         {"form": "zcash unified", "transparent": "t1cN2ZVWzWcVRrnfeQzmkpLhzQ4dYRv8yRY",
          "receivers": ["p2pkh", "sapling", "orchard"]}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_a_published_code_is_found_and_read(find, text, kind, detail, encoding):
    (found,) = of_kind(find(f"pay <{text}> now".encode(encoding)), kind)
    assert found.value == text
    assert found.certainty is Certainty.CHECKED
    assert detail.items() <= found.detail.items()


@pytest.mark.parametrize("text", [PM8T, SP, INVOICE, UNIFIED])
def test_one_wrong_letter_is_nothing(find, text):
    letter = "q" if text[60] != "q" else "p"
    assert find(text[:60] + letter + text[61:]) == ()


def test_an_invoice_behind_its_scheme_is_a_uri(find):
    (found,) = of_kind(find(f"lightning:{INVOICE}"), "lightning_invoice")
    assert found.detail["uri"] is True


@pytest.mark.parametrize(
    "text",
    [
        f'"topics":["0x{"0" * 24}{TOKEN}"]',
        f"0xa9059cbb{'0' * 24}{TOKEN}{'0' * 48}0de0b6b3a7640000",
        f'"topics":["0x{"0" * 24}{TOKEN.upper()}"]',
    ],
)
def test_an_address_padded_to_32_bytes_is_found(find, text):
    (found,) = of_kind(find(text), "address")
    assert found.value == f"0x{TOKEN}"
    assert found.certainty is Certainty.STRUCTURED
    assert found.offset_bytes == text.lower().index(TOKEN)


@pytest.mark.parametrize(
    "text",
    [
        f"0x{'0' * 48}0de0b6b3a7640000",
        f"0x{'0' * 63}1",
        f"0x{'0' * 64}",
        f"0x{'0' * 25}{TOKEN}",
        f"{'0' * 24}{TOKEN[:-1]}g",
    ],
)
def test_padded_numbers_are_no_addresses(find, text):
    assert find(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"private key: {KEY}",
        f'"privateKey": "0x{KEY}"',
        f"ETH_PRIVATE_KEY=0x{KEY}",
        f"secret spend key: {KEY}",
        f"Privat nyckel: {KEY}",
    ],
)
def test_a_hex_key_behind_its_word_is_found_and_hidden(find, text):
    found = find(text)
    (hit,) = of_kind(found, "private_key")
    assert hit.value is None
    assert hit.certainty is Certainty.STRUCTURED
    assert KEY[:16] not in str([f.to_row() for f in found])


@pytest.mark.parametrize(
    "text",
    [KEY, f"sha256: {KEY}", f"private key of {KEY}", f"public key: {KEY}", f"private key: {'f' * 64}",
     f"private key fingerprint: {KEY}"],
)  # fmt: skip
def test_hex_without_such_a_word_is_no_key(find, text):
    assert of_kind(find(text), "private_key") == []


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (f"Send to {XRP} with destination tag 104512", 104512),
        (f"{XRP}?dt=77", 77),
        (f'{{"Destination": "{XRP}", "DestinationTag": 123}}', 123),
        (f"{XRP}\nMemo: 4471", 4471),
        (f"tag: 9, address {XRP}", 9),
        (f"{XRP} and {OTHER_XRP} tag 5", None),
        (f"{XRP} tag 99999999999", None),
        (f"{XRP} tag 4294967296", None),
        (f"{XRP} stage 5", None),
        (f"{XRP} tag 1.5", None),
    ],
)
def test_the_tag_beside_an_xrp_address_is_read(find, text, tag):
    found = [f for f in of_kind(find(text), "address") if f.value == XRP]
    assert [f.detail.get("destination_tag") for f in found] == [tag]


def test_an_icap_address_is_read(find):
    (found,) = of_kind(find("XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS"), "address")
    assert found.detail["canonical"] == "0x00c5496aee77c1ba1f0854206a26dda82a81d6d8"
    assert find("XE7438O073KYGTWWZN0F2WZ0R8PX5ZPPZS") == ()


@pytest.mark.parametrize("raw", [False, True])
def test_a_transaction_id_is_found_in_wire_order_too(find, raw):
    turned = bytes.fromhex(TXID)[::-1]
    content = (
        b"txid: " + TXID.encode() + b"\nraw 0200000001" + (turned if raw else turned.hex().encode())
    )
    found = of_kind(find(content + b"00000000"), "txid")
    assert [f.value for f in found] == [TXID, TXID]
    assert found[1].certainty is Certainty.STRUCTURED
    assert "reversed here" in found[1].detail["byte_order"]
    assert found[1].candidates[0].chain is Chain.BITCOIN


def test_reversed_hex_alone_is_nothing(find):
    assert find(bytes.fromhex(TXID)[::-1].hex()) == ()


NUMBERS = "399150 474506 009147 088773 432160 282843 253738 605430"
XPUB = (
    "xpub6DRjAgkh3vGTWDcEmDp4TPwy48Nu8yrp6swCEdCCLL615CgnZon7r3vXYr8LYibMLJh5DriGSito1FRBwVoBkjD1Z"
    "WG4dmgiC935wLj3nQC"
)
XPRV = (
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGt"
    "RBeJgk33yuGBxrMPHi"
)


@pytest.mark.parametrize(
    "text",
    [
        NUMBERS,
        "\n".join(
            f"{letter}: {group}" for letter, group in zip("ABCDEFGH", NUMBERS.split(), strict=True)
        ),
        NUMBERS.replace(" ", ", "),
        f"111111 {NUMBERS} 222222",
    ],
)
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_secret_numbers_are_found_and_hidden(find, text, encoding):
    found = find(f"xaman\n{text}\nend".encode(encoding))
    (hit,) = of_kind(found, "private_key")
    assert hit.detail["format"] == "secret_numbers"
    assert hit.value is None
    assert "474506" not in str([f.to_row() for f in found])


@pytest.mark.parametrize("text", [NUMBERS[:-1] + "1", " ".join(["000000"] * 12), NUMBERS[7:]])
def test_other_numbers_are_nothing(find, text):
    assert find(text) == ()


def with_sum(body):
    return f"{body}#{descriptor_checksum(body)}"


@pytest.mark.parametrize(
    ("body", "script", "keys"),
    [
        (f"wpkh([d34db33f/84h/0h/0h]{XPUB}/0/*)", "p2wpkh", 1),
        (f"sh(wpkh({XPUB}/<0;1>/*))", "p2sh-p2wpkh", 1),
        (f"wsh(sortedmulti(2,[d34db33f/48h]{XPUB}/0/*,{XPUB}/1/*))", "wsh", 2),
    ],
)
@pytest.mark.parametrize("summed", [True, False])
def test_a_descriptor_is_found_once_and_read(find, body, script, keys, summed):
    text = with_sum(body) if summed else body
    (found,) = of_kind(find(f'{{"desc": "{text}"}}'), "descriptor")
    assert found.value == text
    assert found.certainty is (Certainty.CHECKED if summed else Certainty.STRUCTURED)
    assert (found.detail["script"], found.detail["keys"]) == (script, keys)
    assert found.offset_bytes == len('{"desc": "')


def test_a_descriptor_with_a_private_key_is_a_secret(find):
    text = with_sum(f"wpkh({XPRV}/0/*)")
    found = find(f"import {text} now")
    (hit,) = of_kind(found, "descriptor")
    assert hit.value is None
    assert len(hit.fingerprint or "") == 64
    assert XPRV[:20] not in str([f.to_row() for f in found])


@pytest.mark.parametrize(
    "text",
    [f"wpkh({XPUB}/0/*)#qqqqqqqq", f"other({XPUB})", f"wpkh({XPUB}", f"wsh(and_v({XPUB}/0/*))"],
)
def test_other_text_around_a_key_is_no_descriptor(find, text):
    assert of_kind(find(text), "descriptor") == []
