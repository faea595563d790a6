"""The bundle: one JSON document that holds everything a report says. All formats are made from it.

Same case, same bytes: there is no clock here. The report's date is the time of the last act that
changed what the case says.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from chainlead.report.material import Material
from chainlead.report.parts.answers import answers
from chainlead.report.parts.claims import claims
from chainlead.report.parts.evidence import exhibits, searched, unread
from chainlead.report.parts.findings import findings
from chainlead.report.parts.hidden_coins import hidden_coins
from chainlead.report.parts.leads import leads
from chainlead.report.parts.ledger import ledger
from chainlead.report.parts.method import method
from chainlead.report.parts.patterns import patterns
from chainlead.report.parts.payments import payments
from chainlead.report.parts.remarks import remarks
from chainlead.report.parts.requests import requests
from chainlead.report.parts.reruns import reruns
from chainlead.report.parts.stated import stated
from chainlead.report.parts.traces import traces
from chainlead.report.parts.values import Values

FORMAT = "chainlead report bundle 1"
_OUTSIDE_CONTENT = frozenset({"content_sha256", "glossary", "journal", "report_date", "versions"})


def build_bundle(material: Material) -> dict[str, Any]:
    """Everything the report says, as JSON values; amounts are strings.

    `content_sha256` covers what is said about the case: not the journal, the versions, the
    date and the glossary.
    """
    store = material.store
    settings = {row["name"]: row["text"] for row in store.rows("settings")}
    found = findings(store)
    values = Values(store, settings.get("currency", ""))
    followed = traces(store, material.blobs)
    for trace in followed:
        values.value_trace(trace)
    reached = leads(material.leads)
    for lead in reached:
        values.value_places(lead["chain"], lead["deposits"])
    bundle: dict[str, Any] = {
        "format": FORMAT,
        "report_date": material.journal.last_at,
        "case": {**settings, "practice": settings.get("practice") == "yes"},
        "exhibits": exhibits(store),
        "searched": searched(store),
        "unread": unread(store),
        "findings": found,
        "ledger": ledger(store),
        "traces": followed,
        "payments": payments(store, material.blobs),
        "clusters": [dict(part) for part in material.clusters],
        "patterns": patterns(material.patterns),
        "hidden_coins": hidden_coins(material.hidden_coins),
        "claims": claims(store, [*_found_addresses(found), *_traced_addresses(followed)], reached),
        "leads": reached,
        "requests": requests(store),
        "answers": answers(store),
        "rates": values.document(),
        "method": method(),
        "glossary": [{"term": t.term, "meaning": t.meaning} for t in material.glossary],
        "journal": {
            "content_entries": material.journal.entries,
            "content_head": material.journal.head,
            "first_at": material.journal.first_at,
            "last_at": material.journal.last_at,
        },
        "versions": dict(sorted(material.versions.items())),
    }
    said = remarks(store, material.blobs, followed, reached)
    if said:
        bundle["remarks"] = said
    if rows := stated(store):
        bundle["stated"] = rows
    if again := reruns(store):
        bundle["reruns"] = again
    bundle["content_sha256"] = content_sha256(bundle)
    return bundle


def content_sha256(bundle: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of what the report says about the case."""
    content = {name: part for name, part in bundle.items() if name not in _OUTSIDE_CONTENT}
    return hashlib.sha256(canonical_json(content)).hexdigest()


def canonical_json(document: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal documents give equal bytes."""
    return msgspec.json.encode(document, order="sorted")


def _found_addresses(found: dict[str, Any]) -> Iterator[str]:
    for group in found["groups"]:
        for entry in group["findings"]:
            if entry["kind"] == "address" and entry["value"]:
                yield entry["value"]


def _traced_addresses(followed: list[dict[str, Any]]) -> Iterator[str]:
    for trace in followed:
        for result in trace["rules"].values():
            for place in (*result["frontier"], *result["transfers"]):
                if place.get("address"):
                    yield place["address"]
