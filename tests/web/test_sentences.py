"""Every sentence of the guide and of the reasons is said in each language, with the same values."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import chainlead
from chainlead.web.words import languages, words_in

SOURCE = Path(chainlead.__file__).parent
OTHERS = [code for code in languages() if code != "en"]


def patterns():
    """The literal patterns of all sentences of the program."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
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
