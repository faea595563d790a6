"""The 24 data items: the minimal set is ticked, each ticked one says why."""

import pytest

from chainlead.errors import RequestError
from chainlead.request import items, languages, minimal_items
from chainlead.request.items import checked_items


def test_there_are_24_items_in_order() -> None:
    assert [item.number for item in items()] == list(range(1, 25))


def test_the_minimal_set_is_ticked() -> None:
    assert minimal_items() == (1, 2, 3, 5, 6, 9, 10, 11, 12, 18, 23, 24)


@pytest.mark.parametrize("item", items(), ids=lambda item: str(item.number))
def test_an_item_has_its_words_in_every_language_and_a_reason(item) -> None:
    for language in languages():
        assert item.ask[language].endswith((".", "?"))
        open_reason = item.why[language].startswith("[TO FILL: ")
        assert open_reason != item.minimal, "what is not minimal needs a person's reason"
        assert item.why[language].endswith("]" if open_reason else ".")


def test_intrusive_items_are_never_ticked_by_default() -> None:
    assert not any(item.minimal for item in items() if item.intrusive)


def test_an_unknown_item_is_refused() -> None:
    assert checked_items([3, 1, 3]) == (1, 3)
    with pytest.raises(RequestError, match="no item 99"):
        checked_items([1, 99])
