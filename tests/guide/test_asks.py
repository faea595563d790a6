import re
from dataclasses import replace
from string import Formatter

import pytest

from chainlead.guide import (
    WHOM,
    AnswerFact,
    CaseFacts,
    ClockFact,
    FoundAddress,
    LeadFact,
    ask_table,
    asks,
)
from chainlead.guide.situations import SITUATIONS

PANELS = {
    "overview", "evidence", "findings", "graph", "timeline", "leads", "requests", "answers", "report",
    "journal", "settings",
}  # fmt: skip
LANGUAGES = ("en", "sv")


def ids(facts):
    return {ask.ask_id.partition(":")[0] for ask in asks(facts)}


@pytest.mark.parametrize("entry", ask_table(), ids=lambda entry: entry.ask_id)
def test_a_question_is_whole_in_each_language(entry):
    assert entry.when in SITUATIONS
    assert entry.whom in WHOM
    assert entry.panels
    assert entry.source
    assert set(entry.words) == set(LANGUAGES)
    for said in entry.words.values():
        assert said.ask.endswith("?")
        assert said.brings.endswith(".")
        assert said.cost
        assert said.time
    told = [fields(f"{w.ask} {w.brings} {w.cost} {w.time}") for w in entry.words.values()]
    assert all(each == told[0] for each in told)


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_situation_is_asked_about_and_every_name_is_unique():
    assert {entry.when for entry in ask_table()} == set(SITUATIONS)
    assert len({entry.ask_id for entry in ask_table()}) == len(ask_table())


def test_every_page_of_a_worked_case_has_a_question(worked_case):
    assert {panel for ask in asks(worked_case) for panel in ask.panels} >= PANELS


def test_an_empty_case_asks_only_what_always_fits():
    assert ids(CaseFacts(folder="c")) == {
        "all-devices", "times-of-day", "court-check", "how-long", "tags-of-others", "worth-then",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"own_wallets": ("E1 › wallet.dat",)}, {"phone-pin", "exchange-mails"}),
        ({"secrets": {"mnemonic": 1}}, {"secure-value"}),
        ({"extended_keys": 1}, {"wallet-addresses"}),
        ({"addresses": (FoundAddress("rX", ("xrp",), "unknown", "new", "checked"),)}, {"xrp-tag"}),
        (
            {"addresses": (FoundAddress("4M", ("monero",), "unknown", "new", "checked"),)},
            {"monero-keys"},
        ),
        (
            {"leads": (LeadFact("l", "Kronbyte", "bitcoin"),)},
            {"service-keeps", "preserve-first", "fiat-leg", "fiu", "spoc", "which-company"},
        ),
        ({"leads": (LeadFact("l", "Tok", "ethereum", track="issuer"),)}, {"issuer-freeze"}),
        ({"leads": (LeadFact("l", "mail", "", track="provider"),)}, {"mail-provider"}),
        (
            {"answers": (AnswerFact("a", "d", "Kronbyte", (), leads=(("ip", "192.0.2.1", 1),)),)},
            {"ip-line"},
        ),
        ({"answers": (AnswerFact("a", "d", "Kronbyte", ("Item 1.",)),)}, {"open-points"}),
        (
            {
                "clocks": (
                    ClockFact(
                        "d", "c", "EPOC-PR", "2026-01-01", is_red=True, is_over=False, reminder=50
                    ),
                )
            },
            {"extend-clock"},
        ),
        ({"report_is_current": True}, {"rebuild"}),
    ],
)
def test_a_question_fits_its_situation_only(change, expected):
    empty = CaseFacts(folder="c")
    assert ids(replace(empty, **change)) >= expected
    assert not expected & ids(empty)


def test_an_xrp_address_with_its_tag_needs_no_question():
    tagged = FoundAddress("rX", ("xrp",), "unknown", "new", "checked", has_tag=True)
    assert "xrp-tag" not in ids(CaseFacts(folder="c", addresses=(tagged,)))


def test_law_is_never_touched_without_the_prosecutor(worked_case):
    for ask in asks(worked_case):
        if ask.whom in {"service", "issuer", "bank", "provider", "fiu", "police"}:
            assert ask.is_law or ask.ask_id.startswith("how-stands"), ask.ask_id


def test_questions_are_plain_and_judge_nobody(worked_case):
    for language in LANGUAGES:
        for ask in asks(worked_case, language):
            assert "{" not in f"{ask.question}{ask.brings}{ask.cost}{ask.time}"
            assert len(ask.question) < 320
            assert not re.search(r"\b(suspect|criminal|perpetrator|misstänkt)\b", ask.question)


def test_the_same_case_asks_the_same(worked_case):
    assert asks(worked_case) == asks(worked_case)
