"""Texts in which a run over 6 GB of system files once found phrases that are none."""

import pytest

from chainlead.codecs import Mnemonic, Secret, parse_mnemonic, to_mnemonic, word_list
from chainlead.errors import CodecError


def phrases_of(found):
    return [f for f in found if f.kind == "mnemonic"]


def windows(words):
    """How many stretches of a text pass the checksum: the texts here must hold some."""
    passed = 0
    for count in (12, 15, 18, 21, 24):
        for first in range(len(words) - count + 1):
            try:
                passed += isinstance(parse_mnemonic(words[first : first + count])[0], Mnemonic)
            except CodecError:
                continue
    return passed


def test_two_sentences_of_a_manual_are_no_phrase(find):
    text = (
        "You must enable the setting before you can use this option. You can enable "
        "Auto Minor Version Upgrade when you first create your instance."
    )
    words = [
        "can",
        "use",
        "this",
        "option",
        "You",
        "can",
        "enable",
        "Auto",
        "Minor",
        "Version",
        "Upgrade",
        "when",
    ]
    assert windows(words) == 1
    assert not phrases_of(find(text.encode()))


def test_a_table_of_frequent_characters_is_no_phrase(find):
    frequent = word_list("chinese_simplified")[:140]
    mixed = [frequent[number * 37 % 140] for number in range(100)]
    assert windows(mixed) == 5
    lines = "".join(f'    "{word}",\n' for word in mixed)
    assert not phrases_of(find(lines.encode()))


def test_a_table_of_characters_in_brackets_is_no_phrase(find):
    words = [word_list("chinese_simplified")[number * 331 % 2048] for number in range(100)]
    assert windows(words) > 5
    assert not phrases_of(find(("(" + ")(".join(words) + ")").encode()))


@pytest.mark.parametrize("language", ["english", "chinese_simplified", "chinese_traditional"])
@pytest.mark.parametrize("end", ["", ".", ". Next"])
def test_a_phrase_is_still_found(find, language, end):
    for seed in range(20):
        entropy = bytes((seed * 37 + k * 101 + k * k * 13) % 256 for k in range(16))
        phrase = " ".join(to_mnemonic(Secret(entropy), language))
        assert len(phrases_of(find(f"note: {phrase}{end}\n".encode()))) == 1


def test_spaced_chinese_prose_is_no_phrase(find):
    """Manuals of some systems put a space behind each character."""
    words = [word_list("chinese_traditional")[number * 577 % 2048] for number in range(90)]
    assert windows(words) >= 3
    assert not phrases_of(find((" ".join(words) + "\n").encode()))
