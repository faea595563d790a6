"""XRP Ledger JSON: ids, trees and headers recomputed; what was delivered; tags; hostile shapes."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.ledger import (
    AccountBlockRead,
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    CaseAccounts,
    Skipped,
    Verified,
    get_account_chain,
)
from chainlead.ledger.accounts.sources.xrp_json import XrpJson
from chainlead.ledger.accounts.xrp_hashes import (
    serialize,
    transaction_fields,
    transaction_id,
    transaction_tree_root,
)
from chainlead.ledger.accounts.xrp_transfers import find_transfers, read_amount
from chainlead.model import Chain, Network
from chainlead.store import Store
from chainlead.workflow.ledger import add
from chainlead.workflow.match import Search, match

REQUEST = AccountRequest(get_account_chain(Chain.XRP), Network.MAIN)
SOURCE = XrpJson()
PAYER, PAYEE = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPPbi1iNXmvY9HmJ9sH9g4gxvgVEfN4NaZ"
PARTIAL = 0x0002_0000


def events(content) -> list:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(SOURCE.read(text, REQUEST)) if SOURCE.recognises(text, REQUEST) else []


def root_node(account: str, before: int | None, after: int) -> dict:
    fields = {"Account": account, "Balance": str(after)}
    if before is None:
        return {"CreatedNode": {"LedgerEntryType": "AccountRoot", "NewFields": fields}}
    changed = {"FinalFields": fields, "PreviousFields": {"Balance": str(before)}}
    return {"ModifiedNode": {"LedgerEntryType": "AccountRoot", **changed}}


def payment(units: int = 5_000_000, **more) -> dict:
    return {
        "TransactionType": "Payment", "Account": PAYER, "Destination": PAYEE, "Fee": "12",
        "Amount": str(units), "Flags": 0, "Sequence": 7, "SigningPubKey": "00" * 33,
        "TxnSignature": "AB", **more,
    }  # fmt: skip


def meta(sent: int, got: int, fee: int = 12, result: str = "tesSUCCESS", **more) -> dict:
    nodes = [root_node(PAYER, 10**9, 10**9 - sent - fee), root_node(PAYEE, 50, 50 + got)]
    return {"TransactionResult": result, "TransactionIndex": 3, "AffectedNodes": nodes, **more}


def told(fields: dict, metadata: dict | None = None) -> dict:
    named = transaction_id(serialize(transaction_fields(fields)))
    return {"tx": {**fields, "hash": named, "ledger_index": 8, "date": 100}, "meta": metadata}


class TestTransfers:
    def test_a_payment_is_one_transfer_with_its_tag(self):
        fields = payment(DestinationTag=2471596944)
        (transfer,) = find_transfers(fields, meta(5_000_000, 5_000_000))
        assert (transfer.sender, transfer.receiver) == (PAYER, PAYEE)
        assert (transfer.amount_units, transfer.tag) == (5_000_000, "2471596944")

    def test_the_tag_zero_is_a_tag(self):
        (transfer,) = find_transfers(payment(DestinationTag=0), meta(5_000_000, 5_000_000))
        assert transfer.tag == "0"

    def test_a_partial_payment_counts_what_was_delivered(self):
        fields = payment(Flags=PARTIAL)
        (transfer,) = find_transfers(fields, meta(1000, 1000, delivered_amount="1000"))
        assert (transfer.amount_units, transfer.asked_units) == (1000, 5_000_000)
        assert "partial" in transfer.note

    def test_a_partial_payment_without_the_delivered_amount_is_told_by_balances(self):
        (transfer,) = find_transfers(payment(Flags=PARTIAL), meta(1000, 1000))
        assert (transfer.sender, transfer.receiver, transfer.amount_units) == (PAYER, PAYEE, 1000)
        assert "told by the changes of balances" in transfer.note

    def test_a_failed_payment_moves_nothing(self):
        assert find_transfers(payment(), meta(0, 0, result="tecPATH_DRY")) == ()

    def test_without_metadata_nothing_is_said_to_have_moved(self):
        assert find_transfers(payment(), None) == ()

    def test_an_exchange_between_two_names_both(self):
        fields = {**payment(), "TransactionType": "OfferCreate"}
        (transfer,) = find_transfers(fields, meta(700, 700))
        assert (transfer.kind, transfer.sender, transfer.receiver) == ("exchange", PAYER, PAYEE)

    def test_a_new_account_gets_all_that_it_has(self):
        nodes = [root_node(PAYER, 10**9, 10**9 - 500 - 12), root_node(PAYEE, None, 500)]
        found = find_transfers(
            payment(500), {"TransactionResult": "tesSUCCESS", "AffectedNodes": nodes}
        )
        assert [t.amount_units for t in found] == [500]


@pytest.mark.parametrize(
    ("given_amount", "units"),
    [
        ("25", ("", 25, "")),
        ({"currency": "USD", "issuer": PAYEE, "value": "1.5"}, (f"USD.{PAYEE}", 15 * 10**14, "")),
        ({"currency": "USD", "issuer": PAYEE, "value": "1e-20"},
         (f"USD.{PAYEE}", 0, "finer than 10^-15: cut off")),
        ({"mpt_issuance_id": "00AB", "value": "100"}, ("00AB", 100, "")),
        ("unavailable", None), (None, None), ({"value": "NaN", "currency": "X"}, None),
        ({"value": "1e999999999", "currency": "X"}, None),
    ],
)  # fmt: skip
def test_amounts(given_amount, units):
    assert read_amount(given_amount) == units


class TestProof:
    def test_an_id_is_recomputed(self):
        (read,) = events(told(payment(), meta(5_000_000, 5_000_000)))
        assert read.verified is Verified.REHASHED
        assert (read.height, read.block_index, read.fee_units) == (8, 3, 12)

    @pytest.mark.parametrize("names", [("tx_blob", "meta"), ("tx_blob", "meta_blob")])
    def test_bytes_are_decoded_and_give_the_id(self, names):
        fields, metadata = payment(DestinationTag=7), meta(5_000_000, 5_000_000)
        content = serialize(transaction_fields(fields))
        for node in metadata["AffectedNodes"]:
            node["ModifiedNode"]["LedgerIndex"] = "AB" * 32
        answer = {
            names[0]: content.hex().upper(), names[1]: serialize(metadata).hex().upper(),
            "ledger_index": 8, "hash": transaction_id(content), "validated": True,
        }  # fmt: skip
        (read,) = events({"result": {"transactions": [answer]}})
        assert (read.verified, read.txid, read.height) == (
            Verified.REHASHED, transaction_id(content), 8,
        )  # fmt: skip
        assert [(t.amount_units, t.tag) for t in read.transfers] == [(5_000_000, "7")]
        answer["hash"] = "00" * 32
        (skipped,) = events({"result": {"transactions": [answer]}})
        assert "do not give its id" in skipped.reason

    def test_a_changed_field_is_caught(self):
        changed = told(payment(), meta(5_000_000, 5_000_000))
        changed["tx"]["Amount"] = "5000001"
        (skipped,) = events(changed)
        assert isinstance(skipped, Skipped)
        assert "do not give its id" in skipped.reason

    def test_a_tree_of_one_and_of_many(self):
        leaves = [(bytes((n,)) * 30, bytes((n,)) * 300) for n in range(40)]
        roots = {transaction_tree_root(leaves[:size]) for size in range(1, 41)}
        assert len(roots) == 40
        assert transaction_tree_root(leaves) == transaction_tree_root(leaves[::-1])
        assert transaction_tree_root([]) == "00" * 32


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["tx", "meta", "ledger", "transactions", "TransactionType", "Account", "Fee",
                 "Amount", "Flags", "AffectedNodes", "ModifiedNode", "FinalFields", "parent_hash",
                 "hash", "close_time", "ledger_index", "LedgerEntryType", "Balance", "result"]
            ),
            inner, max_size=6,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_no_shape_of_json_raises(document):
    found = events(document)
    for event in found:
        assert isinstance(event, AccountBlockRead | AccountTransactionRead | Skipped)
    with Store.in_memory() as store:
        AccountWriter(store, REQUEST, "s").write(found)


@pytest.mark.real
class TestRealLedgers:
    def test_whole_ledgers_prove_their_transactions(self, shared_data):
        folder = shared_data / "xrp" / "xrpl.js" / "codec"
        for name in ("ledger-full-38129.json", "ledger-full-40000.json"):
            read = events((folder / name).read_bytes())
            assert read[0].verified is Verified.REHASHED
            assert {e.verified for e in read[1:]} <= {Verified.IN_BLOCK}

    def test_ledgers_link(self, case, shared_data):
        files = sorted((shared_data / "xrp" / "historical-db" / "ledgers").glob("*.json"))
        add(case, files, chain=Chain.XRP)
        rows = {row["height"]: row for row in case.store.rows("account_blocks")}
        linked = [h for h in rows if h - 1 in rows]
        assert linked
        for height in linked:
            assert rows[height]["parent_hash"] == rows[height - 1]["block_hash"]

    def test_every_destination_tag_is_kept(self, shared_data):
        kept = wanted = 0
        for path in sorted((shared_data / "xrp").rglob("*.json")):
            for event in events(path.read_bytes()):
                if isinstance(event, AccountTransactionRead):
                    kept += sum(1 for t in event.transfers if t.tag is not None)
            text = path.read_text("utf-8", "replace")
            wanted += text.count('"DestinationTag"')
        assert 26 <= kept <= wanted

    def test_a_case_answers_who_paid_an_account(self, case, shared_data):
        files = sorted((shared_data / "xrp" / "historical-db" / "ledgers").glob("*.json"))
        add(case, files, chain=Chain.XRP)
        view = CaseAccounts(case.store, Chain.XRP)
        receivers = Counter(
            row["receiver"]
            for row in case.store.rows("account_transfers", kind="payment", contract="")
        )
        busiest, count = receivers.most_common(1)[0]
        arrived = [e for e in view.transfers_of(busiest) if e.receiver == busiest]
        assert len([e for e in arrived if e.kind == "payment"]) == count
        assert view.pin.height


@pytest.mark.parametrize("name", ["Account", "Destination"])
def test_an_account_that_is_no_text_is_left_out(name):
    changed = {**payment(), name: ["r"]}
    (skipped,) = events({"tx": {**changed, "hash": "AB" * 32}, "meta": meta(5, 5)})
    assert "fields of another kind" in skipped.reason


@pytest.mark.parametrize("date", [2**32, 1_748_000_000_000, -1])
def test_a_time_that_no_ledger_can_have_is_unknown_and_breaks_nothing(case, tmp_path, date):
    answer = told(payment(), meta(5_000_000, 5_000_000))
    answer["tx"]["date"] = date
    (read,) = events(answer)
    assert isinstance(read, AccountTransactionRead)
    assert read.mined_at_unix is None
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer))
    add(case, [path], chain=Chain.XRP)
    found = match(case, Search(prices=("5 XRP",)))[1]
    assert found["match_count"] == 1  # its own coin needs no rate and no time
