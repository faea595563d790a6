"""Tags that say nothing about a payment: recognised, shown with the reason, never taken for a holder."""

from collections.abc import Callable
from typing import Any

import pytest

from chainlead.attribution import AddressBook, derive_leads
from chainlead.attribution.silent_tags import SilentTags
from chainlead.attribution.stablecoins import stablecoins
from chainlead.codecs import lookup_address
from chainlead.store import Store

ZERO = "0x0000000000000000000000000000000000000000"
BURN = "0x000000000000000000000000000000000000dEaD"
USDT = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
TOKEN = "0x" + "99" * 20
ROUTER = "0x" + "88" * 20
HOT_WALLET = "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"
PERSON = "0x" + "77" * 20
AddPack = Callable[[str, bytes], None]


def pack(*lines: str, currency: str = "ETH") -> bytes:
    head = f"title: T\ncreator: c\ncurrency: {currency}\nsource: s\ntags:\n"
    return (head + "".join(f"- {{{line}}}\n" for line in lines)).encode()


@pytest.mark.parametrize("address", [ZERO, BURN, USDT, TOKEN])
def test_a_tag_on_what_nobody_holds_names_no_service(
    store: Store, add_pack: AddPack, address: str
) -> None:
    row = {"chain": "ethereum", "contract": TOKEN, "symbol": "X", "decimals": 2}
    with store.transaction():
        told = {"verified": "single source", "note": "", "source_sha256": ""}
        store.insert("account_assets", [{**row, **told}])
    add_pack("p.yaml", pack(f"address: '{address}', label: Big Exchange, category: exchange"))
    book = AddressBook(store)
    (claim,) = book.claims("ethereum", address)
    assert claim.is_nobodys
    assert claim.says_nothing
    assert (claim.service, claim.category) == ("Big Exchange", "exchange")
    assert book.service_claims("ethereum", address) == ()


def test_a_router_still_stops_a_trace_but_is_no_lead(
    store: Store, add_pack: AddPack, sweep_document: dict[str, Any]
) -> None:
    end = HOT_WALLET
    line = f"address: {end}, label: Swap Router 2, category: defi_dex"
    add_pack("p.yaml", pack(line, currency="BTC"))
    book = AddressBook(store)
    (claim,) = book.service_claims("bitcoin", end)
    assert "nobody keeps its users' names" in claim.says_nothing
    assert book.pools_money(claim.category)
    assert derive_leads("t" * 16, sweep_document, book, None) == ()


def test_a_claim_that_says_something_beside_one_that_does_not_still_leads(
    store: Store, add_pack: AddPack, sweep_document: dict[str, Any]
) -> None:
    end = HOT_WALLET
    lines = (
        f"address: {end}, label: Swap Router, category: defi_dex, confidence: ownership",
        f"address: {end}, label: Kastell, category: exchange, confidence: service_data",
    )
    add_pack("p.yaml", pack(*lines, currency="BTC"))
    (lead,) = derive_leads("t" * 16, sweep_document, AddressBook(store), None)
    assert lead.service == "Kastell"
    assert all(not claim.says_nothing for claim in lead.claims)


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Uniswap V2: Router", "router"),
        ("Tether Gold: XAUt Token", "token's contract"),
        ("ENS: Burn Address", "burn address"),
        ("Kastell", ""),
        ("BlackRouterService", ""),
        ("Token Store", ""),
    ],
)
def test_words_in_a_label_count_only_as_inferred_and_only_without_a_category(
    store: Store, label: str, reason: str
) -> None:
    silent = SilentTags(store)
    found = silent.judge("ethereum", PERSON, label=label, category=None, abuse=None)
    assert (found.words if found else "").count(reason) >= bool(reason)
    assert (found is None) is (not reason)
    assert found is None or found.words.endswith("(inferred from its label)")
    assert silent.judge("ethereum", PERSON, label=label, category="exchange", abuse=None) is None
    assert silent.judge("ethereum", PERSON, label=label, category=None, abuse="scam") is None


def test_a_sanction_list_on_a_contract_that_all_use_says_so_and_on_a_person_stays(
    store: Store,
) -> None:
    silent = SilentTags(store)
    listed = silent.judge(
        "ethereum", USDT.lower(), label="X", category="sanction", abuse="sanction"
    )
    assert listed is not None
    assert "does not point to the listed party" in listed.words
    person = silent.judge("ethereum", PERSON, label="X", category="sanction", abuse="sanction")
    assert person is None


def test_every_shipped_stablecoin_is_an_address_of_its_ledger_and_has_source_and_day() -> None:
    for coin in stablecoins():
        assert coin.source
        assert coin.read == "2026-11-22"
        assert coin.certainty in {"verified", "secondary", "general", "inference"}
        parsed = lookup_address(coin.contract.rpartition(".")[2])
        assert parsed is not None
        assert parsed.chain.value == coin.chain


@pytest.mark.real
def test_in_the_real_packs_the_zero_address_and_routers_are_recognised(
    store: Store, add_pack: AddPack, shared_data: Any
) -> None:
    packs = shared_data / "attribution" / "graphsense-tagpacks" / "packs"
    for name in ("defi-protocols-csh.yaml", "etherscan-label-word-cloud.yaml"):
        add_pack(name, (packs / name).read_bytes())
    book = AddressBook(store)
    assert book.claims("ethereum", ZERO)
    assert book.service_claims("ethereum", ZERO) == ()
    burn = book.claims("ethereum", BURN)
    assert burn
    assert all(claim.is_nobodys for claim in burn)
    assert all(claim.is_nobodys for claim in book.claims("ethereum", USDT))
    router = book.claims("ethereum", "0x7a250d5630b4cf539739df2c5dacb4c659f2488d")
    assert router
    assert all(claim.says_nothing for claim in router)
