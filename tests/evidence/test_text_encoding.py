import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.text_encoding import guess_encoding, page_encoding

RUSSIAN = "Отправь деньги на этот кошелёк сегодня вечером, пожалуйста. "
SWEDISH = "Skicka pengarna till den här plånboken i kväll, är du snäll. "


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        ("plain ascii words", "ascii", "utf-8"),
        (SWEDISH, "utf-8", "utf-8"),
        (SWEDISH, "utf-8-sig", "utf-8"),
        (SWEDISH, "utf-16", "utf-16-le"),
        (SWEDISH, "utf-16-le", "utf-16-le"),
        (SWEDISH, "utf-16-be", "utf-16-be"),
        (SWEDISH * 3, "cp1252", "cp1252"),
        (RUSSIAN * 3, "cp1251", "cp1251"),
        (RUSSIAN * 3, "koi8-r", "koi8-r"),
        ("今日の夕方にこの財布へお金を送ってください" * 3, "shift_jis", "shift_jis"),
    ],
)
def test_text_is_recognised(text, codec, expected):
    assert guess_encoding(text.encode(codec)) == (expected, True)


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 4, b"\x7fELF" + bytes(60), b"\xff\xd8\xff\xe0\0\x10JFIF\0"]
)
def test_binary_is_bytes(content):
    assert guess_encoding(content) == ("bytes", False)


def test_a_charset_that_the_bytes_contradict_is_not_believed():
    assert guess_encoding(SWEDISH.encode(), "utf-16-le")[0] == "utf-8"
    assert guess_encoding(RUSSIAN.encode("koi8-r"), "koi8-r")[0] == "koi8-r"
    assert guess_encoding(b"\xe5\xe4\xf6 ok", "no-such-charset")[1]


@given(st.binary(max_size=300), st.text(max_size=12))
def test_no_bytes_and_no_charset_break_the_guess(content, charset):
    encoding, _ = guess_encoding(content, charset)
    content.decode("latin-1" if encoding == "bytes" else encoding, "replace")


def test_a_page_cut_inside_a_character_keeps_its_encoding():
    page = ("å" * 100).encode()
    assert page_encoding(page[1:-1], "utf-8") == "utf-8"
    assert page_encoding(page[1:-1] + b"\xff\xff", "utf-8") == "bytes"
