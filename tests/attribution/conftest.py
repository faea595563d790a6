"""A store with packs in it, and trace documents small enough to read."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chainlead.attribution import AddressBook, parse_pack
from chainlead.store import Store

DEPOSIT = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
OTHER_DEPOSIT = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
HOT_WALLET = "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"
PAYMENT, SWEEP = "aa" * 32, "bb" * 32


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.in_memory() as opened:
        yield opened


@pytest.fixture
def add_pack(store: Store) -> Callable[[str, bytes], None]:
    def add(name: str, content: bytes) -> None:
        from chainlead.workflow.tags import _actor_rows, _pack_row, _tag_row

        pack = parse_pack(name, content)
        row = _pack_row(pack, type("E", (), {"seq": 1})())
        with store.transaction():
            store.insert("packs", [row])
            store.insert("tags", (_tag_row(tag) for tag in pack.tags))
            store.insert("actors", _actor_rows(pack))

    return add


@pytest.fixture
def book(store: Store, add_pack: Callable[[str, bytes], None]) -> AddressBook:
    add_pack(
        "p.yaml",
        f"""
title: Tags
creator: tester
currency: BTC
source: https://source.example
tags:
- {{address: {HOT_WALLET}, label: Kastell, actor: kastell, category: exchange, confidence: service_data, lastmod: 2024-01-15}}
- {{address: {HOT_WALLET}, label: Castle Trading, category: exchange, confidence: web_crawl, lastmod: 2021-06-01}}
- {{address: {HOT_WALLET}, label: kastell.example, confidence: forensic, lastmod: 2020-01-01}}
""".encode(),
    )
    add_pack(
        "a.yaml",
        b"""
title: Actors
creator: tester
actors:
- {id: kastell, label: Kastell Exchange, uri: kastell.example, categories: [organization, exchange], jurisdictions: [EE], aliases: [Castle]}
""",
    )
    return AddressBook(store)


@pytest.fixture
def sweep_document() -> dict[str, Any]:
    """10 coins to a deposit address, swept together with another deposit into the hot wallet."""
    deposit, sweep = f"{PAYMENT}:0", f"{SWEEP}:0"

    def rule(traced: str, swept: str) -> dict[str, Any]:
        return {
            "transfers": [
                {"outpoint": deposit, "address": DEPOSIT, "amount_units": "10", "traced_units": traced}
            ],
            "frontier": [
                {
                    "outpoint": sweep, "address": HOT_WALLET, "amount_units": "15",
                    "traced_units": swept, "reason": "service", "note": "Kastell", "height": 2,
                    "txid": SWEEP, "hop": 1, "strength": "asserted",
                },
                {
                    "outpoint": None, "address": None, "amount_units": "1", "traced_units": "1",
                    "reason": "fee", "note": "", "height": 2, "txid": SWEEP, "hop": 1,
                    "strength": None,
                },
            ],
        }  # fmt: skip

    return {
        "origin": DEPOSIT,
        "direction": "forward",
        "pinned": {"chain": "bitcoin", "network": "main", "height": 2, "block_hash": "cc" * 32},
        "rules": {"fifo": rule("10", "10"), "haircut": rule("7", "7")},
        "transactions": [
            {
                "txid": PAYMENT, "height": 1, "block_hash": "dd" * 32, "is_coinbase": False,
                "mined_at": "2024-01-01T00:00:00Z", "inputs": [],
                "outputs": [{"outpoint": deposit, "address": DEPOSIT, "amount_units": "10"}],
            },
            {
                "txid": SWEEP, "height": 2, "block_hash": "cc" * 32, "is_coinbase": False,
                "mined_at": "2024-01-02T00:00:00Z",
                "inputs": [
                    {"outpoint": deposit, "address": DEPOSIT, "amount_units": "10"},
                    {"outpoint": f"{'ee' * 32}:1", "address": OTHER_DEPOSIT, "amount_units": "6"},
                ],
                "outputs": [{"outpoint": sweep, "address": HOT_WALLET, "amount_units": "15"}],
            },
        ],
    }  # fmt: skip
