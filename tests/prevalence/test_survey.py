import pytest

from chainlead.prevalence import comparison_class


@pytest.mark.parametrize(
    ("numerator", "word"),
    [
        (0, "very uncommon"), (19, "very uncommon"), (20, "uncommon"), (99, "uncommon"), (100, "neither"),
        (299, "neither"), (300, "common"), (599, "common"), (600, "very common"), (1000, "very common"),
    ],
)  # fmt: skip
def test_each_threshold_begins_the_next_class(numerator, word):
    assert comparison_class(numerator, 1000).word == word


def test_the_class_is_labelled_as_our_convention():
    document = comparison_class(1, 10).to_document()
    assert document["label"].startswith("Our convention")
    assert "272 officers" in document["published"]


def test_a_share_of_nothing_has_no_class():
    with pytest.raises(ValueError, match="nothing"):
        comparison_class(0, 0)
