"""The report, its tables, pictures and rates tell of traces over accounts as of all others."""

import csv
import io
import json

import pytest

from chainlead.ledger import RateHints
from chainlead.model import Chain
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.leads import list_leads
from chainlead.workflow.ledger import add
from chainlead.workflow.rates import add_rates, lead_values, trace_values
from chainlead.workflow.report import export_report
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace import get_trace
from chainlead.workflow.trace_accounts import trace_accounts
from chainlead.workflow.verify import verify

VICTIM, THIEF, MULE, INBOX, HOT = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x33, 0x44, 0x55))
USDT = "0xdac17f958d2ee523a2206206994597c13d831ec7"
HEAD = (
    "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,"
    "gas_price,input,block_timestamp,receipt_status,receipt_gas_used,receipt_effective_gas_price\n"
)
ETHER = 10**18
FEE = 42_000


def row(height, sender, receiver, value):
    return (
        f"0x{height:064x},1,0x{height + 1000:064x},{height},0,{sender},{receiver},{value},21000,2,"
        f"0x,{1_700_000_000 + height},1,21000,2\n"
    )


@pytest.fixture
def followed(case, tmp_path):
    """The victim's ether, through a deposit address into a hot wallet; some stays on the way."""
    moves = (
        (VICTIM, THIEF, 3 * ETHER), (THIEF, MULE, ETHER), (THIEF, INBOX, ETHER),
        (INBOX, HOT, ETHER - FEE),
    )  # fmt: skip
    rows = [row(height, *move) for height, move in enumerate(moves, start=1)]
    (tmp_path / "tx.csv").write_text(HEAD + "".join(rows))
    topic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    log = {
        "address": USDT, "transaction_hash": f"0x{2:064x}", "block_number": 2, "log_index": 9,
        "block_hash": f"0x{1002:064x}", "transaction_index": 0, "data": f"0x{7_000_000:064x}",
        "topics": [topic, "0x" + VICTIM[2:].rjust(64, "0"), "0x" + MULE[2:].rjust(64, "0")],
    }  # fmt: skip
    (tmp_path / "logs.json").write_text(json.dumps(log) + "\n")
    add(case, [tmp_path / "tx.csv", tmp_path / "logs.json"], chain=Chain.ETHEREUM)
    head = "title: T\ncreator: c\ncurrency: ETH\nsource: s\ntags:\n"
    line = f"- {{address: '{HOT}', label: Kastell, category: exchange}}\n"
    (tmp_path / "p.yaml").write_text(head + line)
    list(import_tags(case, [tmp_path / "p.yaml"]))
    trace_accounts(case, f"0x{1:064x}", chain=Chain.ETHEREUM)
    trace_accounts(case, MULE, chain=Chain.ETHEREUM, contract=USDT)
    return case


@pytest.fixture
def bundle(followed):
    export_report(followed)
    return json.loads((followed.folder / "reports" / "report.json").read_text())


def table(case, name):
    text = (case.folder / "reports" / name).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_ends_amounts_and_bounds_are_those_of_the_trace(bundle):
    coin, token = bundle["traces"]
    assert (coin["kind"], coin["origin"]) == ("accounts", f"{1:064x}")
    service = next(p for p in coin["side_by_side"] if p["reason"] == "service")
    assert (service["address"], service["note"]) == (HOT, "Kastell")
    assert service["traced"]["lifo"]["units"] == str(ETHER - FEE)
    assert int(service["least"]["units"]) <= ETHER - FEE <= int(service["most"]["units"])
    assert token["asset"]["symbol"] == "USDT"
    assert token["rules"]["lifo"]["sums"]["origin_units"]["decimal"] == "7.000000"


def test_an_amount_that_a_rule_cannot_say_is_missing_and_not_zero(bundle):
    ends = bundle["traces"][0]["rules"]["poison"]["frontier"]
    held = [end for end in ends if end["reason"] == "unspent"]
    assert held
    assert all(end["traced"] is None for end in held)
    places = [p for p in bundle["traces"][0]["side_by_side"] if p["reason"] == "unspent"]
    assert all("poison" not in place["traced"] for place in places)


def test_the_tables_name_transfer_sides_tag_and_contract(followed, bundle):
    moved = [r for r in table(followed, "transfers.csv") if r["rule"] == "lifo"]
    assert (moved[0]["sender"], moved[0]["receiver"]) == (VICTIM, THIEF)
    assert moved[0]["place"] == f"{1:064x}, transfer 1"
    assert {r["contract"] for r in moved} == {"", USDT}
    assert {r["outpoint"] for r in moved} == {""}
    ends = table(followed, "frontier.csv")
    assert {r["symbol"] for r in ends} == {"ETH", "USDT"}


def test_each_rule_has_its_picture_and_the_one_that_goes_furthest_is_in_the_report(
    followed, bundle
):
    trace_id = bundle["traces"][0]["trace_id"]
    picture = (followed.folder / "reports" / f"trail-{trace_id}-lifo.svg").read_text()
    for said in ("Kastell", "0x2222…2222", "3 ETH"):
        assert said in picture
    assert "carried on was decided by the rule lifo" in picture


def test_values_stand_beside_coin_and_token_by_a_rate_that_names_the_contract(followed, tmp_path):
    rates = tmp_path / "rates.csv"
    rates.write_text(
        "date,asset,currency,rate,source\n"
        f"2023-11-14,ETH,EUR,2000,Bank\n2023-11-14,ethereum/{USDT},EUR,0.9,Bank\n"
    )
    list(add_rates(followed, [rates], RateHints()))
    leads = {lead.track.value: lead for lead in list_leads(followed)}
    (value,) = lead_values(followed, leads["service"])
    assert value is not None
    assert value.text.startswith("2000")
    (trace_id,) = {lead.trace_id for lead in leads.values() if lead.track == "service"}
    ends = trace_values(followed, get_trace(followed, trace_id))
    assert ends[f"{4:064x} {HOT} {ETHER - FEE}"].text.startswith("2000")
    assert all("None" not in key for key in ends)
    export_report(followed)
    bundle = json.loads((followed.folder / "reports" / "report.json").read_text())
    deposit = next(lead for lead in bundle["leads"] if lead["track"] == "service")["deposits"][0]
    assert deposit["value"]["value"].startswith("2000")
    step = bundle["traces"][1]["rules"]["lifo"]["transfers"][0]
    assert step["value"] == {"value": "6.30", "currency": "EUR"}


def test_the_guide_sees_the_trace_its_ends_and_its_leads(followed):
    facts = gather_facts(followed)
    trace = facts.traces[0]
    assert trace.ends["service"] == 1
    assert {VICTIM, THIEF, MULE, INBOX, HOT} <= trace.addresses
    assert {lead.track for lead in facts.leads} == {"service", "unspent", "issuer"}


def test_the_case_with_its_report_is_made_again_byte_for_byte(followed, bundle):
    assert bundle["leads"]
    followed.close()
    assert verify(followed.folder).problems == []
