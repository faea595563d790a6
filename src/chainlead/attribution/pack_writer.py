"""Tags and actors as GraphSense TagPacks and ActorPacks, so that other tools can read them.

Every field of the published schemas that we have is written; every text is quoted, so that no reader
takes an address for a number or `NO` for false. What the schema has no field for goes into `context`.
Limits: the schema wants a confidence for each tag; one without any is written as `unknown`.
Spec: https://github.com/graphsense/graphsense-tagpack-tool (`conf/tagpack_schema.yaml`,
`conf/actorpack_schema.yaml`), read 2026-11-22.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from chainlead.attribution.claim import Actor, Tag
from chainlead.attribution.confidence import confidence_classes

_NETWORKS = {
    "bitcoin": "BTC", "bitcoin-cash": "BCH", "dash": "DASH", "dogecoin": "DOGE",
    "electroneum": "ETN", "ethereum": "ETH", "litecoin": "LTC", "monero": "XMR", "tron": "TRX",
    "xrp": "XRP", "zcash": "ZEC",
}  # fmt: skip
"""The network's symbol in a pack, by ledger; only these are written, for the rest the currency."""
_PLAIN = ("network", "concepts", "is_cluster_definer", "tag_type")
_OURS = frozenset({"line", "address_note", "is_public", *_PLAIN})
_CONTEXT_OF_ACTOR = (
    "uris", "refs", "images", "coingecko_ids", "defilama_ids", "twitter_handle",
    "github_organisation", "legal_name",
)  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?")


class _Plain(str):
    """A text that is written without quotes: a day."""

    __slots__ = ()


class _Dumper(yaml.CSafeDumper):
    """Quotes every text but keys and days."""


_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)
_Dumper.add_representer(
    _Plain,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:timestamp", str(text)),
)


def write_tagpack(
    tags: Iterable[Tag], *, title: str, creator: str, description: str = "", is_public: bool = False
) -> bytes:
    """A TagPack with these tags, in their order.

    Args:
        tags: at least one; a tag about a transaction keeps its id.
        title: of the pack.
        creator: who vouches for it.
        description: one paragraph.
        is_public: False tells the reader not to show the pack to others.
    """
    document = {
        "title": title,
        "creator": creator,
        **({"description": description} if description else {}),
        "is_public": is_public,
        "tags": [_tag_fields(tag) for tag in tags],
    }
    return _dumped(document)


def write_actorpack(
    actors: Iterable[Actor], *, title: str, creator: str, lastmod: str, description: str = ""
) -> bytes:
    """An ActorPack with these actors, by id.

    Args:
        actors: each id once.
        title: of the pack.
        creator: who vouches for it.
        lastmod: a day such as `2026-11-22`, for actors that have none of their own.
        description: one paragraph.
    """
    document = {
        "title": title,
        "creator": creator,
        **({"description": description} if description else {}),
        "actors": [
            _actor_fields(actor, lastmod) for actor in sorted(actors, key=lambda each: each.actor)
        ],
    }
    return _dumped(document)


def _dumped(document: Mapping[str, Any]) -> bytes:
    keyed = _with_plain_keys(document)
    text = yaml.dump(
        keyed, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000, encoding=None
    )
    return str(text).encode()


class _Key(str):
    """A key: never quoted."""

    __slots__ = ()


_Dumper.add_representer(
    _Key, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text))
)


def _with_plain_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_Key(key): _with_plain_keys(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_plain_keys(each) for each in value]
    return value


def _tag_fields(tag: Tag) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if tag.address:
        made["address"] = tag.address
    if tag.txid:
        made["tx_hash"] = tag.txid
    known = tag.confidence in confidence_classes()
    extra = {key: value for key, value in tag.detail.items() if key not in _OURS}
    if tag.confidence and not known:
        extra["confidence"] = tag.confidence
    fields = {
        "label": tag.label,
        "source": tag.source,
        "currency": tag.currency,
        "network": tag.detail.get("network") or _NETWORKS.get(tag.chain or "") or tag.currency,
        "confidence": tag.confidence if known else "unknown",
        "category": tag.category
        if tag.category not in tag.detail.get("concepts", ())[:1]
        else None,
        "concepts": tag.detail.get("concepts"),
        "abuse": tag.abuse,
        "actor": tag.actor,
        "is_cluster_definer": tag.detail.get("is_cluster_definer"),
        "tag_type": tag.detail.get("tag_type"),
        "lastmod": _day(tag.lastmod),
        "context": _context(extra),
    }
    made.update({key: value for key, value in fields.items() if value is not None})
    return made


def _context(extra: dict[str, Any]) -> str | None:
    """The `context` of a tag: as it was, or a JSON object that holds what has no field of its own."""
    own = extra.pop("context", None)
    if not extra:
        return own if own is None or isinstance(own, str) else json.dumps(own, sort_keys=True)
    try:
        parsed = json.loads(own) if isinstance(own, str) else own
    except ValueError:
        parsed = {"context": own}
    merged = {**(parsed if isinstance(parsed, dict) else {}), **extra}
    return json.dumps(merged, sort_keys=True, ensure_ascii=False)


def _actor_fields(actor: Actor, lastmod: str) -> dict[str, Any]:
    context = {
        name: actor.detail[f"context_{name}"]
        for name in _CONTEXT_OF_ACTOR
        if actor.detail.get(f"context_{name}")
    }
    legal_name = actor.detail.get("legal_name")
    if legal_name and "legal_name" not in context:
        context["legal_name"] = legal_name
    made: dict[str, Any] = {
        "id": actor.actor,
        "label": actor.label,
        "uri": actor.uri or "unknown",
        "lastmod": _day(str(actor.detail.get("lastmod") or lastmod)),
        "categories": list(actor.categories),
        "jurisdictions": list(actor.jurisdictions),
    }
    if actor.aliases:
        made["aliases"] = list(actor.aliases)
    if context:
        made["context"] = context
    return made


def _day(text: str | None) -> str | None:
    """A day is written bare, so that it is a day for the reader; another text is quoted."""
    return _Plain(text) if text and _DAY.fullmatch(text) else text
