"""Claims: strongest first, conflicts kept, inherited ones weaker, nothing averaged."""

from collections.abc import Callable

from chainlead.attribution import AddressBook, pools_money
from chainlead.attribution.taxonomy import categories
from chainlead.model import Chain, Strength
from chainlead.store import Store

HOT_WALLET = "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"
ACCOUNT = "0xd882cfc20f52f2599d84b8e8d58c7fb62cfe344b"


def test_claims_come_strongest_first_then_newest(book: AddressBook) -> None:
    claims = book.service_claims(Chain.BITCOIN, HOT_WALLET)
    assert [(c.service, c.level) for c in claims] == [
        ("Kastell", 50), ("kastell.example", 50), ("Castle Trading", 20),
    ]  # fmt: skip
    assert {c.strength for c in claims} == {Strength.ASSERTED}


def test_a_claim_that_names_another_party_is_a_conflict(book: AddressBook) -> None:
    claims = book.service_claims("bitcoin", HOT_WALLET)
    assert [c.service for c in book.conflicts(claims)] == ["Castle Trading"]
    assert book.conflicts(()) == ()


def test_an_untagged_address_has_no_claims_before_and_after_the_set_is_loaded(
    book: AddressBook,
) -> None:
    for number in range(200):
        assert book.service_claims(Chain.BITCOIN, f"nobody{number}") == ()
    assert len(book.service_claims(Chain.BITCOIN, HOT_WALLET)) == 3


def test_a_tag_for_another_ledger_is_no_claim(book: AddressBook) -> None:
    assert book.claims(Chain.BITCOIN_CASH, HOT_WALLET) == ()


def test_a_sanction_listing_names_no_service(
    store: Store, add_pack: Callable[[str, bytes], None]
) -> None:
    add_pack("sanctioned_addresses_ETH.txt", ACCOUNT.upper().replace("0X", "0x").encode())
    book = AddressBook(store)
    assert [c.abuse for c in book.claims(Chain.ETHEREUM, ACCOUNT)] == ["sanction"]
    assert book.service_claims(Chain.ETHEREUM, ACCOUNT) == ()


def test_a_tag_for_an_unknown_ledger_comes_last_and_says_so(
    store: Store, add_pack: Callable[[str, bytes], None]
) -> None:
    add_pack("sanctioned_addresses_ARB.txt", ACCOUNT.encode())
    claim = AddressBook(store).claims(Chain.ETHEREUM, ACCOUNT)[0]
    assert "the tag is for ARB, not for ethereum" in claim.note


def test_the_actor_gives_the_category_that_a_tag_leaves_out(
    store: Store, add_pack: Callable[[str, bytes], None], book: AddressBook
) -> None:
    add_pack(
        "q.yaml",
        b"title: T\ncreator: C\ncurrency: BTC\nsource: s\ntags:\n"
        b"- {address: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S, label: K, actor: kastell}\n",
    )
    claim = AddressBook(store).service_claims("bitcoin", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S")[0]
    assert claim.category == "exchange"
    assert claim.confidence == "not stated"


def test_an_inherited_claim_is_inferred_and_one_class_lower(book: AddressBook) -> None:
    claims = book.service_claims("bitcoin", HOT_WALLET)
    taken = book.inherited(claims, "1other", ["aa" * 32])
    assert [(c.strength, c.level, c.inherited_via) for c in taken] == [
        (Strength.INFERRED, 40, ("aa" * 32,)),
        (Strength.INFERRED, 40, ("aa" * 32,)),
        (Strength.INFERRED, 10, ("aa" * 32,)),
    ]
    assert HOT_WALLET in taken[0].note


def test_a_trace_stops_where_money_is_pooled_and_each_stop_has_a_reason() -> None:
    must_stop = [
        "exchange",
        "wallet_service",
        "payment_processor",
        "mixing_service",
        "gambling",
        "market",
    ]
    assert all(pools_money(name) for name in must_stop)
    assert pools_money("Payment Processor")
    assert not any(pools_money(name) for name in ["user", "sanction", "donation", None, "no such"])
    assert all(category.reason for category in categories().values())


def test_a_tag_on_a_transaction_is_found_by_its_id(
    store: Store, add_pack: Callable[[str, bytes], None]
) -> None:
    txid = "ab" * 32
    pack = f"title: T\ncreator: C\nsource: s\ntags:\n- {{tx_hash: '0x{txid.upper()}', label: Theft, network: BTC}}\n"
    add_pack("t.yaml", pack.encode())
    book = AddressBook(store)
    assert [c.service for c in book.transaction_claims(Chain.BITCOIN, txid)] == ["Theft"]
    assert book.transaction_claims(Chain.LITECOIN, txid) == ()
