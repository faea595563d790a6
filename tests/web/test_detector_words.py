"""What detectors, wallets and codecs say of a finding is said on a page in the page's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import chainlead
from chainlead.web.words import words_in

ROOM = Path(chainlead.__file__).parent
REASONS = {"_C", "Candidate", "candidate"}
CHECKS = {"check", "check_made"}
SAME_IN_EVERY_LANGUAGE = re.compile(r"version 0x[0-9A-F]+|x is for x")


def text_of(node: ast.expr | None) -> str:
    """A literal; the values of a formatted one are an x."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
    return ""


def said_in(tree: ast.AST) -> Iterator[str]:
    """The checks and reasons that a module spells out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in CHECKS:
                yield text_of(node.value)
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            yield from (text_of(each.value) for each in node.keywords if each.arg in CHECKS)
            yield from (text_of(each) for each in node.args if name in REASONS)
            if name == "AddressForm":
                yield from (text_of(each) for each in node.args[3:])


def sentences() -> list[str]:
    files = [*ROOM.glob("codecs/*.py"), *ROOM.glob("findings/**/*.py")]
    found = {text for file in files for text in said_in(ast.parse(file.read_text("utf-8")))}
    return sorted(text for text in found if " " in text)


def test_the_code_spells_out_many():
    assert len(sentences()) > 150


@pytest.mark.parametrize("sentence", sentences())
def test_a_swedish_page_says_it_in_swedish(sentence):
    is_same = SAME_IN_EVERY_LANGUAGE.fullmatch(sentence)
    assert is_same or words_in("sv").told(sentence) != sentence
