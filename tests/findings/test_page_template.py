"""Clones are found by equal or nearly equal text, whatever address and price stand in it."""

from hypothesis import given
from hypothesis import strategies as st

from chainlead.findings.page_template import compare_prints, derive_print

TEXT = (
    "Welcome to the best shop. We ship from the north every day except sunday, in plain parcels, "
    "and we answer every mail within one day. Pay 0.5 BTC to "
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq and write to shop@mail.example with your order."
)


def test_the_same_text_in_other_spacing_is_the_same_text() -> None:
    other = derive_print(TEXT.replace(" ", "\n ").upper())
    assert compare_prints(derive_print(TEXT), other).kind == "same text"


def test_another_address_price_and_mail_leave_the_same_template() -> None:
    other = TEXT.replace("0.5", "1.25").replace("shop@mail", "store@post")
    other = other.replace(
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
    )
    likeness = compare_prints(derive_print(TEXT), derive_print(other))
    assert (likeness.kind, likeness.percent) == ("same template", 100)


def test_a_changed_word_leaves_a_near_template() -> None:
    likeness = compare_prints(derive_print(TEXT), derive_print(TEXT.replace("sunday", "monday")))
    assert likeness.kind == "near template"
    assert 80 <= likeness.percent < 100
    assert not likeness.is_estimate


def test_another_text_is_no_clone() -> None:
    other = "The weather was fine, so the whole village walked along the river until the evening."
    assert compare_prints(derive_print(TEXT), derive_print(other * 3)).kind == ""


def test_short_and_empty_pages_are_no_near_clones() -> None:
    assert (
        compare_prints(derive_print("one two three four"), derive_print("one two three")).kind == ""
    )
    assert compare_prints(derive_print(""), derive_print("")).kind == ""


def test_a_long_page_is_compared_by_an_estimate() -> None:
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(600)]
    changed = [*words[:300], "other", *words[301:]]
    likeness = compare_prints(derive_print(" ".join(words)), derive_print(" ".join(changed)))
    assert likeness.is_estimate
    assert likeness.kind == "near template"


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_symmetric(one: str, other: str) -> None:
    first, second = derive_print(one), derive_print(other)
    forward, back = compare_prints(first, second), compare_prints(second, first)
    assert (forward.percent, forward.is_estimate) == (back.percent, back.is_estimate)
    assert 0 <= forward.percent <= 100
