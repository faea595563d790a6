"""Versions of a pack: what was said and is said no longer stays, as history."""

from typing import Any

from chainlead.attribution.pack_history import PackHistory
from chainlead.store import Store


def pack(store: Store, pack_id: str, replaces: str = "") -> None:
    summary = {"replaces": replaces} if replaces else {}
    row = {"sha256": "", "name": "n", "form": "f", "title": "t", "creator": "c", "tag_count": 0}
    rest = {"actor_count": 0, "flagged_count": 0, "journal_seq": 1}
    with store.transaction():
        store.insert("packs", [{"pack_id": pack_id, "summary": summary, **row, **rest}])


def row(pack_id: str, label: str) -> dict[str, Any]:
    return {
        "pack_id": pack_id, "currency": "BTC", "label": label, "actor": None, "category": None,
        "abuse": None,
    }  # fmt: skip


def test_the_newest_of_several_versions_decides(store: Store) -> None:
    pack(store, "a")
    pack(store, "b", "a")
    pack(store, "c", "b")
    history = PackHistory(store)
    assert [history.newest(each) for each in "abc"] == ["c", "c", "c"]
    assert [history.is_replaced(each) for each in "abc"] == [True, True, False]
    rows = [row("a", "One"), row("a", "Two"), row("c", "Two"), row("x", "One")]
    assert [(r["pack_id"], r["label"], w) for r, w in history.versions(rows)] == [
        ("a", "One", "c"), ("c", "Two", ""), ("x", "One", ""),
    ]  # fmt: skip


def test_without_versions_nothing_changes(store: Store) -> None:
    pack(store, "a")
    rows = [row("a", "One"), row("a", "One")]
    assert PackHistory(store).versions(rows) == ((rows[0], ""), (rows[1], ""))


def test_packs_that_replace_each_other_do_not_turn_for_ever(store: Store) -> None:
    pack(store, "a", "b")
    pack(store, "b", "a")
    assert PackHistory(store).newest("a") in {"a", "b"}
