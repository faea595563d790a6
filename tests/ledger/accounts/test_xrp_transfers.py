"""What each type of XRP transaction moved: who paid whom where the ledger says it, and not where it does not.

The shapes are those of real metadata; the accounts and amounts are ours.
"""

from collections import Counter
from typing import ClassVar

import pytest

from chainlead.ledger import CaseAccounts
from chainlead.ledger.accounts.sources.xrp_json import _documents, _finds, _parts
from chainlead.ledger.accounts.xrp_changes import balance_changes
from chainlead.ledger.accounts.xrp_transfers import (
    ISSUED_DECIMALS,
    PARTIAL_PAYMENT,
    find_transfers,
)
from chainlead.model import Chain
from chainlead.workflow.ledger import add

A, B, C, D = "rAAAA", "rBBBB", "rCCCC", "rDDDD"
GATE, OTHER_GATE, POOL = "rGATE", "rGATE2", "rPOOL"
ID = "E" * 64
UNIT = 10**15


def root(account: str, before: int | None, after: int, **more) -> dict:
    fields = {"Account": account, "Balance": str(after), **more}
    if before is None:
        return {"CreatedNode": {"LedgerEntryType": "AccountRoot", "NewFields": fields}}
    changed = {"FinalFields": fields, "PreviousFields": {"Balance": str(before)}}
    return {"ModifiedNode": {"LedgerEntryType": "AccountRoot", **changed}}


def line(low: str, high: str, before: str, after: str, currency: str = "USD") -> dict:
    def amount(value: str, issuer: str = "rrrrrrrrrrrrrrrrrrrrBZbvji") -> dict:
        return {"currency": currency, "issuer": issuer, "value": value}

    fields = {
        "Balance": amount(after), "LowLimit": amount("0", low), "HighLimit": amount("0", high),
    }  # fmt: skip
    changed = {"FinalFields": fields, "PreviousFields": {"Balance": amount(before)}}
    return {"ModifiedNode": {"LedgerEntryType": "RippleState", **changed}}


def entry(kind: str, entry_type: str, fields: dict, previous: dict | None = None) -> dict:
    name = "NewFields" if kind == "CreatedNode" else "FinalFields"
    told = {"LedgerEntryType": entry_type, "LedgerIndex": ID, name: fields}
    return {kind: told | ({"PreviousFields": previous} if previous else {})}


def done(*nodes: dict, **more) -> dict:
    return {"TransactionResult": "tesSUCCESS", "AffectedNodes": list(nodes), **more}


def moved(fields: dict, meta: dict) -> set[tuple]:
    found = find_transfers({"Account": A, "Fee": "10", **fields}, meta)
    return {(t.kind, t.sender, t.receiver, t.amount_units, t.contract) for t in found}


def fields(kind: str, **more) -> dict:
    return {"TransactionType": kind, **more}


class TestEscrow:
    HELD: ClassVar = {"Account": A, "Destination": B, "Amount": "500", "DestinationTag": 77}

    def test_money_goes_into_the_escrow_and_from_it_to_the_receiver_with_its_tag(self):
        made = done(root(A, 1000, 490), entry("CreatedNode", "Escrow", self.HELD))
        told = moved(fields("EscrowCreate", Destination=B, Amount="500"), made)
        assert told == {("escrow", A, f"escrow-{ID}", 500, "")}
        paid = done(root(C, 100, 90), root(B, 0, 500), entry("DeletedNode", "Escrow", self.HELD))
        (one,) = find_transfers(
            {"Account": C, "Fee": "10", **fields("EscrowFinish", Owner=A)}, paid
        )
        assert (one.kind, one.sender, one.receiver) == ("escrow finished", f"escrow-{ID}", B)
        assert (one.amount_units, one.tag) == (500, "77")

    def test_a_cancelled_escrow_gives_the_money_back(self):
        back = done(root(A, 490, 980), entry("DeletedNode", "Escrow", self.HELD))
        told = moved(fields("EscrowCancel", Owner=A), back)
        assert told == {("escrow cancelled", f"escrow-{ID}", A, 500, "")}

    def test_an_escrow_of_an_issued_currency_too(self):
        held = {**self.HELD, "Amount": {"currency": "USD", "issuer": GATE, "value": "5"}}
        made = done(root(A, 100, 90), line(A, GATE, "8", "3"), entry("CreatedNode", "Escrow", held))
        assert moved(fields("EscrowCreate"), made) == {
            ("escrow", A, f"escrow-{ID}", 5 * UNIT, f"USD.{GATE}")
        }


class TestChannel:
    HELD: ClassVar = {"Account": A, "Destination": B, "Amount": "1000", "Balance": "0"}

    def test_it_is_filled_claimed_and_closed(self):
        made = done(root(A, 5000, 3990), entry("CreatedNode", "PayChannel", self.HELD))
        assert moved(fields("PaymentChannelCreate"), made) == {
            ("payment channel", A, f"channel-{ID}", 1000, "")
        }
        more = {**self.HELD, "Amount": "1500"}
        filled = done(
            root(A, 3990, 3480), entry("ModifiedNode", "PayChannel", more, {"Amount": "1000"})
        )
        assert moved(fields("PaymentChannelFund"), filled) == {
            ("payment channel", A, f"channel-{ID}", 500, "")
        }
        claimed = {**more, "Balance": "600", "DestinationTag": 9}
        paid = done(
            root(B, 50, 640), entry("ModifiedNode", "PayChannel", claimed, {"Balance": "0"})
        )
        (one,) = find_transfers({"Account": B, "Fee": "10", **fields("PaymentChannelClaim")}, paid)
        assert (one.kind, one.sender, one.receiver, one.amount_units, one.tag) == (
            "payment channel claim", f"channel-{ID}", B, 600, "9",
        )  # fmt: skip

    def test_the_last_claim_closes_it_and_the_rest_goes_back(self):
        ended = {**self.HELD, "Amount": "1500", "Balance": "900"}
        closed = done(
            root(B, 640, 930), root(A, 3480, 4080),
            entry("DeletedNode", "PayChannel", ended, {"Balance": "600"}),
        )  # fmt: skip
        told = find_transfers({"Account": B, "Fee": "10", **fields("PaymentChannelClaim")}, closed)
        assert {(t.kind, t.sender, t.receiver, t.amount_units) for t in told} == {
            ("payment channel claim", f"channel-{ID}", B, 300),
            ("payment channel closed", f"channel-{ID}", A, 600),
        }

    def test_its_owner_may_close_it_too(self):
        ended = {**self.HELD, "Balance": "600"}
        closed = done(root(A, 100, 490), entry("DeletedNode", "PayChannel", ended))
        assert moved(fields("PaymentChannelClaim"), closed) == {
            ("payment channel closed", f"channel-{ID}", A, 400, "")
        }

    def test_a_claim_that_changes_nothing_moves_nothing(self):
        same = done(root(A, 100, 90), entry("ModifiedNode", "PayChannel", self.HELD, {"Flags": 1}))
        assert moved(fields("PaymentChannelClaim"), same) == set()


class TestOtherTypes:
    def test_a_check_moves_money_when_it_is_cashed(self):
        check = {"Account": B, "Destination": A, "DestinationTag": 5, "SendMax": "700"}
        cashed = done(root(A, 100, 790), root(B, 900, 200), entry("DeletedNode", "Check", check))
        (one,) = find_transfers({"Account": A, "Fee": "10", **fields("CheckCash")}, cashed)
        assert (one.kind, one.sender, one.receiver, one.amount_units) == ("check", B, A, 700)
        assert one.tag == "5"
        made = done(root(B, 910, 900), entry("CreatedNode", "Check", check))
        assert find_transfers({"Account": B, "Fee": "10", **fields("CheckCreate")}, made) == ()

    def test_what_a_deleted_account_had_left_goes_on(self):
        gone = {"DeletedNode": {
            "LedgerEntryType": "AccountRoot", "FinalFields": {"Account": A, "Balance": "0"},
            "PreviousFields": {"Balance": "5010"},
        }}  # fmt: skip
        told = done(gone, root(B, 1, 5001), DeliveredAmount="5000")
        assert moved(fields("AccountDelete", Destination=B), told) == {
            ("account deleted", A, B, 5000, "")
        }

    def test_a_fee_that_somebody_else_paid_is_not_the_account_s(self):
        told = done(root(A, 1000, 500), root(B, 0, 500), root(C, 100, 90))
        found = find_transfers(
            {"Account": A, "Fee": "10", "Delegate": C, "Destination": B, "Amount": "500",
             **fields("Payment")}, told,
        )  # fmt: skip
        assert [(t.sender, t.receiver, t.amount_units) for t in found] == [(A, B, 500)]

    def test_an_issuer_takes_back_what_it_issued(self):
        told = done(root(GATE, 100, 90), line(A, GATE, "8", "3"))
        found = find_transfers({"Account": GATE, "Fee": "10", **fields("Clawback")}, told)
        assert [(t.kind, t.sender, t.receiver, t.amount_units) for t in found] == [
            ("clawback", A, None, 5 * UNIT)
        ]

    def test_multi_purpose_tokens_have_accounts_of_their_own(self):
        def token(account: str, before: str, after: str) -> dict:
            told = {"Account": account, "MPTokenIssuanceID": "00AB", "MPTAmount": after}
            return entry("ModifiedNode", "MPToken", told, {"MPTAmount": before})

        told = done(root(A, 100, 90), token(A, "50", "20"), token(B, "0", "30"))
        amount = {"mpt_issuance_id": "00AB", "value": "30"}
        assert moved(fields("Payment", Destination=B, Amount=amount), told) == {
            ("payment", A, B, 30, "00AB")
        }


class TestPools:
    def test_both_assets_go_in_and_shares_are_issued(self):
        told = done(
            root(A, 1000, 490), root(POOL, 100, 600), line(A, GATE, "9", "4"),
            line(GATE, POOL, "-1", "-6"), line(POOL, A, "0", "-20", "03AB"),
        )  # fmt: skip
        assert moved(fields("AMMDeposit"), told) == {
            ("pool", A, POOL, 500, ""),
            ("pool", A, POOL, 5 * UNIT, f"USD.{GATE}"),
            ("pool", None, A, 20 * UNIT, f"03AB.{POOL}"),
        }

    def test_both_come_back_and_the_shares_are_destroyed(self):
        told = done(root(A, 490, 980), root(POOL, 600, 100), line(POOL, A, "-20", "0", "03AB"))
        assert moved(fields("AMMWithdraw"), told) == {
            ("pool", POOL, A, 500, ""), ("pool", A, None, 20 * UNIT, f"03AB.{POOL}"),
        }  # fmt: skip

    def test_a_swap_over_a_pool_names_the_pool_on_both_sides(self):
        told = done(
            root(A, 1000, 890), root(POOL, 500, 600), line(GATE, POOL, "-9", "-6"),
            line(B, GATE, "0", "3"),
            delivered_amount={"currency": "USD", "issuer": GATE, "value": "3"},
        )  # fmt: skip
        amount = {"currency": "USD", "issuer": GATE, "value": "3"}
        found = find_transfers(
            {"Account": A, "Fee": "10", "Destination": B, "Amount": amount, "SendMax": "100",
             **fields("Payment")}, told,
        )  # fmt: skip
        assert {(t.kind, t.sender, t.receiver, t.amount_units, t.contract) for t in found} == {
            ("payment", A, B, 3 * UNIT, f"USD.{GATE}"),
            ("conversion", A, POOL, 100, ""),
            ("conversion", POOL, A, 3 * UNIT, f"USD.{GATE}"),
        }


class TestExchanges:
    def test_one_who_takes_several_offers_pays_and_is_paid_by_each(self):
        told = done(
            root(A, 1000, 790), root(B, 0, 150), root(C, 0, 50),
            line(A, GATE, "0", "4"), line(B, GATE, "3", "0"), line(C, GATE, "1", "0"),
        )  # fmt: skip
        assert moved(fields("OfferCreate"), told) == {
            ("exchange", A, B, 150, ""), ("exchange", A, C, 50, ""),
            ("exchange", B, A, 3 * UNIT, f"USD.{GATE}"), ("exchange", C, A, UNIT, f"USD.{GATE}"),
        }  # fmt: skip

    def test_the_issuer_s_fee_is_borne_by_each_seller_in_proportion(self):
        told = done(line(A, GATE, "0", "4"), line(B, GATE, "3.03", "0"), line(C, GATE, "1.01", "0"))
        found = moved({"Fee": "0", **fields("OfferCreate")}, told)
        assert found == {
            ("exchange", B, A, 3 * UNIT, f"USD.{GATE}"),
            ("exchange", C, A, UNIT, f"USD.{GATE}"),
            ("exchange", B, None, 3 * UNIT // 100, f"USD.{GATE}"),
            ("exchange", C, None, UNIT // 100, f"USD.{GATE}"),
        }

    def test_several_who_paid_and_several_who_were_paid_stand_alone(self):
        told = done(root(A, 1000, 800), root(B, 1000, 700), root(C, 0, 300), root(D, 0, 200))
        found = find_transfers({"Account": A, "Fee": "0", **fields("OfferCreate")}, told)
        assert {(t.kind, t.sender, t.receiver) for t in found} == {
            ("balance change", A, None), ("balance change", B, None),
            ("balance change", None, C), ("balance change", None, D),
        }  # fmt: skip
        assert all("does not say who whom" in t.note for t in found)


class TestIssuedCurrencies:
    def test_rippling_goes_over_the_one_who_holds_with_both_gateways(self):
        told = done(
            line(A, GATE, "9", "4"), line(B, GATE, "0", "5"), line(B, OTHER_GATE, "7", "2"),
            line(C, OTHER_GATE, "0", "5"),
            delivered_amount={"currency": "USD", "issuer": OTHER_GATE, "value": "5"},
        )  # fmt: skip
        amount = {"currency": "USD", "issuer": OTHER_GATE, "value": "5"}
        found = find_transfers(
            {"Account": A, "Fee": "0", "Destination": C, "Amount": amount, **fields("Payment")},
            told,
        )
        assert (("conversion", A, B, f"USD.{GATE}")) in {
            (t.kind, t.sender, t.receiver, t.contract) for t in found
        }

    def test_a_line_that_turns_round_is_a_debt_paid_and_a_new_one(self):
        told = balance_changes({"Account": C, "Fee": "0"}, done(line(A, B, "3", "-2")))
        assert told == {(A, f"USD.{B}"): -3 * UNIT, (B, f"USD.{A}"): 2 * UNIT}

    def test_issued_and_redeemed_units_have_nobody_on_the_other_side(self):
        told = done(line(A, GATE, "0", "5"))
        (one,) = find_transfers({"Account": GATE, "Fee": "0", **fields("TrustSet")}, told)
        assert (one.sender, one.receiver, one.note) == (None, A, "issued")


class TestPayments:
    def test_a_source_tag_is_kept_in_words(self):
        told = done(root(A, 1000, 490), root(B, 0, 500))
        (one,) = find_transfers(
            {"Account": A, "Fee": "10", "Destination": B, "Amount": "500", "SourceTag": 3,
             **fields("Payment")}, told,
        )  # fmt: skip
        assert one.note == "source tag 3"

    def test_a_partial_payment_without_its_delivered_amount_keeps_its_tag(self):
        told = done(root(A, 1000, 890), root(B, 0, 100))
        (one,) = find_transfers(
            {"Account": A, "Fee": "10", "Destination": B, "Amount": "500", "Flags": 0x20000,
             "DestinationTag": 4, **fields("Payment")}, told,
        )  # fmt: skip
        assert (one.kind, one.amount_units, one.asked_units, one.tag) == ("payment", 100, 500, "4")


@pytest.mark.real
def test_no_drop_is_made_or_lost_in_any_real_transaction(shared_data):
    kinds: Counter = Counter()
    for path in sorted((shared_data / "xrp").rglob("*.json")):
        for found in _finds(_documents(path.read_bytes())):
            for told in found.get("transactions", [found]):
                fields_told, meta, _ = _parts(told) if isinstance(told, dict) else (None, None, "")
                if not fields_told or not meta or meta.get("TransactionResult") != "tesSUCCESS":
                    continue
                changes = balance_changes(fields_told, meta)
                assert sum(units for (_, contract), units in changes.items() if not contract) == 0
                moved = [t.kind for t in find_transfers(fields_told, meta)]
                if fields_told["TransactionType"] == "Payment":
                    is_partial = bool(int(fields_told.get("Flags", 0)) & PARTIAL_PAYMENT)
                    assert is_partial or "payment" in moved, fields_told
                kinds.update(moved)
    assert kinds["payment"] >= 100
    assert {"escrow", "escrow finished", "escrow cancelled", "payment channel", "exchange",
            "payment channel claim", "account deleted", "conversion"} <= kinds.keys()  # fmt: skip
    assert kinds["balance change"] < kinds.total() // 15


@pytest.mark.real
def test_a_real_escrow_is_followed_in_a_case(case, shared_data):
    files = sorted((shared_data / "xrp").rglob("*scrow*.json"))
    add(case, files, chain=Chain.XRP)
    rows = list(case.store.rows("account_transfers", kind="escrow"))
    view = CaseAccounts(case.store, Chain.XRP)
    assert rows
    for row in rows:
        if not row["contract"]:
            assert view.lookup_opening(row["receiver"]) == 0
            assert view.transfers_of(row["receiver"])


def test_an_amount_of_the_receivers_own_name_is_told_by_the_balances_where_others_units_moved():
    line = {"currency": "CCK", "issuer": "rrrrrrrrrrrrrrrrrrrrBZbvji"}

    def trust_line(high: str, low: str, before: str, after: str) -> dict[str, object]:
        return {
            "ModifiedNode": {
                "LedgerEntryType": "RippleState",
                "FinalFields": {
                    "Balance": {**line, "value": after},
                    "HighLimit": {"currency": "CCK", "issuer": high, "value": "0"},
                    "LowLimit": {"currency": "CCK", "issuer": low, "value": "0"},
                },
                "PreviousFields": {"Balance": {**line, "value": before}},
            }
        }

    payer, between, receiver = "rPayer", "rBetween", "rReceiver"
    fields = {
        "TransactionType": "Payment", "Account": payer, "Destination": receiver,
        "Amount": {"currency": "CCK", "issuer": receiver, "value": "2"},
    }  # fmt: skip
    nodes = [trust_line(payer, between, "-7", "-5"), trust_line(receiver, between, "-1", "-3")]
    meta = {"TransactionResult": "tesSUCCESS", "AffectedNodes": nodes}
    (one,) = find_transfers(fields, meta)
    assert (one.sender, one.receiver, one.contract) == (payer, receiver, f"CCK.{between}")
    assert one.amount_units == 2 * 10**ISSUED_DECIMALS
    redeemed = [trust_line(payer, receiver, "-7", "-5")]
    (direct,) = find_transfers(fields, {**meta, "AffectedNodes": redeemed})
    assert (direct.sender, direct.receiver, direct.contract) == (payer, receiver, f"CCK.{receiver}")
