import pytest

from chainlead.codecs import Bech32Kind, from_bech32, parse_lightning_invoice, to_bech32
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Network

# published with BOLT 11
DONATION = (
    "lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kge"
    "tjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq8rkx3yf5tcsyz3d73gafnh3cax9rn449d9p5uxz9ezhhypd0elx8"
    "7sjle52x86fux2ypatgddc6k63n7erqz25le42c4u4ecky03ylcqca784w"
)
COFFEE = (
    "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv"
    "4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emud"
    "upq63nyw24cg27h2rspfj9srp"
)
PAYEE = "03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad"
VALUES = from_bech32(COFFEE, capped=False)[1]


def written(values=VALUES, prefix="lnbc2500u", kind=Bech32Kind.BECH32):
    return to_bech32(prefix, values, kind)


@pytest.mark.parametrize(
    ("text", "amount", "expiry", "description"),
    [(DONATION, None, 3600, "Please consider supporting this project"),
     (COFFEE, 250_000_000, 60, "1 cup coffee"), (COFFEE.upper(), 250_000_000, 60, "1 cup coffee")],
)  # fmt: skip
def test_published_invoices_are_read(text, amount, expiry, description):
    invoice = parse_lightning_invoice(text)
    assert invoice.amount_msat == amount
    assert invoice.expiry_s == expiry
    assert invoice.description == description
    assert invoice.made_unix == 1496314658
    assert invoice.payee.hex() == PAYEE
    assert invoice.payee_from == "signature"
    assert invoice.network is Network.MAIN
    assert invoice.payment_hash.hex().endswith("0102")


@pytest.mark.parametrize(
    ("prefix", "amount", "network"),
    [
        ("lnbc", None, Network.MAIN), ("lntb2m", 200_000_000, Network.TEST),
        ("lntbs10n", 1000, Network.SIGNET), ("lnbcrt1", 100_000_000_000, Network.REGTEST),
        ("lnbc10p", 1, Network.MAIN),
    ],
)  # fmt: skip
def test_prefixes_name_network_and_amount(prefix, amount, network):
    invoice = parse_lightning_invoice(written(prefix=prefix))
    assert (invoice.amount_msat, invoice.network) == (amount, network)
    assert invoice.payee.hex() != PAYEE  # the signature is over another text


@pytest.mark.parametrize(
    "prefix", ["bc", "lnxx", "lnbcx", "lnbc1x", "lnbc1p", "lnbcm", "lnbc" + "9" * 30]
)
def test_other_prefixes_are_refused(prefix):
    with pytest.raises(CodecError):
        parse_lightning_invoice(written(prefix=prefix))


@pytest.mark.parametrize(
    "text",
    [
        written(kind=Bech32Kind.BECH32M),
        written(VALUES[:20]),
        written([*VALUES[:7], *VALUES[-104:]]),
        written([*VALUES[:7], 1, 31, 31, *VALUES[10:]]),
        written([*VALUES[:-104], *[0] * 104]),
        written([*VALUES[:-104], *[31] * 103, 0]),
        written([*VALUES[:-2], 4, VALUES[-1]]),
        written([*VALUES[:-104], *[0] * 51, 1, *VALUES[-52:]]),
    ],
)
def test_damaged_invoices_are_refused(text):
    with pytest.raises(CodecError):
        parse_lightning_invoice(text)


def test_a_payee_that_did_not_sign_is_refused():
    key = [19, 1, 21, *[1] * 53]
    with pytest.raises(CodecError, match="payee"):
        parse_lightning_invoice(written([*VALUES[:7], *key, *VALUES[7:]]))


def test_a_wrong_letter_is_noticed():
    with pytest.raises(ChecksumError):
        parse_lightning_invoice(COFFEE[:-1] + "q")
