import re
from html import unescape

import pytest

from chainlead.guide import glossary
from chainlead.web.panel import panels
from chainlead.web.words import words_in
from chainlead.workflow.case import Case
from chainlead.workflow.next import next_steps

ALL = [panel.name for panel in panels()]


def plain(text):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text)))


def guide_of(text):
    return text[text.index('<aside class="guide"') :]


@pytest.mark.parametrize("name", ALL)
def test_every_page_says_what_to_do_and_what_to_ask_in_both_languages(desk, name):
    for language, said in (("en", "What could I ask for here?"), ("sv", "Vad kan jag be om här?")):
        answer = desk.client.get(f"/cases/practice/{name}", headers={"accept-language": language})
        assert said in guide_of(answer.text)
        assert "data-ask=" in guide_of(answer.text)


def test_no_step_of_the_practice_case_stays_english_on_a_swedish_page(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        steps = next_steps(case)
    known = words_in("sv")._told
    assert steps
    for step in steps:
        for pattern in (*step.title.patterns(), *step.why.patterns()):
            assert pattern in known or is_value(pattern), pattern


def is_value(pattern):
    """A kept text that is a value: what a service or an officer wrote."""
    return pattern.startswith(("Item ", "Your answer, "))


def test_a_step_links_to_the_form_where_it_is_done(desk):
    text = desk.client.get("/cases/practice/overview").text
    lead = re.search(r'href="/cases/practice/leads#([0-9a-f]{16})"', text)
    assert lead is not None
    assert f'id="{lead[1]}"' in desk.client.get("/cases/practice/leads").text


@pytest.mark.parametrize("name", ALL)
def test_every_glossary_button_has_its_meaning_on_the_page(desk, name):
    text = desk.client.get(f"/cases/practice/{name}").text
    asked = set(re.findall(r'popovertarget="(word-[^"]+)"', text))
    told = set(re.findall(r'id="(word-[^"]+)"', text))
    assert len(told) == len(glossary())
    assert asked <= told
    assert 'class="term"' in guide_of(text)


def test_what_the_law_touches_says_to_ask_the_prosecutor(desk):
    text = plain(guide_of(desk.client.get("/cases/practice/leads").text))
    assert "Law is touched: confirm it with the prosecutor before you ask." in text
    assert "read in the named source's own text" in text
