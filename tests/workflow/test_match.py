"""A search for payments is an act: kept whole, made again byte for byte, honest about chance."""

import shutil
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from chainlead.errors import ConfigError, LedgerSourceError, OriginNotFoundError
from chainlead.guide.practice import PracticeWorld, build_world
from chainlead.ledger import (
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    TransferRead,
    Verified,
    get_account_chain,
)
from chainlead.model import Chain, Network, moment_from_text
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo
from chainlead.workflow.ledger import add
from chainlead.workflow.match import Search, match, prices_of_page, rematch
from chainlead.workflow.rates import add_rates
from chainlead.workflow.verify import verify


@pytest.fixture
def practice(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the practice case that a test may write to."""
    return Path(shutil.copytree(demo.case, tmp_path / "case"))


@pytest.fixture(scope="session")
def truth_world() -> PracticeWorld:
    return build_world()


def shop_payments(world: PracticeWorld) -> dict[str, int]:
    """Every payment to the shop by somebody else, from the truth: outpoint to satoshi."""
    return {
        coin.outpoint: coin.amount_sat
        for transaction in world.economy.sent
        for coin in transaction.made
        if coin.owner == "shop" and all(spent.owner != "shop" for spent in transaction.spent)
    }


def test_every_order_at_a_price_is_found_in_the_whole_ledger(
    practice: Path, truth_world: PracticeWorld
) -> None:
    """Recall is whole; what is found beside the orders has exactly the amount of a price."""
    paid = shop_payments(truth_world)
    price = 1_250_000
    orders = {outpoint for outpoint, units in paid.items() if units == price}
    assert len(orders) >= 2
    with Case.open_to_write(practice) as case:
        _, document = match(case, Search(("0.0125 BTC",), tolerance_ppm=0))
    found = {one["outpoint"]: one for one in document["matches"]}
    assert orders <= set(found)
    assert {one["amount_units"] for one in found.values()} == {str(price)}
    assert all(one["strength"] == "observed" for one in found.values())


def test_a_price_in_crowns_is_found_at_the_rate_of_its_day(practice: Path, demo: Demo) -> None:
    with Case.open_to_write(practice) as case:
        _, document = match(case, Search(("7500 SEK", "12000 SEK"), tolerance_ppm=1_000))
    assert document["match_count"] >= 2
    for one in document["matches"]:
        asked = Fraction(one["price"].split()[0]) * one["quantity"]
        assert abs(Fraction(one["value"]["value"]) - asked) <= asked / 1000 + Fraction(1, 100)
        assert one["value"]["date"] == one["mined_at"][:10]
        assert one["value"]["rates"][0]["source"] == "invented for practice"
    assert {one["outpoint"] for one in document["matches"]} & set(demo.matches)


def test_the_act_keeps_question_and_answer_and_verify_makes_it_again(practice: Path) -> None:
    search = Search(
        ("0.0125 BTC", "7500 SEK", "7500 SEK"),
        since=datetime(2024, 2, 1, tzinfo=UTC),
        recurring="every day 00:00-12:00 UTC",
        fee_tolerance="0.0001 BTC",
        most_quantity=3,
    )
    with Case.open_to_write(practice) as case:
        match_id, document = match(case, search, why="prices of the page")
        again, same = match(case, search)
        assert (again, same) == (match_id, document)
        entry = [entry for entry in case.entries if entry.act == "match.run"][-2]
        assert (entry.why, entry.what["match_id"]) == ("prices of the page", match_id)
        assert entry.what["question"]["prices"] == ["0.0125 BTC", "7500 SEK"]
        kept = msgspec.json.decode(case.blobs.get(entry.blobs["result"]))
        assert kept == document
        row = case.store.lookup("payment_matches", match_id=match_id)
        assert row is not None
    done = verify(practice)
    assert done.problems == []


def test_later_rates_do_not_change_what_was_answered(practice: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    late.write_text("date,asset,currency,rate,source\n2024-02-01,BTC,EUR,40000,Bank\n")
    search = Search(("500 EUR",), tolerance_ppm=100_000)
    with Case.open_to_write(practice) as case:
        before, document = match(case, search)
        assert document["unrated"] == document["in_times"] > 0
        assert document["match_count"] == 0
        list(add_rates(case, [late]))
        after, rated = match(case, search)
        assert before != after
        assert rated["unrated"] < document["unrated"]
    assert verify(practice).problems == []


def test_a_match_that_hangs_on_one_of_two_sources_is_said_to_be_disputed(
    practice: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(
        "date,asset,currency,rate,source\n"
        "2024-02-01,BTC,SEK,500000,Bank of Y\n2024-02-02,BTC,SEK,500000,Bank of Y\n"
    )
    with Case.open_to_write(practice) as case:
        _, before = match(case, Search(("7500 SEK",)))
        list(add_rates(case, [other]))
        _, document = match(case, Search(("7500 SEK",)))
    assert document["match_count"] == before["match_count"] > 0, "the source added first counts"
    assert all(one["value"]["disagrees"] for one in document["matches"])
    assert any("sources of the day's rate disagree" in line for line in document["summary"])
    assert not any("disagree" in line for line in before["summary"])


def test_a_changed_answer_is_found_by_verify(practice: Path) -> None:
    with Case.open_to_write(practice) as case:
        _, document = match(case, Search(("0.0125 BTC",)))
        document["match_count"] += 1
        what = {
            "question": document["question"], "match_id": document["match_id"],
            "pinned": document["pinned"],
            "version": next(e for e in case.entries if e.act == "match.run").what["version"],
        }  # fmt: skip
        case.act("match.run", what=what, blobs={"result": msgspec.json.encode(document)})
    assert any(
        "Done again, 'result' has other bytes" in p.sentence for p in verify(practice).problems
    )


def test_the_answer_holds_no_binary_fraction_and_no_word_of_a_purchase(practice: Path) -> None:
    with Case.open_to_write(practice) as case:
        _, document = match(case, Search(("0.0125 BTC", "7500 SEK"), most_quantity=5))

    def leaves(node: object) -> list[object]:
        if isinstance(node, dict):
            return [leaf for part in node.values() for leaf in leaves(part)]
        return (
            [leaf for part in node for leaf in leaves(part)] if isinstance(node, list) else [node]
        )

    assert not [leaf for leaf in leaves(document) if isinstance(leaf, float)]
    words = " ".join(str(leaf) for leaf in leaves(document)).lower()
    for word in ("bought", "purchase", "customer paid", "proves"):
        assert word not in words


def test_prices_of_a_page_are_taken_in_every_reading(tmp_path: Path) -> None:
    page = tmp_path / "shop.html"
    page.write_text("<html><p>Red 0.0125 BTC</p><p>Blue 300 kr</p><p>Sum 1.250 EUR</p></html>")
    assert prices_of_page(page) == (
        "0.0125 BTC", "300 SEK", "300 NOK", "300 DKK", "300 ISK", "1.25 EUR", "1250 EUR",
    )  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"prices": ()}, {"prices": ("x",)}, {"prices": ("1 EUR",) * 1 + ("0 EUR",)},
        {"prices": tuple(f"{n + 1} EUR" for n in range(501))}, {"tolerance_ppm": 500_001},
        {"tolerance_ppm": -1}, {"most_quantity": 0}, {"most_quantity": 101},
        {"addresses": ("L" + "1" * 51,)}, {"addresses": ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",)},
        {"recurring": "every moonday"}, {"fee_tolerance": "much"},
        {"since": datetime(2024, 2, 2, tzinfo=UTC), "until": datetime(2024, 2, 1, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused_before_anything_is_kept(
    practice: Path, changed: dict
) -> None:
    with Case.open_to_write(practice) as case:
        acts = len(case.entries)
        with pytest.raises(ConfigError):
            match(case, Search(**({"prices": ("1 EUR",)} | changed)))
        assert len(case.entries) == acts


def test_an_address_may_be_written_in_capitals_and_a_key_is_never_repeated(practice: Path) -> None:
    key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    with Case.open_to_write(practice) as case:
        _, document = match(case, Search(("0.0125 BTC",)))
        address = document["matches"][0]["address"]
        _, again = match(case, Search(("0.0125 BTC",), addresses=(f" {address.upper()} ",)))
        assert again["question"]["addresses"] == [address]
        assert again["match_count"] >= 1
        with pytest.raises(ConfigError) as caught:
            match(case, Search(("1 EUR",), addresses=(key,)))
    assert key not in str(caught.value.sentences())


def test_an_account_ledger_is_searched_and_made_again(case: Case, tmp_path: Path) -> None:
    """XRP-like and Ethereum-like histories come in through `ledger add` once a source reads them."""
    request = AccountRequest(get_account_chain(Chain.XRP), Network.MAIN)
    payer, shop = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
    paid = AccountTransactionRead(
        txid="AB" * 32, block_hash="CD" * 32, height=7, block_index=0, mined_at_unix=1_709_287_200,
        is_successful=True, sees_internal=True, fee_payer=payer, fee_units=10,
        transfers=(TransferRead("payment", payer, shop, 25_000_000, asked_units=30_000_000),),
        verified=Verified.IN_BLOCK,
    )  # fmt: skip
    rates = tmp_path / "own.csv"
    rates.write_text("date,asset,currency,rate,source\n2024-03-01,XRP,SEK,6.2,Bank of X\n")
    list(add_rates(case, [rates]))
    with case.store.transaction():
        AccountWriter(case.store, request, "first").write([paid])
    search = Search(("155 SEK", "25 XRP"), addresses=(shop,), tolerance_ppm=0, chain=Chain.XRP)
    _, document = match(case, search)
    [one] = document["matches"]
    assert (one["amount"], one["price"], one["also"]) == (
        "25.000000 XRP", "25 XRP", [{"price": "155 SEK", "quantity": 1}],
    )  # fmt: skip
    entry = next(entry for entry in case.entries if entry.act == "match.run")
    assert rematch(case.projection, entry) == case.blobs.get(entry.blobs["result"])
    with pytest.raises(ConfigError, match="Address 1"):
        match(case, Search(("1 XRP",), addresses=(shop[:-1] + "x",), chain=Chain.XRP))
    with pytest.raises(ConfigError, match="no tokens"):
        match(case, Search(("1 BTC",), token="0x1", chain=Chain.BITCOIN))


def test_a_ledger_that_cannot_be_searched_is_no_ledger_without_payments(practice: Path) -> None:
    with Case.open_to_write(practice) as case, pytest.raises(LedgerSourceError, match="dogecoin"):
        match(case, Search(("1 DOGE",), chain=Chain.DOGECOIN))


def test_a_case_without_a_ledger_says_so(case: Case) -> None:
    with pytest.raises(OriginNotFoundError):
        match(case, Search(("1 BTC",)))


@pytest.mark.real
def test_real_blocks_are_searched_with_published_rates(case: Case, shared_data: Path) -> None:
    """Two neighbouring blocks of 2018: every match is right by a slow reading of the blocks."""
    files = sorted((shared_data / "btc-blocks" / "bitcoin-s").glob("0000*.txt"))
    assert files
    add(case, files)
    rates = shared_data / "rates"
    list(
        add_rates(
            case,
            [rates / "ecb/eurofxref-hist.zip", rates / "btc-daily/BTCUSD_1d_candles_full.csv"],
        )
    )
    _, document = match(case, Search(("50 EUR", "0.01 BTC", "500 SEK"), tolerance_ppm=5_000))
    assert document["match_count"] == len(document["matches"]) > 0
    assert document["unrated"] == 0
    assert {one["mined_at"][:4] for one in document["matches"]} == {"2018"}
    for one in document["matches"]:
        asked, currency = one["price"].split()
        if currency == "BTC":
            assert abs(int(one["amount_units"]) - 10**6) <= 5_000
        else:
            worth = Fraction(one["value"]["value"])
            room = Fraction(asked) * Fraction(5, 1000) + Fraction(1, 100)
            assert abs(worth - Fraction(asked)) <= room
    prices = next(c for c in document["by_chance"] if c["how"] == "shifted prices")
    assert len(prices["moves"]) >= 3
    as_round = next(c for c in document["by_chance"] if c["how"] == "prices as round")
    assert as_round["moves"], "real amounts are round; the control for that has to be there"
    moments = [moment_from_text(one["mined_at"]) for one in document["matches"]]
    assert moments == sorted(moments)
