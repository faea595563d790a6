import re

import pytest

from chainlead.report import report_sections
from chainlead.web.panel import panels
from chainlead.workflow.case import Case

CLAIM = re.compile(r'data-claim="([^"]+)"')
WHY = re.compile(r'data-why="([^"]+)"')
CLAIMING = {"leads": "lead:", "requests": "draft:", "answers": "answer:", "timeline": "time:"}
"""Pages whose every line is a claim, and how the ids of those claims begin."""


def plain(text):
    return re.sub(r"<[^>]+>", "", text)


def test_the_page_of_a_finding_says_why_it_is_one(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        row = next(case.store.rows("findings", kind="address", role="own"))
    text = desk.client.get(f"/cases/practice/findings/{row['finding_id']}").text
    assert f'data-why="finding:{row["finding_id"]}"' in text
    assert "A checksum of at least 30 bits, or a hash, holds." in plain(text)
    assert row["check_made"] in text


@pytest.mark.parametrize("name", [panel.name for panel in panels()])
def test_every_claim_of_every_page_says_why(desk, name):
    text = desk.client.get(f"/cases/practice/{name}").text
    claims, told = set(CLAIM.findall(text)), set(WHY.findall(text))
    assert sorted(claims - told) == []
    if name in CLAIMING:
        assert any(claim.startswith(CLAIMING[name]) for claim in claims)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("leads", "Still missing for a request:"),
        ("leads", "Known failure"),
        ("leads", "measured on simulated wallets"),
        ("requests", "Why not another: European Production Order (EPOC): Disputed"),
        ("requests", "Legal basis"),
        ("requests", "Directive 2014/41/EU, Art. 12"),
        ("requests", "Counted from an event that a person recorded: acknowledged."),
        ("requests", "practice reviewer (journal entry"),
        ("answers", "whose it is, the service alone says."),
        ("timeline", "This payment stands in a block."),
    ],
)
def test_a_page_says_the_words_of_the_report(desk, page, said):
    assert said in plain(desk.client.get(f"/cases/practice/{page}").text)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("leads", "Saknas ännu för en begäran:"),
        ("requests", "Varför inte ett annat:"),
        ("requests", "Räknad från en händelse som en person har antecknat: bekräftad."),
        ("timeline", "Betalningen står i ett block."),
    ],
)
def test_reasons_are_said_in_the_language_of_the_page(desk, page, said):
    answer = desk.client.get(f"/cases/practice/{page}", headers={"accept-language": "sv"})
    assert said in plain(answer.text)


def test_every_section_of_the_report_says_how_strongly_it_is_known(desk):
    text = desk.client.get("/cases/practice/report").text
    for section in report_sections():
        assert f'data-why="report:{section.title}"' in text
