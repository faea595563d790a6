import re
from pathlib import Path
from string import Formatter

import pytest

import chainlead.web
from chainlead.config import SETTINGS
from chainlead.report import picture_formats
from chainlead.web import error_pages
from chainlead.web.code_words import CODE_WORDS, RULE_WORDS, code_words
from chainlead.web.keys import KEYS
from chainlead.web.panel import panels
from chainlead.web.panels.settings import GROUPS, VALUES
from chainlead.web.words import languages, words_in
from chainlead.workflow.findings import CERTAINTY_ORDER, ROLE_ORDER, STATES

ROOM = Path(chainlead.web.__file__).parent
OTHERS = [code for code in languages() if code != "en"]


def sentences():
    """Every sentence that a template or a page asks for by its English words."""
    for file in (*ROOM.rglob("*.html"), *ROOM.rglob("*.py")):
        for quote in ('"', "'"):
            pattern = rf"(?:\b_|visit\.words)\(\s*{quote}((?:(?!{quote}).)+){quote}"
            yield from re.findall(pattern, file.read_text())
    yield from (panel.title for panel in panels())
    yield from (form.title for form in picture_formats())
    yield from (key.words for key in KEYS)
    yield from CODE_WORDS.values()
    yield from RULE_WORDS.values()
    yield from (code_words(each) for each in (*ROLE_ORDER, *CERTAINTY_ORDER, *STATES))
    yield from (setting.meaning for setting in SETTINGS)
    yield from GROUPS
    yield from (title for titles in GROUPS.values() for title in titles.values())
    yield from VALUES.values()
    yield from (*error_pages.TITLES.values(), *error_pages.NEXT_STEPS.values())


def fields(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_there_are_sentences_and_another_language():
    assert len(set(sentences())) > 100
    assert "sv" in OTHERS


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_said_in_each_language_with_the_same_values(code):
    told = words_in(code)._told
    missing = sorted(set(sentences()) - told.keys())
    assert missing == []
    assert [s for s in told if fields(s) != fields(told[s])] == []


def test_numbers_follow_the_language():
    assert words_in("sv").number(1234567) == "1\u00a0234\u00a0567"
    assert words_in("en").number(1234567) == "1,234,567"


def test_amounts_follow_the_language_and_lose_no_digit():
    sv, en = words_in("sv"), words_in("en")
    assert sv.amount("1234.04000000 BTC") == "1\u00a0234,04000000 BTC"
    assert en.amount("1234.04000000 BTC") == "1,234.04000000 BTC"
    assert sv.amount("-0.5") == "-0,5"
    assert en.amount("7 sat") == "7 sat"
    assert en.amount("not known") == "not known"
    assert en.amount(f"{10**40}.{'1' * 18} X") == f"{10**40:,}.{'1' * 18} X"


def test_money_of_states_follows_the_language():
    assert words_in("sv").money("4551.23", "SEK") == "4\u00a0551,23\u00a0kr"
    assert words_in("en").money("4551.23", "EUR") == "€4,551.23"


def test_the_page_speaks_the_language_that_was_chosen(desk):
    assert desk.post("/language", {"language": "sv", "back": "/"}).status_code == 303
    text = desk.client.get("/cases/practice/findings").text
    assert '<html lang="sv">' in text
    assert "Övningsfall" in desk.client.get("/").text or "Fynd" in text


def test_the_page_speaks_the_language_that_the_browser_asks_for(desk):
    text = desk.client.get("/", headers={"accept-language": "sv-SE,sv;q=0.9,en;q=0.5"}).text
    assert '<html lang="sv">' in text
