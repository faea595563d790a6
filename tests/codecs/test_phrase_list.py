import re
from hashlib import sha256
from importlib.resources import files

import pytest

from chainlead.codecs import PHRASE_LISTS, is_phrase_word, phrase_index, phrase_list
from chainlead.errors import CodecError

LISTS = [(family, language) for family, langs in PHRASE_LISTS.items() for language in langs]
COUNT = {"monero": 1626, "electrum1": 1626, "slip39": 1024}


@pytest.mark.parametrize(("family", "language"), LISTS)
def test_each_list_is_the_published_one(family, language):
    folder = files("chainlead.codecs").joinpath("data", family)
    readme = folder.joinpath("README.md").read_text("utf-8")
    digests = dict(re.findall(r"\| (\w+\.txt) \| `([0-9a-f]{64})` \|", readme))
    content = folder.joinpath(f"{language}.txt").read_bytes()
    assert sha256(content).hexdigest() == digests[f"{language}.txt"]
    assert len(phrase_list(family, language)) == COUNT[family]
    assert len(phrase_index(family, language)) == COUNT[family]


@pytest.mark.parametrize(("family", "language"), [("monero", "klingon"), ("other", "english")])
def test_an_unknown_list_is_refused(family, language):
    with pytest.raises(CodecError):
        phrase_list(family, language)


def test_words_of_the_lists_are_known_in_any_case():
    for word in ("abbey", "ABBEY", "Abakus", "academic", "ábaco", "zoo", "абажур"):
        assert is_phrase_word(word)
    for word in ("xyzzy", "the", "a" * 40):
        assert not is_phrase_word(word)
