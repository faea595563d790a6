"""A language is a folder: every sentence is there, with the same places to fill, and says no English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import chainlead.attribution
from chainlead.attribution import shipped_directory
from chainlead.attribution.stablecoins import stablecoins
from chainlead.attribution.sweep import SweepCard
from chainlead.errors import RequestError
from chainlead.request import deadlines, instrument_table, items, kept_sentences, languages
from chainlead.request.data_files import read_language
from chainlead.request.markdown_text import parse_inline
from chainlead.request.texts import get_texts, open_marks
from chainlead.trace import Least, Most, find_account_rules, find_rules

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
    assert texts.word("categories", "a kind that nobody translated", "its name") == "its name"
    assert texts.kept("A sentence that nobody translated.") == "A sentence that nobody translated."
    assert texts.rule("a rule that nobody named") == "a rule that nobody named"


def _patterns(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be, with `{0}` where a value stands."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "Q7" for part in node.values
        )


def _sentences_of_leads() -> Iterator[str]:
    """What the code of leads yields as sentences about what is missing."""
    for file in Path(chainlead.attribution.__file__).parent.glob("lead_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Yield) and node.value is not None:
                yield from _patterns(node.value)


def _sentences_of_tables() -> Iterator[str]:
    """What the shipped tables say of services, contacts, coins and rules."""
    for service in shipped_directory():
        yield from (service.notice_policy, service.note)
        yield from (each.source for each in service.entities)
        for channel in service.channels:
            yield from (channel.source, channel.note, *channel.needs)
    for coin in stablecoins():
        yield from (coin.source, coin.note)
    folder = Path(chainlead.attribution.__file__).parent / "data"
    for row in yaml.safe_load((folder / "contact_providers.yaml").read_text("utf-8")).values():
        if row["behind"] != "none":
            yield f"{row['word']}: {row['source']}"
    yield from (each.meaning for each in (*find_rules(), *find_account_rules(), Least, Most))


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_lead_keeps_in_english_is_said_in_each_language(language: str) -> None:
    texts = get_texts(language)
    told = [*_sentences_of_leads(), *_sentences_of_tables()]
    assert len(told) > 100
    missing = {
        text
        for text in told
        if " " in text and not text.startswith("http") and texts.kept(text) == text
    }
    assert missing == set()


@pytest.mark.parametrize("language", OTHERS)
def test_kept_sentences_have_the_same_values(language: str) -> None:
    for english, told in kept_sentences(language).items():
        assert sorted(_PLACES.findall(english)) == sorted(_PLACES.findall(told)), english


def test_a_kept_sentence_is_said_with_the_sentences_inside_it() -> None:
    texts = get_texts("sv")
    told = SweepCard.sentence(3)
    assert "Error rate: measured on simulated wallets, seeds held out 1" in told
    said = texts.kept(told)
    assert said.startswith(
        "Slutsats (insättningssvep, version 1): nästa transaktion tömde 3 adress"
    )
    assert re.search(
        r"träffsäkerhet \d+,\d %, täckning \d+,\d % \(n = \d+ transaktioner\)\.$", said
    )


def test_every_rule_has_a_name_in_plain_words() -> None:
    names = {each.name for each in (*find_rules(), *find_account_rules(), Least, Most)}
    for language in languages():
        texts = get_texts(language)
        assert all(texts.rule(name) != name for name in names)


def test_amounts_have_the_decimal_sign_of_the_language() -> None:
    sv, en = get_texts("sv"), get_texts("en")
    assert (en.amount("1234.50 SEK"), sv.amount("1234.50 SEK")) == ("1234.50 SEK", "1234,50 SEK")
    assert sv.amount("0.00150000 BTC") == "0,00150000 BTC"
    for other in ("150000", "kastell.example", "1.2.3", "2024-01-02T03:04:05.5Z", ""):
        assert sv.amount(other) == other


def test_a_language_is_called_by_its_name() -> None:
    assert get_texts("sv").tongue("en") == "engelska"
    assert get_texts("en").tongue("sv") == "Swedish"
    assert get_texts("sv").tongue("the language of the court") == "the language of the court"


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
