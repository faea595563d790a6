"""The page check reads a page as text, and gives signs with their innocent explanations only."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from chainlead.evidence import Item
from chainlead.findings import PageCheck, check_page, read_page_texts, scan_items
from chainlead.guide.practice import build_world, write_world

ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"


@pytest.fixture
def check(pages: Callable[..., list[Item]]) -> Callable[..., PageCheck]:
    def run(content: bytes | str, *seen: PageCheck, name: str = "page.html") -> PageCheck:
        raw = content.encode() if isinstance(content, str) else content
        items = [replace(i, media_type="text/html") for i in pages(raw, path=name)]
        [text] = read_page_texts(items)
        found = scan_items(items, case_key=bytes(32))
        return check_page(text, found, [other.seen_as(f"page {n}") for n, other in enumerate(seen)])

    return run


def _signs(made: PageCheck) -> list[str]:
    return [sign.name for sign in made.signs]


@pytest.fixture(scope="module")
def practice_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The worked example: a shop that was paid, and a decoy that never was."""
    folder = tmp_path_factory.mktemp("practice")
    exhibit = write_world(build_world(), folder / "world").exhibit / "laptop" / "Pages"
    return {path.name: path.read_bytes() for path in exhibit.glob("*.html")}


def test_the_paid_and_the_unpaid_page_of_the_practice_case_show_the_same_signs(
    practice_pages: dict[str, bytes], check: Callable[..., PageCheck]
) -> None:
    """Signs alone tell nothing: the shop that delivers shows those of the page that does not."""
    shop = check(practice_pages["shop.html"])
    decoy = check(practice_pages["decoy.html"], shop)
    expected = ["no-order-form", "mail-only", "one-static-address"]
    assert _signs(shop) == expected
    assert _signs(decoy) == expected
    assert [(p.amount, p.currency) for p in shop.prices] == [
        ("0.0125", "BTC"),
        ("0.031", "BTC"),
        ("7500", "SEK"),
        ("12000", "SEK"),
    ]
    assert [(p.amount, p.currency) for p in decoy.prices] == [("0.5", "BTC")]
    assert [c.value for c in shop.contacts] == ["orders@nordlicht.example"]
    assert len(shop.addresses) == len(decoy.addresses) == 1
    assert shop.addresses[0].chains == ("bitcoin:regtest",)


def test_every_sign_has_an_innocent_explanation_and_none_is_a_verdict(
    check: Callable[..., PageCheck],
) -> None:
    page = f"<html><title>x</title><p>5 EUR</p><p>{ADDRESS}</p><p>a@b.example</p></html>"
    clone = page.replace("5", "7")
    made = check(page, check(clone, name="other.html"))
    assert len(made.signs) == 4
    for sign in made.signs:
        assert len(sign.innocent) > 30
        words = f"{sign.seen} {sign.innocent}".lower()
        assert not {"scam", "fraud", "fake", "criminal", "guilty"} & set(words.split())


@pytest.mark.parametrize(
    "way",
    [
        "<form action='/pay'><input name=amount></form>",
        "<button>Buy</button>",
        "<a href='/checkout?item=3'>go</a>",
        f"<a href='bitcoin:{ADDRESS}?amount=0.1'>pay</a>",
        "<script src='https://btcpay.shop.example/modal.js'></script>",
    ],
)
def test_a_way_to_pay_is_seen(way: str, check: Callable[..., PageCheck]) -> None:
    made = check(f"<html><body><p>Blue 0.1 BTC</p>{way}</body></html>")
    assert made.payment.is_there
    assert not {"price-without-payment", "no-order-form"} & set(_signs(made))


def test_a_search_field_is_no_way_to_pay(check: Callable[..., PageCheck]) -> None:
    page = "<html><form action='/find'><input type=text name=q></form><p>0.1 BTC</p></html>"
    assert "price-without-payment" in _signs(check(page))


def test_a_page_without_prices_shows_no_sign_about_payment(
    check: Callable[..., PageCheck],
) -> None:
    assert _signs(check("<html><p>Hello, a blog about trees.</p></html>")) == []


def test_a_clone_with_another_address_is_a_sign(check: Callable[..., PageCheck]) -> None:
    text = "We ship the best goods from the north every single day of the whole year. " * 2
    one = check(f"<html><p>{text}0.5 BTC to {ADDRESS}</p></html>")
    page = f"<html><p>{text}0.5 BTC to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2</p></html>"
    [clone] = check(page, one, name="other.html").clones
    assert (clone.kind, clone.page, clone.has_same_addresses) == ("same template", "page 0", False)


def test_the_same_bytes_are_no_clone(check: Callable[..., PageCheck]) -> None:
    page = f"<html><p>one two three 0.5 BTC {ADDRESS}</p></html>"
    assert check(page, check(page)).clones == ()


def test_an_address_in_capitals_counts_once(check: Callable[..., PageCheck]) -> None:
    [found] = check(f"<html><p>{ADDRESS} or {ADDRESS.upper()}</p></html>").addresses
    assert found.address == ADDRESS
    assert len(found.written) == 2


def test_what_a_reader_does_not_see_is_not_read(check: Callable[..., PageCheck]) -> None:
    page = (
        "<html><!-- 1 BTC --><script>var x='2 BTC';</script><style>.a{content:'3 BTC'}</style>"
        "<p>4&nbsp;BTC</p></html>"
    )
    assert [price.amount for price in check(page).prices] == ["4"]


def test_the_document_holds_json_values_only_and_no_secret(
    check: Callable[..., PageCheck],
) -> None:
    secret = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    page = f"<html><title>{secret}</title><a href='/order/{secret}'>x</a><p>{secret}</p></html>"
    document = json.dumps(check(page).to_document())
    assert secret not in document


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252"])
def test_the_page_is_read_in_its_encoding(encoding: str, pages: Callable[..., list[Item]]) -> None:
    content = "<html><p>Preis: 5 € für alle</p></html>".encode(encoding)
    stated = "bytes" if encoding == "cp1252" else encoding
    [item] = pages(content, encoding=stated)
    [text] = read_page_texts([replace(item, media_type="text/html")])
    assert text.text == "Preis: 5 € für alle"


def test_a_hostile_page_is_read_in_linear_time(check: Callable[..., PageCheck]) -> None:
    for piece in ("<a ", "<!--", "<p>1 ", "a@", "-----BEGIN PGP PUBLIC KEY BLOCK-----", "tg:"):
        made = check("<html>" + piece * 30_000)
        assert isinstance(made, PageCheck)
