"""What is shown around a finding hides every possible secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import word_list
from chainlead.findings.context import MASK, cover, make_visible, masked, secret_spans

PUBLIC = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
SECRETS = {
    "32 bytes in hex": "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262",
    "16 bytes in hex": "8edad31a95e7d59f8837667510d75a4d",
    "hex with colons": ":".join(f"{i * 7 % 256:02x}" for i in range(32)),
    "list of byte values": str([i * 7 % 256 for i in range(32)]),
    "base58 look-alike": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTX",
    "mini key": "S6c56bnXQiBjk9mqSYE7yk",
    "base64": "aGVsbG8/d29ybGQ+aGVsbG8/d29ybGQ+aGVsbG8/d29y",
    "four list words": "abandon ability able about",
    "list words in json": '"abandon",\n      "ability",\n      "able",\n      "about"',
    "words of other lists": "gels zeal lucky jeers irony tamper older pivot gels",
    "numbered words": "\n".join(f"{n}. w{'abcdefghij'[n]}ords" for n in range(1, 10)),
    "decomposed letters": " ".join(
        [word for word in word_list("french") if not word.isascii()][:4]
    ),
    "secret numbers": " ".join(f"{n * 111111 % 999999:06d}" for n in range(1, 9)),
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_everything_that_could_be_a_secret_is_covered(secret):
    text = f'to {PUBLIC}: "{secret}"'
    covered = cover(text)
    assert len(covered) == len(text)
    rest = covered.replace(PUBLIC, "")
    assert sum(character.isalnum() for character in rest) <= 3


@pytest.mark.parametrize(
    "text",
    [PUBLIC, "0x" + "ab" * 20, "Pay 0.5 BTC by Friday, or the order is cancelled.", "file.txt"],
)
def test_what_is_public_or_harmless_stays(text):
    assert cover(text) == text


def test_a_span_that_is_kept_stays_readable():
    text = "txid e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262 end"
    assert cover(text, (5, 69)) == text
    assert masked(text) == f"txid {MASK} end"


@given(st.text(max_size=200))
def test_covering_keeps_the_length_of_any_text(text):
    assert len(cover(text)) == len(text)
    assert all(0 <= start < end <= len(text) for start, end in secret_spans(text))


@given(st.text(max_size=100))
def test_no_control_character_is_left(text):
    shown = make_visible("\x1b[31m\r\n\x9b\u202e" + text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert "\u202e" not in shown


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["abandon", "zoo", "Abakus", "été", "的", "of", "a", "word", "LETTERS", "möbel", "ｚoo"]
        ),
        st.sampled_from(
            [" ", " ", " ", "\n", ", ", "-", "  1. ", "\t" * 9, " " * 13, "", "\ufffd"]
        ),
        st.text("0123456789abcdefABCDEF", max_size=70),
        st.text("5KJvsngHeMpm884wtkJNzQGaCErckhHJBGFsvd3VyK+/_", max_size=60),
        st.lists(st.sampled_from(["123456", "ab", "0x1f", "77"]), max_size=20).map(" ".join),
        st.lists(st.sampled_from(["12", "255"]), max_size=20).map(", ".join),
        st.text("ab ｚ的é9", max_size=20),
    ),
    max_size=40,
).map("".join)


@given(_PIECES, st.data())
def test_the_part_that_is_shown_is_covered_as_if_all_were(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    keep = (start, min(end, start + 34))
    first, last = max(start - 40, 0), end + 40
    assert cover(text, keep, (start - 40, last))[first:last] == cover(text, keep)[first:last]
