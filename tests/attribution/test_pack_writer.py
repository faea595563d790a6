"""Packs that other tools read: the published schema holds, and our own reader gets back what was written."""

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution import Actor, Tag, parse_pack, shipped_directory
from chainlead.attribution.confidence import confidence_classes
from chainlead.attribution.pack_writer import write_actorpack, write_tagpack
from chainlead.attribution.services.service_actor import actor_of_service

BITCOIN = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
EVM = "0xd882cfc20f52f2599d84b8e8d58c7fb62cfe344b"
HEADER = {
    "title": str,
    "creator": str,
    "description": str,
    "owner": str,
    "is_public": bool,
    "tags": list,
}
TAG = {
    "label": str, "source": str, "currency": str, "network": str, "context": str, "confidence": str,
    "is_cluster_definer": bool, "lastmod": date, "category": str, "abuse": str,
    "address": str, "tx_hash": str, "actor": str, "concepts": list, "tag_type": str,
}  # fmt: skip
TAG_NEEDS = {"label", "source", "currency", "network", "confidence"}
ACTOR = {
    "id": str, "uri": str, "label": str, "lastmod": date, "categories": list,
    "jurisdictions": list, "context": dict, "aliases": list,
}  # fmt: skip
ACTOR_NEEDS = {"id", "uri", "label", "lastmod", "categories"}


def follows(fields: dict[str, Any], kinds: dict[str, type], needs: set[str]) -> None:
    assert needs <= fields.keys()
    for name, value in fields.items():
        assert isinstance(value, kinds[name]), f"{name}: {value!r}"


def tag(number: int = 0, **fields: Any) -> Tag:
    return Tag(**{
        "pack_sha256": "p", "tag_number": number, "chain": "bitcoin", "currency": "BTC",
        "address": BITCOIN, "label": "Kastell", "actor": None, "category": None,
        "confidence": "forensic", "source": "https://source.example", "lastmod": None,
        "canonical": BITCOIN, **fields,
    })  # fmt: skip


def read_back(*tags: Tag) -> tuple[Tag, ...]:
    return parse_pack("own.yaml", write_tagpack(tags, title="T", creator="C")).tags


def same(one: Tag, other: Tag) -> bool:
    names = (
        "chain", "currency", "address", "canonical", "label", "actor", "category", "confidence",
        "source", "lastmod", "abuse", "txid", "is_address",
    )  # fmt: skip
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_a_written_pack_follows_the_published_schema() -> None:
    tags = [
        tag(actor="kastell", category="exchange", lastmod="2024-01-15", abuse="scam"),
        tag(1, chain="ethereum", currency="USDT", address=EVM, canonical=EVM, confidence=None),
        tag(2, address="", canonical="", txid="ab" * 32, is_address=False),
        tag(3, detail={"line": 3, "is_cluster_definer": True, "concepts": ["market"], "odd": "x"}),
    ]
    document = yaml.safe_load(write_tagpack(tags, title="T", creator="C", description="D"))
    follows(document, HEADER, {"title", "creator", "tags"})
    for fields in document["tags"]:
        follows(fields, TAG, TAG_NEEDS)
        assert "address" in fields or "tx_hash" in fields
        assert fields["confidence"] in confidence_classes()
    assert document["tags"][1]["network"] == "ETH"
    assert document["tags"][3]["context"] == '{"odd": "x"}'


@pytest.mark.parametrize(
    "written",
    [
        tag(),
        tag(actor="kastell", category="exchange", lastmod="2024-01-15", abuse="scam"),
        tag(lastmod="2024-01-15T10:20:30Z"),
        tag(lastmod="spring 2024"),
        tag(chain="ethereum", currency="ETH", address=EVM, canonical=EVM),
        tag(address="", canonical="", txid="ab" * 32, is_address=False),
        tag(address="no address", canonical="no address", is_address=False),
        tag(label="NO", source="0x12", actor="yes", category="12"),
    ],
)
def test_what_is_written_is_read_back(written: Tag) -> None:
    (read,) = read_back(written)
    assert same(written, read)


def test_a_tag_without_confidence_is_written_as_unknown() -> None:
    assert read_back(tag(confidence=None))[0].confidence == "unknown"
    (odd,) = read_back(tag(confidence="certain"))
    assert (odd.confidence, odd.detail["context"]) == ("unknown", '{"confidence": "certain"}')


def test_details_survive() -> None:
    detail = {"network": "BTC", "concepts": ["market", "service"], "is_cluster_definer": False,
              "tag_type": "actor", "context": '{"note": 1}'}  # fmt: skip
    (read,) = read_back(tag(detail=detail, category="market"))
    assert {key: read.detail[key] for key in detail} == detail
    assert read.category == "market"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip())
)


@given(TEXT, TEXT, st.none() | TEXT)
def test_any_text_survives(label: str, source: str, actor: str | None) -> None:
    (read,) = read_back(tag(label=label, source=source, actor=actor))
    assert (read.label, read.source, read.actor) == (
        label.strip(), source.strip(), actor.strip() if actor else None,
    )  # fmt: skip


def test_the_same_tags_give_the_same_bytes() -> None:
    tags = [tag(), tag(1, detail={"b": "1", "a": "2"})]
    assert write_tagpack(tags, title="T", creator="C") == write_tagpack(
        tags, title="T", creator="C"
    )


def test_shipped_services_make_an_actor_pack_that_follows_the_schema() -> None:
    actors = [actor_of_service(service) for service in shipped_directory()]
    content = write_actorpack(actors, title="Services", creator="chainlead", lastmod="2026-11-22")
    document = yaml.safe_load(content)
    follows(document, HEADER | {"actors": list}, {"title", "creator", "actors"})
    for fields in document["actors"]:
        follows(fields, ACTOR, ACTOR_NEEDS)
        assert all(isinstance(code, str) and len(code) == 2 for code in fields["jurisdictions"])


def test_an_actor_pack_is_read_back() -> None:
    actors = [actor_of_service(service) for service in shipped_directory()]
    content = write_actorpack(actors, title="Services", creator="chainlead", lastmod="2026-11-22")
    read = {actor.actor: actor for actor in parse_pack("services.yaml", content).actors}
    for actor in actors:
        back = read[actor.actor]
        assert (back.label, back.categories, back.jurisdictions, back.aliases) == (
            actor.label, actor.categories, actor.jurisdictions, actor.aliases,
        )  # fmt: skip
        assert back.uri == (actor.uri or "unknown")
        assert back.detail.get("context_legal_name") == actor.detail.get("context_legal_name")


def test_a_country_is_never_read_as_false() -> None:
    content = write_actorpack(
        [Actor("", "n", "N", "n.example", ("exchange",), ("NO", "SE"))],
        title="T", creator="C", lastmod="2026-11-22",
    )  # fmt: skip
    assert yaml.safe_load(content)["actors"][0]["jurisdictions"] == ["NO", "SE"]
