"""Rows of exports: exact amounts, times that say their zone, and reasons for what is left out."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import LedgerSourceError
from chainlead.ledger import Skipped, StatedPayment, parse_mapping, read_stated, shipped_mappings
from chainlead.ledger.stated.cells import CellError, read_units
from chainlead.model import Chain

TXID = "ab" * 32
PLAIN = """
name: t
about: a test
source: this test
certainty: read
needs: [when, sum]
time: {column: when, form: "%d.%m.%Y %H:%M", zone: ask}
amount: [{column: sum}]
fee: [{column: fee}]
txid: id
receiver: to
note: words
"""
PAYEE = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


def mapping(extra: str = "", text: str = PLAIN):
    return parse_mapping((text + extra).encode())


def read(rows: str, extra: str = "", *, chain: Chain = Chain.BITCOIN, zone: str = "UTC", **given):
    return list(read_stated(rows.encode(), mapping(extra, **given), chain, zone))


def one(rows: str, extra: str = "", **given) -> StatedPayment:
    (payment,) = read(rows, extra, **given)
    assert isinstance(payment, StatedPayment)
    return payment


def reason(rows: str, extra: str = "", **given) -> str:
    (skipped,) = read(rows, extra, **given)
    assert isinstance(skipped, Skipped)
    return skipped.reason


def test_a_row_is_taken_as_it_stands():
    found = one(f"when,sum,id,fee,to,words\n01.02.2024 03:04,-0.5,{TXID},0.0001,{PAYEE},rent\n")
    assert (found.txid, found.direction, found.amount_units, found.fee_units) == (
        TXID, "out", 50_000_000, 10_000,
    )  # fmt: skip
    assert (found.receiver, found.note, found.moment_unix) == (PAYEE, "rent", 1706756640)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("UTC", 1706756640), ("Europe/Berlin", 1706753040), ("Asia/Seoul", 1706724240)],
)
def test_local_times_need_the_zone_that_a_person_gives(zone, moment):
    assert one("when,sum\n01.02.2024 03:04,1\n", zone=zone).moment_unix == moment


def test_without_a_zone_nothing_is_read():
    with pytest.raises(LedgerSourceError, match="does not say where") as raised:
        read("when,sum\n01.02.2024 03:04,1\n", zone="")
    assert "--zone" in raised.value.next_step


def test_a_zone_that_is_none_is_named():
    with pytest.raises(LedgerSourceError, match="no time zone"):
        read("when,sum\n01.02.2024 03:04,1\n", zone="Mars/Olympus")


@pytest.mark.parametrize("when", ["27.10.2024 02:30", "31.03.2024 02:30"])
def test_times_around_a_clock_change_say_so(when):
    assert "clock change" in one(f"when,sum\n{when},1\n", zone="Europe/Berlin").note


def test_a_time_with_its_own_zone_needs_no_other():
    text = PLAIN.replace('"%d.%m.%Y %H:%M"', "iso")
    found = one("when,sum\n2024-02-01T03:04:00+09:00,1\n", text=text, zone="UTC")
    assert found.moment_unix == 1706724240


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("0.000000001", "finer than"), ("NaN", "no amount"), ("Infinity", "no amount"),
        ("1e999", "no amount"), ("0x10", "no amount"), ("", "names no amount"), ("0", "moves nothing"),
        ("1 000", "no amount"), ("١", "no amount"), ("9" * 61, "no amount"), ("--1", "no amount"),
    ],
)  # fmt: skip
def test_amounts_that_are_none_are_left_out_with_the_reason(cell, why):
    assert why in reason(f"when,sum\n01.02.2024 03:04,{cell}\n")


def test_amounts_in_commas_and_with_the_coins_name_are_read():
    extra = 'delimiter: ";"\ndecimal: ","\nthousands: "."\n'
    assert one("when;sum\n01.02.2024 03:04;1.234,5 BTC\n", extra).amount_units == 123_450_000_000


@given(st.integers(min_value=-(10**30), max_value=10**30))
def test_amounts_of_any_size_come_back_exactly(units: int):
    whole, rest = divmod(abs(units), 10**18)
    text = f"{'-' if units < 0 else ''}{whole}.{rest:018}"
    assert read_units(text, "coin", 18, "ETH", mapping()) == units
    assert read_units(str(units), "base", 18, "ETH", mapping()) == units


@given(st.text(max_size=70))
def test_no_text_is_taken_for_an_amount_by_accident(text: str):
    try:
        units = read_units(text, "coin", 8, "BTC", mapping())
    except CellError:
        return
    assert Decimal(text.strip().removesuffix("BTC").strip()) * 10**8 == units


@pytest.mark.parametrize(
    ("cells", "extra", "why"),
    [
        ("yesterday,1", "", "no time of the form"),
        ("01.02.0000 03:04,1", "", "no time of the form"),
        ("01.02.2024 03:04,1,ETH", "assets: coin\n", "of another coin: 'ETH'"),
        ("01.02.2024 03:04,1,failed", "only: {column: coin, words: [ok]}\n", "coin is 'failed'"),
    ],
)
def test_rows_that_cannot_be_used_say_why(cells, extra, why):
    assert why in reason(f"when,sum,coin\n{cells}\n", extra)


def test_other_numbers_and_addresses_are_kept_as_words():
    found = one("when,sum,id,to\n01.02.2024 03:04,1,L2-77,0x00\n")
    assert (found.txid, found.receiver) == (None, None)
    assert found.note == "its own number is L2-77; 0x00 is no address of bitcoin"


def test_no_note_steers_a_terminal():
    found = one("when,sum,words\n01.02.2024 03:04,1,\x1b[2Jrent\u202e\n")
    assert found.note == "[2Jrent"


def test_words_say_the_way_where_the_sign_does_not():
    extra = "direction: {column: way, incoming: [got], outgoing: [gave]}\n"
    rows = (
        "when,sum,way\n01.02.2024 03:04,1,gave\n01.02.2024 03:04,1,got\n01.02.2024 03:04,1,other\n"
    )
    assert [payment.direction for payment in read(rows, extra)] == ["out", "in", ""]


def test_unsigned_amounts_without_words_say_no_way():
    assert one("when,sum\n01.02.2024 03:04,1\n", "signed: false\n").direction == ""


def test_a_heading_may_stand_below_other_lines_and_a_mark_in_front():
    content = "\ufeffMy wallet\n\nwhen,sum\n01.02.2024 03:04,1\n"
    assert one(content).amount_units == 10**8
    (found,) = read_stated(content[1:].encode("utf-16"), mapping(), Chain.BITCOIN, "UTC")
    assert found.amount_units == 10**8


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\x00\xff", b"\x00" * 50])
def test_files_that_do_not_fit_are_named(content):
    with pytest.raises(LedgerSourceError):
        list(read_stated(content, mapping(), Chain.BITCOIN, "UTC"))


@given(st.binary(max_size=300))
def test_no_bytes_behind_a_heading_do_harm(rest: bytes):
    with contextlib.suppress(LedgerSourceError):
        list(read_stated(b"when,sum,id,fee,to\n" + rest, mapping(), Chain.BITCOIN, "UTC"))


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "a: [", "name: x", PLAIN + "\nunknown: 1\n", PLAIN.replace("amount", "fee2"),
        PLAIN.replace("certainty: read", "certainty: sure"), PLAIN + "\ndelimiter: ab\n",
        "a: " + "[" * 2000 + "]" * 2000, "&a [*a]", "x" * 70_000, "name: !!python/name:os.system",
    ],
)  # fmt: skip
def test_what_is_no_mapping_is_named(text):
    with pytest.raises(LedgerSourceError):
        parse_mapping(text.encode())


def test_json_numbers_with_a_fraction_are_not_trusted():
    extra = "form: json\n"
    text = PLAIN.replace('"%d.%m.%Y %H:%M"', "unix")
    assert "no amount" in reason('[{"when": 1706756640, "sum": 0.1}]', extra, text=text)
    assert one('[{"when": 1706756640, "sum": "0.1"}]', extra, text=text).amount_units == 10**7


def test_every_shipped_mapping_says_where_it_is_from():
    known = shipped_mappings()
    assert len(known) >= 9
    for name, (shipped, content) in known.items():
        assert parse_mapping(content) == shipped
        assert name == shipped.name
        assert len(shipped.source) > 30
        assert all(Chain(chain) for chain in shipped.chains)


@pytest.mark.parametrize(
    ("name", "chain", "rows", "expected"),
    [
        (
            "bitcoin-core-csv", Chain.BITCOIN,
            ('"Confirmed","Date","Type","Label","Address","Amount (BTC)","ID"\n'
            f'"true","2024-02-01T03:04:00","Sent to","rent","{PAYEE}","-0.20000000","{TXID}"\n'),
            ("out", 20_000_000, PAYEE),
        ),
        (
            "ledger-live-csv", Chain.ETHEREUM,
            ("Operation Date,Status,Currency Ticker,Operation Type,Operation Amount,Operation Fees,"
            "Operation Hash,Account Name,Account xpub,Countervalue Ticker\n"
            f"2024-02-01T03:04:00.000Z,Confirmed,ETH,OUT,0.20063,0.00063,0x{TXID},Ethereum 1,x,EUR\n"),
            ("out", 200_630_000_000_000_000, None),
        ),
        (
            "trezor-suite-csv", Chain.BITCOIN,
            ("Timestamp;Date;Time;Type;Transaction ID;Fee;Fee unit;Address;Label;Amount;Amount unit;"
            "Fiat (EUR);Other\n"
            f"1706756640;01.02.2024;03:04:00 GMT;SENT;{TXID};0.000001;BTC;{PAYEE};;0.5;BTC;1;\n"),
            ("out", 50_000_000, PAYEE),
        ),
        (
            "monero-gui-csv", Chain.MONERO,
            ("blockHeight,epoch,date,direction,amount,atomicAmount,fee,txid,label,subaddrAccount,"
            f'paymentId\n1,1706756640,2024-02-01 03:04:00,in,0.03,30000000000,0.0,{TXID},"",0,\n'),
            ("in", 30_000_000_000, None),
        ),
        (
            "etherscan-csv", Chain.ETHEREUM,
            ('"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To",'
            '"ContractAddress","Value_IN(ETH)","Value_OUT(ETH)","CurrentValue @ $1/Eth","TxnFee(ETH)",'
            '"TxnFee(USD)","Historical $Price/Eth","Status","ErrCode","Method"\n'
            f'"0x{TXID}","1","1706756640","2024-02-01 03:04:00",'
            '"0x00000000219ab540356cbb839cbe05303d7705fa","0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",'
            '"","0","1.5","1","0.001","1","1","","","Transfer"\n'),
            ("out", 1_500_000_000_000_000_000, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
        ),
    ],
)  # fmt: skip
def test_rows_of_known_programs_are_read(name, chain, rows, expected):
    (found,) = read_stated(rows.encode(), shipped_mappings()[name][0], chain, "UTC")
    assert isinstance(found, StatedPayment), found
    assert (found.direction, found.amount_units, found.receiver) == expected
    assert (found.txid, found.moment_unix) == (TXID, 1706756640)


@pytest.mark.real
def test_both_exports_of_one_real_wallet_state_the_same_payments(shared_data):
    folder = shared_data / "api-fixtures" / "electrum-history"
    told = {}
    for form, zone in (("csv", "Europe/Berlin"), ("json", "")):
        for kind in ("no_fx", "with_fx"):
            path = folder / f"history_{kind}_client_4_5_2_9dk_with_ln.{form}"
            shipped = shipped_mappings()[f"electrum-{form}"][0]
            read_rows = read_stated(path.read_bytes(), shipped, Chain.BITCOIN, zone)
            found = [one for one in read_rows if isinstance(one, StatedPayment)]
            told[form, kind] = {(p.txid, p.moment_unix, p.direction, p.amount_units) for p in found}
    assert len(told["csv", "no_fx"]) == 30
    assert len({frozenset(rows) for rows in told.values()}) == 1
