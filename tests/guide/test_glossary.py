from pathlib import Path

from chainlead.guide import GROUPS, glossary, glossary_markdown, lookup_word


def test_every_word_has_a_meaning_a_known_group_and_no_twin():
    words = glossary()
    names = [word.term.casefold() for word in words]
    assert names == sorted(set(names))
    assert all(word.group in GROUPS and word.meaning.endswith(".") for word in words)


def test_a_beginner_finds_the_first_words():
    for term in ("address", "wallet", "exchange", "blockchain", "seed phrase", "private key"):
        word = lookup_word(term)
        assert word is not None
        assert word.group == "beginner"
    assert lookup_word("Lead") is not None
    assert lookup_word("no such word") is None


def test_the_glossary_page_says_what_the_data_file_says():
    page = Path(__file__).parents[2] / "GLOSSARY.md"
    assert glossary_markdown(glossary()).strip() in page.read_text("utf-8")


def test_every_word_is_explained_in_swedish_with_forms_of_its_own():
    forms = [form.casefold() for word in glossary() if word.is_marked for form in said(word).forms]
    assert len(forms) == len(set(forms))
    for word in glossary():
        assert "sv" in word.others, word.term
        assert said(word).meaning.endswith(".")
        assert said(word).forms[0] == said(word).term


def said(word):
    return word.said("sv")


def test_a_word_without_a_translation_is_explained_in_english():
    word = lookup_word("wallet")
    assert word.said("xx").term == "wallet"
    assert "wallets" in word.said("en").forms
    assert "addresses" in lookup_word("address").said("en").forms
