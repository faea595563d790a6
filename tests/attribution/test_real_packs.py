"""The public packs and sanction lists, as they were published."""

from pathlib import Path

import pytest

from chainlead.attribution import AddressBook
from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.tags import import_tags

pytestmark = pytest.mark.real


def test_sanction_lists_appear_as_asserted_with_their_source(case: Case, shared_data: Path) -> None:
    folder = shared_data / "attribution" / "ofac"
    done = list(import_tags(case, [folder]))
    lines = sum(
        1 for file in folder.glob("*.txt") for line in file.read_text().split("\n") if line.strip()
    )
    assert [file.state for file in done if file.path.endswith(".txt")] == ["imported"] * 17
    assert case.store.count("tags") == lines
    odd = [row["address"] for row in case.store.rows("tags", is_address=False, chain="monero")]
    assert odd == ["5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320"]
    book = AddressBook(case.store)
    for row in case.store.rows("tags", chain="bitcoin", limit=50):
        claims = book.claims(Chain.BITCOIN, row["address"])
        assert [(c.strength.value, c.source) for c in claims] == [("asserted", "OFAC SDN list")]


def test_small_public_packs_are_all_read_and_a_second_time_change_nothing(
    case: Case, shared_data: Path
) -> None:
    packs = shared_data / "attribution" / "graphsense-tagpacks"
    small = [file for file in sorted(packs.rglob("*.yaml")) if file.stat().st_size < 100_000]
    done = list(import_tags(case, [*small, packs / "actors"]))
    assert {file.state for file in done} == {"imported"}
    assert len(done) == len(small) + 1
    assert case.store.count("actors") == 3813
    entries = len(case.entries)
    again = list(import_tags(case, [*small, packs / "actors"]))
    assert {file.state for file in again} == {"known"}
    assert len(case.entries) == entries


@pytest.mark.slow
def test_all_public_packs_are_read(case: Case, shared_data: Path) -> None:
    packs = shared_data / "attribution" / "graphsense-tagpacks" / "packs"
    done = list(import_tags(case, [packs]))
    assert [file.reason for file in done if file.state == "refused"] == []
    assert sum(file.tag_count for file in done) == 285_446
    book = AddressBook(case.store)
    claims = book.service_claims(Chain.BITCOIN, "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s")
    assert {claim.actor for claim in claims} == {"binance"}
    assert book.conflicts(claims) == ()


def test_what_we_write_of_real_packs_is_what_we_read(shared_data: Path) -> None:
    from chainlead.attribution import Actor, Tag, parse_pack, write_actorpack, write_tagpack

    names = [each for each in Tag.__dataclass_fields__ if each not in {"pack_sha256", "detail"}]
    packs = shared_data / "attribution" / "graphsense-tagpacks"
    for file in sorted((packs / "packs").rglob("*.yaml")):
        if file.stat().st_size > 30_000:
            continue
        tags = parse_pack(file.name, file.read_bytes()).tags
        back = parse_pack("x.yaml", write_tagpack(tags, title="T", creator="C")).tags
        for one, other in zip(tags, back, strict=True):
            stated = {name: getattr(one, name) for name in names}
            stated["confidence"] = one.confidence or "unknown"
            assert stated == {name: getattr(other, name) for name in names}
    actors = parse_pack(
        "a.yaml", (packs / "actors" / "graphsense.actorpack.yaml").read_bytes()
    ).actors
    written = write_actorpack(actors, title="T", creator="C", lastmod="2023-02-17")
    fields = [each for each in Actor.__dataclass_fields__ if each not in {"pack_sha256", "detail"}]
    for one, other in zip(actors, parse_pack("b.yaml", written).actors, strict=True):
        assert [getattr(one, n) for n in fields] == [getattr(other, n) for n in fields]
