"""Every sentence of the guide and of the reasons is said in each language, with the same values."""

import ast
import copy
import importlib
import inspect
import pkgutil
import re
import time
from pathlib import Path
from string import Formatter

import pytest

import chainlead
import chainlead.trace
from chainlead.model import Sentence
from chainlead.web.words import languages, words_in

SOURCE = Path(chainlead.__file__).parent
OTHERS = [code for code in languages() if code != "en"]


def patterns():
    """The literal patterns of all sentences of the program."""
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "Sentence" in text else ():
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name in {"Sentence", "Sentence.counted"}:
                for part in node.args[: 3 if name.endswith("counted") else 1]:
                    yield from literals(part)


def literals(node):
    """The texts that an argument can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def fields(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_sentences_are_found():
    assert len(set(patterns())) > 60


@pytest.mark.parametrize("code", OTHERS)
def test_every_pattern_is_said_in_each_language(code):
    told = words_in(code)._told
    assert sorted(set(patterns()) - told.keys()) == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_values(code):
    told = words_in(code)._told
    assert [each for each in told if fields(each) != fields(told[each])] == []


def cards():
    """What every taint rule, heuristic and pattern says of itself."""
    for module in pkgutil.walk_packages(chainlead.trace.__path__, "chainlead.trace."):
        known = importlib.import_module(module.name)
        for _, kind in inspect.getmembers(known, inspect.isclass):
            if kind.__module__ == module.name:
                told = (vars(kind).get(name) for name in ("meaning", "assumption", "known_failure"))
                yield from (text for text in told if isinstance(text, str) and text)


@pytest.mark.parametrize("code", OTHERS)
def test_what_a_rule_says_of_itself_is_said_in_each_language(code):
    told = words_in(code)._told
    assert len(set(cards())) > 90
    assert sorted(set(cards()) - told.keys()) == []


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("not spent up to height 186", "inte spenderat till och med höjd 186"),
        (
            "Item 6 was not answered: Log-ins: IP address with source port.",
            "Punkt 6 besvarades inte: Log-ins: IP address with source port.",
        ),
        (
            "measured on simulated wallets, seed 1: precision 24.2 % (n = 3 things)",
            "uppmätt på simulerade plånböcker, slumpfrö 1: träffsäkerhet 24,2 % (n = 3 things)",
        ),
        ("what a stranger wrote {txid}", "what a stranger wrote {txid}"),
        ("", ""),
    ],
)
def test_a_sentence_that_the_case_keeps_is_known_again_by_its_pattern(kept, said):
    assert words_in("sv").told(kept) == said
    assert words_in("en").told(kept) == kept


def test_a_sentence_says_its_values_in_the_other_language_too():
    told = Sentence.joined(
        (Sentence.counted(2, "{count} address", "{count} addresses"), "bc1q", Sentence("money"))
    )
    assert str(told) == "2 addresses bc1q money"
    assert words_in("sv")(told) == "2 adresser bc1q pengar"
    assert copy.deepcopy(told) == str(told)


def test_a_number_in_a_sentence_follows_the_language():
    told = Sentence.counted(12345, "{count} address", "{count} addresses")
    assert words_in("sv")(told) == "12\u00a0345 adresser"


def test_no_text_from_evidence_makes_the_page_search_for_long():
    words = words_in("sv")
    hostile = [re.sub(r"\{\w+\}", "x", pattern) for pattern in words._stored.told if "{" in pattern]
    begun = time.process_time()
    for text in hostile:
        for end in range(0, len(text), 7):
            words.told((text[:end] * 900)[:899] + "\n")
    assert time.process_time() - begun < 10
