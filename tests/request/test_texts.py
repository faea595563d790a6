"""A language is a folder: every sentence is there, with the same places to fill, and says no English."""

import re
from pathlib import Path

import pytest

from chainlead.errors import RequestError
from chainlead.request import deadlines, instrument_table, items, languages
from chainlead.request.data_files import read_language
from chainlead.request.markdown_text import parse_inline
from chainlead.request.texts import get_texts, open_marks

TEMPLATES = Path(__file__).parents[2] / "src" / "chainlead" / "request" / "templates"
ENGLISH = read_language("en", "letter.yaml")
OTHERS = [language for language in languages() if language != "en"]
_PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_sentence_with_the_same_places(language: str) -> None:
    own = read_language(language, "letter.yaml")
    assert own.keys() == ENGLISH.keys()
    for name, sentence in own.items():
        assert sorted(_PLACES.findall(sentence)) == sorted(_PLACES.findall(ENGLISH[name])), name


@pytest.mark.parametrize("language", languages())
def test_no_sentence_stands_twice(language: str) -> None:
    text = (TEMPLATES / language / "letter.yaml").read_text("utf-8")
    names = re.findall(r"^(\w+):", text, re.MULTILINE)
    assert len(names) == len(set(names))


def test_every_sentence_that_a_template_says_exists() -> None:
    said = {
        name
        for template in TEMPLATES.glob("*.j2")
        for name in re.findall(r't\("(\w+)"[,)]', template.read_text("utf-8"))
    }
    assert len(said) > 80
    assert said <= ENGLISH.keys()


@pytest.mark.parametrize("language", languages())
def test_a_sentence_uses_bold_and_nothing_else_of_markdown(language: str) -> None:
    for name, sentence in read_language(language, "letter.yaml").items():
        styles = {run["style"] for run in parse_inline(sentence)}
        assert styles <= {"plain", "bold"}, name
        assert not sentence.startswith(("#", "|", ">", "- ", "1. ")), name


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_names_every_instrument_and_explains_every_line(language: str) -> None:
    own, english = instrument_table(language), instrument_table()
    for name, instrument in english.instruments.items():
        told = own.instruments[name]
        assert told.name != instrument.name, name
        assert told.clocks == instrument.clocks
        assert told.certainty is instrument.certainty
        assert len(told.exclusions) == len(instrument.exclusions), name
        mark = get_texts(language).open_mark
        assert ("[TO FILL" in instrument.legal_basis) == (f"[{mark}" in told.legal_basis), name
    for row, there in zip(english.rows, own.rows, strict=True):
        assert row.row_id == there.row_id
        assert row.words != there.words
        assert all(a.reason != b.reason for a, b in zip(row.why_not, there.why_not, strict=True))
    assert own.confirm != english.confirm
    assert own.warnings.keys() == english.warnings.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_words_for_every_clock_and_item(language: str) -> None:
    texts = get_texts(language)
    used = {c for each in instrument_table().instruments.values() for c in each.clocks}
    for name in used:
        assert texts.word("clocks", name, "") not in {"", deadlines()[name].name}, name
    assert all(item.ask[language] != item.ask["en"] for item in items())


def test_a_missing_sentence_of_a_language_is_said_in_english() -> None:
    texts = get_texts("sv")
    assert texts.word("rules", "a rule that nobody translated", "its meaning") == "its meaning"


def test_every_language_marks_fields_to_fill_in_its_own_way() -> None:
    assert open_marks() == ("TO FILL", "FYLL I")


def test_what_is_put_into_a_sentence_stays_text() -> None:
    texts = get_texts("en")
    assert texts("cell_txid") == "Transaction id (txid)"
    assert texts("rate", rate="**x** `y` | {draft}") == r"Rate: \*\*x\*\* \`y\` \| {draft}."


def test_a_language_without_a_folder_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RequestError, match="language 'xx'") as raised:
        get_texts("xx")
    assert "en, sv" in " ".join(raised.value.sentences())


def test_countries_have_names() -> None:
    assert get_texts("sv").country("DE") == "Tyskland (DE)"
    assert get_texts("en").country("") == "not known"
    assert get_texts("en").country("QQ") == "QQ"
