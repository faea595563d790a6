import re

import msgspec

from chainlead.report import build_bundle, canonical_json, content_sha256


def test_the_same_case_gives_the_same_bundle(filled):
    assert canonical_json(build_bundle(filled)) == canonical_json(build_bundle(filled))


def test_money_is_whole_units_and_exact_decimals_never_a_float(bundle):
    def walk(value):
        assert not isinstance(value, float)
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, dict | list):
                walk(part)

    walk(msgspec.json.decode(canonical_json(bundle)))
    place = bundle["traces"][0]["rules"]["haircut"]["frontier"][1]
    assert place["traced"] == {"units": "3000000", "decimal": "0.03000000", "symbol": "BTC"}


def test_a_secret_is_place_kind_verdict_and_fingerprint_only(bundle):
    text = canonical_json(bundle).decode()
    assert "abandon" not in text
    (entry,) = [e for g in bundle["findings"]["groups"] for e in g["findings"] if not e["value"]]
    assert entry["fingerprint"] == "f1" * 32
    assert "context" not in entry
    assert "detail" not in entry


def test_findings_stand_by_certainty_then_kind_and_the_rest_is_counted(bundle):
    found = bundle["findings"]
    assert [(g["certainty"], g["kind"]) for g in found["groups"]] == [
        ("checked", "address"),
        ("checked", "mnemonic"),
        ("shape", "payment_uri"),
    ]
    assert found["folded"] == [
        {"reason": "noise", "kind": "txid", "exhibit": "E1", "count": 1},
        {"reason": "shipped", "kind": "address", "exhibit": "E1", "count": 1},
    ]
    assert found["listed_count"] + sum(f["count"] for f in found["folded"]) == found["count"]


def test_everything_unread_is_listed_with_its_reason(bundle):
    assert bundle["unread"]["count"] == 1
    assert bundle["unread"]["by_reason"] == {"encrypted": 1}
    assert bundle["unread"]["listed"][0]["detail"] == "needs a password"


def test_rules_stand_side_by_side_place_by_place(bundle):
    places = bundle["traces"][0]["side_by_side"]
    service = next(place for place in places if place["reason"] == "service")
    assert service["traced"]["haircut"]["units"] == "3000000"
    assert set(service["traced"]) == {"fifo", "haircut"}
    left = next(place for place in places if place["reason"] == "left the known blocks")
    assert set(left["traced"]) == {"haircut"}


def test_every_part_says_its_strength(bundle):
    assert {e["strength"] for g in bundle["findings"]["groups"] for e in g["findings"]} == {
        "observed"
    }
    assert {r["strength"] for r in bundle["traces"][0]["rules"].values()} == {"inferred"}
    assert {claim["strength"] for claim in bundle["claims"]["listed"]} == {"asserted"}
    assert bundle["leads"][0]["claims"][0]["strength"] == "asserted"
    assert bundle["leads"][0]["deposits"][0]["strength"] == "observed"


def test_conflicting_claims_are_all_shown(bundle):
    assert len(bundle["claims"]["listed"]) == 2
    (conflict,) = bundle["claims"]["conflicts"]
    assert conflict["named"] == ["Other <b>House</b>", "kronbyte"]


def test_the_content_digest_covers_what_is_said_and_not_who_made_it_when(bundle):
    kept = content_sha256(bundle)
    assert bundle["content_sha256"] == kept
    for outside in ("journal", "versions", "report_date", "glossary"):
        assert content_sha256({**bundle, outside: {"other": 1}}) == kept
    for inside in ("case", "exhibits", "unread", "findings", "traces", "claims", "requests"):
        assert content_sha256({**bundle, inside: []}) != kept


def test_the_report_never_says_that_a_person_did_something(bundle):
    text = canonical_json({**bundle, "findings": {}}).decode().lower()
    assert not re.search(r"\b(suspect|perpetrator|criminal|culprit)\b", text)


def test_a_new_case_has_a_bundle(empty_bundle):
    assert empty_bundle["findings"]["count"] == 0
    assert empty_bundle["traces"] == []
    assert empty_bundle["leads"] == []
