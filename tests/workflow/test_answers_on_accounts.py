"""An answer about an account ledger: checked, asked again, and followed on behind the service."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from chainlead.model import Chain
from chainlead.workflow.answer_resume import resume
from chainlead.workflow.answers import answer_leads, import_answer
from chainlead.workflow.case import Case
from chainlead.workflow.leads import find_leads
from chainlead.workflow.ledger import add
from chainlead.workflow.request import draft
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace_accounts import trace_accounts
from chainlead.workflow.verify import verify

THIEF, EXCHANGE, FRESH, LAST = ("0x" + f"{n:02x}" * 20 for n in (0x22, 0x55, 0x66, 0x77))
HEAD = (
    "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,"
    "gas_price,input,block_timestamp,receipt_status,receipt_gas_used,receipt_effective_gas_price\n"
)
PACK = f"""\
title: Test tags
creator: tester
lastmod: 2024-01-01
tags:
- address: "{EXCHANGE}"
  currency: ETH
  label: Winkel Exchange
  category: exchange
  confidence: service_data
  source: https://winkel.example
"""


def paid(height: int, sender: str, receiver: str, value: int) -> str:
    return (
        f"0x{height:064x},1,0x{height + 1000:064x},{height},0,{sender},{receiver},{value},21000,2,"
        f"0x,{1_700_000_000 + height},1,21000,2\n"
    )


@pytest.fixture
def asked(case: Case, tmp_path: Path) -> tuple[Case, str]:
    """The thief's money reached an exchange, which was asked."""
    rows = (
        paid(1, THIEF, EXCHANGE, 10**18),
        paid(2, EXCHANGE, FRESH, 7 * 10**17),
        paid(3, FRESH, LAST, 6 * 10**17),
    )
    (tmp_path / "transactions.csv").write_text(HEAD + "".join(rows))
    add(case, [tmp_path / "transactions.csv"], chain=Chain.ETHEREUM)
    (tmp_path / "tags.yaml").write_text(PACK)
    list(import_tags(case, [tmp_path / "tags.yaml"]))
    trace_accounts(case, f"0x{1:064x}", chain=Chain.ETHEREUM)
    lead = next(
        lead for lead in find_leads(case.store, case.blobs) if lead.service == "Winkel Exchange"
    )
    return case, draft(case, lead.lead_id).draft_id


def answer(*rows: str) -> tuple[str, bytes]:
    head = "Time (UTC),Type,Asset,Network,Amount,Address,TxHash\n"
    return "transactions.csv", (head + "".join(f"{row}\n" for row in rows)).encode()


def test_a_withdrawal_of_an_account_ledger_is_checked_and_followed(asked: tuple[Case, str]) -> None:
    case, draft_id = asked
    made = import_answer(
        case,
        draft_id,
        [
            answer(
                f"2023-11-14 22:13:21,Deposit,ETH,ERC20,1,{EXCHANGE},0x{1:064x}",
                f"2023-11-14 22:13:22,Withdrawal,ETH,ETH,0.7,{FRESH.upper().replace('0X', '0x')},{2:064X}",
                f"2023-11-14 22:13:22,Withdrawal,ETH,ETH,0.5,{FRESH},0x{2:064x}",
                f"2023-11-14 22:13:22,Withdrawal,ETH,ETH,0.7,{FRESH},0x{9:064x}",
            )
        ],
        timezone="UTC",
        accept_proposed=True,
    )
    assert [row.check["state"] for row in made.rows] == ["agrees", "agrees", "differs", "absent"]
    assert made.rows[3].check["likely"] == [f"{2:064x}"]
    trace_id, document = resume(case, made.answer_id, 2)
    assert document["basis"]["source"] == "Winkel Exchange"
    assert document["notes"][0].startswith("This trail begins behind Winkel Exchange.")
    movements = {(t["sender"], t["receiver"]) for t in document["transfers"]}
    assert (FRESH, LAST) in movements
    row: dict[str, Any] = case.store.lookup("traces", trace_id=trace_id) or {}
    assert msgspec.json.decode(case.blobs.get(row["result_sha256"])) == document
    case.close()
    assert verify(case.folder).problems == []


def test_a_house_that_only_holds_for_another_says_so_and_that_is_a_lead(
    asked: tuple[Case, str],
) -> None:
    case, draft_id = asked
    letter = "Address,Held for\n" + f"{EXCHANGE},Nested Broker\n"
    made = import_answer(
        case, draft_id, [("nested.csv", letter.encode())], timezone="UTC", accept_proposed=True
    )
    leads = answer_leads(case.store, made.answer_id)
    assert [(lead["kind"], lead["value"]) for lead in leads] == [
        ("nested customer", "Nested Broker")
    ]
    states = {item.number: item.state.value for item in made.items}
    assert states[24] == "answered"
    assert (states[1], states[6], states[23]) == (
        "held for another",
        "held for another",
        "not answered",
    )
    assert made.unanswered.numbers == (23,)
