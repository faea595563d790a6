"""The report tells searches for payments with their controls, and where every value comes from."""

import csv
import io
from datetime import date

import msgspec

from chainlead.ledger import parse_rate_file, rates_to_text
from chainlead.report import Material, build_bundle, report_files
from chainlead.report.parts.values import Values
from chainlead.report.story import story
from chainlead.store import Store

QUESTION = {
    "prices": ["49.90 EUR", "0.01 BTC"], "addresses": ["bc1q" + "0" * 38], "since": None,
    "until": "2024-03-02T00:00:00Z", "recurring": "", "time_zone": "UTC", "tolerance_ppm": 20_000,
    "fee_tolerance": "", "most_quantity": 2, "chain": "bitcoin", "token": "",
}  # fmt: skip


def answer(matches: int) -> dict:
    match = {
        "outpoint": "ab" * 32 + ":0", "address": "bc1q" + "0" * 38, "amount_units": "1000000",
        "amount": "0.01000000 BTC", "height": 7, "mined_at": "2024-03-01T10:00:00Z",
        "price": "0.01 BTC", "quantity": 1, "wanted_units": "1000000", "difference_units": "0",
        "difference_ppm": -12_345, "also": [], "same_amount": 3, "strength": "observed",
        "notes": ["change, or the owner's own coins"],
        "value": {"value": "49.90", "currency": "EUR", "disagrees": True},
    }  # fmt: skip
    control = {
        "how": "shifted prices", "moves": [{"move": "+7 %"}], "least": "0", "mean": "5/3",
        "most": "4", "words": {"least": "0", "mean": "about 1.7", "most": "4"}, "moves_with_as_many": 1, "left_out": 2, "note": "",
    }  # fmt: skip
    return {
        "match_id": "0123456789abcdef", "question": QUESTION, "match_count": matches,
        "pinned": {"chain": "bitcoin", "height": 9}, "matches": [match] * matches,
        "by_chance": [control], "by_price": [{"price": "0.01 BTC", "matches": 2, "by_chance": control}],
        "summary": ["7 receipts; 2 match."],
        "competing_explanations": ["An amount is no order."],
    }  # fmt: skip


def add_search(material: Material, matches: int) -> None:
    sha256 = material.blobs.put(msgspec.json.encode(answer(matches)))
    row = {
        "match_id": "0123456789abcdef", "question": QUESTION, "pinned": {},
        "result_sha256": sha256, "journal_seq": 90,
    }  # fmt: skip
    material.store.insert("payment_matches", [row])


def add_rates(store: Store, rows: str, seq: int = 91) -> None:
    file = parse_rate_file("own.csv", f"date,asset,currency,rate,source\n{rows}".encode())
    source = file.source
    store.insert("rate_sources", [{
        "source_id": source.source_id, "sha256": source.sha256, "name": source.name,
        "form": source.form, "title": source.title, "basis": source.basis,
        "is_own": source.is_own, "journal_seq": seq,
    }])  # fmt: skip
    store.insert("rate_series", [
        {"source_id": source.source_id, "base": s.base, "quote": s.quote, "holds_days": 0,
         "first_day": s.first.isoformat(), "last_day": s.last.isoformat(), "days": len(s.rates),
         "rates": rates_to_text(s.rates)}
        for s in file.series
    ])  # fmt: skip


def section(bundle: dict, title: str) -> str:
    told = next(part for part in story(bundle) if part["title"] == title)
    return msgspec.json.encode(told["blocks"]).decode()


def test_a_search_is_told_with_its_controls_and_says_no_purchase(filled: Material) -> None:
    add_search(filled, 2)
    bundle = build_bundle(filled)
    text = section(bundle, "Payments that match")
    for part in (
        "49.90 EUR, 0.01 BTC", "7 receipts; 2 match.", "-1.23 %", "1 × 0.01 BTC",
        "49.90 EUR (disputed)", "about 1.7", "An amount is no order.", "cannot say it",
        "own coins", "2.00 %",
    ):  # fmt: skip
        assert part in text, part
    assert report_files(bundle)["report.pdf"].startswith(b"%PDF")


def test_a_long_list_is_cut_and_says_so(filled: Material) -> None:
    add_search(filled, 700)
    bundle = build_bundle(filled)
    assert len(bundle["payments"][0]["matches"]) == 500
    assert bundle["payments"][0]["matches_not_listed"] == 200
    assert "640 further matches" in section(bundle, "Payments that match")


def test_without_rates_no_value_is_given_and_the_report_says_why(filled: Material) -> None:
    bundle = build_bundle(filled)
    assert "never guessed" in section(bundle, "Exchange rates")
    assert "Value then" not in section(bundle, "The trail")
    assert bundle["leads"][0]["deposits"][0]["value"] is None


def test_values_stand_beside_amounts_and_rates_are_told_once(filled: Material) -> None:
    currency = {row["name"]: row["text"] for row in filled.store.rows("settings")}["currency"]
    add_rates(filled.store, f"2024-03-01,BTC,{currency},60000.5,Bank of X\n")
    bundle = build_bundle(filled)
    [day] = bundle["rates"]["days"]
    assert (day["date"], day["price"]) == ("2024-03-01", "60000.5")
    deposit = bundle["leads"][0]["deposits"][0]
    units = int(deposit["amount"]["units"])
    assert deposit["value"]["currency"] == currency
    assert abs(float(deposit["value"]["value"]) - units * 60000.5 / 10**8) < 0.01
    for title in ("The trail", "Leads and requests"):
        assert "Value then" in section(bundle, title)
    assert "Bank of X" in section(bundle, "Exchange rates")
    files = report_files(bundle)
    transfers = list(csv.DictReader(io.StringIO(files["transfers.csv"].decode("utf-8-sig"))))
    assert transfers[0]["value_currency"] == currency
    assert f",{currency}" in files["frontier.csv"].decode("utf-8-sig")


def test_sources_that_disagree_are_told_in_the_report(filled: Material) -> None:
    currency = {row["name"]: row["text"] for row in filled.store.rows("settings")}["currency"]
    add_rates(filled.store, f"2024-03-01,BTC,{currency},60000,Bank of X\n")
    add_rates(filled.store, f"2024-03-01,BTC,{currency},66000,Bank of Y\n", seq=92)
    bundle = build_bundle(filled)
    assert bundle["rates"]["days"][0]["disagrees"]
    assert "Sources disagree by 10.00 %" in section(bundle, "Exchange rates")


def test_the_days_are_real_days(filled: Material) -> None:
    add_rates(filled.store, "2024-03-01,BTC,EUR,60000,Bank of X\n")
    for day in build_bundle(filled)["rates"]["days"]:
        assert date.fromisoformat(day["date"]) == date(2024, 3, 1)


def test_a_tokens_amounts_have_no_value_of_the_coin(filled: Material) -> None:
    currency = {row["name"]: row["text"] for row in filled.store.rows("settings")}["currency"]
    add_rates(filled.store, f"2024-03-01,BTC,{currency},60000,Bank of X\n")
    place = {"amount": {"units": "5"}, "mined_at": "2024-03-01T00:00:00Z", "outpoint": "ab:0"}
    rules = {"fifo": {"transfers": [place], "frontier": []}}
    trace = {"pinned": {"chain": "bitcoin"}, "transactions": [], "rules": rules}
    values = Values(filled.store, currency)
    values.value_trace({**trace, "asset": {"contract": "0x99"}})
    assert place["value"] is None
    values.value_trace({**trace, "asset": {"contract": None}})
    assert place["value"]["currency"] == currency
