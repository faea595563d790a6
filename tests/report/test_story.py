import re

from chainlead.report.sections.remarks import Remarks
from chainlead.report.sections.reruns import Reruns
from chainlead.report.sections.stated import Stated
from chainlead.report.story import sections, story


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name != "svg":
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def test_no_section_is_empty_even_in_a_new_case(empty_bundle):
    told = story(empty_bundle)
    assert {each.title for each in sections()} - {section["title"] for section in told} == {
        Remarks.title,  # left out where nobody wrote or marked anything for the report
        Reruns.title,  # where no block left the chain
        Stated.title,  # where no export was read
    }
    for section in told:
        assert section["blocks"], section["title"]
        assert any(text.strip() for text in _texts(section["blocks"])), section["title"]


def test_the_first_page_answers_four_questions(bundle):
    first = story(bundle)[0]
    headings = [block["text"] for block in first["blocks"] if block["block"] == "heading"]
    assert headings == [
        "What was found",
        "Where the money went",
        "Who can be asked",
        "What could not be read or known",
    ]
    text = " ".join(_texts(first))
    assert "1 recovery phrase (checked)" in text
    assert "Kronbyte Exchange: 1 deposit, up to 0.04000000 BTC" in text
    assert "1 × encrypted" in text
    assert "1 end of the trail left the blocks" in text


def test_no_sentence_gives_a_verdict(bundle, empty_bundle):
    for told in (story(bundle), story(empty_bundle)):
        text = " ".join(_texts(told)).lower()
        assert not re.search(r"\b(suspect sent|the suspect|guilty|perpetrator|proves that)\b", text)


def test_texts_are_visible_and_pictures_have_a_text_twin(bundle):
    told = story(bundle)
    assert not any("\u202e" in text for text in _texts(told))
    figures = [b for s in told for b in s["blocks"] if b["block"] == "figure"]
    assert figures
    assert all(figure["alt"] and figure["caption"] for figure in figures)


def test_each_table_row_has_a_cell_per_column(bundle):
    for section in story(bundle):
        for block in section["blocks"]:
            if block["block"] == "table":
                assert {len(row) for row in block["rows"]} == {len(block["columns"])}


def test_cards_say_assumption_failure_and_unknown_error_rate(bundle):
    (inferences,) = [s for s in story(bundle) if s["title"] == "Inferences"]
    text = " ".join(_texts(inferences))
    assert "CoinJoin, PayJoin, custodial batching, shared keys." in text
    assert "Error rate not measured" in text
    assert "Every output carries the same share." in text


def test_a_measured_error_rate_is_printed_with_the_warning_that_wallets_were_simulated(bundle):
    said = "measured on simulated wallets, seed S: precision 97.1 %, recall 60.0 % (n = 12 pairs)"
    (inference,) = bundle["traces"][0]["inferences"]
    inference["error_rate"] = said
    (inferences,) = [s for s in story(bundle) if s["title"] == "Inferences"]
    text = " ".join(_texts(inferences))
    assert f"Error rate {said}" in text
    assert "Simulated wallets are not the world" in text
