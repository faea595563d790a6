"""A card prints a measured rate only for the name, version and parameters that were measured."""

import subprocess
import sys
from pathlib import Path

import pytest

from chainlead.registry import residents
from chainlead.trace import (
    CoinJoinGate,
    CommonInput,
    Heuristic,
    change_combinations,
    change_heuristics,
    find_detectors,
    find_patterns,
    find_rules,
)
from chainlead.trace.document import card_document, rule_card
from chainlead.trace.error_rates import (
    Measure,
    describe_error_rate,
    load_measurement,
    read_measurement,
    share,
)

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench" / "error_rates.py"
AGAIN = "measure again: python bench/error_rates.py --write"


class _Guess(Heuristic):
    name = "guess"
    version = 1
    assumption = known_failure = citation = "None."


def test_a_heuristic_that_was_not_measured_has_no_rate() -> None:
    assert _Guess().card.error_rate is None
    assert card_document(_Guess().card)["error_rate"] is None


def test_another_version_or_other_parameters_were_not_measured() -> None:
    rate = load_measurement().rates[0]
    assert describe_error_rate(rate.name, rate.version, rate.parameters)
    assert describe_error_rate(rate.name, rate.version + 1, rate.parameters) is None
    assert describe_error_rate(rate.name, rate.version, (("other", "1"),)) is None


def test_the_sentence_names_seeds_precision_recall_and_count() -> None:
    rate = load_measurement().rates[0]
    said = describe_error_rate(rate.name, rate.version, rate.parameters)
    assert said is not None
    assert said.startswith("measured on simulated wallets, seeds held out 1")
    assert "precision" in said
    assert "recall" in said
    assert f"n = {rate.measures[0].judged}" in said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 1, "100.0 %"),
        (999, 1000, "99.9 %"),
        (9999, 10000, "99.9 %"),
        (0, 7, "0.0 %"),
        (1, 12845, "under 0.1 %"),
        (0, 0, "none"),
    ],
)
def test_a_share_is_cut_and_never_rounded_up(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


def test_a_measure_without_a_whole_has_no_recall() -> None:
    assert "recall" not in Measure("pairs", "", 10, 4, 3, None, 0).sentence()
    assert Measure("pairs", "", 10, 4, 3, 6, 3).sentence() == (
        "precision 75.0 %, recall 50.0 % (n = 10 pairs)"
    )


def test_what_named_nothing_has_no_precision() -> None:
    assert Measure("pairs", "", 10, 0, 0, 6, 0).sentence() == (
        "named none, recall 0.0 % (n = 10 pairs)"
    )


def test_counts_fit_each_other() -> None:
    for rate in load_measurement().rates:
        for measure in rate.measures:
            assert 0 <= measure.right <= measure.named
            assert measure.real is None or 0 <= measure.seen <= measure.real


def test_what_is_written_can_be_read() -> None:
    text = (
        "format: 1\nseeds: [S]\nsize: 2\ncommand: c\nmeasured:\n- name: n\n  version: 3\n"
        "  parameters: [[a, '1']]\n  measures:\n"
        "  - {counted: x, meaning: y, judged: 1, named: 1, right: 1, real: 1, seen: 1}\n"
    )
    rate = read_measurement(text).rates[0]
    assert rate.parameters == (("a", "1"),)
    assert rate.measures == (Measure("x", "y", 1, 1, 1, 1, 1),)


def _shipped() -> list[Heuristic]:
    gate = CoinJoinGate()
    return [
        *find_detectors(),
        gate,
        CommonInput(gate.judge, ambiguous=gate.ambiguous),
        *change_heuristics(),
        *change_combinations(),
    ]


@pytest.mark.parametrize("thing", _shipped(), ids=lambda thing: thing.name)
def test_each_heuristic_was_measured_in_the_version_that_ships(thing: Heuristic) -> None:
    assert thing.card.error_rate, f"{thing.name} v{thing.version} was not measured; {AGAIN}"


def test_each_pattern_was_measured_in_the_version_that_ships() -> None:
    missing = [p.name for p in find_patterns() if p.card.error_rate is None]
    assert not missing, f"{missing}: {AGAIN}"


@pytest.mark.parametrize("rule", find_rules(), ids=lambda rule: rule.name)
def test_each_taint_rule_was_measured_in_the_version_that_ships(rule) -> None:
    assert rule_card(rule).error_rate, f"{rule.name} v{rule.version}; {AGAIN}"


def test_the_reference_page_shows_the_same_figures() -> None:
    page = (ROOT / "docs" / "reference" / "error-rates.md").read_text("utf-8")
    measurement = load_measurement()
    assert "Simulated wallets are not the world" in page
    assert measurement.command in page
    assert all(f"`{seed}`" in page for seed in measurement.seeds)
    for rate in measurement.rates:
        name = rate.name.replace("|", "\\|")
        for measure in rate.measures:
            row = f"| {name} | {rate.version} | {measure.judged} ["
            assert row in page, rate.name
            assert f"| {measure.named} | {measure.right} |" in page


def test_the_measurement_runs_on_a_small_town() -> None:
    done = subprocess.run(
        [sys.executable, BENCH, "--check"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-600:] + done.stderr[-2000:]
    assert "| common_input |" in done.stdout


def test_every_resident_heuristic_was_measured() -> None:
    """A new file in trace/heuristics or trace/patterns cannot slip past the measurement."""
    found = [
        thing
        for package in (
            "chainlead.trace.heuristics",
            "chainlead.trace.heuristics.change",
            "chainlead.trace.heuristics.coinjoin",
            "chainlead.trace.patterns",
        )
        for thing in residents(package, Heuristic)
    ]
    measured = {rate.name for rate in load_measurement().rates}
    assert {thing.name for thing in found} <= measured, AGAIN
