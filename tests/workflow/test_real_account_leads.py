"""Leads on real ledgers: every identifier is what the files of strangers say, digit by digit."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chainlead.attribution import LeadTrack, asset_of
from chainlead.model import Amount, Chain
from chainlead.workflow.case import Case
from chainlead.workflow.leads import list_leads
from chainlead.workflow.ledger import add
from chainlead.workflow.report import export_report
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace_accounts import trace_accounts

pytestmark = pytest.mark.real


def tag(case: Case, folder: Path, currency: str, addresses: Iterable[str]) -> None:
    lines = "".join(
        f"- {{address: '{address}', label: S{number}, category: exchange}}\n"
        for number, address in enumerate(sorted(addresses))
    )
    pack = folder / "services.yaml"
    pack.write_text(f"title: T\ncreator: c\ncurrency: {currency}\nsource: s\ntags:\n{lines}")
    assert [file.state for file in import_tags(case, [pack])] == ["imported"]


def test_every_real_payment_with_a_destination_tag_is_a_lead_that_names_it(
    case: Case, shared_data: Path, tmp_path: Path
) -> None:
    files = sorted((shared_data / "xrp" / "historical-db" / "ledgers").glob("*.json"))
    add(case, files, chain=Chain.XRP)
    payments = {
        told["hash"]: (told, ledger)
        for file in files
        for ledger in [json.loads(file.read_text())]
        for told in ledger["transactions"]
        if told["TransactionType"] == "Payment"
        and "DestinationTag" in told
        and _meta(told)["TransactionResult"] == "tesSUCCESS"
    }
    assert len(payments) == 22
    tag(case, tmp_path, "XRP", {told["Destination"] for told, _ in payments.values()})
    rows = case.store.rows("account_transfers", chain="xrp", kind="payment")
    kept = {row["txid"]: row for row in rows}
    for txid in sorted(payments):
        contract = kept[txid]["contract"]
        trace_accounts(case, txid, chain=Chain.XRP, contract=contract, rules=["lifo", "poison"])
    named = {
        deposit.txid: (lead, deposit)
        for lead in list_leads(case, {LeadTrack.SERVICE})
        for deposit in lead.deposits
    }
    assert named.keys() >= payments.keys()
    for txid, (told, ledger) in payments.items():
        lead, deposit = named[txid]
        assert (deposit.sender, deposit.address) == (told["Account"], told["Destination"])
        assert deposit.memo == str(told["DestinationTag"])
        assert deposit.height == int(ledger["seqNum"])
        assert deposit.block_hash == ledger["hash"].lower()
        assert deposit.mined_at is not None
        delivered = _meta(told).get("DeliveredAmount", told["Amount"])
        value = delivered if isinstance(delivered, str) else delivered["value"]
        shown = Amount(asset_of(lead, deposit), deposit.amount_units).decimal
        expected = Decimal(value) / (1 if deposit.contract else 10**6)
        if isinstance(delivered, dict) and delivered["issuer"] == told["Destination"]:
            expected = _gained(told)  # "any issuer that the receiver accepts": the balances tell
        assert Decimal(shown) == expected
        assert not any("destination tag" in sentence for sentence in lead.missing)


def _gained(told: dict[str, Any]) -> Decimal:
    """By how much the one trust line of the receiver changed."""
    (line,) = [
        node
        for each in _meta(told)["AffectedNodes"]
        for node in each.values()
        if node["LedgerEntryType"] == "RippleState"
        and told["Destination"]
        in {node["FinalFields"][side]["issuer"] for side in ("HighLimit", "LowLimit")}
    ]
    after, before = line["FinalFields"]["Balance"], line["PreviousFields"]["Balance"]
    return abs(Decimal(after["value"]) - Decimal(before["value"]))


def _meta(told: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = told.get("meta") or told["metaData"]
    return meta


def test_every_real_token_transfer_is_named_by_contract_log_and_sides(
    case: Case, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "eth" / "ethereum-etl" / "test_stream" / "blocks_17173049_17173050"
    names = ("blocks", "transactions", "logs", "token_transfers")
    files = [folder / f"expected_{name}.json" for name in names]
    add(case, files, chain=Chain.ETHEREUM)
    rows = [json.loads(line) for line in files[-1].read_text().splitlines() if line.strip()]
    zero = "0x" + "0" * 40
    moving = [
        row
        for row in rows
        if int(row["value"])
        and len({row["from_address"], row["to_address"], row["token_address"], zero}) == 4
    ]
    assert moving
    tag(case, tmp_path, "ETH", {row["to_address"] for row in moving})
    for row in moving[:20]:
        txid = row["transaction_hash"].removeprefix("0x")
        trace_accounts(case, txid, chain=Chain.ETHEREUM, contract=row["token_address"])
    named = {
        (deposit.txid.removeprefix("0x"), deposit.transfer_place): deposit
        for lead in list_leads(case, {LeadTrack.SERVICE})
        for deposit in lead.deposits
    }
    for row in moving[:20]:
        deposit = named[row["transaction_hash"].removeprefix("0x"), f"log {row['log_index']}"]
        assert (deposit.sender, deposit.address, deposit.contract) == (
            row["from_address"],
            row["to_address"],
            row["token_address"],
        )
        assert (deposit.amount_units, deposit.height) == (
            int(row["value"]),
            int(row["block_number"]),
        )


def test_the_report_tells_of_traces_over_accounts_and_their_leads(
    case: Case, shared_data: Path, tmp_path: Path
) -> None:
    files = sorted((shared_data / "xrp" / "historical-db" / "ledgers").glob("*.json"))[:6]
    add(case, files, chain=Chain.XRP)
    paid = [
        row
        for row in case.store.rows("account_transfers", chain="xrp", kind="payment", contract="")
        if row["sender"] and row["receiver"] and int(row["amount_units"])
    ]
    assert paid
    tag(case, tmp_path, "XRP", {row["receiver"] for row in paid})
    for row in paid[:3]:
        trace_accounts(case, row["txid"], chain=Chain.XRP)
    done = export_report(case)
    bundle = json.loads((case.folder / "reports" / "report.json").read_text())
    assert len(bundle["traces"]) == len({row["txid"] for row in paid[:3]})
    assert {trace["kind"] for trace in bundle["traces"]} == {"accounts"}
    services = [lead for lead in bundle["leads"] if lead["track"] == "service"]
    assert {d["txid"] for lead in services for d in lead["deposits"]} >= {
        row["txid"] for row in paid[:3]
    }
    assert any(name.endswith(".pdf") for name in done.files)
