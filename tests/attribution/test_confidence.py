"""GraphSense's graded levels, and the class below."""

from chainlead.attribution import confidence_level, confidence_words
from chainlead.attribution.confidence import confidence_classes, one_class_lower


def test_levels_are_the_published_ones() -> None:
    assert {c.name: c.level for c in confidence_classes().values()} == {
        "override": 100, "ownership": 100, "ledger_immanent": 100, "manual_transaction": 90,
        "service_api": 70, "forensic_investigation": 70, "authority_data": 60,
        "trusted_provider": 50, "service_data": 50, "forensic": 50, "untrusted_transaction": 40,
        "web_crawl": 20, "heuristic": 10, "unknown": 5,
    }  # fmt: skip


def test_an_inherited_claim_is_always_weaker_than_its_tag() -> None:
    for name in confidence_classes():
        lower = one_class_lower(name)
        assert confidence_level(lower) < confidence_level(name)
        assert one_class_lower(lower) == lower
        assert confidence_words(lower).startswith("one class below: ")


def test_a_class_that_is_not_in_the_table_has_no_level() -> None:
    assert confidence_level("certain") == confidence_level(None) == 0
    assert confidence_words("certain") == "a class not in the table"
    assert confidence_words(None) == "the pack states none"
