"""The page check against the practice case: the paid page has receipts, the decoy has none."""

from decimal import Decimal
from pathlib import Path

import pytest

from chainlead.errors import ConfigError, ExhibitNotFoundError
from chainlead.ledger import Window
from chainlead.model import Chain, moment_from_text
from chainlead.workflow.case import Case, content_head
from chainlead.workflow.demo import Demo
from chainlead.workflow.page import check_file
from chainlead.workflow.page_ledger import Asked, Rate, parse_rate

ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"


@pytest.fixture
def opened(demo: Demo, tmp_path: Path):
    """A copy of the demo's case, open for writing."""
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(demo.case, folder)
    with Case.open_to_write(folder, who="tester") as case:
        yield case


def _page(demo: Demo, name: str) -> Path:
    return demo.exhibit / "laptop" / "Pages" / name


def test_the_paid_page_has_receipts_that_match_and_chance_gives_next_to_none(
    demo: Demo, opened: Case
) -> None:
    """Prices 0.0125 (paid twice) and 0.031 (paid once); four more receipts match nothing."""
    [page] = check_file(_page(demo, "shop.html"), case=opened).document["pages"]
    [ledger] = page["ledger"]
    assert ledger["receipts"] == 7
    paid = sorted((match["price"], match["difference_units"]) for match in ledger["matches"])
    assert paid == [("0.0125 BTC", "0"), ("0.0125 BTC", "0"), ("0.031 BTC", "0")]
    assert ledger["exact_matches"] == 3
    assert sum(shift["matches"] for shift in ledger["shifted_prices"]) <= 1
    assert ledger["elsewhere"]["outputs"] > 500
    assert ledger["pinned"]["height_gaps"] == 0
    assert ledger["competing_explanations"]
    assert page["known_as"] == ["E1 › file:laptop/Pages/shop.html"]


def test_the_decoy_page_has_no_receipt_and_still_no_verdict(demo: Demo, opened: Case) -> None:
    document = check_file(_page(demo, "decoy.html"), case=opened).document
    [ledger] = document["pages"][0]["ledger"]
    assert (ledger["receipts"], ledger["matches"]) == (0, [])
    assert any("No receipt is known" in line for line in ledger["competing_explanations"])
    assert document["verdict"] is None


def test_a_window_counts_other_times_too(demo: Demo, opened: Case) -> None:
    path = _page(demo, "shop.html")
    [always] = check_file(path, case=opened).document["pages"][0]["ledger"]
    day = always["matches"][0]["mined_at"][:10]
    window = Window(
        moment_from_text(f"{day}T00:00:00+00:00"), moment_from_text(f"{day}T23:59:59+00:00")
    )
    [ledger] = check_file(path, case=opened, asked=Asked(window)).document["pages"][0]["ledger"]
    on_that_day = [m for m in always["matches"] if m["mined_at"].startswith(day)]
    assert 0 < len(ledger["matches"]) == len(on_that_day)
    assert ledger["receipts"] == always["receipts"]
    elsewhere = sum(other["matches"] for other in ledger["shifted_windows"])
    assert elsewhere + len(on_that_day) == len(always["matches"])


def test_a_price_in_other_money_counts_only_with_a_rate(
    demo: Demo, opened: Case, tmp_path: Path
) -> None:
    text = _page(demo, "shop.html").read_text().replace("0.0125 BTC", "500 EUR")
    copy = tmp_path / "shop.html"
    copy.write_text(text)
    rate = Rate("EUR", Chain.BITCOIN, Decimal(40_000), "a test")
    without = check_file(copy, case=opened).document["pages"][0]["ledger"][0]
    with_rate = check_file(copy, case=opened, asked=Asked(rates=(rate,))).document["pages"][0]
    assert [match["price"] for match in without["matches"]] == ["0.031 BTC"]
    assert without["prices_not_compared"] == 3, "500 EUR, and two prices in crowns"
    matches = with_rate["ledger"][0]["matches"]
    assert {m["price"] for m in matches} == {"0.031 BTC", "500 EUR at 40000 EUR/BTC (a test)"}
    assert with_rate["ledger"][0]["prices_not_compared"] == 2
    assert len(matches) == 3


@pytest.mark.parametrize(
    ("text", "source"),
    [("EUR/BTC=40000", ""), ("EUR=4", "x"), ("EUR/ZZZ=4", "x"), ("EUR/BTC=-4", "x"), ("", "x")],
)
def test_a_rate_without_source_or_sense_is_refused(text: str, source: str) -> None:
    with pytest.raises(ConfigError):
        parse_rate(text, source)


def test_a_clone_of_a_page_in_the_exhibit_is_found(
    demo: Demo, opened: Case, tmp_path: Path
) -> None:
    text = _page(demo, "shop.html").read_text().replace("Nordlicht", "Sydlicht")
    copy = tmp_path / "clone.html"
    copy.write_text(text.replace("0.0125", "0.02"))
    document = check_file(copy, case=opened).document
    kinds = {c["page"]: c["kind"] for c in document["pages"][0]["clones"]}
    assert kinds == {} or set(kinds) == {"E1 › file:laptop/Pages/shop.html"}
    copy.write_text(_page(demo, "shop.html").read_text().replace("0.0125", "0.02"))
    clones = check_file(copy, case=opened).document["pages"][0]["clones"]
    kinds = {clone["page"]: clone["kind"] for clone in clones}
    assert kinds["E1 › file:laptop/Pages/shop.html"] == "same template"


def test_a_page_that_was_checked_before_is_compared_with(case: Case, tmp_path: Path) -> None:
    words = "we ship the best goods from the north on every day of the whole long year " * 2
    (tmp_path / "one.html").write_text(f"<html><p>{words} 1 BTC {ADDRESS}</p></html>")
    (tmp_path / "two.html").write_text(f"<html><p>{words} 2 BTC {ADDRESS}</p></html>")
    check_file(tmp_path / "one.html", case=case)
    [clone] = check_file(tmp_path / "two.html", case=case).document["pages"][0]["clones"]
    assert (clone["page"], clone["has_same_addresses"]) == ("file:one.html", True)


def test_the_check_is_a_look_that_leaves_the_case_as_it_was(case: Case, tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text(f"<html><p>1 BTC {ADDRESS}</p></html>")
    before = content_head(case.entries)
    check_file(tmp_path / "one.html", case=case, why="asked by the prosecutor")
    assert content_head(case.entries) == before
    [entry] = [e for e in case.entries if e.act == "page.check"]
    assert entry.why == "asked by the prosecutor"
    assert set(entry.blobs) == {"result", "prints"}


def test_without_a_case_nothing_is_compared(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text(f"<html><p>1 BTC {ADDRESS}</p></html>")
    document = check_file(tmp_path / "one.html").document
    assert document["compared_with"] == 0
    assert document["pages"][0]["ledger"] == []
    assert document["pages"][0]["addresses"][0]["address"] == ADDRESS


def test_a_saved_page_in_one_file_is_read_part_by_part(tmp_path: Path) -> None:
    (tmp_path / "page.mhtml").write_bytes(
        b"From: <Saved by Browser>\r\nSnapshot-Content-Location: http://shop.example/\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=edge\r\n\r\n"
        b"--edge\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: http://shop.example/\r\n"
        b"\r\n<!doctype html><html><title>Sho=\r\np</title><p>Blue 0.5=C2=A0BTC to "
        + ADDRESS.encode()
        + b"</p></html>\r\n--edge--\r\n"
    )
    [page] = check_file(tmp_path / "page.mhtml").document["pages"]
    assert page["title"] == "Shop"
    assert [price["amount_units"] for price in page["prices"]] == ["50000000"]
    assert [found["address"] for found in page["addresses"]] == [ADDRESS]


def test_a_web_archive_is_read_page_by_page(tmp_path: Path) -> None:
    records = b""
    for number in (1, 2):
        body = f"<!doctype html><html><p>{number} BTC</p></html>".encode()
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        records += (
            (
                b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://shop.example/%d\r\n"
                b"Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n"
                % (number, len(answer))
            )
            + answer
            + b"\r\n\r\n"
        )
    (tmp_path / "crawl.warc").write_bytes(records)
    pages = check_file(tmp_path / "crawl.warc").document["pages"]
    assert [page["prices"][0]["amount"] for page in pages] == ["1", "2"]


def test_plain_text_counts_as_a_page_and_a_missing_file_does_not(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(f"Blue 0.5 BTC, pay {ADDRESS}\n")
    [page] = check_file(tmp_path / "page.txt").document["pages"]
    assert page["prices"][0]["currency"] == "BTC"
    with pytest.raises(ExhibitNotFoundError):
        check_file(tmp_path / "gone.html")


def test_damage_is_listed(tmp_path: Path) -> None:
    (tmp_path / "page.html.gz").write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\xff" * 40)
    result = check_file(tmp_path / "page.html.gz")
    assert result.has_unread
    assert result.document["unread"]
