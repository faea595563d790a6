"""The demo's findings, trail, leads, drafts and report agree with the practice world's truth."""

import json
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from chainlead.attribution import LeadTrack
from chainlead.guide.practice import PracticeWorld
from chainlead.guide.practice.exhibit import build_exhibit
from chainlead.guide.practice.story import KASTELL, LAGUNE
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo, _side_by_side
from chainlead.workflow.leads import find_leads


@pytest.fixture(scope="module")
def opened(demo: Demo) -> Any:
    with Case.open_to_read(demo.case) as case:
        yield case


@pytest.fixture(scope="module")
def truth(demo: Demo) -> dict[str, Any]:
    return json.loads(demo.truth.read_bytes())


@pytest.fixture(scope="module")
def document(opened: Case) -> dict[str, Any]:
    row = next(opened.store.rows("traces"))
    return msgspec.json.decode(opened.blobs.get(row["result_sha256"]))


def test_every_planted_trace_is_found_where_it_was_planted(
    opened: Case, truth: dict[str, Any]
) -> None:
    rows = list(opened.store.rows("findings"))
    for planted in truth["planted"]:
        file = f"file:{planted['file']}"
        hits = [
            row
            for row in rows
            if row["location"][0].removesuffix("-wal") == file
            and row["kind"] == planted["kind"]
            and (planted["value"] is None or row["value"] == planted["value"])
        ]
        assert hits, planted


def test_nothing_is_called_checked_that_was_not_planted(
    opened: Case, truth: dict[str, Any]
) -> None:
    planted = {str(p["value"]).lower() for p in truth["planted"]}
    checked = {
        row["value"].lower()
        for row in opened.store.rows("findings", certainty="checked")
        if row["kind"] == "address"
    }
    assert checked <= planted


def test_exactly_the_unreadable_things_are_listed(opened: Case, truth: dict[str, Any]) -> None:
    listed = {
        (row["steps"][0].removeprefix("file:"), row["reason"])
        for row in opened.store.rows("unread")
    }
    assert listed == set(truth["unreadable"].items())


def test_the_own_wallet_is_told_apart(opened: Case, world: PracticeWorld) -> None:
    rows = list(opened.store.rows("findings", role="own", kind="address"))
    written = {row["value"] for row in rows if not row["detail"].get("derived")}
    assert written == {
        p.value
        for p in build_exhibit(world).planted
        if p.what == "address of the wallet file's owner"
    }


def test_the_wallet_key_leads_to_the_addresses_that_were_used(opened: Case) -> None:
    """From the public account key alone, without any secret, the whole wallet follows."""
    rows = list(opened.store.rows("findings", role="own", kind="address"))
    written = {row["value"] for row in rows if not row["detail"].get("derived")}
    derived = {row["value"] for row in rows if row["detail"].get("derived")}
    assert len(derived | written) >= 40
    assert all(row["certainty"] == "structured" for row in rows if row["detail"].get("derived"))


def test_no_secret_is_in_any_file_of_the_case(demo: Demo, world: PracticeWorld) -> None:
    exhibit = build_exhibit(world)
    note = exhibit.files["laptop/Notes/plan.txt"].decode("utf-16")
    words = re.search(r"words: (.+?)\r", note)
    assert words
    phrase = words.group(1).split()
    key = re.search(rb"import this one: (\w+)", exhibit.files["laptop/Backup/old-phone.zip"])
    assert key
    for path in (p for p in demo.case.rglob("*") if p.is_file()):
        content = path.read_bytes()
        text = content.decode("utf-8", "ignore")
        if path.suffix == ".pdf":
            text = " ".join(page.extract_text() for page in PdfReader(path).pages)
        flat = re.sub(r"[^a-z]+", " ", text.lower())
        assert key.group(1) not in content, path
        assert key.group(1).decode() not in text, path
        for start in range(len(phrase) - 2):
            assert " ".join(phrase[start : start + 3]) not in flat, path
        assert " ".join(phrase[:3]).encode("utf-16-le") not in content, path


def test_the_ledger_is_whole_and_pinned_to_its_last_block(
    opened: Case, truth: dict[str, Any], document: dict[str, Any]
) -> None:
    assert opened.store.count("blocks") == truth["blocks"]
    assert opened.store.count("transactions") == truth["transactions"]
    assert document["pinned"]["height"] == truth["tip_height"]
    assert document["pinned"]["block_hash"] == truth["tip_hash"]


class _Twin:
    """The trail worked out from the world's own books, unit by unit where the rule is FIFO."""

    def __init__(self, world: PracticeWorld) -> None:
        self.world = world
        self.inboxes = {
            script
            for exchange in world.exchanges.values()
            for script in (exchange.hot_script, *exchange.deposit_scripts.values())
        }
        self.spender = {coin.outpoint: sent for sent in world.transactions for coin in sent.spent}

    def frontier(self, rule: str) -> Counter[tuple[str, str]]:
        """(reason, outpoint or fee:txid) -> traced units."""
        state: dict[str, list[tuple[int, int]]] = {}
        ends: Counter[tuple[str, str]] = Counter()
        for sent in self.world.transactions:
            for coin in sent.made:
                if coin.script == self.world.shop_script:
                    state[coin.outpoint] = [(0, coin.amount_sat)]
        for sent in self.world.transactions:
            held = [state.pop(coin.outpoint, []) for coin in sent.spent]
            if not any(held):
                continue
            if sent.purpose == "mix":
                for coin, marks in zip(sent.spent, held, strict=True):
                    if marks:
                        ends["mixing", coin.outpoint] += _size(marks)
                continue
            parts, fee = getattr(self, rule)(sent, held)
            if fee:
                ends["fee", sent.txid] += fee
            for coin, marks in zip(sent.made, parts, strict=True):
                if not marks:
                    continue
                if coin.script in self.inboxes:
                    ends["service", coin.outpoint] += _size(marks)
                else:
                    state[coin.outpoint] = marks
        for outpoint, marks in state.items():
            assert outpoint not in self.spender
            ends["unspent", outpoint] += _size(marks)
        return ends

    def poison(self, sent: Any, _held: Any) -> tuple[list[list[tuple[int, int]]], int]:
        return [[(0, coin.amount_sat)] for coin in sent.made], sent.fee_sat

    def haircut(self, sent: Any, held: Any) -> tuple[list[list[tuple[int, int]]], int]:
        total = sum(coin.amount_sat for coin in sent.spent)
        traced = sum(_size(marks) for marks in held)
        sizes = [*(coin.amount_sat for coin in sent.made), sent.fee_sat]
        exact = [Fraction(traced * size, total) for size in sizes]
        shares = [int(part) for part in exact]
        by_rest = sorted(range(len(sizes)), key=lambda i: (shares[i] - exact[i], i))
        for place in by_rest[: traced - sum(shares)]:
            shares[place] += 1
        return [[(0, share)] if share else [] for share in shares[:-1]], shares[-1]

    def tiho(self, sent: Any, held: Any) -> tuple[list[list[tuple[int, int]]], int]:
        left = sum(_size(marks) for marks in held)
        parts: list[list[tuple[int, int]]] = [[] for _ in sent.made]
        for place, coin in sorted(enumerate(sent.made), key=lambda pair: -pair[1].amount_sat):
            part = min(left, coin.amount_sat)
            parts[place] = [(0, part)] if part else []
            left -= part
        return parts, left

    def lifo(self, sent: Any, held: Any) -> tuple[list[list[tuple[int, int]]], int]:
        high = sum(coin.amount_sat for coin in sent.spent)
        units: list[tuple[int, int]] = []
        start = 0
        for coin, marks in zip(sent.spent, held, strict=True):
            units += [(start + a, start + b) for a, b in marks]
            start += coin.amount_sat
        parts = []
        for coin in sent.made:
            low = high - coin.amount_sat
            cut = [
                (high - min(b, high), high - max(a, low)) for a, b in units if a < high and b > low
            ]
            parts.append(cut)
            high = low
        return parts, sum(min(b, high) - a for a, b in units if a < high)

    def fifo(self, sent: Any, held: Any) -> tuple[list[list[tuple[int, int]]], int]:
        units: list[tuple[int, int]] = []
        start = 0
        for coin, marks in zip(sent.spent, held, strict=True):
            units += [(start + a, start + b) for a, b in marks]
            start += coin.amount_sat
        parts, low = [], 0
        for coin in sent.made:
            high = low + coin.amount_sat
            cut = [
                (max(a, low) - low, min(b, high) - low) for a, b in units if a < high and b > low
            ]
            parts.append(cut)
            low = high
        fee = sum(b - max(a, low) for a, b in units if b > low)
        return parts, fee


def _size(marks: list[tuple[int, int]]) -> int:
    return sum(b - a for a, b in marks)


@pytest.mark.parametrize("rule", ["poison", "haircut", "fifo", "lifo", "tiho"])
def test_the_trail_ends_where_and_with_what_the_books_say(
    world: PracticeWorld, document: dict[str, Any], rule: str
) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for node in document["rules"][rule]["frontier"]:
        where = node["txid"] if node["reason"] == "fee" else node["outpoint"]
        found[node["reason"], where] += int(node["traced_units"])
    assert found == _Twin(world).frontier(rule)


@pytest.mark.parametrize("rule", ["haircut", "fifo", "lifo", "tiho"])
def test_every_unit_is_accounted_for(
    world: PracticeWorld, document: dict[str, Any], rule: str
) -> None:
    received = sum(
        coin.amount_sat
        for sent in world.transactions
        for coin in sent.made
        if coin.script == world.shop_script
    )
    assert sum(int(n["traced_units"]) for n in document["rules"][rule]["frontier"]) == received


def test_the_leads_are_the_two_exchanges_with_the_right_deposits(
    demo: Demo, opened: Case, truth: dict[str, Any]
) -> None:
    every = find_leads(opened.store, opened.blobs, {LeadTrack.SERVICE})
    leads = {lead.service: lead for lead in every if lead.trace_id == demo.trace_id}
    assert set(leads) == {KASTELL, LAGUNE}
    for service, lead in leads.items():
        found = {(f"{d.txid}:{d.output_index}", d.address, d.amount_units) for d in lead.deposits}
        assert found == {
            (d["outpoint"], d["address"], d["amount_sat"]) for d in truth["deposits"][service]
        }
    assert {claim.service for claim in leads[KASTELL].conflicts} == {"Castle Trading"}
    assert leads[KASTELL].jurisdictions == ("EE",)


def test_the_drafts_name_every_identifier(demo: Demo, truth: dict[str, Any]) -> None:
    texts = [path.read_text("utf-8") for path in (demo.case / "requests").rglob("*.md")]
    tables = [path.read_text("utf-8") for path in (demo.case / "requests").rglob("*.csv")]
    for deposits in truth["deposits"].values():
        for deposit in deposits:
            txid, _, index = deposit["outpoint"].partition(":")
            assert any(txid in text and deposit["address"] in text for text in texts)
            assert any(txid in table and f"{deposit['amount_sat']}" in table for table in tables)
            assert index.isdecimal()


def test_the_report_prints_the_truth(
    demo: Demo, truth: dict[str, Any], world: PracticeWorld
) -> None:
    text = " ".join(page.extract_text() for page in PdfReader(demo.report).pages)
    flat = re.sub(r"\s+", "", text)
    assert "PRACTICE" in text
    assert truth["origin"] in flat
    assert truth["tip_hash"] in flat
    assert truth["mix"] in flat
    for deposits in truth["deposits"].values():
        for deposit in deposits:
            assert deposit["outpoint"].partition(":")[0] in flat
    for name in truth["unreadable"]:
        assert re.sub(r"\s+", "", name) in flat
    bundle = json.loads((demo.case / "reports" / "report.json").read_bytes())
    assert bundle["content_sha256"]


def test_the_demo_verified_and_says_what_to_do_next(demo: Demo) -> None:
    assert demo.problems == 0
    assert demo.next_steps


def test_the_shop_page_was_paid_and_the_decoy_was_not(demo: Demo, world: PracticeWorld) -> None:
    paid = [
        coin.amount_sat
        for sent in world.transactions
        for coin in sent.made
        if coin.script == world.shop_script
    ]
    exact = sum(amount in {1_250_000, 3_100_000} for amount in paid)
    assert demo.pages == {"shop.html": (len(paid), exact), "decoy.html": (0, 0)}
    assert exact == 3


def test_the_matches_are_the_orders_at_the_prices_of_the_page(
    demo: Demo, truth: dict[str, Any], world: PracticeWorld
) -> None:
    assert sorted(demo.matches) == sorted(truth["paid_at_price"])
    crowns = [c for c in world.paid_at_price() if c.purpose == "order in crowns"]
    assert len(crowns) == 2
    assert {coin.outpoint for coin in crowns} <= set(demo.matches)


def test_the_table_of_rules_shows_the_sums_of_the_books_and_the_stop_at_the_mix(
    world: PracticeWorld, document: dict[str, Any], truth: dict[str, Any]
) -> None:
    head, *lines = list(_side_by_side(document))
    reasons = head.split()[2:]
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    for rule in ("haircut", "fifo"):
        ends: Counter[str] = Counter()
        for (reason, _), units in _Twin(world).frontier(rule).items():
            ends[reason] += units
        assert rows[rule] == [f"{ends[r] // 10**8}.{ends[r] % 10**8:08d}" for r in reasons]
    assert "mixing" in reasons
    assert truth["mix"] in lines[-1]
    assert "not followed" in lines[-1]


def test_the_settlement_of_two_exchanges_and_dust_are_left_to_a_person(
    opened: Case, demo: Demo, truth: dict[str, Any], world: PracticeWorld
) -> None:
    from chainlead.workflow.contested import find_contested

    assert truth["settlement"] in demo.contested
    for txid in set(demo.contested) - {truth["settlement"]}:
        sent = next(sent for sent in world.transactions if sent.txid == txid)
        assert any(coin.purpose == "dust" for coin in sent.spent)
    link = next(
        one for one in find_contested(opened)["contested"] if one["txid"] == truth["settlement"]
    )
    parties = " ".join(party for side in link["sides"] for party in side["parties"])
    assert KASTELL in parties
    assert LAGUNE in parties


def test_every_rule_and_heuristic_of_the_trace_has_a_measured_error_rate(
    document: dict[str, Any],
) -> None:
    cards = [result["card"] for result in document["rules"].values()]
    cards += [card.get("card", card) for card in document["inferences"]]
    assert cards
    for card in cards:
        assert card["error_rate"], card["name"]
        assert card["error_rate"].startswith("measured on simulated wallets, seeds ")


def test_the_answer_is_read_with_every_trap_and_asked_again_for_what_is_missing(
    demo: Demo, opened: Case, truth: dict[str, Any]
) -> None:
    answer, answered = truth["answer"], demo.answered
    assert answered.state == "partial"
    assert set(answered.doubts) == {
        "ambiguous time", "formula", "missing sheet", "mixed zones", "sheet", "txid absent",
        "unknown sheet",
    }  # fmt: skip
    assert len(answered.unanswered) == 3
    assert answered.unanswered[0].startswith("Item 6 ")
    assert "2023-10-29 02:30:00" in answered.unanswered[1]
    assert answer["wrong_txid"] in answered.unanswered[2]
    drafts = {row["draft_id"]: row for row in opened.store.rows("drafts")}
    again = drafts[answered.follow_up]["parameters"]
    assert again["follow_up_of"] == demo.drafts[0]
    assert again["items"] == [2, 6, 11]
    letter = demo.case / "requests" / answered.follow_up / "production.md"
    flat = re.sub(r"[\s\\]+", " ", letter.read_text("utf-8"))
    assert answer["wrong_txid"] in flat
    assert "Item 6 was not answered" in flat


def test_the_request_went_from_draft_to_a_partial_answer_by_two_persons(
    demo: Demo, opened: Case
) -> None:
    from chainlead.workflow.request_states import state_of

    state = state_of(opened.store, demo.drafts[0])
    assert [event.event for event in state.events] == [
        "drafted", "reviewed", "addressee_confirmed", "sent", "sent", "acknowledged", "preserved",
        "partial",
    ]  # fmt: skip
    assert state.reviewed_by == "practice reviewer"
    assert state.drafted_by == {"practice investigator"}


def test_the_trail_goes_on_behind_the_exchange_on_its_word_and_reaches_the_second_one(
    demo: Demo, opened: Case, truth: dict[str, Any]
) -> None:
    row = opened.store.lookup("traces", trace_id=demo.answered.resumed)
    document = msgspec.json.decode(opened.blobs.get(row["result_sha256"]))
    assert document["origin"] == truth["answer"]["withdrawals"][0]
    assert document["basis"]["strength"] == "asserted"
    assert document["basis"]["source"] == KASTELL
    assert "no ledger shows it" in document["notes"][0]
    ends = {
        (node["txid"], node["reason"], node["note"])
        for node in document["rules"]["fifo"]["frontier"]
        if node["reason"] != "fee"
    }
    assert ends == {(truth["answer"]["brought_on"], "service", f"{LAGUNE} hot wallet")}
    behind = [
        lead
        for lead in find_leads(opened.store, opened.blobs, {LeadTrack.SERVICE})
        if lead.trace_id == demo.answered.resumed
    ]
    assert [lead.service for lead in behind] == [LAGUNE]


def test_a_second_report_has_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    import shutil

    from chainlead.workflow.report import export_report

    copy = tmp_path / "case"
    shutil.copytree(demo.case, copy)
    before = {p.name: p.read_bytes() for p in (copy / "reports").iterdir()}
    with Case.open_to_write(copy) as case:
        export_report(case)
    assert {p.name: p.read_bytes() for p in (copy / "reports").iterdir()} == before
