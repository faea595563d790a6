"""Account traces over real transfers: tokens and ether of two blocks, partial payments and XRP."""

import json
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from chainlead.model import Asset, Chain
from chainlead.trace import Direction, Reason
from chainlead.trace.accounts.rule import find_account_rules
from chainlead.trace.accounts.view import AssetTransfer, change_units
from chainlead.trace.accounts.walk import walk_accounts

RULES = find_account_rules()
BACK_RULES = [rule for rule in RULES if rule.looks_back]
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
WETH = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
NOBODY = "0x" + "0" * 40


def results(ledger, origin, rules=RULES, **more):
    found = walk_accounts(ledger, origin, rules=rules, **more)
    return {result.rule: result for result in found.rules}


def lines(shared_data, name):
    path = shared_data / "eth/ethereum-etl/test_stream/blocks_17173049_17173050" / name
    if not path.is_file():
        pytest.skip(f"{name} of two Ethereum blocks is not beside this checkout")
    return [json.loads(line) for line in path.read_text().splitlines() if line]


@pytest.fixture
def tokens(shared_data):
    """The transfers of each token of two blocks, derived from the logs alone."""
    found = defaultdict(list)
    for log in lines(shared_data, "expected_logs.json"):
        topics = log["topics"]
        if not topics or topics[0] != TRANSFER:
            continue
        sender, receiver = ("0x" + topic[-40:] for topic in topics[1:3])
        found[log["address"]].append(
            AssetTransfer(
                txid=log["transaction_hash"],
                order=(log["block_number"], log["log_index"]),
                sender=None if sender == NOBODY else sender,
                receiver=None if receiver == NOBODY else receiver,
                amount_units=int(topics[3] if len(topics) == 4 else log["data"], 16),
                height=log["block_number"],
            )
        )
    return found


@pytest.mark.real
def test_291_token_transfers_are_derived_again_from_the_logs(tokens, shared_data):
    expected = Counter(
        (
            row["token_address"],
            row["transaction_hash"],
            row["log_index"],
            row["from_address"],
            row["to_address"],
            row["value"],
        )
        for row in lines(shared_data, "expected_token_transfers.json")
    )
    derived = Counter(
        (token, t.txid, t.order[1], t.sender or NOBODY, t.receiver or NOBODY, t.amount_units)
        for token, transfers in tokens.items()
        for t in transfers
    )
    assert derived == expected
    assert derived.total() == 291


@pytest.mark.real
@pytest.mark.parametrize("direction", Direction)
def test_every_token_transfer_is_conserved_as_origin_and_no_unknown_balance_is_taken_for_zero(
    tokens, account_ledger, direction
):
    forward = direction is Direction.FORWARD
    unknown = 0
    for token, transfers in tokens.items():
        ledger = account_ledger(transfers, asset=Asset(Chain.ETHEREUM, "token", 0, token))
        for origin in transfers:
            if not origin.amount_units or origin.sender == origin.receiver:
                continue
            rules = RULES if forward else BACK_RULES
            for name, result in results(ledger, [origin], rules, direction=direction).items():
                if result.conserves:
                    ends = [node.traced_units for node in result.frontier]
                    assert sum(ends) == result.origin_units == origin.amount_units
                far_side = origin.receiver if forward else origin.sender
                if name in {"fifo", "haircut", "libr"} and far_side is not None:
                    assert [node.reason for node in result.frontier] == [Reason.UNKNOWN_BALANCE]
                    unknown += 1
    assert unknown > 500


@pytest.mark.real
def test_a_real_chain_of_three_hops_under_lifo_is_as_worked_out_by_hand(tokens, account_ledger):
    """Transaction 0xaf8b49…: 296,767,096,723,971,155 to d1742b…, of which 274,576,615,229,550,951 go
    on to a88800… and from there to 08b067…; nothing else moves there in the two blocks. The rest,
    22,190,481,494,420,204, stays. The contracts' balances before are not known.
    """
    transfers = [t for t in tokens[WETH] if t.txid.startswith("0xaf8b49")]
    assert len(transfers) == 3
    ledger = account_ledger(tokens[WETH])
    found = results(ledger, transfers[:1])
    ends = {node.account[:8]: node.traced_units for node in found["lifo"].frontier}
    assert ends == {"0x08b067": 274_576_615_229_550_951, "0xd1742b": 22_190_481_494_420_204}
    known = account_ledger(
        tokens[WETH], {account: 0 for t in transfers for account in (t.sender, t.receiver)}
    )
    found = results(known, transfers[:1])
    for name in ("fifo", "haircut", "libr", "lifo"):
        assert {n.account[:8]: n.traced_units for n in found[name].frontier} == ends


@pytest.mark.real
def test_a_failed_call_moves_nothing_and_still_costs_its_fee(shared_data, account_ledger):
    transfers = [
        AssetTransfer(
            txid=row["hash"],
            order=(row["block_number"], row["transaction_index"]),
            sender=row["from_address"],
            receiver=row["to_address"],
            amount_units=row["value"] if row["receipt_status"] else 0,
            fee_payer=row["from_address"],
            fee_units=row["receipt_gas_used"] * row["receipt_effective_gas_price"],
            height=row["block_number"],
        )
        for row in lines(shared_data, "expected_transactions.json")
    ]
    failed = next(t for t in transfers if t.txid.startswith("0x7831885e"))
    gift = AssetTransfer("0xgift", (0, 0), None, failed.sender, 10**18)
    ledger = account_ledger([gift, *transfers], {failed.sender: 0})
    for name in ("fifo", "haircut", "libr", "lifo"):
        fees = [n for n in results(ledger, [gift])[name].frontier if n.reason is Reason.FEE]
        assert [(n.txid, n.traced_units) for n in fees] == [(failed.txid, 29_662_971_045_277_152)]


def payments(document):
    """Every transaction with its metadata inside a recorded answer."""
    if isinstance(document, list):
        for part in document:
            yield from payments(part)
    elif isinstance(document, dict):
        meta = document.get("meta") or document.get("metaData")
        body = document.get("tx_json") or document.get("tx") or document
        if isinstance(meta, dict) and isinstance(body, dict) and "TransactionType" in body:
            yield body, meta
        for part in document.values():
            yield from payments(part)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "promised", "delivered"),
    [
        ("xrpl.js/rippled/partialPaymentIOU.json", "10", "9.980039920159681"),
        (
            "explorer/shared/components/Transaction/Payment/test/mock_data/PaymentWithPartial.json",
            "0.001043",
            "0.001041958041958041",
        ),
        ("historical-db/ledgers/11119602.json", "32", "31.99999999999995"),
    ],
)
def test_of_a_partial_payment_what_was_delivered_counts(
    shared_data, account_ledger, name, promised, delivered
):
    path = shared_data / "xrp" / name
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    partial = 0x0002_0000
    body, meta = next(
        (body, meta)
        for body, meta in payments(json.loads(path.read_text()))
        if int(body.get("Flags") or 0) & partial
        and isinstance(meta.get("delivered_amount", meta.get("DeliveredAmount")), dict)
    )
    amount = meta.get("delivered_amount", meta.get("DeliveredAmount"))
    assert body.get("Amount", body.get("DeliverMax"))["value"] == promised
    assert amount["value"] == delivered
    units = int(Decimal(amount["value"]).scaleb(18))
    made = AssetTransfer(
        txid=str(body.get("hash")),
        order=(1, 0),
        sender=body["Account"],
        receiver=body["Destination"],
        amount_units=units,
    )
    asset = Asset(Chain.XRP, amount["currency"][:3], 18, amount["issuer"])
    ledger = account_ledger([made], {body["Destination"]: 0}, asset)
    for result in results(ledger, [made]).values():
        (node,) = result.frontier
        assert node.traced_units == units == result.origin_units
        assert node.traced_units < int(Decimal(promised).scaleb(18))


def changes(meta):
    """How each account's XRP changed, with the balance before: from the metadata alone."""
    for node in meta["AffectedNodes"]:
        (kind, entry), *_ = node.items()
        if entry["LedgerEntryType"] != "AccountRoot":
            continue
        fields = entry.get("FinalFields") or entry.get("NewFields") or {}
        if "Balance" not in fields:
            continue
        after = int(fields["Balance"])
        same = int(entry.get("PreviousFields", {}).get("Balance", after))
        yield fields["Account"], 0 if kind == "CreatedNode" else same, after


@pytest.mark.real
def test_balances_of_real_xrp_accounts_are_met_drop_by_drop(shared_data, account_ledger):
    """Six linked ledgers: direct payments and fees, against the balances that the ledger itself kept."""
    folder = shared_data / "xrp/historical-db/ledgers"
    paths = [folder / f"{number}.json" for number in range(11119599, 11119605)]
    if not all(path.is_file() for path in paths):
        pytest.skip("ledgers 11119599 to 11119604 are not beside this checkout")
    transfers, openings, balances, odd = [], {}, {}, set()
    for height, path in enumerate(paths):
        rows = sorted(
            payments(json.loads(path.read_text())), key=lambda row: row[1]["TransactionIndex"]
        )
        for body, meta in rows:
            is_direct = (
                body["TransactionType"] == "Payment"
                and isinstance(body["Amount"], str)
                and meta["TransactionResult"] == "tesSUCCESS"
            )
            made = AssetTransfer(
                txid=body["hash"],
                order=(height, meta["TransactionIndex"]),
                sender=body["Account"],
                receiver=body["Destination"] if is_direct else None,
                amount_units=int(body["Amount"]) if is_direct else 0,
                fee_payer=body["Account"],
                fee_units=int(body["Fee"]),
                memo=str(body["DestinationTag"]) if "DestinationTag" in body else None,
            )
            transfers.append(made)
            for account, before, after in changes(meta):
                openings.setdefault(account, before)
                balances[account] = after
                if after - before != change_units(made, account):
                    odd.add(account)  # an exchange of XRP against something else
    ledger = account_ledger(transfers, openings, Asset(Chain.XRP, "XRP", 6))
    met = 0
    for account in sorted(balances.keys() - odd):
        moved = sum(change_units(transfer, account) for transfer in ledger.transfers_of(account))
        assert openings[account] + moved == balances[account]
        met += 1
    assert met > 40
    direct = [t for t in transfers if t.amount_units and not {t.sender, t.receiver} & odd]
    assert direct
    for origin in direct:
        for result in results(ledger, [origin]).values():
            if result.conserves:
                assert sum(node.traced_units for node in result.frontier) == origin.amount_units
