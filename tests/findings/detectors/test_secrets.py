"""Private keys, seeds and phrases: reported, and never shown."""

import json

import pytest

from chainlead.codecs import Secret, to_mnemonic, word_list
from chainlead.model import Certainty, Role

ENTROPY = {12: 16, 15: 20, 18: 24, 21: 28, 24: 32}
LANGUAGES = [
    "chinese_simplified", "chinese_traditional", "czech", "english", "french", "italian",
    "japanese", "korean", "portuguese", "spanish",
]  # fmt: skip


def phrase(count=12, language="english", start=17):
    entropy = bytes((start + 37 * i) % 256 for i in range(ENTROPY[count]))
    return to_mnemonic(Secret(entropy), language)


def as_text(found):
    return json.dumps([f.to_row() for f in found], ensure_ascii=False)


KEYS = [
    ("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "private_key", "wif"),
    ("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", "private_key", "wif"),
    ("6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg", "private_key", "bip38"),
    ("snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "private_key", "xrp_seed"),
    (
        (
            "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kej"
            "MRNNU3TGtRBeJgk33yuGBxrMPHi"
        ),
        "extended_key",
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "kind", "form"), KEYS)
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_a_key_is_reported_by_place_and_fingerprint_only(find, secret, kind, form, encoding):
    found = find(f"my key: {secret} keep it\n1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3".encode(encoding))
    (key,) = [f for f in found if f.kind == kind]
    assert key.value is None
    assert len(key.fingerprint or "") == 64
    assert key.certainty is Certainty.CHECKED
    assert key.detail.get("format") == form
    assert secret not in as_text(found)
    assert "[masked]" in key.context


@pytest.mark.parametrize("count", [12, 15, 18, 21, 24])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_of_every_list_and_length_is_found(find, count, language):
    words = phrase(count, language)
    separator = "\u3000" if language == "japanese" else " "
    found = find(f"<<{separator.join(words)}>>")
    (hit,) = [f for f in found if f.kind == "mnemonic"]
    assert hit.value is None
    assert hit.detail["word_count"] == count
    assert language in hit.detail["languages"]
    assert hit.certainty is Certainty.STRUCTURED
    assert not any(word in hit.context for word in words if len(word) > 3)


@pytest.mark.parametrize(
    "write",
    [
        "\n".join,
        ", ".join,
        lambda words: "\n".join(f"{n}. {word}" for n, word in enumerate(words, 1)),
        lambda words: "\r\n".join(f"\u2022 {word}" for word in words),
        lambda words: " ".join(words).upper(),
        lambda words: json.dumps(list(words), indent=4),
    ],
)
def test_numbers_bullets_commas_and_capitals_do_not_hide_a_phrase(find, write):
    found = find("/" + write(phrase()) + "/")
    assert [f.kind for f in found] == ["mnemonic"]


def test_a_phrase_inside_a_longer_run_of_list_words_is_found(find):
    words = phrase(24)
    found = find("seed phrase\n" + " ".join(words) + "\nabout zoo")
    (hit,) = [f for f in found if f.kind == "mnemonic"]
    assert hit.offset_bytes == len("seed phrase\n")
    assert hit.detail["word_count"] == 24


def test_a_wrong_checksum_is_no_phrase(find):
    words = list(phrase(12))
    words[3], words[9] = words[9], words[3]
    assert find(" ".join(words)) == ()


def test_few_distinct_words_are_no_phrase_unless_published(find):
    assert find(" ".join(["zoo"] * 11 + ["wrong"]))[0].role is Role.EXAMPLE
    assert find("css " + " ".join(["crumble", "absent"] * 12)) == ()
    (example,) = find(" ".join(["abandon"] * 11 + ["about"]))
    assert example.role is Role.EXAMPLE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_list_is_no_phrase(find, language):
    assert find("\n".join(word_list(language))) == ()


def test_other_text_between_the_words_breaks_a_phrase(find):
    assert find(" word: ".join(phrase())) == ()


@pytest.mark.parametrize("text", ["txid {}", '"privkey": "{}"', "key {}"])
def test_a_bare_hex_key_beside_an_address_never_shows(find, text):
    secret = "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262"
    found = find(f"1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3 {text.format(secret)}")
    addresses = [f for f in found if f.kind == "address"]
    assert len(addresses) == 1
    assert secret[:16] not in addresses[0].context
