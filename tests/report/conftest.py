"""A case with rows of our own making: what the other rooms would have written."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chainlead.attribution import Claim, Deposit, Lead
from chainlead.model import Strength
from chainlead.report import JournalState, Material, Term, build_bundle
from chainlead.store import Blobs, Store


def txid(number: int) -> str:
    return f"{number:02x}" * 32


def outpoint(number: int, index: int = 0) -> str:
    return f"{txid(number)}:{index}"


def address(number: int) -> str:
    return f"bc1q{number:038d}"


def _side(number: int, index: int, units: int) -> dict[str, Any]:
    return {
        "outpoint": outpoint(number, index),
        "address": address(number * 10 + index),
        "amount_units": str(units),
    }


def _transaction(number: int, inputs: list[Any], outputs: list[Any]) -> dict[str, Any]:
    return {
        "txid": txid(number),
        "height": 100 + number,
        "block_index": 1,
        "block_hash": "00" * 32,
        "mined_at": f"2024-03-01T{number:02d}:00:00Z",
        "is_coinbase": False,
        "fee_units": "0",
        "inputs": inputs,
        "outputs": outputs,
    }


def _transfer(number: int, index: int, units: int, traced: int, hop: int) -> dict[str, Any]:
    return {
        **_side(number, index, units),
        "traced_units": str(traced),
        "height": 100 + number,
        "mined_at_unix": 1709251200 + 3600 * number,
        "hop": hop,
    }


def _end(number, index, units, traced, reason, hop) -> dict[str, Any]:  # noqa: PLR0917  (one line per end)
    return {
        **_side(number, index, units),
        "traced_units": str(traced),
        "reason": reason,
        "note": "Kronbyte Exchange" if reason == "service" else "",
        "strength": "asserted" if reason == "service" else None,
        "height": 100 + number,
        "txid": txid(number),
        "hop": hop,
    }


def trace_document(fan: int = 3) -> dict[str, Any]:
    """1 pays 2; 2 is spent by 3 with foreign money; 3 pays a service, a fan and itself."""
    card = {
        "name": "haircut",
        "version": 1,
        "assumption": "Every output carries the same share.",
        "known_failure": "A payer who meant one coin is spread over all.",
        "citation": "Möser, Böhme, Breuker 2014",
        "parameters": {"conserves": "yes"},
    }
    fans = [_side(3, 2 + number, 1000) for number in range(fan)]
    transactions = [
        _transaction(1, [_side(9, 0, 5_000_000)], [_side(1, 0, 5_000_000)]),
        _transaction(2, [_side(1, 0, 5_000_000)], [_side(2, 0, 4_000_000), _side(2, 1, 1_000_000)]),
        _transaction(
            3,
            [_side(2, 0, 4_000_000), _side(8, 0, 4_000_000)],
            [_side(3, 0, 6_000_000), _side(3, 1, 2_000_000 - fan * 1000), *fans],
        ),
    ]
    transfers = [
        _transfer(1, 0, 5_000_000, 5_000_000, 0),
        _transfer(2, 0, 4_000_000, 4_000_000, 1),
        _transfer(2, 1, 1_000_000, 1_000_000, 1),
        _transfer(3, 0, 6_000_000, 3_000_000, 2),
        _transfer(3, 1, 2_000_000 - fan * 1000, 1_000_000 - fan * 500, 2),
        *(_transfer(3, 2 + number, 1000, 500, 2) for number in range(fan)),
    ]
    frontier = [
        _end(2, 1, 1_000_000, 1_000_000, "unspent", 1),
        _end(3, 0, 6_000_000, 3_000_000, "service", 2),
        _end(3, 1, 2_000_000 - fan * 1000, 1_000_000 - fan * 500, "left the known blocks", 2),
        *(_end(3, 2 + number, 1000, 500, "unspent", 2) for number in range(fan)),
    ]
    rule = {
        "card": card,
        "conserves": True,
        "sums": {"origin_units": "5000000", "frontier_units": "5000000"},
        "frontier": frontier,
        "transfers": transfers,
        "notes": [],
    }
    fifo = {**rule, "card": {**card, "name": "fifo"}, "frontier": frontier[:2]}
    return {
        "format": 1,
        "origin": outpoint(1),
        "direction": "forward",
        "pinned": {
            "chain": "bitcoin",
            "network": "main",
            "height": 110,
            "block_hash": "ab" * 32,
        },
        "parameters": {"hops": 50, "transactions": 10000, "since_unix": None},
        "rules": {"haircut": rule, "fifo": fifo},
        "bounds": [],
        "transactions": transactions,
        "inferences": [
            {
                "name": "common-input ownership",
                "version": 1,
                "assumption": "Inputs signed together share an owner.",
                "known_failure": "CoinJoin, PayJoin, custodial batching, shared keys.",
                "citation": "Nakamoto 2008, section 10",
                "parameters": {"coinjoin gate": "on"},
            }
        ],
    }


def finding_row(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "finding_id": f"{number:020x}",
        "kind": "address",
        "value": address(30),
        "fingerprint": None,
        "candidates": [{"chain": "bitcoin", "network": "main", "reason": "bech32"}],
        "certainty": "checked",
        "check_made": "bech32 checksum",
        "false_positive_rate": "2^-30",
        "role": "unknown",
        "exhibit": "E1",
        "location": ["file:chat/export.json"],
        "offset_bytes": 100 + number,
        "length_bytes": 42,
        "row": None,
        "encoding": "utf-8",
        "context": "pay to …",
        "detail": {},
        "detector": "bitcoin.segwit",
        "item_sha256": "cd" * 32,
        **changed,
    }


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.in_memory() as made:
        yield made


@pytest.fixture
def filled(store: Store, tmp_path) -> Material:
    """Exhibit, unread item, findings (a secret among them), ledger, trace, tag, draft, lead."""
    blobs = Blobs(tmp_path / "blobs")
    store.insert(
        "settings",
        [
            {"name": name, "text": text}
            for name, text in {
                "title": "The <lamp> shop #1", "reference": "K-1", "unit": "Unit 4", "country": "SE",
                "currency": "SEK", "language": "en", "practice": "yes",
            }.items()
        ],
    )  # fmt: skip
    store.insert(
        "exhibits",
        [
            {
                "exhibit": "E1", "path": "seized/phone", "kind": "folder", "sha256": "ee" * 32,
                "size_bytes": 123456, "file_count": 7, "state": "complete", "journal_seq": 1,
            }
        ],
    )  # fmt: skip
    store.insert(
        "items",
        [
            {
                "exhibit": "E1", "location": f"file:{name}", "media_type": "text/plain",
                "sha256": "aa" * 32, "size_bytes": 100,
            }
            for name in ("a.txt", "b.txt")
        ],
    )  # fmt: skip
    store.insert(
        "unread",
        [
            {
                "exhibit": "E1", "location": "file:locked.zip › zip:x\u202egpj.exe",
                "reason": "encrypted", "detail": "needs a password", "steps": [],
            }
        ],
    )  # fmt: skip
    store.insert(
        "findings",
        [
            finding_row(1),
            finding_row(2, exhibit="E1", location=["file:notes.txt"]),
            finding_row(3, value="=HYPERLINK(1)", certainty="shape", kind="payment_uri"),
            finding_row(
                4, kind="mnemonic", value=None, fingerprint="f1" * 32,
                context="abandon abandon secret words", detail={"words": 12}, role="own",
            ),
            finding_row(5, role="shipped"),
            finding_row(6, kind="txid", value=txid(3)),
        ],
    )  # fmt: skip
    store.insert(
        "triage",
        [{"finding_id": f"{6:020x}", "state": "noise", "why": "a test", "journal_seq": 3}],
    )
    store.insert(
        "ledger_sources",
        [
            {
                "sha256": "bb" * 32, "chain": "bitcoin", "network": "main", "name": "blk00000.dat", "form": "blk",
                "size_bytes": 5000, "journal_seq": 2, "summary": {},
            }
        ],
    )  # fmt: skip
    store.insert(
        "blocks",
        [
            {
                "block_id": number, "chain": "bitcoin", "network": "main",
                "block_hash": bytes([number]) * 32, "previous_hash": bytes(32), "height": number,
                "mined_at_unix": 1709251200 + number, "transaction_count": 1, "on_best_chain": True,
                "height_basis": "chain", "coinbase_height": None, "target_bits": 0,
                "source_sha256": "bb" * 32, "offset_bytes": 0,
            }
            for number in (1, 2)
        ],
    )  # fmt: skip
    answer = blobs.put(msgspec.json.encode(trace_document(), order="sorted"))
    store.insert(
        "traces",
        [
            {
                "trace_id": "0123456789abcdef", "origin": outpoint(1), "direction": "forward",
                "parameters": {"hops": 50}, "pinned": {"chain": "bitcoin"},
                "result_sha256": answer, "journal_seq": 4,
            }
        ],
    )  # fmt: skip
    store.insert(
        "packs",
        [
            {
                "pack_id": "d" * 16, "sha256": "dd" * 32, "flagged_count": 0, "name": "pack.yaml", "form": "tagpack", "title": "Pack",
                "creator": "A unit", "tag_count": 2, "actor_count": 0, "summary": {},
                "journal_seq": 5,
            }
        ],
    )  # fmt: skip
    store.insert(
        "tags",
        [
            {
                "pack_id": "d" * 16, "tag_number": number, "chain": "bitcoin",
                "canonical": address(30), "is_address": True, "txid": None, "abuse": None,
                "currency": "BTC", "address": address(30), "label": label, "actor": actor,
                "category": "exchange", "confidence": "service_api",
                "source": "https://kronbyte.example/proof", "lastmod": "2024-01-01", "detail": {},
            }
            for number, (label, actor) in enumerate(
                [("Kronbyte Exchange", "kronbyte"), ("Other <b>House</b>", None)]
            )
        ],
    )  # fmt: skip
    store.insert(
        "drafts",
        [
            {
                "draft_id": "d1", "lead_id": "1111222233334444", "trace_id": "0123456789abcdef", "kind": "preservation",
                "instrument": "EIO", "language": "en", "state": "drafted",
                "files": {"requests/d1.md": "99" * 32}, "parameters": {}, "journal_seq": 6,
            }
        ],
    )  # fmt: skip
    claim = Claim(
        address(30), "Kronbyte Exchange", "kronbyte", "exchange", Strength.ASSERTED, "service_api",
        "https://kronbyte.example/proof", "2024-01-01", "pack.yaml",
    )  # fmt: skip
    deposit = Deposit(
        txid(3), 0, address(30), 6_000_000, {"haircut": 3_000_000, "fifo": 4_000_000}, 103,
        "ab" * 32, "2024-03-01T03:00:00Z",
    )  # fmt: skip
    lead = Lead(
        "1111222233334444", "0123456789abcdef", "bitcoin", "Kronbyte Exchange", "kronbyte",
        ("SE",), "https://kronbyte.example", (claim,), (), (deposit,), ("the legal entity",),
    )  # fmt: skip
    return Material(
        store=store,
        blobs=blobs,
        journal=JournalState(7, "12" * 32, "2024-03-01T09:00:00Z", "2024-03-01T09:30:00Z"),
        versions={"chainlead": "0.1", "python": "3.11", "typst": "0.15"},
        leads=(lead,),
        glossary=(Term("address", "Where money can be sent."),),
    )


@pytest.fixture
def bundle(filled: Material) -> dict[str, Any]:
    return build_bundle(filled)


@pytest.fixture
def empty_bundle(tmp_path) -> dict[str, Any]:
    """What a case says that was just made."""
    names = ("title", "reference", "unit", "country", "currency", "language", "practice")
    journal = JournalState(1, "12" * 32, "2024-03-01T09:00:00Z", "2024-03-01T09:00:00Z")
    with Store.in_memory() as store:
        store.insert("settings", [{"name": name, "text": ""} for name in names])
        return build_bundle(Material(store, Blobs(tmp_path / "empty"), journal, {}))


@pytest.fixture
def make_trace_document() -> Any:
    return trace_document
